// Convolutions of images [batch, height, width, channels], and their gradients.
#include "../runtime/kernel.h"
#include "../runtime/sizes.h"
#include "correlation.h"
#include "filter-gradient.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// The numbers of all three kernels, in this order.
struct Geometry {
  static constexpr int kNumbers = 15;
  // Sizes, strides and paddings up to here cannot overflow in a sum of two products.
  static constexpr double kMost = 1 << 26;
  // Floats of X that one row of Y may read.
  static constexpr int64_t kMostOfBand = int64_t{1} << 31;

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
    int64_t* const fields[kNumbers] = {
        &batch,       &inHeight,     &inWidth,     &inChannels,     &outHeight,     &outWidth, &outChannels, &filterHeight,
        &filterWidth, &strideHeight, &strideWidth, &dilationHeight, &dilationWidth, &padTop,   &padLeft};
    for (int i = 0; i < kNumbers; i++) *fields[i] = call.size(i);
  }

  static bool isIn(const Call& call) {
    if (!call.areSizes(0, kNumbers)) return false;
    for (int i = 0; i < kNumbers; i++) {
      if (call.number(i) > kMost) return false;
    }
    const Geometry g(call);
    if (g.strideHeight == 0 || g.strideWidth == 0 || g.dilationHeight == 0 || g.dilationWidth == 0) return false;
    const int64_t band = elements(g.rows().extent(1), larger(0, g.columns().extent(g.outWidth)), g.inChannels);
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

// convolution: x [batch, inHeight, inWidth, inChannels], filter [filterHeight, filterWidth, inChannels, outChannels],
// bias [outChannels] or none, y [batch, outHeight, outWidth, outChannels]. Numbers: those of Geometry.
Refusal convolve(const Call& call) {
  if (!Geometry::isIn(call)) return kWrongNumbers;
  const Geometry g(call);
  if (!call.fits(0, Type::float32, g.sizeOfInput()) || !call.fits(1, Type::float32, g.sizeOfFilter()) ||
      !call.fitsIfThere(2, Type::float32, g.outChannels) || !call.fits(3, Type::float32, g.sizeOfOutput())) {
    return kWrongArrays;
  }
  const int64_t tap = g.inChannels * g.outChannels;
  const int64_t row = g.outWidth * g.outChannels;
  correlate({g.input(call.floats(0)), g.rows(), g.columns(),
             {call.floats(1), g.filterWidth * tap, tap, g.outChannels, 1},
             call.has(2) ? call.floats(2) : nullptr, call.floats(3), g.outHeight, g.outWidth, g.outChannels,
             g.outHeight * row, row, g.outChannels});
  return kDone;
}

// The positions of one direction of X that meet the same taps of the filter: every `stride`-th from `phase` on.
struct Phase {
  int64_t firstTap;
  int64_t taps;
  // How many numbers of X there are.
  int64_t positions;
  // The window over dY that makes them, whose taps are those of the filter from the last to the first.
  Window window;
};

Phase phaseOf(int64_t phase, int64_t size, int64_t taps, int64_t stride, int64_t padding) {
  const int64_t first = (phase + padding) % stride;
  const int64_t count = first < taps ? ceilOfDivision(taps - first, stride) : 0;
  const int64_t positions = phase < size ? ceilOfDivision(size - phase, stride) : 0;
  return {first, count, positions, {count, 1, 1, count - 1 - (phase + padding - first) / stride}};
}

// convolutionInputGradient: dy as y, filter, dx as x. Numbers: those of Geometry, with dilations of 1.
Refusal inputGradient(const Call& call) {
  if (!Geometry::isIn(call)) return kWrongNumbers;
  const Geometry g(call);
  if (g.dilationHeight != 1 || g.dilationWidth != 1) return kWrongNumbers;
  if (!call.fits(0, Type::float32, g.sizeOfOutput()) || !call.fits(1, Type::float32, g.sizeOfFilter()) ||
      !call.fits(2, Type::float32, g.sizeOfInput())) {
    return kWrongArrays;
  }
  const int64_t tap = g.inChannels * g.outChannels;
  const int64_t filterRow = g.filterWidth * tap;
  const int64_t row = g.inWidth * g.inChannels;
  for (int64_t i = 0; i < smaller(g.strideHeight, g.inHeight); i++) {
    const Phase rows = phaseOf(i, g.inHeight, g.filterHeight, g.strideHeight, g.padTop);
    for (int64_t j = 0; j < smaller(g.strideWidth, g.inWidth); j++) {
      const Phase columns = phaseOf(j, g.inWidth, g.filterWidth, g.strideWidth, g.padLeft);
      const bool hasTaps = rows.taps > 0 && columns.taps > 0;
      const int64_t lastRow = rows.firstTap + (rows.taps - 1) * g.strideHeight;
      const int64_t lastColumn = columns.firstTap + (columns.taps - 1) * g.strideWidth;
      const float* last = hasTaps ? call.floats(1) + lastRow * filterRow + lastColumn * tap : nullptr;
      correlate({g.output(call.floats(0)), rows.window, columns.window,
                 {last, -g.strideHeight * filterRow, -g.strideWidth * tap, 1, g.outChannels}, nullptr,
                 call.floats(2) + i * row + j * g.inChannels, rows.positions, columns.positions, g.inChannels,
                 g.inHeight * row, g.strideHeight * row, g.strideWidth * g.inChannels});
    }
  }
  return kDone;
}

// convolutionFilterGradient: x, dy as y, dw as filter. Numbers: those of Geometry, with dilations of 1.
Refusal filterGradient(const Call& call) {
  if (!Geometry::isIn(call)) return kWrongNumbers;
  const Geometry g(call);
  if (g.dilationHeight != 1 || g.dilationWidth != 1) return kWrongNumbers;
  if (!call.fits(0, Type::float32, g.sizeOfInput()) || !call.fits(1, Type::float32, g.sizeOfOutput()) ||
      !call.fits(2, Type::float32, g.sizeOfFilter())) {
    return kWrongArrays;
  }
  correlateFilter({g.input(call.floats(0)), g.rows(), g.columns(), g.output(call.floats(1)), call.floats(2)});
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(convolution, {"convolution", TRAINKIT_TARGET::convolve},
                 {"convolutionInputGradient", TRAINKIT_TARGET::inputGradient},
                 {"convolutionFilterGradient", TRAINKIT_TARGET::filterGradient})
