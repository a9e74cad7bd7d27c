// Convolution as networks have it: a window moves over images, and each of its positions is a row of a product.
#pragma once

#include "../runtime/vector.h"

namespace TRAINKIT_TARGET {

// Images [count, height, width, channels] that lie one after another.
struct Images {
  const float* data;
  int64_t count;
  int64_t height;
  int64_t width;
  int64_t channels;
};

// A window in one direction: `taps` numbers `dilation` apart; its first position begins `padding` before the image (a
// negative one within it), and the next `stride` further.
struct Window {
  int64_t taps;
  int64_t stride;
  int64_t dilation;
  int64_t padding;

  // The numbers that `positions` positions reach over.
  int64_t extent(int64_t positions) const { return (positions - 1) * stride + (taps - 1) * dilation + 1; }
  // Returns true where all of them lie within an image.
  bool isInside(int64_t positions, int64_t size) const { return padding <= 0 && extent(positions) - padding <= size; }
};

// The weight of tap (i, j), channel c and output n is data[i · rowStep + j · columnStep + c · channelStep + n ·
// outputStep]; one of the last two steps is 1.
struct Filter {
  const float* data;
  int64_t rowStep;
  int64_t columnStep;
  int64_t channelStep;
  int64_t outputStep;
};

// Y[image, r, c, n] = bias[n] + Σ over taps i, j and channels of X · filter, where X is zero outside of an image.
struct Correlation {
  Images x;
  Window rows;
  Window columns;
  Filter filter;
  const float* bias;
  // The output: [count, height, width, channels], with these steps between images, rows and pixels.
  float* y;
  int64_t height;
  int64_t width;
  int64_t channels;
  int64_t imageStep;
  int64_t rowStep;
  int64_t pixelStep;
};

void correlate(const Correlation& correlation);

}  // namespace TRAINKIT_TARGET
