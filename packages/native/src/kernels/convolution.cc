// Convolutions of images [batch, height, width, channels], and their gradients.
#include "../runtime/kernel.h"
#include "../runtime/sizes.h"
#include "filter-gradient.h"
#include "geometry.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

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
  correlate({g.input(call.floats(0)),
             g.rows(),
             g.columns(),
             {call.floats(1), g.filterWidth * tap, tap, g.outChannels, 1},
             call.has(2) ? call.floats(2) : nullptr,
             call.floats(3),
             g.outHeight,
             g.outWidth,
             g.outChannels,
             g.outHeight * row,
             row,
             g.outChannels});
  return kDone;
}

// The positions of one direction of X that meet the same taps of the filter: every `stride`-th from `phase` on.
struct Phase {
  int64_t firstTap;
  int64_t taps;
  // The count of numbers of X.
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
      correlate({g.output(call.floats(0)),
                 rows.window,
                 columns.window,
                 {last, -g.strideHeight * filterRow, -g.strideWidth * tap, 1, g.outChannels},
                 nullptr,
                 call.floats(2) + i * row + j * g.inChannels,
                 rows.positions,
                 columns.positions,
                 g.inChannels,
                 g.inHeight * row,
                 g.strideHeight * row,
                 g.strideWidth * g.inChannels});
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
