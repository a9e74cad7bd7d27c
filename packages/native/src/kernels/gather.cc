// Elements by index: gathered from one array, or scattered into another.
//
// Arrays of numbers are float32, int32 or bytes where nothing else is said; indices are int32. An index that is out of
// range refuses the kernel before anything is written, but for the sums of segments and one-hot, which leave it out.
#include <cstring>

#include "../runtime/conversions.h"
#include "../runtime/doubles.h"
#include "../runtime/kernel.h"
#include "../runtime/parallel.h"
#include "../runtime/scratch.h"
#include "../runtime/sizes.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Elements that are worth a second thread.
constexpr int64_t kGrain = 32768;

int64_t bytesOf(Type type) { return type == Type::bytes ? 1 : 4; }

// Null, or the refusal of the first index that is not below `size`.
Refusal checkIndices(const int32_t* indices, int64_t count, int64_t size) {
  bool isWithin = true;
  for (int64_t i = 0; i < count; i++) isWithin &= indices[i] >= 0 && indices[i] < size;
  for (int64_t i = 0; !isWithin && i < count; i++) {
    if (indices[i] < 0 || indices[i] >= size) return refuseIndex(indices[i], size);
  }
  return kDone;
}

// gather: x [batch, outer, size, inner], indices [batch, count], y [batch, outer, count, inner] of x's type; numbers
// batch, outer, size, inner, count. y[b, o, i] = x[b, o, indices[b, i]].
Refusal gatherKernel(const Call& call) {
  if (!call.areSizes(0, 5)) return kWrongNumbers;
  const int64_t batch = call.size(0);
  const int64_t outer = call.size(1);
  const int64_t size = call.size(2);
  const int64_t inner = call.size(3);
  const int64_t count = call.size(4);
  if (!call.has(0)) return kWrongArrays;
  const Type type = call.arrays[0].type;
  if (!call.fits(0, type, elements(batch, outer, size, inner)) || !call.fits(1, Type::int32, elements(batch, count)) ||
      !call.fits(2, type, elements(batch, outer, count, inner))) {
    return kWrongArrays;
  }
  // Where there are no results, no array bounds the other sizes.
  if (elements(batch, outer, count, inner) == 0) return kDone;
  const int32_t* indices = call.ints(1);
  if (const Refusal refusal = checkIndices(indices, batch * count, size)) return refusal;
  const int64_t bytes = inner * bytesOf(type);
  const uint8_t* x = call.bytes(0);
  uint8_t* y = call.bytes(2);
  forEachPart(batch * outer * count, kGrain / (inner + 1) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; k++) {
      const int64_t slab = k / count;
      const int64_t row = slab * size + indices[slab / outer * count + k % count];
      std::memcpy(y + k * bytes, x + row * bytes, static_cast<size_t>(bytes));
    }
  });
  return kDone;
}

// The place of slices by several indices each; numbers from `first`: the count of indices of a slice, then the size and
// the step, in slices, of each.
struct Places {
  int64_t depth;
  const double* sizesAndSteps;
  const int32_t* indices;

  int64_t size(int64_t d) const { return static_cast<int64_t>(sizesAndSteps[2 * d]); }
  int64_t step(int64_t d) const { return static_cast<int64_t>(sizesAndSteps[2 * d + 1]); }
  int64_t of(int64_t slice) const {
    int64_t place = 0;
    for (int64_t d = 0; d < depth; d++) place += indices[slice * depth + d] * step(d);
    return place;
  }
};

// Null, or why the slices' places are not all among `slices`.
Refusal readPlaces(const Call& call, int first, int array, int64_t count, int64_t slices, Places& places) {
  if (!call.areSizes(first, first + 1) || call.size(first) > 32) return kWrongNumbers;
  places.depth = call.size(first);
  const int end = first + 1 + 2 * static_cast<int>(places.depth);
  if (!call.areSizes(first + 1, end)) return kWrongNumbers;
  if (!call.fits(array, Type::int32, elements(count, places.depth))) return kWrongArrays;
  places.sizesAndSteps = call.numbers + first + 1;
  places.indices = call.ints(array);
  for (int64_t d = 0; d < places.depth; d++) {
    // So that no place overflows.
    if (elements(places.size(d), places.step(d)) < 0 || elements(places.size(d), places.step(d)) > slices) {
      return kWrongNumbers;
    }
  }
  for (int64_t i = 0; i < count; i++) {
    for (int64_t d = 0; d < places.depth; d++) {
      const int32_t index = places.indices[i * places.depth + d];
      if (index < 0 || index >= places.size(d)) return refuseIndex(index, places.size(d));
    }
    if (places.of(i) >= slices) return refuseIndex(places.of(i), slices);
  }
  return kDone;
}

// gatherNd: x [slices, inner], indices [count, depth], y [count, inner] of x's type; numbers slices, inner, count,
// depth, then the size of each of the first `depth` dimensions of x and its step in slices.
Refusal gatherNd(const Call& call) {
  if (!call.areSizes(0, 3)) return kWrongNumbers;
  const int64_t slices = call.size(0);
  const int64_t inner = call.size(1);
  const int64_t count = call.size(2);
  if (!call.has(0)) return kWrongArrays;
  const Type type = call.arrays[0].type;
  if (!call.fits(0, type, elements(slices, inner)) || !call.fits(2, type, elements(count, inner))) {
    return kWrongArrays;
  }
  if (elements(count, inner) == 0) return kDone;
  Places places;
  if (const Refusal refusal = readPlaces(call, 3, 1, count, slices, places)) return refusal;
  const int64_t bytes = inner * bytesOf(type);
  const uint8_t* x = call.bytes(0);
  uint8_t* y = call.bytes(2);
  forEachPart(count, kGrain / (inner + 1) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      std::memcpy(y + i * bytes, x + places.of(i) * bytes, static_cast<size_t>(bytes));
    }
  });
  return kDone;
}

template <class Element, class Add>
void scatter(const Places& places, const Element* x, Element* y, int64_t slices, int64_t inner, int64_t count,
             Add add) {
  std::memset(y, 0, static_cast<size_t>(slices * inner) * sizeof(Element));
  for (int64_t i = 0; i < count; i++) {
    Element* to = y + places.of(i) * inner;
    for (int64_t k = 0; k < inner; k++) to[k] = add(to[k], x[i * inner + k]);
  }
}

// scatterNd: indices [count, depth], x [count, inner], y [slices, inner], both float32 or both int32; numbers as of
// gatherNd. y is the sum of the slices of x at each place, one after the other, and 0 elsewhere.
Refusal scatterNd(const Call& call) {
  if (!call.areSizes(0, 3)) return kWrongNumbers;
  const int64_t slices = call.size(0);
  const int64_t inner = call.size(1);
  const int64_t count = call.size(2);
  if (!call.has(1)) return kWrongArrays;
  const Type type = call.arrays[1].type;
  if (type == Type::bytes || !call.fits(1, type, elements(count, inner)) ||
      !call.fits(2, type, elements(slices, inner))) {
    return kWrongArrays;
  }
  if (elements(slices, inner) == 0) return kDone;
  Places places;
  if (const Refusal refusal = readPlaces(call, 3, 0, count, slices, places)) return refusal;
  if (type == Type::float32) {
    scatter(places, call.floats(1), call.floats(2), slices, inner, count, [](float a, float b) { return a + b; });
  } else {
    scatter(places, call.ints(1), call.ints(2), slices, inner, count, [](int32_t a, int32_t b) {
      return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
    });
  }
  return kDone;
}

// The rows of each segment, in their order: those of segment s are order[starts[s]] … order[starts[s + 1] − 1].
struct Segments {
  int64_t* starts;
  int64_t* order;
};

Segments sortBySegment(const int32_t* ids, int64_t rows, int64_t segments) {
  static thread_local Scratch scratch;
  // Two floats have room for an offset.
  int64_t* starts = reinterpret_cast<int64_t*>(scratch.floats(2 * (segments + 1 + rows)));
  int64_t* order = starts + segments + 1;
  std::memset(starts, 0, static_cast<size_t>(segments + 1) * sizeof(int64_t));
  const auto isSegment = [&](int64_t row) { return ids[row] >= 0 && ids[row] < segments; };
  for (int64_t row = 0; row < rows; row++) {
    if (isSegment(row)) starts[ids[row]]++;
  }
  int64_t end = 0;
  for (int64_t s = 0; s <= segments; s++) {
    end += starts[s];
    starts[s] = end;
  }
  // Each start moves from the end of its segment to the beginning.
  for (int64_t row = rows - 1; row >= 0; row--) {
    if (isSegment(row)) order[--starts[ids[row]]] = row;
  }
  return {starts, order};
}

// segmentSum: x [rows, inner], ids [rows] int32, y [segments, inner], all float32 else; numbers rows, inner, segments.
// A row whose id is no segment counts nowhere. The sums go from the first row to the last, in double precision.
Refusal segmentSum(const Call& call) {
  if (!call.areSizes(0, 3)) return kWrongNumbers;
  const int64_t rows = call.size(0);
  const int64_t inner = call.size(1);
  const int64_t segments = call.size(2);
  if (!call.fits(0, Type::float32, elements(rows, inner)) || !call.fits(1, Type::int32, rows) ||
      !call.fits(2, Type::float32, elements(segments, inner))) {
    return kWrongArrays;
  }
  // An array of no numbers says nothing of how many segments there are.
  if (segments == 0 || inner == 0) return kDone;
  const float* x = call.floats(0);
  float* y = call.floats(2);
  const Segments sorted = sortBySegment(call.ints(1), rows, segments);
  const int64_t average = rows / segments + 1;
  forEachPart(segments, kGrain / (average * inner + 1) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t s = begin; s < end; s++) {
      forEachVector(0, inner, [&](int64_t column, int count) INLINED {
        Doubles low = Doubles{};
        Doubles high = Doubles{};
        for (int64_t k = sorted.starts[s]; k < sorted.starts[s + 1]; k++) {
          const Floats next = loadSome(x + sorted.order[k] * inner + column, count);
          low = low + lowDoubles(next);
          high = high + highDoubles(next);
        }
        storeSome(y + s * inner + column, narrow(low, high), count);
      });
    }
  });
  return kDone;
}

template <class Element>
void fillOneHot(const int32_t* indices, void* array, int64_t count, int64_t depth, Element on, Element off) {
  auto* y = static_cast<Element*>(array);
  forEachPart(count, kGrain / (depth + 1) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      for (int64_t k = 0; k < depth; k++) y[i * depth + k] = k == indices[i] ? on : off;
    }
  });
}

// oneHot: indices [count], y [count, depth]; numbers count, depth, the value at the index, the value elsewhere.
Refusal oneHot(const Call& call) {
  if (!call.areSizes(0, 2) || call.numberCount < 4) return kWrongNumbers;
  const int64_t count = call.size(0);
  const int64_t depth = call.size(1);
  const double on = call.number(2);
  const double off = call.number(3);
  if (!call.fits(0, Type::int32, count)) return kWrongArrays;
  const int64_t length = elements(count, depth);
  void* y = call.arrays[1].data;
  if (call.fits(1, Type::float32, length)) {
    fillOneHot(call.ints(0), y, count, depth, static_cast<float>(on), static_cast<float>(off));
  } else if (call.fits(1, Type::int32, length)) {
    fillOneHot(call.ints(0), y, count, depth, toInt32(on), toInt32(off));
  } else if (call.fits(1, Type::bytes, length)) {
    fillOneHot(call.ints(0), y, count, depth, static_cast<uint8_t>(toInt32(on)), static_cast<uint8_t>(toInt32(off)));
  } else {
    return kWrongArrays;
  }
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(gather, {"gather", TRAINKIT_TARGET::gatherKernel, Checks::values},
                 {"gatherNd", TRAINKIT_TARGET::gatherNd, Checks::values},
                 {"scatterNd", TRAINKIT_TARGET::scatterNd, Checks::values}, KERNEL(segmentSum), KERNEL(oneHot))
