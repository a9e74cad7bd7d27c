// Bands: rows of an image with what its window reads beyond its edges, as zeros.
#pragma once

#include <cstring>

#include "../runtime/scratch.h"
#include "../runtime/sizes.h"
#include "correlation.h"

namespace TRAINKIT_TARGET {

struct Band {
  const float* data;
  // Floats from a row to the next.
  int64_t rowStep;
};

// The rows from `top` and columns from `left`, which may lie outside of the image, copied to `to`.
static inline void copyBand(float* to, const float* image, const Images& x, int64_t top, int64_t rows, int64_t left,
                            int64_t columns) {
  const int64_t step = columns * x.channels;
  const int64_t begin = trainkit::smaller(columns, trainkit::larger(0, -left));
  const int64_t end = trainkit::larger(begin, trainkit::smaller(columns, x.width - left));
  for (int64_t r = 0; r < rows; r++, to += step) {
    const int64_t y = top + r;
    if (y < 0 || y >= x.height || begin == end) {
      std::memset(to, 0, static_cast<size_t>(step) * sizeof(float));
      continue;
    }
    const float* from = image + (y * x.width + left + begin) * x.channels;
    std::memset(to, 0, static_cast<size_t>(begin * x.channels) * sizeof(float));
    std::memcpy(to + begin * x.channels, from, static_cast<size_t>((end - begin) * x.channels) * sizeof(float));
    std::memset(to + end * x.channels, 0, static_cast<size_t>((columns - end) * x.channels) * sizeof(float));
  }
}

// The band that output rows from `first` to before `end` read, where it lies or copied to `scratch`.
static inline Band bandOf(const Images& x, int64_t image, const Window& rows, const Window& columns, bool isInside,
                          int64_t width, int64_t first, int64_t end, trainkit::Scratch& scratch) {
  const float* data = x.data + image * x.height * x.width * x.channels;
  const int64_t top = first * rows.stride - rows.padding;
  const int64_t left = -columns.padding;
  if (isInside) return {data + (top * x.width + left) * x.channels, x.width * x.channels};
  const int64_t height = rows.extent(end - first);
  const int64_t extent = columns.extent(width);
  float* copy = scratch.floats(height * extent * x.channels);
  copyBand(copy, data, x, top, height, left, extent);
  return {copy, extent * x.channels};
}

}  // namespace TRAINKIT_TARGET
