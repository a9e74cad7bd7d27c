// Reductions of float32, int32 and bool arrays along their middle dimension.
//
// Each kernel: x [outer, reduced, inner], y [outer, inner]; numbers outer, reduced, inner. Sums and products of float32
// are computed in double precision: contiguous ones (inner = 1) as 16 running results that are combined pairwise,
// others element after element. So their order depends on `reduced` and on whether inner is 1 alone, and a sum of many
// equal numbers is as exact as one of few.
#include "../runtime/columns.h"
#include "../runtime/kernel.h"
#include "../runtime/parallel.h"
#include "../runtime/sizes.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Elements that are worth a second thread.
constexpr int64_t kGrain = 65536;

struct Sizes {
  int64_t outer;
  int64_t reduced;
  int64_t inner;

  int64_t count() const { return elements(outer, reduced, inner); }
  int64_t results() const { return elements(outer, inner); }
  // Parts that are worth a second thread, each of results that are reduced together.
  int64_t grain(int64_t together) const { return kGrain / (reduced * together + 1) + 1; }
};

bool readSizes(const Call& call, Sizes& sizes) {
  if (!call.areSizes(0, 3)) return false;
  sizes = {call.size(0), call.size(1), call.size(2)};
  return true;
}

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

// Calls body(the outer index, the first column, the column after the last) for parts of all columns.
template <class Body>
void forEachColumns(const Sizes& sizes, const Body& body) {
  constexpr int64_t kStrip = kStripVectors * kLanes;
  const int64_t strips = (sizes.inner + kStrip - 1) / kStrip;
  forEachPart(sizes.outer * strips, sizes.grain(kStrip), [&](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; k++) {
      const int64_t column = k % strips * kStrip;
      body(k / strips, column, column + kStrip < sizes.inner ? column + kStrip : sizes.inner);
    }
  });
}

// The reduction divided by `divisor`.
template <class Operation>
Refusal reduceFloats(const Call& call, double divisor) {
  Sizes sizes;
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
  const auto finish = [divisor](Doubles low, Doubles high) __attribute__((always_inline)) {
    return narrow(low / divisor, high / divisor);
  };
  forEachColumns(sizes, [&](int64_t outer, int64_t first, int64_t last) {
    const float* from = x + outer * n * sizes.inner;
    float* to = y + outer * sizes.inner;
    forEachStrip(first, last, [&](int64_t column, int count, auto vectors) __attribute__((always_inline)) {
      reduceStrip<Operation, decltype(vectors)::value>(from + column, to + column, n, sizes.inner, count,
                                                       finish);
    });
  });
  return kDone;
}

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
  forEachVector(i, n, [&](int64_t at, int count) __attribute__((always_inline)) {
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
void extremesOfFloats(const Call& call, const Sizes& sizes) {
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
    forEachVector(first, last, [&](int64_t column, int count) __attribute__((always_inline)) {
      Floats running = broadcast(Operation::kStart);
      for (int64_t row = 0; row < n; row++) {
        running = Operation::combine(running, loadSome(from + row * sizes.inner + column, count));
      }
      storeSome(y + outer * sizes.inner + column, running, count);
    });
  });
}

// Reductions of other types: row after row into the results.
template <class Element, class Function>
void reduceElements(const Call& call, const Sizes& sizes, Element start, Function combine) {
  const auto* x = static_cast<const Element*>(call.arrays[0].data);
  auto* y = static_cast<Element*>(call.arrays[1].data);
  forEachPart(sizes.outer, sizes.grain(sizes.inner), [&](int64_t begin, int64_t end) {
    for (int64_t outer = begin; outer < end; outer++) {
      Element* to = y + outer * sizes.inner;
      for (int64_t column = 0; column < sizes.inner; column++) to[column] = start;
      for (int64_t row = 0; row < sizes.reduced; row++) {
        const Element* from = x + (outer * sizes.reduced + row) * sizes.inner;
        for (int64_t column = 0; column < sizes.inner; column++) {
          to[column] = combine(to[column], from[column]);
        }
      }
    }
  });
}

template <class Element, class Function>
Refusal reduce(const Call& call, Type type, Element start, Function combine) {
  Sizes sizes;
  if (!readSizes(call, sizes)) return kWrongNumbers;
  if (!call.fits(0, type, sizes.count()) || !call.fits(1, type, sizes.results())) return kWrongArrays;
  if (sizes.results() == 0) return kDone;
  reduceElements(call, sizes, start, combine);
  return kDone;
}

bool areInts(const Call& call) { return call.arrayCount > 0 && call.arrays[0].type == Type::int32; }

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

template <class Operation, class Function>
Refusal extreme(const Call& call, int32_t start, Function combine) {
  if (areInts(call)) return reduce<int32_t>(call, Type::int32, start, combine);
  Sizes sizes;
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

// all, any: bytes, 0 or 1.
Refusal all(const Call& call) {
  return reduce<uint8_t>(call, Type::bytes, 1, [](uint8_t a, uint8_t b) -> uint8_t { return b ? a : 0; });
}

Refusal any(const Call& call) {
  return reduce<uint8_t>(call, Type::bytes, 0, [](uint8_t a, uint8_t b) -> uint8_t { return b ? 1 : a; });
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
void indicesInColumns(const float* x, int32_t* y, const Sizes& sizes, int64_t first, int64_t last) {
  forEachVector(first, last, [&](int64_t column, int count) __attribute__((always_inline)) {
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
  Sizes sizes;
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
      indicesInColumns<Order>(x + outer * sizes.reduced * sizes.inner, y + outer * sizes.inner, sizes, first,
                              last);
    });
  }
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

#define ENTRY(name) {#name, TRAINKIT_TARGET::name}

TRAINKIT_KERNELS(reductions, ENTRY(sum), ENTRY(mean), ENTRY(prod), ENTRY(max), ENTRY(min), ENTRY(all),
                 ENTRY(any), {"argMax", TRAINKIT_TARGET::argExtreme<TRAINKIT_TARGET::Greater>},
                 {"argMin", TRAINKIT_TARGET::argExtreme<TRAINKIT_TARGET::Less>})
