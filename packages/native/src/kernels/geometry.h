// The sizes of kernels that move a window over images [batch, height, width, channels]: convolutions and pools.
#pragma once

#include "../runtime/kernel.h"
#include "../runtime/sizes.h"
#include "correlation.h"

namespace TRAINKIT_TARGET {

using trainkit::Call;
using trainkit::elements;
using trainkit::larger;

// The numbers of a kernel, in this order.
struct Geometry {
  static constexpr int kNumbers = 15;
  // Sizes, strides and paddings up to here cannot overflow in a sum of two products.
  static constexpr double kMost = 1 << 26;
  // Floats of an image with all that its window reads beyond its edges.
  static constexpr int64_t kMostOfBand = int64_t{1} << 33;

  int64_t batch;
  int64_t inHeight;
  int64_t inWidth;
  int64_t inChannels;
  int64_t outHeight;
  int64_t outWidth;
  int64_t outChannels;
  int64_t filterHeight;
  int64_t filterWidth;
  int64_t strideHeight;
  int64_t strideWidth;
  int64_t dilationHeight;
  int64_t dilationWidth;
  int64_t padTop;
  int64_t padLeft;

  explicit Geometry(const Call& call) {
    int64_t* const fields[kNumbers] = {&batch,       &inHeight,       &inWidth,       &inChannels,  &outHeight,
                                       &outWidth,    &outChannels,    &filterHeight,  &filterWidth, &strideHeight,
                                       &strideWidth, &dilationHeight, &dilationWidth, &padTop,      &padLeft};
    for (int i = 0; i < kNumbers; i++) *fields[i] = call.size(i);
  }

  static bool isIn(const Call& call) {
    if (!call.areSizes(0, kNumbers)) return false;
    for (int i = 0; i < kNumbers; i++) {
      if (call.number(i) > kMost) return false;
    }
    const Geometry g(call);
    if (g.strideHeight == 0 || g.strideWidth == 0 || g.dilationHeight == 0 || g.dilationWidth == 0) return false;
    const int64_t band =
        elements(g.rows().extent(larger(1, g.outHeight)), larger(0, g.columns().extent(g.outWidth)), g.inChannels);
    return band >= 0 && band <= kMostOfBand;
  }

  int64_t sizeOfInput() const { return elements(batch, inHeight, inWidth, inChannels); }
  int64_t sizeOfOutput() const { return elements(batch, outHeight, outWidth, outChannels); }
  int64_t sizeOfFilter() const { return elements(filterHeight, filterWidth, inChannels, outChannels); }
  Images input(const float* data) const { return {data, batch, inHeight, inWidth, inChannels}; }
  Images output(const float* data) const { return {data, batch, outHeight, outWidth, outChannels}; }
  Window rows() const { return {filterHeight, strideHeight, dilationHeight, padTop}; }
  Window columns() const { return {filterWidth, strideWidth, dilationWidth, padLeft}; }
};

}  // namespace TRAINKIT_TARGET
