// Loops over arrays that are broadcast to one shape.
//
// A kernel's numbers are the number of dimensions, then for each dimension, the outermost first, its size and the step
// of each operand along it: 0 where the operand is broadcast. JavaScript merges dimensions that every operand crosses
// as one, so that arrays of the same shape have one dimension, and a row vector beside a matrix two.
#pragma once

#include "kernel.h"
#include "parallel.h"
#include "vector.h"

namespace TRAINKIT_TARGET {

constexpr int kMostDimensions = 12;

template <int operands>
struct Broadcast {
  int dimensions;
  int64_t sizes[kMostDimensions];
  int64_t steps[operands][kMostDimensions];
  // The number of results.
  int64_t count;
  // The number of elements that each operand has at least.
  int64_t lengths[operands];

  // True where an operand advances along the last dimension; it is one number in a row otherwise.
  bool moves(int operand) const { return steps[operand][dimensions - 1] != 0; }
};

// False where the numbers of `call` from `first` on are no broadcast.
template <int operands>
static bool readBroadcast(const trainkit::Call& call, int first, Broadcast<operands>& shape) {
  if (!call.areSizes(first, first + 1)) return false;
  const int64_t dimensions = call.size(first);
  if (dimensions < 1 || dimensions > kMostDimensions) return false;
  shape.dimensions = static_cast<int>(dimensions);
  const int end = first + 1 + shape.dimensions * (1 + operands);
  if (!call.areSizes(first + 1, end)) return false;
  shape.count = 1;
  for (int k = 0; k < operands; k++) shape.lengths[k] = 1;
  int next = first + 1;
  for (int d = 0; d < shape.dimensions; d++) {
    const int64_t size = call.size(next++);
    shape.sizes[d] = size;
    if (__builtin_mul_overflow(shape.count, size, &shape.count)) return false;
    for (int k = 0; k < operands; k++) {
      const int64_t step = call.size(next++);
      shape.steps[k][d] = step;
      int64_t reach = 0;
      if (d == shape.dimensions - 1 && step > 1) return false;
      if (size > 0 && __builtin_mul_overflow(size - 1, step, &reach)) return false;
      if (__builtin_add_overflow(shape.lengths[k], reach, &shape.lengths[k])) return false;
    }
  }
  if (shape.count == 0) {
    for (int k = 0; k < operands; k++) shape.lengths[k] = 0;
  }
  return true;
}

// Calls body(first, offsets, count) for the results from `begin` to `end`, row by row: `count` results from `first` on
// and the offsets of the operands' elements for the first of them.
template <int operands, class Body>
static void forEachRow(const Broadcast<operands>& shape, int64_t begin, int64_t end, const Body& body) {
  const int last = shape.dimensions - 1;
  const int64_t width = shape.sizes[last];
  int64_t index[kMostDimensions];
  int64_t offsets[operands] = {};
  int64_t column = begin % width;
  int64_t rest = begin / width;
  for (int d = last - 1; d >= 0; d--) {
    index[d] = rest % shape.sizes[d];
    rest /= shape.sizes[d];
    for (int k = 0; k < operands; k++) offsets[k] += index[d] * shape.steps[k][d];
  }
  for (int64_t first = begin; first < end;) {
    const int64_t count = width - column < end - first ? width - column : end - first;
    int64_t starts[operands];
    for (int k = 0; k < operands; k++) starts[k] = offsets[k] + column * shape.steps[k][last];
    body(first, starts, count);
    first += count;
    column = 0;
    for (int d = last - 1; d >= 0; d--) {
      for (int k = 0; k < operands; k++) offsets[k] += shape.steps[k][d];
      if (++index[d] < shape.sizes[d]) break;
      index[d] = 0;
      for (int k = 0; k < operands; k++) offsets[k] -= shape.sizes[d] * shape.steps[k][d];
    }
  }
}

}  // namespace TRAINKIT_TARGET
