// Tiles: the innermost loop of every product and convolution.
//
// A tile is a block of Y of a few rows by one or two vectors, all of whose sums stay in registers:
// Y[i, j] (+)= Σ_k A[i, k] · B[k, j], one chain of fused multiply-adds over ascending k for each element. Hence its
// bits depend neither on the size of the tile nor on the target.
#pragma once

#include "../runtime/vector.h"

namespace TRAINKIT_TARGET {

// The columns of the widest tile, and of a panel of B.
constexpr int kPanel = kLanes * kTileVectors;
// The rows of a tile of one vector: more than those of a wide one, so that there are sums enough to hide the latency of
// a multiply-add.
constexpr int kNarrowRows = kTileRows < 12 ? 12 : kTileRows;

// The layout of the rows of A in memory.
enum class Rows {
  // Those of one k beside each other, the next k's `aStep` further.
  adjacent,
  // `aStep` apart, with the numbers of ascending k beside each other.
  distant,
};

// A stretch of k for which A is regular. B is regular throughout.
struct Stretch {
  int64_t offset;
  int64_t depth;
};

struct Tile {
  const float* a;
  int64_t aStep;
  const Stretch* stretches;
  int stretchCount;
  // Whole vectors are read: the last columns of a panel are zeros.
  const float* b;
  int64_t bStep;
  float* y;
  int64_t yStep;
  int columns;
  // True where Y is added to instead of written.
  bool add;
  // Added at last: `columns` numbers, or null.
  const float* bias;
  // A panel, kPanel apart, to write B to on the way.
  float* panel;
  // Memory that is needed next, `nextStep` floats apart for each fourth k, to be fetched on the way.
  const float* next;
  int64_t nextStep;
};

using TileFunction = void (*)(const Tile&);

// The function for tiles of this size: at most kTileRows rows, or kNarrowRows where columns <= kLanes.
TileFunction tileFunction(Rows rows, int rowCount, int columns);
// The same for adjacent rows and kPanel columns; writes B to `panel`.
TileFunction packingTileFunction(int rowCount);

// The most rows of a tile of so many columns.
INLINE int mostRows(int64_t columns) { return columns <= kLanes ? kNarrowRows : kTileRows; }

// The blocks that a sum over k is cut into. They depend on k alone, and so do the bits of the sum.
//
// The rule is the one that MKL's products follow on a processor with AVX-512: two halves up to twice the
// depth, then whole blocks. So a product has the bits of PyTorch's there.
struct Blocks {
  static constexpr int64_t kDeepest = 384;

  int64_t k;
  int64_t count;
  int64_t depth;

  explicit Blocks(int64_t length)
      : k(length),
        count((length + kDeepest - 1) / kDeepest),
        depth(length > kDeepest && length <= 2 * kDeepest ? (length + 1) / 2 : kDeepest) {}
  int64_t start(int64_t b) const { return b * depth; }
  int64_t depthOf(int64_t b) const { return depth < k - b * depth ? depth : k - b * depth; }
};

}  // namespace TRAINKIT_TARGET
