// Arithmetic of sizes.
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

static inline int64_t ceilOfDivision(int64_t a, int64_t b) { return (a + b - 1) / b; }
static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

}  // namespace trainkit
