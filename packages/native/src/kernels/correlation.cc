// The scheme. Positions of the window are the rows of A, its numbers the depth k, outputs the columns of B: a product
// as in matrix-product.cc, with the same blocks over k. A is never written out: neighbours in a row of Y lie a stride
// apart in X, and each has its numbers at the same offsets, so that a tile reads them where they are. Only where the
// window leaves an image are rows of it copied, with zeros around them.
#include "correlation.h"

#include "../runtime/parallel.h"
#include "bands.h"
#include "matrix-product.h"
#include "tiles.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Floats of a copied band, about: a part of a level-2 cache.
constexpr int64_t kBand = 65536;
// Multiply-adds of a task, about.
constexpr double kTaskWork = 300000;

// Of the caller: all threads read them.
thread_local Scratch packedFilter;
thread_local Scratch stretchList;
thread_local Scratch bandCopy;

struct Plan {
  const Correlation& c;
  Blocks blocks;
  int64_t panels;
  int panelStep;
  bool isInside;
  const float* filter = nullptr;
  // The stretches of all blocks; those of block b begin at firstStretch[b].
  const Stretch* stretches = nullptr;
  const int64_t* firstStretch = nullptr;

  explicit Plan(const Correlation& correlation)
      : c(correlation),
        blocks(c.rows.taps * c.columns.taps * c.x.channels),
        panels(ceilOfDivision(c.channels, kPanel)),
        panelStep(c.channels <= kLanes ? kLanes : kPanel),
        isInside(c.rows.isInside(c.height, c.x.height) && c.columns.isInside(c.width, c.x.width)) {}

  int64_t bandRowStep() const { return (isInside ? c.x.width : c.columns.extent(c.width)) * c.x.channels; }
  int panelColumns(int64_t j) const { return static_cast<int>(smaller(kPanel, c.channels - j * kPanel)); }
  const float* panelOf(int64_t b, int64_t j) const {
    return filter + panelStep * (panels * blocks.start(b) + j * blocks.depthOf(b));
  }
};

// Packs the weights of k from `begin` to `end` for the outputs of a panel.
void packPanel(const Plan& plan, float* panel, int64_t begin, int64_t end, int64_t j) {
  const Correlation& c = plan.c;
  const Filter& f = c.filter;
  const int columns = plan.panelColumns(j);
  for (int64_t k = begin; k < end;) {
    const int64_t tap = k / c.x.channels;
    const int64_t channel = k % c.x.channels;
    const int64_t depth = smaller(end - k, c.x.channels - channel);
    const float* source = f.data + tap / c.columns.taps * f.rowStep + tap % c.columns.taps * f.columnStep +
                          channel * f.channelStep + j * kPanel * f.outputStep;
    if (f.outputStep == 1) {
      packAdjacent(panel, plan.panelStep, source, f.channelStep, columns, depth);
    } else {
      packDistant(panel, plan.panelStep, source, f.outputStep, columns, depth);
    }
    panel += depth * plan.panelStep;
    k += depth;
  }
}

void packFilter(Plan& plan) {
  float* packed = packedFilter.floats(plan.panels * plan.panelStep * plan.blocks.k);
  plan.filter = packed;
  const int64_t count = plan.blocks.count * plan.panels;
  constexpr int64_t kGrain = 8;
  forEachPart(count, kGrain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t b = i / plan.panels;
      const int64_t j = i % plan.panels;
      float* panel = packed + (plan.panelOf(b, j) - plan.filter);
      packPanel(plan, panel, plan.blocks.start(b), plan.blocks.start(b) + plan.blocks.depthOf(b), j);
    }
  });
}

// The stretches of k that lie together in a band, cut at the blocks.
void listStretches(Plan& plan) {
  const Correlation& c = plan.c;
  // Without dilation the taps of a row of the window lie together.
  const bool isDense = c.columns.dilation == 1 || c.columns.taps == 1;
  const int64_t length = isDense ? c.columns.taps * c.x.channels : c.x.channels;
  const int64_t most = plan.blocks.k / length + 2 * plan.blocks.count;
  auto* list = stretchList.of<Stretch>(most + ceilOfDivision(plan.blocks.count + 1, 2));
  auto* first = reinterpret_cast<int64_t*>(list + most);
  int64_t count = 0;
  for (int64_t b = 0; b < plan.blocks.count; b++) {
    first[b] = count;
    const int64_t end = plan.blocks.start(b) + plan.blocks.depthOf(b);
    for (int64_t k = plan.blocks.start(b); k < end;) {
      const int64_t part = k / length;
      const int64_t row = isDense ? part : part / c.columns.taps;
      const int64_t column = isDense ? 0 : part % c.columns.taps;
      const int64_t depth = smaller(end - k, length - k % length);
      list[count++] = {
          row * c.rows.dilation * plan.bandRowStep() + column * c.columns.dilation * c.x.channels + k % length, depth};
      k += depth;
    }
  }
  first[plan.blocks.count] = count;
  plan.stretches = list;
  plan.firstStretch = first;
}

// One row of Y, for a panel and a block; `x` is what its first position reads.
void multiplyRow(const Plan& plan, const float* x, float* y, int64_t b, int64_t j) {
  const Correlation& c = plan.c;
  const int columns = plan.panelColumns(j);
  const int64_t tiles = ceilOfDivision(c.width, mostRows(columns));
  Tile tile = {};
  tile.aStep = c.columns.stride * c.x.channels;
  tile.stretches = plan.stretches + plan.firstStretch[b];
  tile.stretchCount = static_cast<int>(plan.firstStretch[b + 1] - plan.firstStretch[b]);
  tile.b = plan.panelOf(b, j);
  tile.bStep = plan.panelStep;
  tile.yStep = c.pixelStep;
  tile.columns = columns;
  tile.add = b > 0;
  tile.bias = b == plan.blocks.count - 1 && c.bias != nullptr ? c.bias + j * kPanel : nullptr;
  for (int64_t i = 0; i < tiles; i++) {
    const int64_t first = c.width * i / tiles;
    const int rows = static_cast<int>(c.width * (i + 1) / tiles - first);
    tile.a = x + first * tile.aStep;
    tile.y = y + first * c.pixelStep + j * kPanel;
    tileFunction(Rows::distant, rows, columns)(tile);
  }
}

// Rows from `first` to before `end` of an image of Y.
void multiplyRows(const Plan& plan, int64_t image, int64_t first, int64_t end) {
  const Correlation& c = plan.c;
  const Band band = bandOf(c.x, image, c.rows, c.columns, plan.isInside, c.width, first, end, bandCopy);
  for (int64_t j = 0; j < plan.panels; j++) {
    for (int64_t b = 0; b < plan.blocks.count; b++) {
      for (int64_t r = first; r < end; r++) {
        multiplyRow(plan, band.data + (r - first) * c.rows.stride * band.rowStep,
                    c.y + image * c.imageStep + r * c.rowStep, b, j);
      }
    }
  }
}

// The rows of Y of one band.
int64_t rowsOfBand(const Plan& plan) {
  const Correlation& c = plan.c;
  const int64_t rowOfX = plan.bandRowStep();
  const int64_t fitting = (kBand / larger(rowOfX, 1) - c.rows.extent(1)) / c.rows.stride + 1;
  return larger(1, smaller(c.height, fitting));
}

// Returns true where a weight is infinite or NaN: it makes NaN with the zeros around an image, which do not count.
bool hasSpecialWeight(const Plan& plan) {
  const int64_t count = plan.panels * plan.panelStep * plan.blocks.k;
  Floats zeros = broadcast(0);
  for (int64_t i = 0; i < count; i += kLanes) zeros += load(plan.filter + i) * broadcast(0);
  float lanes[kLanes];
  store(lanes, zeros);
  for (const float lane : lanes) {
    if (lane != 0) return true;
  }
  return false;
}

// One number of Y from the numbers within the image alone, in the order of the tiles.
float correlateWithin(const Plan& plan, int64_t image, int64_t row, int64_t column, int64_t n) {
  const Correlation& c = plan.c;
  const int64_t top = row * c.rows.stride - c.rows.padding;
  const int64_t left = column * c.columns.stride - c.columns.padding;
  float total = 0;
  for (int64_t b = 0; b < plan.blocks.count; b++) {
    const int64_t begin = plan.blocks.start(b);
    float sum = 0;
    for (int64_t k = begin; k < begin + plan.blocks.depthOf(b); k++) {
      const int64_t tap = k / c.x.channels;
      const int64_t y = top + tap / c.columns.taps * c.rows.dilation;
      const int64_t x = left + tap % c.columns.taps * c.columns.dilation;
      if (y < 0 || y >= c.x.height || x < 0 || x >= c.x.width) continue;
      const int64_t number = ((image * c.x.height + y) * c.x.width + x) * c.x.channels + k % c.x.channels;
      const float weight = plan.panelOf(b, n / kPanel)[(k - begin) * plan.panelStep + n % kPanel];
      sum = __builtin_fmaf(c.x.data[number], weight, sum);
    }
    total = b == 0 ? sum : total + sum;
  }
  return c.bias == nullptr ? total : total + c.bias[n];
}

// Computes the positions whose window leaves the image once more, without the zeros around it.
void correctEdges(const Plan& plan) {
  const Correlation& c = plan.c;
  const auto isWithin = [](const Window& window, int64_t position, int64_t size) {
    const int64_t first = position * window.stride - window.padding;
    return first >= 0 && first + (window.taps - 1) * window.dilation < size;
  };
  forEachPart(c.x.count * c.height, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t image = i / c.height;
      const int64_t row = i % c.height;
      for (int64_t column = 0; column < c.width; column++) {
        if (isWithin(c.rows, row, c.x.height) && isWithin(c.columns, column, c.x.width)) continue;
        float* y = c.y + image * c.imageStep + row * c.rowStep + column * c.pixelStep;
        for (int64_t n = 0; n < c.channels; n++) y[n] = correlateWithin(plan, image, row, column, n);
      }
    }
  });
}

void fillWithBias(const Correlation& c) {
  for (int64_t image = 0; image < c.x.count; image++) {
    for (int64_t r = 0; r < c.height; r++) {
      for (int64_t p = 0; p < c.width; p++) {
        float* y = c.y + image * c.imageStep + r * c.rowStep + p * c.pixelStep;
        for (int64_t n = 0; n < c.channels; n++) y[n] = c.bias == nullptr ? 0.0f : c.bias[n];
      }
    }
  }
}

// Returns true where each number of the window is a pixel by itself, and Y as dense as X: then it is one tall product.
bool isPlainProduct(const Plan& plan) {
  const Correlation& c = plan.c;
  return c.rows.taps == 1 && c.columns.taps == 1 && c.rows.stride == 1 && c.columns.stride == 1 && plan.isInside &&
         c.x.height == c.height && c.x.width == c.width && c.pixelStep == c.channels &&
         c.rowStep == c.width * c.pixelStep && c.imageStep == c.height * c.rowStep;
}

}  // namespace

void correlate(const Correlation& c) {
  if (c.x.count == 0 || c.height == 0 || c.width == 0 || c.channels == 0) return;
  Plan plan(c);
  if (plan.blocks.k == 0) return fillWithBias(c);
  if (isPlainProduct(plan)) {
    return multiply({c.x.count * c.height * c.width,
                     c.channels,
                     c.x.channels,
                     {c.x.data, c.x.channels, 1},
                     {c.filter.data, c.filter.channelStep, c.filter.outputStep},
                     c.y,
                     c.pixelStep,
                     c.bias});
  }
  packFilter(plan);
  listStretches(plan);
  const int64_t bandRows = rowsOfBand(plan);
  const int64_t bands = ceilOfDivision(c.height, bandRows);
  const double workOfBand = static_cast<double>(bandRows) * c.width * plan.blocks.k * c.channels;
  forEachPart(c.x.count * bands, static_cast<int64_t>(kTaskWork / workOfBand) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t first = i % bands * bandRows;
      multiplyRows(plan, i / bands, first, smaller(first + bandRows, c.height));
    }
  });
  if (!plan.isInside && hasSpecialWeight(plan)) correctEdges(plan);
}

}  // namespace TRAINKIT_TARGET
