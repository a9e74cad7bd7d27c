#include "tiles.h"

namespace TRAINKIT_TARGET {
namespace {

// A number in all lanes of a register, once: g++ would read it from memory again for each vector of the tile.
INLINE Floats broadcastOnce(const float* x) {
  Floats all = broadcast(*x);
#if defined(__x86_64__)
  __asm__("" : "+v"(all));
#endif
  return all;
}

// The steps between rows, or between the numbers of ascending k.
struct Steps {
  int64_t one;
  int64_t three;

  explicit Steps(int64_t step) : one(step), three(3 * step) {}
  // Said in each turn of a loop: g++ would keep the sum of each step and each unrolled k in a register of its own, more
  // than there are.
  __attribute__((always_inline)) void keep() {
#if defined(__x86_64__)
    __asm__("" : "+r"(one), "+r"(three));
#endif
  }
};

// The number of row `i` of a tile, `k` steps on. Four distant rows share a pointer: addresses of x64 hold one and two
// steps, and a register holds three.
template <Rows kind, int rows>
struct RowPointers {
  static constexpr int kShared = 4;
  const float* first[kind == Rows::adjacent ? 1 : (rows + kShared - 1) / kShared];

  static __attribute__((always_inline)) RowPointers at(const float* a, int64_t step) {
    RowPointers pointers;
    UNROLL(8)
    for (int i = 0; i < static_cast<int>(sizeof first / sizeof *first); i++) {
      pointers.first[i] = a + i * kShared * step;
    }
    return pointers;
  }
  __attribute__((always_inline)) const float* row(int i, int k, const Steps& steps) const {
    if (kind == Rows::adjacent) return first[0] + i;
    const float* base = first[i / kShared] + k;
    return i % kShared == 3 ? base + steps.three : base + (i % kShared) * steps.one;
  }
  __attribute__((always_inline)) void advance(int k, const Steps& steps) {
    UNROLL(8)
    for (auto& pointer : first) pointer += kind == Rows::adjacent ? k * steps.one : k;
  }
};

template <int rows, int vectors>
struct Sums {
  Floats of[rows][vectors];
};

// One k of a tile.
template <Rows kind, int rows, int vectors, bool packing>
INLINE void multiplyOnce(Sums<rows, vectors>& sums, const RowPointers<kind, rows>& a, int k, const Steps& steps,
                         const float* b, float* panel) {
  Floats column[vectors];
  UNROLL(4)
  for (int j = 0; j < vectors; j++) {
    column[j] = load(b + j * kLanes);
    if (packing) store(panel + j * kLanes, column[j]);
  }
  UNROLL(16)
  for (int i = 0; i < rows; i++) {
    const float* x = a.row(i, k, steps);
    const Floats row = vectors == 1 ? broadcast(*x) : broadcastOnce(x);
    UNROLL(4)
    for (int j = 0; j < vectors; j++) sums.of[i][j] = accumulate(sums.of[i][j], row, column[j]);
  }
}

template <int rows, int vectors>
INLINE void writeTile(const Tile& tile, Sums<rows, vectors>& sums) {
  constexpr int kLast = vectors - 1;
  const int rest = tile.columns - kLast * kLanes;
  const Mask mask = firstLanes(rest);
  if (tile.add) {
    UNROLL(16)
    for (int i = 0; i < rows; i++) {
      const float* y = tile.y + i * tile.yStep;
      UNROLL(4)
      for (int j = 0; j < kLast; j++) sums.of[i][j] += load(y + j * kLanes);
      sums.of[i][kLast] += loadMasked(mask, y + kLast * kLanes);
    }
  }
  if (tile.bias != nullptr) {
    UNROLL(4)
    for (int j = 0; j < vectors; j++) {
      const float* from = tile.bias + j * kLanes;
      const Floats bias = j == kLast ? loadMasked(mask, from) : load(from);
      UNROLL(16)
      for (int i = 0; i < rows; i++) sums.of[i][j] += bias;
    }
  }
  UNROLL(16)
  for (int i = 0; i < rows; i++) {
    float* y = tile.y + i * tile.yStep;
    UNROLL(4)
    for (int j = 0; j < kLast; j++) store(y + j * kLanes, sums.of[i][j]);
    if (rest == kLanes) {
      store(y + kLast * kLanes, sums.of[i][kLast]);
    } else {
      storeMasked(mask, y + kLast * kLanes, sums.of[i][kLast]);
    }
  }
}

template <Rows kind, int rows, int vectors, bool packing>
void multiplyTile(const Tile& tile) {
  constexpr int kUnrolled = 4;
  Sums<rows, vectors> sums;
  UNROLL(16)
  for (int i = 0; i < rows; i++) {
    UNROLL(4)
    for (int j = 0; j < vectors; j++) sums.of[i][j] = broadcast(0);
  }
  Steps steps(tile.aStep);
  const int64_t bStep = tile.bStep;
  const float* b = tile.b;
  float* panel = tile.panel;
  const float* next = tile.next;
  for (int s = 0; s < tile.stretchCount; s++) {
    auto a = RowPointers<kind, rows>::at(tile.a + tile.stretches[s].offset, steps.one);
    int64_t k = tile.stretches[s].depth;
    for (; k >= kUnrolled; k -= kUnrolled) {
      if (kind == Rows::distant) steps.keep();
      if (kind == Rows::adjacent) {
        __builtin_prefetch(next, 0, 2);
        if (kPanel > 16) __builtin_prefetch(next + 16, 0, 2);
        next += tile.nextStep;
      }
      UNROLL(4)
      for (int u = 0; u < kUnrolled; u++) {
        multiplyOnce<kind, rows, vectors, packing>(sums, a, u, steps, b, panel);
        if (kind == Rows::adjacent) a.advance(1, steps);
        b += bStep;
        if (packing) panel += kPanel;
      }
      if (kind == Rows::distant) a.advance(kUnrolled, steps);
    }
    for (; k > 0; k--) {
      multiplyOnce<kind, rows, vectors, packing>(sums, a, 0, steps, b, panel);
      a.advance(1, steps);
      b += bStep;
      if (packing) panel += kPanel;
    }
  }
  writeTile(tile, sums);
}

// The functions by the number of rows.
struct Table {
  TileFunction narrow[kNarrowRows + 1];
  TileFunction wide[kTileRows + 1];
  TileFunction packing[kTileRows + 1];
};

template <Rows kind, int rows>
constexpr void fill(Table& table) {
  if constexpr (rows > 0) {
    table.narrow[rows] = multiplyTile<kind, rows, 1, false>;
    if constexpr (rows <= kTileRows) {
      table.wide[rows] = multiplyTile<kind, rows, kTileVectors, false>;
      if constexpr (kind == Rows::adjacent) table.packing[rows] = multiplyTile<kind, rows, kTileVectors, true>;
    }
    fill<kind, rows - 1>(table);
  }
}

template <Rows kind>
constexpr Table tableOf() {
  Table table = {};
  fill<kind, kNarrowRows>(table);
  return table;
}

constexpr Table kAdjacent = tableOf<Rows::adjacent>();
constexpr Table kDistant = tableOf<Rows::distant>();

}  // namespace

TileFunction tileFunction(Rows rows, int rowCount, int columns) {
  const Table& table = rows == Rows::adjacent ? kAdjacent : kDistant;
  if (columns <= kLanes) return table.narrow[rowCount];
  return table.wide[rowCount];
}

TileFunction packingTileFunction(int rowCount) { return kAdjacent.packing[rowCount]; }

}  // namespace TRAINKIT_TARGET
