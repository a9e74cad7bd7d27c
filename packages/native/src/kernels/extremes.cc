// The greatest and the least numbers of arrays along their middle dimension, and where they are: x [outer, reduced,
// inner], y [outer, inner]; numbers outer, reduced, inner.
#include "reductions.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// NaN wins, and 0 is greater than −0: the order of the elements does not matter.
struct Maximum {
  static constexpr float kStart = -__builtin_inff();
  static inline __attribute__((always_inline)) Floats combine(Floats a, Floats b) {
    const Floats zeros = floatsOf(bitsOf(a) & bitsOf(b));
    const Floats greater = a > b ? a : b;
    return a != a ? a : a == b ? zeros : greater;
  }
};

struct Minimum {
  static constexpr float kStart = __builtin_inff();
  static inline __attribute__((always_inline)) Floats combine(Floats a, Floats b) {
    const Floats zeros = floatsOf(bitsOf(a) | bitsOf(b));
    const Floats lesser = a < b ? a : b;
    return a != a ? a : a == b ? zeros : lesser;
  }
};

// The first `count` elements, and what changes no result after them.
template <class Operation>
INLINE Floats loadOrStart(const float* x, int count) {
  if (count == kLanes) return load(x);
  float lanes[kLanes];
  for (int i = 0; i < kLanes; i++) lanes[i] = i < count ? x[i] : Operation::kStart;
  return load(lanes);
}

template <class Operation>
float extremeOfRow(const float* x, int64_t n) {
  Floats running[4];
  for (int q = 0; q < 4; q++) running[q] = broadcast(Operation::kStart);
  int64_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    UNROLL(4)
    for (int q = 0; q < 4; q++) running[q] = Operation::combine(running[q], load(x + i + q * kLanes));
  }
  forEachVector(i, n, [&](int64_t at, int count) INLINED {
    running[0] = Operation::combine(running[0], loadOrStart<Operation>(x + at, count));
  });
  for (int q = 1; q < 4; q++) running[0] = Operation::combine(running[0], running[q]);
  float lanes[kLanes];
  store(lanes, running[0]);
  Floats result = broadcast(lanes[0]);
  for (int k = 1; k < kLanes; k++) result = Operation::combine(result, broadcast(lanes[k]));
  store(lanes, result);
  return lanes[0];
}

template <class Operation>
void extremesOfFloats(const Call& call, const ReductionSizes& sizes) {
  const float* x = call.floats(0);
  float* y = call.floats(1);
  const int64_t n = sizes.reduced;
  if (sizes.inner == 1) {
    forEachPart(sizes.outer, sizes.grain(1), [&](int64_t begin, int64_t end) {
      for (int64_t k = begin; k < end; k++) y[k] = extremeOfRow<Operation>(x + k * n, n);
    });
    return;
  }
  forEachColumns(sizes, [&](int64_t outer, int64_t first, int64_t last) {
    const float* from = x + outer * n * sizes.inner;
    forEachVector(first, last, [&](int64_t column, int count) INLINED {
      Floats running = broadcast(Operation::kStart);
      for (int64_t row = 0; row < n; row++) {
        running = Operation::combine(running, loadSome(from + row * sizes.inner + column, count));
      }
      storeSome(y + outer * sizes.inner + column, running, count);
    });
  });
}

template <class Operation, class Function>
Refusal extreme(const Call& call, int32_t start, Function combine) {
  if (areInts(call)) return reduce<int32_t>(call, Type::int32, start, combine);
  ReductionSizes sizes;
  if (!readSizes(call, sizes)) return kWrongNumbers;
  if (!call.fits(0, Type::float32, sizes.count()) || !call.fits(1, Type::float32, sizes.results())) {
    return kWrongArrays;
  }
  if (sizes.results() == 0) return kDone;
  extremesOfFloats<Operation>(call, sizes);
  return kDone;
}

// max, min: float32 or int32.
Refusal max(const Call& call) {
  return extreme<Maximum>(call, INT32_MIN, [](int32_t a, int32_t b) { return a > b ? a : b; });
}

Refusal min(const Call& call) {
  return extreme<Minimum>(call, INT32_MAX, [](int32_t a, int32_t b) { return a < b ? a : b; });
}

struct Greater {
  template <class Number>
  static inline __attribute__((always_inline)) auto beats(Number a, Number b) {
    return a > b;
  }
};

struct Less {
  template <class Number>
  static inline __attribute__((always_inline)) auto beats(Number a, Number b) {
    return a < b;
  }
};

// The index of the first element that none beats. A NaN beats nothing, and nothing beats a NaN that comes first.
template <class Order>
int32_t indexInRow(const float* x, int64_t n) {
  Floats best = broadcast(x[0]);
  Ints where = Ints{};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const Floats next = load(x + i);
    const Ints isBetter = Order::beats(next, best);
    best = isBetter ? next : best;
    where = isBetter ? Ints{} + static_cast<int32_t>(i) : where;
  }
  float values[kLanes];
  store(values, best);
  int32_t blocks[kLanes];
  __builtin_memcpy(blocks, &where, sizeof blocks);
  float value = x[0];
  int32_t index = 0;
  for (int lane = 0; lane < kLanes; lane++) {
    // A lane that still has x[0] has found nothing.
    if (!Order::beats(values[lane], x[0])) continue;
    const int32_t candidate = blocks[lane] + lane;
    if (Order::beats(values[lane], value) || (values[lane] == value && candidate < index)) {
      value = values[lane];
      index = candidate;
    }
  }
  for (; i < n; i++) {
    if (Order::beats(x[i], value)) {
      value = x[i];
      index = static_cast<int32_t>(i);
    }
  }
  return index;
}

template <class Order>
void indicesInColumns(const float* x, int32_t* y, const ReductionSizes& sizes, int64_t first, int64_t last) {
  forEachVector(first, last, [&](int64_t column, int count) INLINED {
    Floats best = loadSome(x + column, count);
    Ints where = Ints{};
    for (int64_t row = 1; row < sizes.reduced; row++) {
      const Floats next = loadSome(x + row * sizes.inner + column, count);
      const Ints isBetter = Order::beats(next, best);
      best = isBetter ? next : best;
      where = isBetter ? Ints{} + static_cast<int32_t>(row) : where;
    }
    __builtin_memcpy(y + column, &where, static_cast<unsigned long>(count) * sizeof(int32_t));
  });
}

// argMax, argMin: x float32, y int32; reduced from 1 to 2^31 − 1.
template <class Order>
Refusal argExtreme(const Call& call) {
  ReductionSizes sizes;
  if (!readSizes(call, sizes) || sizes.reduced < 1 || sizes.reduced > INT32_MAX) return kWrongNumbers;
  if (!call.fits(0, Type::float32, sizes.count()) || !call.fits(1, Type::int32, sizes.results())) {
    return kWrongArrays;
  }
  if (sizes.results() == 0) return kDone;
  const float* x = call.floats(0);
  int32_t* y = call.ints(1);
  if (sizes.inner == 1) {
    forEachPart(sizes.outer, sizes.grain(1), [&](int64_t begin, int64_t end) {
      for (int64_t k = begin; k < end; k++) y[k] = indexInRow<Order>(x + k * sizes.reduced, sizes.reduced);
    });
  } else {
    forEachColumns(sizes, [&](int64_t outer, int64_t first, int64_t last) {
      indicesInColumns<Order>(x + outer * sizes.reduced * sizes.inner, y + outer * sizes.inner, sizes, first, last);
    });
  }
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(extremes, KERNEL(max), KERNEL(min), {"argMax", TRAINKIT_TARGET::argExtreme<TRAINKIT_TARGET::Greater>},
                 {"argMin", TRAINKIT_TARGET::argExtreme<TRAINKIT_TARGET::Less>})
