// Checks that several kernels share.
#pragma once

#include "kernel.h"
#include "sizes.h"

namespace trainkit {

// Returns true where the arrays from `first` to before `end` are float32 of at least `length` elements.
static inline bool areFloats(const Call& call, int first, int end, int64_t length) {
  for (int i = first; i < end; i++) {
    if (!call.fits(i, Type::float32, length)) return false;
  }
  return true;
}

// The grain of a loop over rows, or columns, of `length` elements each, where a task is worth `numbers` elements.
static inline int64_t grainOf(int64_t length, int64_t numbers = 8192) {
  return numbers / (length < 1 ? 1 : length) + 1;
}

}  // namespace trainkit
