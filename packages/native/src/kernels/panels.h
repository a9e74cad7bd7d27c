// Panels: strips of a matrix, packed so that a tile reads them in order. panel[k · width + i] is the number of row (or
// column) i and depth k; places up to the end of a row's last vector are zeros where the panel has room for them. What
// memory holds by chance would be multiplied too, and denormal numbers take a hundred times as long.
#pragma once

#include "../runtime/vector.h"

namespace TRAINKIT_TARGET {

// Element (i, j) is data[i · rowStep + j · columnStep].
struct Matrix {
  const float* data;
  int64_t rowStep;
  int64_t columnStep;

  const float* at(int64_t i, int64_t j) const { return data + i * rowStep + j * columnStep; }
};

// From numbers of one k beside each other: source[k · step + i] for i < count <= width, k < depth.
void packAdjacent(float* panel, int width, const float* source, int64_t step, int count, int64_t depth);
// From numbers of ascending k beside each other: source[i · step + k].
void packDistant(float* panel, int width, const float* source, int64_t step, int count, int64_t depth);

}  // namespace TRAINKIT_TARGET
