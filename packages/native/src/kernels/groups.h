// Groups of images whose sums are computed apart and added up in order: for the gradients of filters, which have few
// numbers and very many summands. The groups depend on sizes alone, and so do the bits.
#pragma once

#include "../runtime/parallel.h"
#include "../runtime/sizes.h"
#include "../runtime/vector.h"

namespace TRAINKIT_TARGET {

// The number of groups of `images`, whose sums have `total` numbers each.
static inline int64_t groupsOf(int64_t images, int64_t total) {
  constexpr int64_t kMost = 16;
  // Numbers of all groups' sums, unless there is only one group.
  constexpr int64_t kMostSums = 1 << 20;
  const int64_t fitting = trainkit::smaller(kMost, kMostSums / total);
  return trainkit::larger(1, trainkit::smaller(images, fitting));
}

static inline void addGroups(const float* sums, int64_t groups, int64_t total, float* y) {
  constexpr int64_t kGrain = 8192;
  parallelFor(total, kGrain, [&](int64_t begin, int64_t end) {
    forEachVector(begin, end, [&](int64_t i, int count) INLINED {
      Floats sum = loadSome(sums + i, count);
      for (int64_t group = 1; group < groups; group++) sum += loadSome(sums + group * total + i, count);
      storeSome(y + i, sum, count);
    });
  });
}

}  // namespace TRAINKIT_TARGET
