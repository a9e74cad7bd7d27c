// Vectors of the instruction set that a translation unit is compiled for.
//
// Each file in `kernels/` is compiled once for each target (AVX2 and AVX-512 on x64, NEON on arm64); the addon
// chooses a target when it is loaded. All results are the same bits on every target, so a kernel must not let the
// number of lanes decide in which order numbers are added: see `lanes.h`.
//
// No standard templates here and in the kernels: the linker keeps one copy of an inline function, and a copy that
// was compiled for AVX-512 would end a program on a processor without it.
#pragma once

#include <cstdint>

#if defined(__AVX512F__)
#define TRAINKIT_TARGET avx512
#elif defined(__AVX2__)
#define TRAINKIT_TARGET avx2
#elif defined(__aarch64__)
#define TRAINKIT_TARGET neon
#else
#error "A target needs AVX2 and FMA, AVX-512, or NEON."
#endif

#define INLINE static inline __attribute__((always_inline))

// After the parameters of a lambda: a call of it costs nothing, also where it is called twice.
#define INLINED __attribute__((always_inline))

#define TRAINKIT_PRAGMA(text) _Pragma(#text)
#ifdef __clang__
#define UNROLL(count) TRAINKIT_PRAGMA(unroll count)
#else
#define UNROLL(count) TRAINKIT_PRAGMA(GCC unroll count)
#endif

#if defined(__AVX512F__)
#include "vector-avx512.h"
#elif defined(__AVX2__)
#include "vector-avx2.h"
#else
#include "vector-neon.h"
#endif

namespace TRAINKIT_TARGET {

// The same bits as integers.
INLINE Ints bitsOf(Floats x) { return (Ints)x; }
INLINE Floats floatsOf(Ints bits) { return (Floats)bits; }

// Integers whose sums and shifts may overflow.
using UnsignedInts = uint32_t __attribute__((vector_size(4 * kLanes)));

// x · 2^23, in the bits of an exponent.
INLINE Ints shiftedToExponent(Ints x) { return (Ints)((UnsignedInts)x << 23); }

INLINE Floats minimum(Floats a, Floats b) { return a < b ? a : b; }
INLINE Floats maximum(Floats a, Floats b) { return a > b ? a : b; }
INLINE Floats absolute(Floats x) { return floatsOf(bitsOf(x) & 0x7fffffff); }

// Calls body(i, count) for the elements from `begin` to `end`, with count = kLanes but for the last ones.
template <class Body>
INLINE void forEachVector(int64_t begin, int64_t end, Body body) {
  int64_t i = begin;
  for (; i + kLanes <= end; i += kLanes) body(i, kLanes);
  if (i < end) body(i, static_cast<int>(end - i));
}

// The first `count` elements; zeros follow them.
INLINE Floats loadSome(const float* from, int count) { return count == kLanes ? load(from) : loadFirst(from, count); }

INLINE void storeSome(float* to, Floats x, int count) {
  if (count == kLanes) {
    store(to, x);
  } else {
    storeFirst(to, x, count);
  }
}

}  // namespace TRAINKIT_TARGET
