// All kernels of each target.
#pragma once

#include "kernel.h"

// The files of `kernels/`: each defines a table of this name for each target.
#define TRAINKIT_CONCERNS(X) \
  X(activations)            \
  X(binary)                 \
  X(cast)                   \
  X(compare)                \
  X(convolution)            \
  X(copies)                 \
  X(cumulative)             \
  X(depthwise)              \
  X(gather)                 \
  X(losses)                 \
  X(normalization)          \
  X(optimizers)             \
  X(pooling)                \
  X(products)               \
  X(random)                 \
  X(reductions)             \
  X(select)                 \
  X(strided)                \
  X(sums)                   \
  X(unary)

#define TRAINKIT_DECLARE_TABLE(concern) extern const trainkit::Kernel concern[];
#define TRAINKIT_DECLARE_TARGET(target)                   \
  namespace target {                                      \
  TRAINKIT_CONCERNS(TRAINKIT_DECLARE_TABLE)               \
  inline const trainkit::Kernel* const tables[] = {TRAINKIT_CONCERNS(TRAINKIT_LIST_TABLE) nullptr}; \
  }
#define TRAINKIT_LIST_TABLE(concern) concern,

#if defined(__x86_64__)
TRAINKIT_DECLARE_TARGET(avx512)
TRAINKIT_DECLARE_TARGET(avx2)
#else
TRAINKIT_DECLARE_TARGET(neon)
#endif

namespace trainkit {

struct Target {
  const char* name;
  const Kernel* const* tables;
};

// The targets that this processor can run, the fastest first, ended by one without a name.
const Target* usableTargets();

}  // namespace trainkit
