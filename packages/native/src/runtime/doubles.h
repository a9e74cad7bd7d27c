// Sums in double precision of float32 numbers: 16 running sums, as in lanes.h, so that their order depends on the
// number of elements alone.
#pragma once

#include "lanes.h"

namespace TRAINKIT_TARGET {

typedef float HalfFloats __attribute__((vector_size(2 * kLanes)));
typedef double Doubles __attribute__((vector_size(4 * kLanes)));

INLINE Doubles lowDoubles(Floats x) {
  HalfFloats half;
  __builtin_memcpy(&half, &x, sizeof half);
  return __builtin_convertvector(half, Doubles);
}
INLINE Doubles highDoubles(Floats x) {
  HalfFloats half;
  __builtin_memcpy(&half, reinterpret_cast<const char*>(&x) + sizeof half, sizeof half);
  return __builtin_convertvector(half, Doubles);
}
// The floats nearest to the doubles.
INLINE Floats narrow(Doubles low, Doubles high) {
  const HalfFloats halves[2] = {__builtin_convertvector(low, HalfFloats), __builtin_convertvector(high, HalfFloats)};
  Floats x;
  __builtin_memcpy(&x, halves, sizeof x);
  return x;
}

// The sum of map(x) over all elements x of what load(i, count) gives, as doubles. Elements beyond `count` must map to
// 0.
template <class Load, class Map>
INLINE double exactSum(int64_t n, Load load, Map map) {
  Doubles low[kSumVectors];
  Doubles high[kSumVectors];
  for (int q = 0; q < kSumVectors; q++) low[q] = high[q] = Doubles{};
  forEachSummand(n, [&](int64_t i, int q, int count) INLINED {
    const Floats x = load(i, count);
    low[q] = low[q] + map(lowDoubles(x));
    high[q] = high[q] + map(highDoubles(x));
  });
  double lanes[kSums];
  for (int q = 0; q < kSumVectors; q++) {
    __builtin_memcpy(lanes + q * kLanes, &low[q], sizeof low[q]);
    __builtin_memcpy(lanes + q * kLanes + kLanes / 2, &high[q], sizeof high[q]);
  }
  for (int width = kSums / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}

}  // namespace TRAINKIT_TARGET
