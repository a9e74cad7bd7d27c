// Reductions of arrays along their middle dimension, as three sizes: x [outer, reduced, inner], y [outer, inner].
#pragma once

#include "../runtime/columns.h"
#include "../runtime/kernel.h"
#include "../runtime/parallel.h"
#include "../runtime/sizes.h"

namespace TRAINKIT_TARGET {

// Elements that are worth a second thread.
constexpr int64_t kReductionGrain = 65536;

struct ReductionSizes {
  int64_t outer;
  int64_t reduced;
  int64_t inner;

  int64_t count() const { return trainkit::elements(outer, reduced, inner); }
  int64_t results() const { return trainkit::elements(outer, inner); }
  // Parts that are worth a second thread, each of results that are reduced together.
  int64_t grain(int64_t together) const { return kReductionGrain / (reduced * together + 1) + 1; }
};

static inline bool readSizes(const trainkit::Call& call, ReductionSizes& sizes) {
  if (!call.areSizes(0, 3)) return false;
  sizes = {call.size(0), call.size(1), call.size(2)};
  return true;
}

// Calls body(the outer index, the first column, the column after the last) for parts of all columns.
template <class Body>
static void forEachColumns(const ReductionSizes& sizes, const Body& body) {
  constexpr int64_t kStrip = kStripVectors * kLanes;
  const int64_t strips = (sizes.inner + kStrip - 1) / kStrip;
  forEachPart(sizes.outer * strips, sizes.grain(kStrip), [&](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; k++) {
      const int64_t column = k % strips * kStrip;
      body(k / strips, column, column + kStrip < sizes.inner ? column + kStrip : sizes.inner);
    }
  });
}

// Reductions of other types: row after row into the results.
template <class Element, class Function>
static void reduceElements(const trainkit::Call& call, const ReductionSizes& sizes, Element start, Function combine) {
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
static trainkit::Refusal reduce(const trainkit::Call& call, trainkit::Type type, Element start, Function combine) {
  ReductionSizes sizes;
  if (!readSizes(call, sizes)) return trainkit::kWrongNumbers;
  if (!call.fits(0, type, sizes.count()) || !call.fits(1, type, sizes.results())) return trainkit::kWrongArrays;
  if (sizes.results() == 0) return trainkit::kDone;
  reduceElements(call, sizes, start, combine);
  return trainkit::kDone;
}

static inline bool areInts(const trainkit::Call& call) {
  return call.arrayCount > 0 && call.arrays[0].type == trainkit::Type::int32;
}

}  // namespace TRAINKIT_TARGET
