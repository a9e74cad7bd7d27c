// Functions of each element of two arrays of one length.
#pragma once

#include "checks.h"
#include "parallel.h"
#include "vector.h"

namespace TRAINKIT_TARGET {

// first [n], second [n], y [n], and y = function(first, second); with one input first [n], y [n], and y =
// function(first, first). The first of the `numbers` numbers is n. y may be an input.
template <class Function>
INLINE trainkit::Refusal mapPairs(const trainkit::Call& call, int inputs, int numbers, int64_t grain,
                                  Function function) {
  if (call.numberCount != numbers || !call.areSizes(0, 1)) return trainkit::kWrongNumbers;
  const int64_t n = call.size(0);
  if (!trainkit::areFloats(call, 0, inputs + 1, n)) return trainkit::kWrongArrays;
  const float* first = call.floats(0);
  const float* second = call.floats(inputs - 1);
  float* y = call.floats(inputs);
  parallelFor(n, grain, [&](int64_t begin, int64_t end) {
    forEachVector(begin, end, [&](int64_t i, int count) INLINED {
      storeSome(y + i, function(loadSome(first + i, count), loadSome(second + i, count)), count);
    });
  });
  return trainkit::kDone;
}

}  // namespace TRAINKIT_TARGET
