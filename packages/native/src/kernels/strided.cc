// Copies between arrays that are crossed by steps of their own: transposes, slices, concatenations, padding, tiles.
#include <cstring>

#include "../runtime/kernel.h"
#include "../runtime/parallel.h"
#include "../runtime/vector.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

constexpr int kMostDimensions = 16;
// Elements that are worth a second thread.
constexpr int64_t kGrain = 65536;

struct Dimension {
  int64_t size;
  int64_t xStep;
  int64_t yStep;
};

struct Copy {
  int dimensions;
  Dimension dimension[kMostDimensions];
  int64_t xOffset;
  int64_t yOffset;
};

bool isWhole(double x) {
  return x >= -9007199254740992.0 && x <= 9007199254740992.0 && static_cast<double>(static_cast<int64_t>(x)) == x;
}

// False where the numbers describe no copy.
bool readCopy(const Call& call, Copy& copy) {
  if (!call.areSizes(0, 3) || call.size(0) < 1 || call.size(0) > kMostDimensions) return false;
  copy.dimensions = static_cast<int>(call.size(0));
  copy.xOffset = call.size(1);
  copy.yOffset = call.size(2);
  if (call.numberCount < 3 + 3 * copy.dimensions) return false;
  for (int d = 0; d < copy.dimensions; d++) {
    const int first = 3 + 3 * d;
    if (!call.areSizes(first, first + 1) || !isWhole(call.number(first + 1)) || !isWhole(call.number(first + 2))) {
      return false;
    }
    copy.dimension[d] = {call.size(first), call.size(first + 1), call.size(first + 2)};
    // Two threads would write one element.
    if (copy.dimension[d].size > 1 && copy.dimension[d].yStep == 0) return false;
  }
  return true;
}

// Extends the range of elements that are touched from `least` to `greatest` by a dimension. False beyond 2^63.
bool extend(int64_t size, int64_t step, int64_t& least, int64_t& greatest) {
  int64_t reach = 0;
  if (__builtin_mul_overflow(size - 1, step, &reach)) return false;
  int64_t& end = reach < 0 ? least : greatest;
  return !__builtin_add_overflow(end, reach, &end);
}

bool staysWithin(const Copy& copy, int64_t xLength, int64_t yLength) {
  int64_t least[2] = {copy.xOffset, copy.yOffset};
  int64_t greatest[2] = {copy.xOffset, copy.yOffset};
  for (int d = 0; d < copy.dimensions; d++) {
    const Dimension& dimension = copy.dimension[d];
    if (!extend(dimension.size, dimension.xStep, least[0], greatest[0]) ||
        !extend(dimension.size, dimension.yStep, least[1], greatest[1])) {
      return false;
    }
  }
  return least[0] >= 0 && least[1] >= 0 && greatest[0] < xLength && greatest[1] < yLength;
}

template <class Element>
void copyRow(const Element* x, Element* y, const Dimension& row) {
  if (row.xStep == 1 && row.yStep == 1) {
    std::memcpy(y, x, static_cast<size_t>(row.size) * sizeof(Element));
  } else if (row.yStep == 1 && row.xStep == 0) {
    for (int64_t i = 0; i < row.size; i++) y[i] = *x;
  } else if (row.yStep == 1) {
    for (int64_t i = 0; i < row.size; i++) y[i] = x[i * row.xStep];
  } else {
    for (int64_t i = 0; i < row.size; i++) y[i * row.yStep] = x[i * row.xStep];
  }
}

// y[i · yStep of rows + j] = x[i + j · xStep of columns] for a tile that begins at `x` and `y`.
template <class Element>
void transposeTile(const Element* x, Element* y, int64_t rows, int64_t columns, int64_t xStep, int64_t yStep) {
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j++) y[i * yStep + j] = x[i + j * xStep];
  }
}

void transposeTile(const float* x, float* y, int64_t rows, int64_t columns, int64_t xStep, int64_t yStep) {
  if (rows != kLanes || columns != kLanes) {
    transposeTile<float>(x, y, rows, columns, xStep, yStep);
    return;
  }
  Floats tile[kLanes];
  for (int j = 0; j < kLanes; j++) tile[j] = load(x + j * xStep);
  transpose(tile);
  for (int i = 0; i < kLanes; i++) store(y + i * yStep, tile[i]);
}

// Kept together, the rows of tiles that one core copies.
template <class Element>
void transposeRows(const Element* x, Element* y, const Dimension& rows, const Dimension& columns) {
  for (int64_t i = 0; i < rows.size; i += kLanes) {
    const int64_t height = rows.size - i < kLanes ? rows.size - i : kLanes;
    for (int64_t j = 0; j < columns.size; j += kLanes) {
      const int64_t width = columns.size - j < kLanes ? columns.size - j : kLanes;
      transposeTile(x + i + j * columns.xStep, y + i * rows.yStep + j, height, width, columns.xStep, rows.yStep);
    }
  }
}

// The offsets of the element `index`, in row-major order, of the first `dimensions` dimensions.
void offsetsOf(const Copy& copy, int dimensions, int64_t index, int64_t& x, int64_t& y) {
  x = copy.xOffset;
  y = copy.yOffset;
  for (int d = dimensions - 1; d >= 0; d--) {
    const int64_t at = index % copy.dimension[d].size;
    index /= copy.dimension[d].size;
    x += at * copy.dimension[d].xStep;
    y += at * copy.dimension[d].yStep;
  }
}

int64_t sizeOf(const Copy& copy, int dimensions) {
  int64_t size = 1;
  for (int d = 0; d < dimensions; d++) size *= copy.dimension[d].size;
  return size;
}

// The dimension that x crosses in order while the last one is what y crosses in order, or −1.
int transposedDimension(const Copy& copy) {
  const Dimension& last = copy.dimension[copy.dimensions - 1];
  if (last.yStep != 1 || last.xStep == 1 || last.size < kLanes) return -1;
  for (int d = 0; d < copy.dimensions - 1; d++) {
    if (copy.dimension[d].xStep == 1 && copy.dimension[d].size >= kLanes) return d;
  }
  return -1;
}

template <class Element>
void copyTransposed(const Copy& given, int transposed, const Element* x, Element* y) {
  Copy copy = given;
  const int outer = copy.dimensions - 2;
  const Dimension rows = copy.dimension[transposed];
  const Dimension columns = copy.dimension[copy.dimensions - 1];
  for (int d = transposed; d < outer; d++) copy.dimension[d] = copy.dimension[d + 1];
  // Each part of the work is a row of tiles.
  const int64_t bands = (rows.size + kLanes - 1) / kLanes;
  forEachPart(sizeOf(copy, outer) * bands, kGrain / (kLanes * columns.size), [&](int64_t begin, int64_t end) {
    for (int64_t band = begin; band < end; band++) {
      int64_t from;
      int64_t to;
      offsetsOf(copy, outer, band / bands, from, to);
      const int64_t row = band % bands * kLanes;
      const int64_t height = rows.size - row < kLanes ? rows.size - row : kLanes;
      transposeRows(x + from + row, y + to + row * rows.yStep, {height, 1, rows.yStep}, columns);
    }
  });
}

template <class Element>
void copyElements(const Copy& copy, const Element* x, Element* y) {
  const int transposed = transposedDimension(copy);
  if (transposed >= 0) {
    copyTransposed(copy, transposed, x, y);
    return;
  }
  const int last = copy.dimensions - 1;
  const Dimension& row = copy.dimension[last];
  if (last == 0) {
    forEachPart(row.size, kGrain, [&](int64_t begin, int64_t end) {
      copyRow(x + copy.xOffset + begin * row.xStep, y + copy.yOffset + begin * row.yStep,
              {end - begin, row.xStep, row.yStep});
    });
    return;
  }
  // The rows that follow one another along the dimension before the last need no division.
  const Dimension& rows = copy.dimension[last - 1];
  forEachPart(sizeOf(copy, last), kGrain / row.size, [&](int64_t begin, int64_t end) {
    for (int64_t index = begin; index < end;) {
      int64_t from;
      int64_t to;
      offsetsOf(copy, last, index, from, to);
      const int64_t rest = rows.size - index % rows.size;
      const int64_t count = rest < end - index ? rest : end - index;
      for (int64_t i = 0; i < count; i++) copyRow(x + from + i * rows.xStep, y + to + i * rows.yStep, row);
      index += count;
    }
  });
}

// copyStrided: x, y of one type; numbers: the count of dimensions, the offsets in x and y of the first element, then
// for each dimension its size and the steps in x and y. x and y may be one array where nothing that is read is written.
Refusal copyStrided(const Call& call) {
  Copy copy;
  if (!readCopy(call, copy)) return kWrongNumbers;
  if (!call.has(0) || !call.has(1) || call.arrays[0].type != call.arrays[1].type) return kWrongArrays;
  for (int d = 0; d < copy.dimensions; d++) {
    if (copy.dimension[d].size == 0) return kDone;
  }
  if (!staysWithin(copy, call.arrays[0].length, call.arrays[1].length)) return kWrongArrays;
  if (call.arrays[0].type == Type::bytes) {
    copyElements(copy, call.bytes(0), call.bytes(1));
  } else {
    // Integers pass as the floats of their bits.
    copyElements(copy, call.floats(0), call.floats(1));
  }
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(strided, KERNEL(copyStrided))
