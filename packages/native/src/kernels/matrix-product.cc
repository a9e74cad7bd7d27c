// The scheme. K is cut into blocks, which depend on K alone; M into tiles of about equal height; N into
// panels of kPanel columns. A tile of Y is the sum over the blocks, in order, of what tiles.h computes from a panel of
// A and one of B. Which operand is packed when, and what a task is, differs with the shape:
//
//   narrow   one panel: each thread packs B for itself; tasks are tiles, which read A where it lies
//   columns  few rows: tasks are panels; each thread packs all of A for itself, and B on the way
//   rows     small B: tasks are tiles; each thread packs all of B for itself
//   big      all threads pack a block of B together; then tasks are groups of tiles
//
// A small operand is packed by each thread for itself since fetching it from another core's cache takes longer. Tasks
// are parts of Y, never of K, so that threads have no influence on the order of a sum.
#include "matrix-product.h"

#include "../runtime/parallel.h"
#include "../runtime/scratch.h"
#include "../runtime/sizes.h"
#include "tiles.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Floats of an operand that a thread packs for itself: half of a level-2 cache.
constexpr int64_t kSmallOperand = 250000;
// Columns of B that are packed at once, so that its panels stay within 6 MB.
constexpr int64_t kMostColumns = 4096;
// Multiply-adds: below the first a product is not worth a second thread, and a task has about the second.
constexpr double kParallelWork = 150000;
constexpr double kTaskWork = 600000;

thread_local Scratch panelsOfA;
thread_local Scratch panelsOfB;
// Of the caller: all threads of a product read it.
thread_local Scratch sharedPanels;
// The product whose small operand a thread has packed.
thread_local uint64_t packedProduct = 0;
uint64_t productCount = 0;

// A product with its blocks, tiles and panels, and what its tasks share.
struct Plan {
  const Product& p;
  uint64_t id;
  Blocks blocks;
  int64_t tiles;
  int64_t panels;
  int panelStep;
  float* shared = nullptr;

  Plan(const Product& product, int64_t tileRows, int64_t threads) : p(product), blocks(product.k) {
    id = __atomic_add_fetch(&productCount, 1, __ATOMIC_RELAXED);
    tiles = ceilOfDivision(p.m, tileRows);
    // As many tiles for each thread, where one more would count.
    if (tiles > threads && tiles < 8 * threads) tiles = smaller(p.m, ceilOfDivision(tiles, threads) * threads);
    panels = ceilOfDivision(p.n, kPanel);
    panelStep = p.n <= kLanes ? kLanes : kPanel;
  }

  int64_t tileStart(int64_t i) const { return p.m * i / tiles; }
  int tileRows(int64_t i) const { return static_cast<int>(tileStart(i + 1) - tileStart(i)); }
  int panelColumns(int64_t j) const { return static_cast<int>(smaller(kPanel, p.n - j * kPanel)); }

  void packTile(float* panel, int64_t b, int64_t i) const {
    const float* source = p.a.at(tileStart(i), blocks.start(b));
    const int rows = tileRows(i);
    if (p.a.columnStep == 1) {
      packDistant(panel, rows, source, p.a.rowStep, rows, blocks.depthOf(b));
    } else {
      packAdjacent(panel, rows, source, p.a.columnStep, rows, blocks.depthOf(b));
    }
  }
  void packPanel(float* panel, int64_t b, int64_t j) const {
    const float* source = p.b.at(blocks.start(b), j * kPanel);
    if (p.b.columnStep == 1) {
      packAdjacent(panel, panelStep, source, p.b.rowStep, panelColumns(j), blocks.depthOf(b));
    } else {
      packDistant(panel, panelStep, source, p.b.columnStep, panelColumns(j), blocks.depthOf(b));
    }
  }
  // The tile i of the panel j and block b, but for its operands.
  Tile tile(const Stretch& stretch, int64_t b, int64_t i, int64_t j) const {
    Tile tile = {};
    tile.stretches = &stretch;
    tile.stretchCount = 1;
    tile.y = p.y + tileStart(i) * p.yStep + j * kPanel;
    tile.yStep = p.yStep;
    tile.columns = panelColumns(j);
    tile.add = b > 0;
    // First, as PyTorch adds it: only the first block has a sum without rounding before it.
    tile.bias = b == 0 && p.bias != nullptr ? p.bias + j * kPanel : nullptr;
    return tile;
  }
  // Computes a tile from a packed panel of A and one of B.
  void multiplyPanels(const float* a, const float* b, const Stretch& stretch, int64_t block, int64_t i,
                      int64_t j) const {
    Tile one = tile(stretch, block, i, j);
    one.a = a;
    one.aStep = tileRows(i);
    one.b = b;
    one.bStep = kPanel;
    one.next = b;
    tileFunction(Rows::adjacent, tileRows(i), one.columns)(one);
  }
};

// The number of tasks that `count` parts with this work in all are cut into: with enough work to be worth it, and as
// many for each thread.
int64_t taskCount(double work, int64_t count) {
  const int64_t threads = threadCount();
  const int64_t wanted = static_cast<int64_t>(work / kTaskWork) + 1;
  return wanted >= count ? count : smaller(count, ceilOfDivision(wanted, threads) * threads);
}

// Calls body(begin, end) for parts of 0 … count − 1, cut into so many tasks; for all of them where the thread is alone.
template <class Body>
void forEachTask(int64_t tasks, int64_t count, bool alone, const Body& body) {
  if (alone) return body(int64_t{0}, count);
  runParts(tasks, count, body);
}

void multiplyNarrow(const Plan& plan, double work, bool alone) {
  const Product& p = plan.p;
  forEachTask(taskCount(work, plan.tiles), plan.tiles, alone, [&](int64_t begin, int64_t end) {
    float* panel = panelsOfB.floats(p.k * plan.panelStep);
    if (packedProduct != plan.id) {
      packedProduct = plan.id;
      for (int64_t b = 0; b < plan.blocks.count; b++) {
        plan.packPanel(panel + plan.blocks.start(b) * plan.panelStep, b, 0);
      }
    }
    const bool distant = p.a.columnStep == 1;
    for (int64_t b = 0; b < plan.blocks.count; b++) {
      const Stretch stretch = {0, plan.blocks.depthOf(b)};
      for (int64_t i = begin; i < end; i++) {
        Tile tile = plan.tile(stretch, b, i, 0);
        tile.a = p.a.at(plan.tileStart(i), plan.blocks.start(b));
        tile.aStep = distant ? p.a.rowStep : p.a.columnStep;
        tile.b = panel + plan.blocks.start(b) * plan.panelStep;
        tile.bStep = plan.panelStep;
        tile.next = tile.b;
        tileFunction(distant ? Rows::distant : Rows::adjacent, plan.tileRows(i), tile.columns)(tile);
      }
    }
  });
}

// Fetches what the next panel packs while this one is computed.
void prefetchNext(const Plan& plan, Tile& tile, int64_t b, int64_t j, int64_t i) {
  const Product& p = plan.p;
  const bool last = b == plan.blocks.count - 1;
  const int64_t nextPanel = last ? j + 1 : j;
  const int64_t nextStart = last ? 0 : plan.blocks.start(b + 1);
  // A tile fetches a fourth of the rows.
  if (p.b.columnStep != 1 || nextPanel >= plan.panels || i >= 4) return;
  const int64_t quarter = tile.stretches[0].depth / 4;
  const int64_t row = nextStart + i * quarter;
  if (row + quarter > p.k) return;
  tile.next = p.b.at(row, nextPanel * kPanel);
  tile.nextStep = p.b.rowStep;
}

void multiplyColumns(const Plan& plan, double work, bool alone) {
  const Product& p = plan.p;
  forEachTask(taskCount(work, plan.panels), plan.panels, alone, [&](int64_t begin, int64_t end) {
    float* a = panelsOfA.floats(p.m * p.k);
    const auto panelOfA = [&](int64_t b, int64_t i) {
      return a + p.m * plan.blocks.start(b) + plan.tileStart(i) * plan.blocks.depthOf(b);
    };
    if (packedProduct != plan.id) {
      packedProduct = plan.id;
      for (int64_t b = 0; b < plan.blocks.count; b++) {
        for (int64_t i = 0; i < plan.tiles; i++) plan.packTile(panelOfA(b, i), b, i);
      }
    }
    float* panel = panelsOfB.floats(plan.blocks.depth * kPanel);
    for (int64_t j = begin; j < end; j++) {
      for (int64_t b = 0; b < plan.blocks.count; b++) {
        const Stretch stretch = {0, plan.blocks.depthOf(b)};
        const bool direct = p.b.columnStep == 1 && plan.panelColumns(j) == kPanel;
        if (!direct) plan.packPanel(panel, b, j);
        for (int64_t i = 0; i < plan.tiles; i++) {
          Tile tile = plan.tile(stretch, b, i, j);
          const bool reads = direct && i == 0;
          const bool packs = reads && plan.tiles > 1;
          tile.a = panelOfA(b, i);
          tile.aStep = plan.tileRows(i);
          tile.b = reads ? p.b.at(plan.blocks.start(b), j * kPanel) : panel;
          tile.bStep = reads ? p.b.rowStep : kPanel;
          tile.panel = panel;
          tile.next = panel;
          prefetchNext(plan, tile, b, j, i);
          const TileFunction function = packs ? packingTileFunction(plan.tileRows(i))
                                              : tileFunction(Rows::adjacent, plan.tileRows(i), tile.columns);
          function(tile);
        }
      }
    }
  });
}

void multiplyRows(const Plan& plan, double work, bool alone) {
  const Product& p = plan.p;
  forEachTask(taskCount(work, plan.tiles), plan.tiles, alone, [&](int64_t begin, int64_t end) {
    float* panels = panelsOfB.floats(plan.panels * kPanel * p.k);
    const auto panelOfB = [&](int64_t b, int64_t j) {
      return panels + kPanel * (plan.panels * plan.blocks.start(b) + plan.blocks.depthOf(b) * j);
    };
    if (packedProduct != plan.id) {
      packedProduct = plan.id;
      for (int64_t b = 0; b < plan.blocks.count; b++) {
        for (int64_t j = 0; j < plan.panels; j++) plan.packPanel(panelOfB(b, j), b, j);
      }
    }
    float* a = panelsOfA.floats(plan.blocks.depth * kTileRows);
    for (int64_t i = begin; i < end; i++) {
      for (int64_t b = 0; b < plan.blocks.count; b++) {
        const Stretch stretch = {0, plan.blocks.depthOf(b)};
        plan.packTile(a, b, i);
        for (int64_t j = 0; j < plan.panels; j++) {
          plan.multiplyPanels(a, panelOfB(b, j), stretch, b, i, j);
        }
      }
    }
  });
}

// A block of B is packed, then tiles multiply with it.
void multiplyBlock(Plan& plan, int64_t b, bool alone) {
  const Stretch stretch = {0, plan.blocks.depthOf(b)};
  const auto panelOfB = [&](int64_t j) { return plan.shared + kPanel * plan.blocks.depth * j; };
  forEachTask(plan.panels, plan.panels, alone, [&](int64_t begin, int64_t end) {
    for (int64_t j = begin; j < end; j++) plan.packPanel(panelOfB(j), b, j);
  });
  // Tiles whose panels of A stay in a level-2 cache while panels of B pass by.
  constexpr int64_t kMostTiles = 10;
  const int64_t threads = threadCount();
  const int64_t tasks = ceilOfDivision(ceilOfDivision(plan.tiles, kMostTiles), threads) * threads;
  const auto multiplyTiles = [&](int64_t begin, int64_t end) {
    float* a = panelsOfA.floats(plan.blocks.depth * kTileRows * (end - begin));
    const int64_t firstRow = plan.tileStart(begin);
    const auto panelOfA = [&](int64_t i) { return a + (plan.tileStart(i) - firstRow) * stretch.depth; };
    for (int64_t i = begin; i < end; i++) plan.packTile(panelOfA(i), b, i);
    for (int64_t j = 0; j < plan.panels; j++) {
      for (int64_t i = begin; i < end; i++) {
        plan.multiplyPanels(panelOfA(i), panelOfB(j), stretch, b, i, j);
      }
    }
  };
  const auto part = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i += kMostTiles) multiplyTiles(i, smaller(i + kMostTiles, end));
  };
  forEachTask(smaller(tasks, plan.tiles), plan.tiles, alone, part);
}

void multiplyBig(const Product& whole, bool alone) {
  for (int64_t column = 0; column < whole.n; column += kMostColumns) {
    Product part = whole;
    part.n = smaller(kMostColumns, whole.n - column);
    part.b.data = whole.b.at(0, column);
    part.y = whole.y + column;
    part.bias = whole.bias == nullptr ? nullptr : whole.bias + column;
    Plan plan(part, kTileRows, 1);
    plan.shared = sharedPanels.floats(plan.panels * kPanel * plan.blocks.depth);
    for (int64_t b = 0; b < plan.blocks.count; b++) multiplyBlock(plan, b, alone);
  }
}

void fillWithBias(const Product& p) {
  for (int64_t i = 0; i < p.m; i++) {
    for (int64_t j = 0; j < p.n; j++) p.y[i * p.yStep + j] = p.bias == nullptr ? 0.0f : p.bias[j];
  }
}

void multiplyWith(const Product& p, bool alone) {
  if (p.m == 0 || p.n == 0) return;
  if (p.k == 0) return fillWithBias(p);
  const double work = static_cast<double>(p.m) * p.n * p.k;
  if (work < kParallelWork) alone = true;
  const int64_t threads = alone ? 1 : threadCount();
  const bool smallA = static_cast<double>(p.m) * p.k <= kSmallOperand;
  const bool smallB = static_cast<double>(p.n) * p.k <= kSmallOperand;
  if (p.n <= kPanel && smallB) {
    return multiplyNarrow(Plan(p, mostRows(p.n), threads), work, alone);
  }
  const Plan plan(p, kTileRows, threads);
  if (smallA && p.m <= p.n && plan.panels >= 2 * threads) return multiplyColumns(plan, work, alone);
  if (smallB) return multiplyRows(plan, work, alone);
  multiplyBig(p, alone);
}

}  // namespace

void multiply(const Product& product) { multiplyWith(product, false); }
void multiplyAlone(const Product& product) { multiplyWith(product, true); }

}  // namespace TRAINKIT_TARGET
