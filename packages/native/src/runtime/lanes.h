// Sums whose order depends on the number of elements alone: 16 running sums, whatever the width of a vector, that are
// added pairwise at the end. Hence the same bits on every target.
#pragma once

#include "vector.h"

namespace TRAINKIT_TARGET {

constexpr int kSums = 16;
constexpr int kSumVectors = kSums / kLanes;

struct RunningSums {
  Floats vectors[kSumVectors];
};

INLINE RunningSums noSums() {
  RunningSums sums;
  UNROLL(4)
  for (int q = 0; q < kSumVectors; q++) sums.vectors[q] = broadcast(0);
  return sums;
}

// Calls body(i, q, count) for all vectors of 0 … n − 1; the vector belongs to the running sums `q`. The last ones have
// `count` < kLanes elements.
template <class Body>
INLINE void forEachSummand(int64_t n, Body body) {
  int64_t i = 0;
  for (; i + kSums <= n; i += kSums) {
    UNROLL(4)
    for (int q = 0; q < kSumVectors; q++) body(i + q * kLanes, q, kLanes);
  }
  for (int q = 0; i < n; i += kLanes, q++) {
    body(i, q, n - i < kLanes ? static_cast<int>(n - i) : kLanes);
  }
}

INLINE float total(const RunningSums& sums) {
  float lanes[kSums];
  for (int q = 0; q < kSumVectors; q++) store(lanes + q * kLanes, sums.vectors[q]);
  for (int width = kSums / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}

}  // namespace TRAINKIT_TARGET
