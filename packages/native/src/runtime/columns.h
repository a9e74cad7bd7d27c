// Columns of a row-major matrix, several vectors of them at once.
//
// A sum over rows goes row after row, in float32 within 32 rows and in double precision over these, so that its order
// depends on the number of rows alone.
#pragma once

#include "doubles.h"

namespace TRAINKIT_TARGET {

constexpr int kSummedRows = 32;
// Vectors of columns that are worked on at once: their sums, in both precisions, stay in registers.
constexpr int kStripVectors = 4;

template <int count>
struct VectorCount {
  static constexpr int value = count;
};

// Calls body(column, count, VectorCount<v>) for all columns: v vectors beside each other, or one of `count` columns.
template <class Body>
INLINE void forEachStrip(int64_t begin, int64_t end, Body body) {
  int64_t column = begin;
  for (; column + kStripVectors * kLanes <= end; column += kStripVectors * kLanes) {
    body(column, kLanes, VectorCount<kStripVectors>());
  }
  for (; column < end; column += kLanes) {
    body(column, end - column < kLanes ? static_cast<int>(end - column) : kLanes, VectorCount<1>());
  }
}

// sums[v] = the sum of summand(row, v) over all rows.
template <int vectors, class Summand>
INLINE void sumRows(int64_t rows, Floats (&sums)[vectors], Summand summand) {
  const auto sumBlock = [&](int64_t begin, int64_t end) INLINED {
    for (int v = 0; v < vectors; v++) sums[v] = broadcast(0);
    for (int64_t row = begin; row < end; row++) {
      UNROLL(4)
      for (int v = 0; v < vectors; v++) sums[v] = sums[v] + summand(row, v);
    }
  };
  if (rows <= kSummedRows) {
    sumBlock(0, rows);
    return;
  }
  Doubles low[vectors];
  Doubles high[vectors];
  for (int v = 0; v < vectors; v++) low[v] = high[v] = Doubles{};
  for (int64_t row = 0; row < rows; row += kSummedRows) {
    sumBlock(row, row + kSummedRows < rows ? row + kSummedRows : rows);
    for (int v = 0; v < vectors; v++) {
      low[v] = low[v] + lowDoubles(sums[v]);
      high[v] = high[v] + highDoubles(sums[v]);
    }
  }
  for (int v = 0; v < vectors; v++) sums[v] = narrow(low[v], high[v]);
}

}  // namespace TRAINKIT_TARGET
