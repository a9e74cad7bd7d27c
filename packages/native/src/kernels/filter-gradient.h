// The gradient of a convolution's filter.
#pragma once

#include "correlation.h"

namespace TRAINKIT_TARGET {

// dW[i, j, c, n] = Σ over images and positions (r, p) of X[image, r · stride + i, p · stride + j, c] · dY[image, r, p,
// n].
struct FilterGradient {
  Images x;
  Window rows;
  Window columns;
  // [count, height, width, channels]
  Images dy;
  float* dw;
};

// Windows without dilation. Numbers around an image are zeros, so that an infinite gradient beside its edge makes NaN
// where the backend cpu passes over them.
void correlateFilter(const FilterGradient& gradient);

}  // namespace TRAINKIT_TARGET
