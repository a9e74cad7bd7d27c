// Products of sizes that come from JavaScript.
#pragma once

#include <cstdint>

namespace trainkit {

// The number of elements of an array of these sizes, or −1, which fits no array, where it exceeds 2^53.
static inline int64_t elements(int64_t a, int64_t b) {
  int64_t product = 0;
  if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &product) || product > (int64_t{1} << 53)) return -1;
  return product;
}

template <class... Sizes>
static inline int64_t elements(int64_t a, int64_t b, Sizes... rest) {
  return elements(elements(a, b), static_cast<int64_t>(rest)...);
}

}  // namespace trainkit
