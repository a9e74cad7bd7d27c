// All kernels of each target that the addon has been compiled for: TRAINKIT_HAS_AVX512, TRAINKIT_HAS_AVX2 and
// TRAINKIT_HAS_NEON say so.
#pragma once

#include "kernel.h"

// The files of `kernels/`: each defines a table of this name for each target.
#define TRAINKIT_CONCERNS(X) \
  X(activations) \
  X(batchNormalization) \
  X(binary) \
  X(cast) \
  X(compare) \
  X(convolution) \
  X(copies) \
  X(cumulative) \
  X(depthwise) \
  X(extremes) \
  X(gather) \
  X(layerNormalization) \
  X(losses) \
  X(optimizers) \
  X(pooling) \
  X(products) \
  X(random) \
  X(reductions) \
  X(select) \
  X(softmaxes) \
  X(strided) \
  X(sums) \
  X(unary)

namespace trainkit {

struct Target {
  const char* name;
  const Kernel* const* tables;
};

// The targets of this addon that this processor can run, the fastest first, ended by one without a name.
const Target* usableTargets();

}  // namespace trainkit
