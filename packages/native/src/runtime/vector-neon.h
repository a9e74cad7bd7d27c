// Vectors of 4 floats: arm64.
#pragma once

#include <arm_neon.h>

namespace TRAINKIT_TARGET {

typedef float Floats __attribute__((vector_size(16)));
typedef int32_t Ints __attribute__((vector_size(16)));
typedef int Mask;

constexpr int kLanes = 4;
// Tiles of a product: at most so many rows, and so many vectors in a row, that all sums stay in registers.
constexpr int kTileRows = 8;
constexpr int kTileVectors = 2;

INLINE Mask firstLanes(int count) { return count < 0 ? 0 : count > 4 ? 4 : count; }

INLINE Floats load(const float* from) { return (Floats)vld1q_f32(from); }
INLINE void store(float* to, Floats x) { vst1q_f32(to, (float32x4_t)x); }
INLINE Floats loadFirst(const float* from, int count) {
  float lanes[4] = {0, 0, 0, 0};
  for (int i = 0; i < count; i++) lanes[i] = from[i];
  return load(lanes);
}
INLINE void storeFirst(float* to, Floats x, int count) {
  float lanes[4];
  store(lanes, x);
  for (int i = 0; i < count; i++) to[i] = lanes[i];
}
INLINE Floats loadMasked(Mask mask, const float* from) { return loadFirst(from, mask); }
INLINE void storeMasked(Mask mask, float* to, Floats x) { storeFirst(to, x, mask); }
INLINE Floats broadcast(float x) { return (Floats)vdupq_n_f32(x); }

// a · b + c with one rounding.
INLINE Floats multiplyAdd(Floats a, Floats b, Floats c) {
  return (Floats)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
INLINE Floats accumulate(Floats sum, Floats a, Floats b) { return multiplyAdd(a, b, sum); }
INLINE Floats squareRoot(Floats x) { return (Floats)vsqrtq_f32((float32x4_t)x); }

// Rows become columns.
INLINE void transpose(Floats (&rows)[4]) {
  const float32x4x2_t low = vtrnq_f32((float32x4_t)rows[0], (float32x4_t)rows[1]);
  const float32x4x2_t high = vtrnq_f32((float32x4_t)rows[2], (float32x4_t)rows[3]);
  rows[0] = (Floats)vcombine_f32(vget_low_f32(low.val[0]), vget_low_f32(high.val[0]));
  rows[1] = (Floats)vcombine_f32(vget_low_f32(low.val[1]), vget_low_f32(high.val[1]));
  rows[2] = (Floats)vcombine_f32(vget_high_f32(low.val[0]), vget_high_f32(high.val[0]));
  rows[3] = (Floats)vcombine_f32(vget_high_f32(low.val[1]), vget_high_f32(high.val[1]));
}

}  // namespace TRAINKIT_TARGET
