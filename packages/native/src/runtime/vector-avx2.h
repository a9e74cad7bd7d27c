// Vectors of 8 floats: x64 with AVX2 and FMA.
#pragma once

#include <immintrin.h>

namespace TRAINKIT_TARGET {

typedef float Floats __attribute__((vector_size(32)));
typedef int32_t Ints __attribute__((vector_size(32)));
typedef __m256i Mask;

constexpr int kLanes = 8;
// Tiles of a product: at most so many rows, and so many vectors in a row, that all sums stay in registers.
constexpr int kTileRows = 6;
constexpr int kTileVectors = 2;

INLINE Mask firstLanes(int count) {
  static const int32_t lanes[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  const int n = count < 0 ? 0 : count > 8 ? 8 : count;
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(lanes + 8 - n));
}

INLINE Floats load(const float* from) { return (Floats)_mm256_loadu_ps(from); }
INLINE void store(float* to, Floats x) { _mm256_storeu_ps(to, (__m256)x); }
INLINE Floats loadMasked(Mask mask, const float* from) { return (Floats)_mm256_maskload_ps(from, mask); }
INLINE void storeMasked(Mask mask, float* to, Floats x) { _mm256_maskstore_ps(to, mask, (__m256)x); }
INLINE Floats loadFirst(const float* from, int count) { return loadMasked(firstLanes(count), from); }
INLINE void storeFirst(float* to, Floats x, int count) { storeMasked(firstLanes(count), to, x); }
INLINE Floats broadcast(float x) { return (Floats)_mm256_set1_ps(x); }

// a · b + c with one rounding.
INLINE Floats multiplyAdd(Floats a, Floats b, Floats c) {
  return (Floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
// sum + a · b in the register of the sum. In a product's inner loop clang would move the sums about and run out of
// registers.
INLINE Floats accumulate(Floats sum, Floats a, Floats b) {
#ifdef __clang__
  __asm__("vfmadd231ps %1, %2, %0" : "+x"(sum) : "x"(a), "x"(b));
  return sum;
#else
  return multiplyAdd(a, b, sum);
#endif
}
INLINE Floats squareRoot(Floats x) { return (Floats)_mm256_sqrt_ps((__m256)x); }

// Rows become columns.
INLINE void transpose(Floats (&rows)[8]) {
  __m256 t[8];
  UNROLL(4)
  for (int i = 0; i < 8; i += 2) {
    t[i] = _mm256_unpacklo_ps((__m256)rows[i], (__m256)rows[i + 1]);
    t[i + 1] = _mm256_unpackhi_ps((__m256)rows[i], (__m256)rows[i + 1]);
  }
  __m256 q[8];
  UNROLL(2)
  for (int i = 0; i < 8; i += 4) {
    q[i] = _mm256_shuffle_ps(t[i], t[i + 2], 0x44);
    q[i + 1] = _mm256_shuffle_ps(t[i], t[i + 2], 0xee);
    q[i + 2] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0x44);
    q[i + 3] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0xee);
  }
  UNROLL(4)
  for (int i = 0; i < 4; i++) {
    rows[i] = (Floats)_mm256_permute2f128_ps(q[i], q[i + 4], 0x20);
    rows[i + 4] = (Floats)_mm256_permute2f128_ps(q[i], q[i + 4], 0x31);
  }
}

}  // namespace TRAINKIT_TARGET
