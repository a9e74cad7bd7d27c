// Vectors of 16 floats: x64 with AVX-512 (F, VL, BW, DQ).
#pragma once

// g++ 12 takes the undefined registers of its own intrinsics for mistakes.
#ifndef __clang__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>
#ifndef __clang__
#pragma GCC diagnostic pop
#endif

namespace TRAINKIT_TARGET {

typedef float Floats __attribute__((vector_size(64)));
typedef int32_t Ints __attribute__((vector_size(64)));
typedef __mmask16 Mask;

constexpr int kLanes = 16;
// Tiles of a product: at most so many rows, and so many vectors in a row, that all sums stay in registers.
constexpr int kTileRows = 14;
constexpr int kTileVectors = 2;

INLINE Mask firstLanes(int count) {
  return static_cast<Mask>(count >= 16 ? 0xffff : count <= 0 ? 0 : (1u << count) - 1);
}

INLINE Floats load(const float* from) { return (Floats)_mm512_loadu_ps(from); }
INLINE void store(float* to, Floats x) { _mm512_storeu_ps(to, (__m512)x); }
INLINE Floats loadMasked(Mask mask, const float* from) { return (Floats)_mm512_maskz_loadu_ps(mask, from); }
INLINE void storeMasked(Mask mask, float* to, Floats x) { _mm512_mask_storeu_ps(to, mask, (__m512)x); }
INLINE Floats loadFirst(const float* from, int count) { return loadMasked(firstLanes(count), from); }
INLINE void storeFirst(float* to, Floats x, int count) { storeMasked(firstLanes(count), to, x); }
INLINE Floats broadcast(float x) { return (Floats)_mm512_set1_ps(x); }

// a · b + c with one rounding.
INLINE Floats multiplyAdd(Floats a, Floats b, Floats c) {
  return (Floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
// sum + a · b in the register of the sum. In a product's inner loop clang would move the sums about and run out of
// registers.
INLINE Floats accumulate(Floats sum, Floats a, Floats b) {
#ifdef __clang__
  __asm__("vfmadd231ps %1, %2, %0" : "+v"(sum) : "v"(a), "v"(b));
  return sum;
#else
  return multiplyAdd(a, b, sum);
#endif
}
// Masked, since g++ 12 warns of what the plain intrinsic leaves undefined.
INLINE Floats squareRoot(Floats x) { return (Floats)_mm512_maskz_sqrt_ps(0xffff, (__m512)x); }

// Rows become columns.
INLINE void transpose(Floats (&rows)[16]) {
  __m512 t[16];
  UNROLL(8)
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_ps((__m512)rows[i], (__m512)rows[i + 1]);
    t[i + 1] = _mm512_unpackhi_ps((__m512)rows[i], (__m512)rows[i + 1]);
  }
  __m512 q[16];
  UNROLL(4)
  for (int i = 0; i < 16; i += 4) {
    q[i] = _mm512_shuffle_ps(t[i], t[i + 2], 0x44);
    q[i + 1] = _mm512_shuffle_ps(t[i], t[i + 2], 0xee);
    q[i + 2] = _mm512_shuffle_ps(t[i + 1], t[i + 3], 0x44);
    q[i + 3] = _mm512_shuffle_ps(t[i + 1], t[i + 3], 0xee);
  }
  // q[4·b + j] has column 4·l + j of the rows 4·b … 4·b + 3 in its quarter l.
  UNROLL(4)
  for (int j = 0; j < 4; j++) {
    const __m512 low = _mm512_shuffle_f32x4(q[j], q[4 + j], 0x88);
    const __m512 lowOdd = _mm512_shuffle_f32x4(q[j], q[4 + j], 0xdd);
    const __m512 high = _mm512_shuffle_f32x4(q[8 + j], q[12 + j], 0x88);
    const __m512 highOdd = _mm512_shuffle_f32x4(q[8 + j], q[12 + j], 0xdd);
    rows[j] = (Floats)_mm512_shuffle_f32x4(low, high, 0x88);
    rows[8 + j] = (Floats)_mm512_shuffle_f32x4(low, high, 0xdd);
    rows[4 + j] = (Floats)_mm512_shuffle_f32x4(lowOdd, highOdd, 0x88);
    rows[12 + j] = (Floats)_mm512_shuffle_f32x4(lowOdd, highOdd, 0xdd);
  }
}

}  // namespace TRAINKIT_TARGET
