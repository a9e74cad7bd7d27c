// Convolutions of each channel by itself, and their gradients. The filter is [height, width, inChannels, multiplier]:
// channel c of X makes the channels c · multiplier … of Y.
#include "../runtime/kernel.h"
#include "../runtime/parallel.h"
#include "../runtime/sizes.h"
#include "bands.h"
#include "geometry.h"
#include "groups.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Multiply-adds of a task, about.
constexpr int64_t kGrain = 65536;

thread_local Scratch bandCopy;
// Of the caller: all threads write their groups' sums.
thread_local Scratch groupSums;

struct Depthwise : Geometry {
  int64_t multiplier;

  explicit Depthwise(const Call& call) : Geometry(call), multiplier(inChannels == 0 ? 1 : outChannels / inChannels) {}
  static bool isIn(const Call& call) {
    if (!Geometry::isIn(call)) return false;
    const Depthwise g(call);
    return g.inChannels * g.multiplier == g.outChannels;
  }
  int64_t sizeOfDepthwiseFilter() const { return elements(filterHeight, filterWidth, outChannels); }
  // Work of a row of `width` pixels with `channels`.
  int64_t workOfRow(int64_t width, int64_t channels) const {
    return larger(1, width * channels * filterHeight * filterWidth);
  }
};

// The numbers of X that the channels of Y from `channel` on read: each `multiplier` times.
INLINE Floats loadRepeated(const float* x, int64_t channel, int count, int64_t multiplier) {
  if (multiplier == 1) return loadSome(x + channel, count);
  float lanes[kLanes] = {};
  for (int i = 0; i < count; i++) lanes[i] = x[(channel + i) / multiplier];
  return load(lanes);
}

// Numbers `step` apart.
INLINE Floats loadApart(const float* from, int64_t step, int count) {
  if (step == 1) return loadSome(from, count);
  float lanes[kLanes] = {};
  for (int i = 0; i < count; i++) lanes[i] = from[i * step];
  return load(lanes);
}

// depthwiseConvolution: x [batch, inHeight, inWidth, inChannels], filter [filterHeight, filterWidth, outChannels], bias
// [outChannels] or none, y [batch, outHeight, outWidth, outChannels]. Numbers: those of Geometry.
Refusal convolve(const Call& call) {
  if (!Depthwise::isIn(call)) return kWrongNumbers;
  const Depthwise g(call);
  if (!call.fits(0, Type::float32, g.sizeOfInput()) || !call.fits(1, Type::float32, g.sizeOfDepthwiseFilter()) ||
      !call.fitsIfThere(2, Type::float32, g.outChannels) || !call.fits(3, Type::float32, g.sizeOfOutput())) {
    return kWrongArrays;
  }
  const float* filter = call.floats(1);
  const float* bias = call.has(2) ? call.floats(2) : nullptr;
  const auto computePixel = [&](const float* x, int64_t row, int64_t column, float* y) {
    forEachVector(0, g.outChannels, [&](int64_t c, int count) INLINED {
      Floats sum = broadcast(0);
      for (int64_t i = 0; i < g.filterHeight; i++) {
        const int64_t from = row * g.strideHeight - g.padTop + i * g.dilationHeight;
        if (from < 0 || from >= g.inHeight) continue;
        for (int64_t j = 0; j < g.filterWidth; j++) {
          const int64_t at = column * g.strideWidth - g.padLeft + j * g.dilationWidth;
          if (at < 0 || at >= g.inWidth) continue;
          const float* pixel = x + (from * g.inWidth + at) * g.inChannels;
          const Floats weight = loadSome(filter + (i * g.filterWidth + j) * g.outChannels + c, count);
          sum = multiplyAdd(loadRepeated(pixel, c, count, g.multiplier), weight, sum);
        }
      }
      storeSome(y + c, bias == nullptr ? sum : sum + loadSome(bias + c, count), count);
    });
  };
  forEachPart(g.batch * g.outHeight, kGrain / g.workOfRow(g.outWidth, g.outChannels) + 1,
              [&](int64_t begin, int64_t end) {
                for (int64_t i = begin; i < end; i++) {
                  const float* x = call.floats(0) + i / g.outHeight * g.inHeight * g.inWidth * g.inChannels;
                  float* y = call.floats(3) + i * g.outWidth * g.outChannels;
                  for (int64_t column = 0; column < g.outWidth; column++) {
                    computePixel(x, i % g.outHeight, column, y + column * g.outChannels);
                  }
                }
              });
  return kDone;
}

// The position of the window whose tap reads `number`, or −1.
INLINE int64_t positionOf(int64_t number, int64_t tap, int64_t stride, int64_t positions) {
  const int64_t first = number - tap;
  if (first < 0 || first % stride != 0 || first / stride >= positions) return -1;
  return first / stride;
}

// depthwiseInputGradient: dy as y, filter, dx as x. Numbers: those of Geometry.
Refusal inputGradient(const Call& call) {
  if (!Depthwise::isIn(call)) return kWrongNumbers;
  const Depthwise g(call);
  if (!call.fits(0, Type::float32, g.sizeOfOutput()) || !call.fits(1, Type::float32, g.sizeOfDepthwiseFilter()) ||
      !call.fits(2, Type::float32, g.sizeOfInput())) {
    return kWrongArrays;
  }
  const float* filter = call.floats(1);
  const auto computePixel = [&](const float* dy, int64_t row, int64_t column, float* dx) {
    forEachVector(0, g.inChannels, [&](int64_t c, int count) INLINED {
      Floats sum = broadcast(0);
      for (int64_t i = 0; i < g.filterHeight; i++) {
        const int64_t y = positionOf(row + g.padTop, i * g.dilationHeight, g.strideHeight, g.outHeight);
        if (y < 0) continue;
        for (int64_t j = 0; j < g.filterWidth; j++) {
          const int64_t x = positionOf(column + g.padLeft, j * g.dilationWidth, g.strideWidth, g.outWidth);
          if (x < 0) continue;
          const int64_t first = c * g.multiplier;
          const float* gradient = dy + (y * g.outWidth + x) * g.outChannels + first;
          const float* weight = filter + (i * g.filterWidth + j) * g.outChannels + first;
          for (int64_t q = 0; q < g.multiplier; q++) {
            sum = multiplyAdd(loadApart(gradient + q, g.multiplier, count), loadApart(weight + q, g.multiplier, count),
                              sum);
          }
        }
      }
      storeSome(dx + c, sum, count);
    });
  };
  forEachPart(g.batch * g.inHeight, kGrain / g.workOfRow(g.inWidth, g.outChannels) + 1,
              [&](int64_t begin, int64_t end) {
                for (int64_t i = begin; i < end; i++) {
                  const float* dy = call.floats(0) + i / g.inHeight * g.outHeight * g.outWidth * g.outChannels;
                  float* dx = call.floats(2) + i * g.inWidth * g.inChannels;
                  for (int64_t column = 0; column < g.inWidth; column++) {
                    computePixel(dy, i % g.inHeight, column, dx + column * g.inChannels);
                  }
                }
              });
  return kDone;
}

// The input of the gradients of `taps` neighbours in a row of the filter, for one image and a vector of channels.
struct TapRow {
  const Depthwise& g;
  const float* x;
  int64_t rowStep;
  int64_t channel;
  int count;
  const float* dy;
};

// Adds the sums over all positions to those of `taps` neighbours in a row of the filter.
template <int taps>
void addTaps(const TapRow& t, float* sums, bool isFirst) {
  const Depthwise& g = t.g;
  Floats sum[taps];
  for (int j = 0; j < taps; j++) {
    sum[j] = isFirst ? broadcast(0) : loadSome(sums + j * g.outChannels, t.count);
  }
  for (int64_t row = 0; row < g.outHeight; row++) {
    const float* x = t.x + row * g.strideHeight * t.rowStep;
    const float* dy = t.dy + row * g.outWidth * g.outChannels;
    for (int64_t column = 0; column < g.outWidth; column++) {
      const Floats gradient = loadSome(dy + column * g.outChannels, t.count);
      UNROLL(4)
      for (int j = 0; j < taps; j++) {
        const float* pixel = x + (column * g.strideWidth + j * g.dilationWidth) * g.inChannels;
        sum[j] = multiplyAdd(loadRepeated(pixel, t.channel, t.count, g.multiplier), gradient, sum[j]);
      }
    }
  }
  for (int j = 0; j < taps; j++) storeSome(sums + j * g.outChannels, sum[j], t.count);
}

void addTapRow(const TapRow& t, float* sums, bool isFirst) {
  static constexpr int kMost = 4;
  static constexpr void (*kFunctions[])(const TapRow&, float*, bool) = {nullptr, addTaps<1>, addTaps<2>, addTaps<3>,
                                                                        addTaps<4>};
  for (int64_t j = 0; j < t.g.filterWidth; j += kMost) {
    TapRow some = t;
    some.x += j * t.g.dilationWidth * t.g.inChannels;
    kFunctions[smaller(kMost, t.g.filterWidth - j)](some, sums + j * t.g.outChannels, isFirst);
  }
}

// The sums of one image and some channels of Y, added to those of its group.
void addImage(const Depthwise& g, const float* xs, const float* dys, int64_t image, int64_t begin, int64_t end,
              float* sums, bool isFirst) {
  const Window rows = g.rows();
  const Window columns = g.columns();
  const bool isInside = rows.isInside(g.outHeight, g.inHeight) && columns.isInside(g.outWidth, g.inWidth);
  const Band band = bandOf(g.input(xs), image, rows, columns, isInside, g.outWidth, 0, g.outHeight, bandCopy);
  const float* dy = dys + image * g.outHeight * g.outWidth * g.outChannels;
  forEachVector(begin, end, [&](int64_t c, int count) {
    for (int64_t i = 0; i < g.filterHeight; i++) {
      const TapRow row = {g, band.data + i * g.dilationHeight * band.rowStep, band.rowStep, c, count, dy + c};
      addTapRow(row, sums + i * g.filterWidth * g.outChannels + c, isFirst);
    }
  });
}

// depthwiseFilterGradient: x, dy as y, dw as filter. Numbers: those of Geometry.
Refusal filterGradient(const Call& call) {
  if (!Depthwise::isIn(call)) return kWrongNumbers;
  const Depthwise g(call);
  const int64_t total = g.sizeOfDepthwiseFilter();
  if (!call.fits(0, Type::float32, g.sizeOfInput()) || !call.fits(1, Type::float32, g.sizeOfOutput()) ||
      !call.fits(2, Type::float32, total)) {
    return kWrongArrays;
  }
  if (total == 0) return kDone;
  float* dw = call.floats(2);
  if (g.batch == 0 || g.outHeight == 0 || g.outWidth == 0) {
    std::memset(dw, 0, static_cast<size_t>(total) * sizeof(float));
    return kDone;
  }
  const int64_t groups = groupsOf(g.batch, total);
  float* sums = groups == 1 ? dw : groupSums.floats(groups * total);
  // Few groups: threads share the channels of each.
  const int64_t vectors = ceilOfDivision(g.outChannels, kLanes);
  const int64_t slices = groups >= 8 ? 1 : vectors;
  forEachPart(groups * slices, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t group = i / slices;
      const int64_t firstImage = g.batch * group / groups;
      const int64_t first = vectors * (i % slices) / slices * kLanes;
      const int64_t last = smaller(g.outChannels, vectors * (i % slices + 1) / slices * kLanes);
      for (int64_t image = firstImage; image < g.batch * (group + 1) / groups; image++) {
        addImage(g, call.floats(0), call.floats(1), image, first, last, sums + group * total, image == firstImage);
      }
    }
  });
  if (groups > 1) addGroups(sums, groups, total, dw);
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(depthwise, {"depthwiseConvolution", TRAINKIT_TARGET::convolve},
                 {"depthwiseInputGradient", TRAINKIT_TARGET::inputGradient},
                 {"depthwiseFilterGradient", TRAINKIT_TARGET::filterGradient})
