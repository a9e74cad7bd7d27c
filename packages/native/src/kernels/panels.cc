#include "panels.h"

namespace TRAINKIT_TARGET {
namespace {

// Stores `count` numbers, and zeros after them as far as `room` reaches.
INLINE void storeWithin(float* to, Floats x, int count, int room) {
  if (room >= kLanes) {
    store(to, x);
  } else {
    storeFirst(to, x, count);
  }
}

// A block of at most kLanes rows and kLanes depths, turned.
INLINE void packBlock(float* panel, int width, const float* source, int64_t step, int count, int depth, int room) {
  Floats rows[kLanes];
  UNROLL(16)
  for (int i = 0; i < kLanes; i++) rows[i] = i < count ? loadSome(source + i * step, depth) : broadcast(0);
  transpose(rows);
  UNROLL(16)
  for (int k = 0; k < kLanes; k++) {
    if (k < depth) storeWithin(panel + k * width, rows[k], count, room);
  }
}

// Lanes without a column are zero: `hasSpecialWeight` looks at all numbers of a panel.
void clearUnused(float* panel, int width, int count, int64_t depth) {
  for (int i = (count + kLanes - 1) / kLanes * kLanes; i + kLanes <= width; i += kLanes) {
    for (int64_t k = 0; k < depth; k++) store(panel + k * width + i, broadcast(0));
  }
}

}  // namespace

void packAdjacent(float* panel, int width, const float* source, int64_t step, int count, int64_t depth) {
  if (count == width && width == 2 * kLanes) {
    for (int64_t k = 0; k < depth; k++) {
      store(panel + k * width, load(source + k * step));
      store(panel + k * width + kLanes, load(source + k * step + kLanes));
    }
    return;
  }
  clearUnused(panel, width, count, depth);
  for (int i = 0; i < count; i += kLanes) {
    const int some = count - i < kLanes ? count - i : kLanes;
    const Mask mask = firstLanes(some);
    for (int64_t k = 0; k < depth; k++) {
      storeWithin(panel + k * width + i, loadMasked(mask, source + k * step + i), some, width - i);
    }
  }
}

void packDistant(float* panel, int width, const float* source, int64_t step, int count, int64_t depth) {
  clearUnused(panel, width, count, depth);
  for (int i = 0; i < count; i += kLanes) {
    const int some = count - i < kLanes ? count - i : kLanes;
    const float* rows = source + i * step;
    float* to = panel + i;
    int64_t k = 0;
    for (; k + kLanes <= depth; k += kLanes) {
      if (some == kLanes) {
        packBlock(to + k * width, width, rows + k, step, kLanes, kLanes, kLanes);
      } else {
        packBlock(to + k * width, width, rows + k, step, some, kLanes, width - i);
      }
    }
    if (k < depth) {
      packBlock(to + k * width, width, rows + k, step, some, static_cast<int>(depth - k), width - i);
    }
  }
}

}  // namespace TRAINKIT_TARGET
