// Work on the rows of a matrix.
#pragma once

#include "checks.h"
#include "parallel.h"

// Calls body(row, the row's first element) for all rows of `length` elements, on several threads where these have
// `grain` elements each.
template <class Body>
static inline void parallelRows(int64_t rows, int64_t length, int64_t grain, const Body& body) {
  parallelFor(rows, trainkit::grainOf(length, grain), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) body(row, row * length);
  });
}
