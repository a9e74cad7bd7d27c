// The scheme. Numbers of the window are the rows of A, outputs the columns of B, and the depth k are all positions of
// all images, in blocks of whole rows of Y. The rows of a tile lie beside each other in X, and the next position a
// stride further, so that A is read where it lies, or in a copied band where the window leaves the image.
//
// The gradient has few numbers and very many summands, so images are put in groups, whose sums are added up in order at
// the end. Groups and blocks depend on the sizes alone: threads have no influence on the order of a sum.
#include "filter-gradient.h"

#include "../runtime/parallel.h"
#include "bands.h"
#include "groups.h"
#include "panels.h"
#include "tiles.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Of the caller: all threads write their groups' sums.
thread_local Scratch groupSums;
thread_local Scratch stretchList;
thread_local Scratch bandCopy;
thread_local Scratch panelOfB;

struct Plan {
  const FilterGradient& g;
  int64_t rowLength;
  int64_t total;
  int64_t groups;
  int64_t panels;
  int64_t blockRows;
  bool isInside;
  const Stretch* stretches = nullptr;
  float* sums = nullptr;

  explicit Plan(const FilterGradient& gradient)
      : g(gradient),
        rowLength(g.columns.taps * g.x.channels),
        total(g.rows.taps * rowLength * g.dy.channels),
        groups(groupsOf(g.x.count, total)),
        panels(ceilOfDivision(g.dy.channels, kPanel)),
        blockRows(larger(1, smaller(g.dy.height, Blocks::kDeepest / g.dy.width))),
        isInside(g.rows.isInside(g.dy.height, g.x.height) && g.columns.isInside(g.dy.width, g.x.width)) {}

  int64_t bandRowStep() const { return (isInside ? g.x.width : g.columns.extent(g.dy.width)) * g.x.channels; }
  int64_t firstImage(int64_t group) const { return g.x.count * group / groups; }
};

// A panel of dY: from row `first` on, `depth` positions.
struct Panel {
  const float* data;
  int64_t step;
};

Panel panelOf(const Plan& plan, int64_t image, int64_t first, int64_t depth, int64_t j, int columns) {
  const Images& dy = plan.g.dy;
  const float* source = dy.data + (image * dy.height + first) * dy.width * dy.channels + j * kPanel;
  if (columns % kLanes == 0) return {source, dy.channels};
  const int step = columns <= kLanes ? kLanes : kPanel;
  float* packed = panelOfB.floats(depth * step);
  packAdjacent(packed, step, source, dy.channels, columns, depth);
  return {packed, step};
}

// Adds a block's part of one row of the window and one panel to `sums`, or writes it.
void multiplyBlock(const Plan& plan, const Band& band, const Panel& panel, int64_t rows, int64_t tap, int64_t j,
                   int columns, float* sums, bool add) {
  const FilterGradient& g = plan.g;
  const int64_t tiles = ceilOfDivision(plan.rowLength, mostRows(columns));
  Tile tile = {};
  tile.aStep = g.columns.stride * g.x.channels;
  tile.stretches = plan.stretches;
  tile.stretchCount = static_cast<int>(rows);
  tile.b = panel.data;
  tile.bStep = panel.step;
  tile.yStep = g.dy.channels;
  tile.columns = columns;
  tile.add = add;
  tile.next = panel.data;
  for (int64_t i = 0; i < tiles; i++) {
    const int64_t first = plan.rowLength * i / tiles;
    const int count = static_cast<int>(plan.rowLength * (i + 1) / tiles - first);
    tile.a = band.data + tap * band.rowStep + first;
    tile.y = sums + (tap * plan.rowLength + first) * g.dy.channels + j * kPanel;
    tileFunction(Rows::adjacent, count, columns)(tile);
  }
}

// Sums the images of a group, for the panels and rows of the window of one slice.
void sumGroup(const Plan& plan, int64_t group, int64_t slice, int64_t slices) {
  const FilterGradient& g = plan.g;
  float* sums = plan.groups == 1 ? g.dw : plan.sums + group * plan.total;
  const int64_t parts = plan.panels * g.rows.taps;
  const int64_t begin = parts * slice / slices;
  const int64_t end = parts * (slice + 1) / slices;
  bool add = false;
  for (int64_t image = plan.firstImage(group); image < plan.firstImage(group + 1); image++) {
    for (int64_t first = 0; first < g.dy.height; first += plan.blockRows) {
      const int64_t rows = smaller(plan.blockRows, g.dy.height - first);
      const Band band = bandOf(g.x, image, g.rows, g.columns, plan.isInside, g.dy.width, first, first + rows, bandCopy);
      for (int64_t part = begin; part < end;) {
        const int64_t j = part / g.rows.taps;
        const int columns = static_cast<int>(smaller(kPanel, g.dy.channels - j * kPanel));
        const Panel panel = panelOf(plan, image, first, rows * g.dy.width, j, columns);
        for (; part < end && part / g.rows.taps == j; part++) {
          multiplyBlock(plan, band, panel, rows, part % g.rows.taps, j, columns, sums, add);
        }
      }
      add = true;
    }
  }
}

}  // namespace

void correlateFilter(const FilterGradient& g) {
  const int64_t total = g.rows.taps * g.columns.taps * g.x.channels * g.dy.channels;
  if (total == 0) return;
  if (g.x.count == 0 || g.dy.height == 0 || g.dy.width == 0) {
    std::memset(g.dw, 0, static_cast<size_t>(total) * sizeof(float));
    return;
  }
  Plan plan(g);
  auto* list = stretchList.of<Stretch>(plan.blockRows);
  for (int64_t r = 0; r < plan.blockRows; r++) {
    list[r] = {r * g.rows.stride * plan.bandRowStep(), g.dy.width};
  }
  plan.stretches = list;
  if (plan.groups > 1) plan.sums = groupSums.floats(plan.groups * plan.total);
  // Few groups: threads share each.
  const int64_t slices = plan.groups >= 8 ? 1 : plan.panels * g.rows.taps;
  forEachPart(plan.groups * slices, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) sumGroup(plan, i / slices, i % slices, slices);
  });
  if (plan.groups > 1) addGroups(plan.sums, plan.groups, plan.total, g.dw);
}

}  // namespace TRAINKIT_TARGET
