// Sums, products and logic of arrays along their middle dimension: x [outer, reduced, inner], y [outer, inner]; numbers
// outer, reduced, inner.
//
// Sums and products of float32 are computed in double precision: contiguous ones (inner = 1) as 16 running results that
// are combined pairwise, others element after element. So their order depends on `reduced` and on whether inner is 1
// alone, and a sum of many equal numbers is as exact as one of few.
#include "reductions.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

struct Sum {
  static constexpr double kStart = 0;
  template <class Number>
  static inline __attribute__((always_inline)) Number combine(Number a, Number b) {
    return a + b;
  }
};

struct Product {
  static constexpr double kStart = 1;
  template <class Number>
  static inline __attribute__((always_inline)) Number combine(Number a, Number b) {
    return a * b;
  }
};

template <class Operation>
double reduceRow(const float* x, int64_t n) {
  double lanes[kSums];
  Doubles running[2 * kSumVectors];
  for (int q = 0; q < 2 * kSumVectors; q++) running[q] = Doubles{} + Operation::kStart;
  int64_t i = 0;
  for (; i + kSums <= n; i += kSums) {
    UNROLL(4)
    for (int q = 0; q < kSumVectors; q++) {
      const Floats next = load(x + i + q * kLanes);
      running[2 * q] = Operation::combine(running[2 * q], lowDoubles(next));
      running[2 * q + 1] = Operation::combine(running[2 * q + 1], highDoubles(next));
    }
  }
  __builtin_memcpy(lanes, running, sizeof lanes);
  for (int lane = 0; i < n; i++, lane++) {
    lanes[lane] = Operation::combine(lanes[lane], static_cast<double>(x[i]));
  }
  for (int width = kSums / 2; width > 0; width /= 2) {
    for (int k = 0; k < width; k++) lanes[k] = Operation::combine(lanes[k], lanes[k + width]);
  }
  return lanes[0];
}

// Columns of floats beside each other, reduced row after row; finish(low, high) makes floats of doubles.
template <class Operation, int vectors, class Finish>
INLINE void reduceStrip(const float* x, float* y, int64_t rows, int64_t step, int count, Finish finish) {
  Doubles low[vectors];
  Doubles high[vectors];
  for (int v = 0; v < vectors; v++) low[v] = high[v] = Doubles{} + Operation::kStart;
  for (int64_t row = 0; row < rows; row++) {
    UNROLL(4)
    for (int v = 0; v < vectors; v++) {
      const Floats next = loadSome(x + row * step + v * kLanes, count);
      low[v] = Operation::combine(low[v], lowDoubles(next));
      high[v] = Operation::combine(high[v], highDoubles(next));
    }
  }
  for (int v = 0; v < vectors; v++) storeSome(y + v * kLanes, finish(low[v], high[v]), count);
}

// The reduction divided by `divisor`.
template <class Operation>
Refusal reduceFloats(const Call& call, double divisor) {
  ReductionSizes sizes;
  if (!readSizes(call, sizes)) return kWrongNumbers;
  if (!call.fits(0, Type::float32, sizes.count()) || !call.fits(1, Type::float32, sizes.results())) {
    return kWrongArrays;
  }
  // Where there are no results, no array bounds the other sizes.
  if (sizes.results() == 0) return kDone;
  const float* x = call.floats(0);
  float* y = call.floats(1);
  const int64_t n = sizes.reduced;
  if (sizes.inner == 1) {
    forEachPart(sizes.outer, sizes.grain(1), [&](int64_t begin, int64_t end) {
      for (int64_t k = begin; k < end; k++) {
        y[k] = static_cast<float>(reduceRow<Operation>(x + k * n, n) / divisor);
      }
    });
    return kDone;
  }
  const auto finish = [divisor](Doubles low, Doubles high) INLINED { return narrow(low / divisor, high / divisor); };
  forEachColumns(sizes, [&](int64_t outer, int64_t first, int64_t last) {
    const float* from = x + outer * n * sizes.inner;
    float* to = y + outer * sizes.inner;
    forEachStrip(first, last, [&](int64_t column, int count, auto vectors) INLINED {
      reduceStrip<Operation, decltype(vectors)::value>(from + column, to + column, n, sizes.inner, count, finish);
    });
  });
  return kDone;
}

// sum: float32, or int32 modulo 2^32.
Refusal sum(const Call& call) {
  if (!areInts(call)) return reduceFloats<Sum>(call, 1);
  return reduce<int32_t>(call, Type::int32, 0, [](int32_t a, int32_t b) {
    return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
  });
}

// mean: float32.
Refusal mean(const Call& call) {
  if (!call.areSizes(0, 3)) return kWrongNumbers;
  return reduceFloats<Sum>(call, call.number(1));
}

// prod: float32.
Refusal prod(const Call& call) { return reduceFloats<Product>(call, 1); }

// all, any: bytes, 0 or 1.
Refusal all(const Call& call) {
  return reduce<uint8_t>(call, Type::bytes, 1, [](uint8_t a, uint8_t b) -> uint8_t { return b ? a : 0; });
}

Refusal any(const Call& call) {
  return reduce<uint8_t>(call, Type::bytes, 0, [](uint8_t a, uint8_t b) -> uint8_t { return b ? 1 : a; });
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(reductions, KERNEL(sum), KERNEL(mean), KERNEL(prod), KERNEL(all), KERNEL(any))
