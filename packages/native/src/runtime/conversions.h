// Numbers of one type as another, as JavaScript's typed arrays convert them.
#pragma once

#include "vector.h"

namespace TRAINKIT_TARGET {

typedef uint8_t Bytes __attribute__((vector_size(kLanes)));

// 1 where the mask is set and 0 elsewhere.
INLINE void storeFlags(uint8_t* to, Ints mask, int count) {
  const Bytes flags = __builtin_convertvector(mask & 1, Bytes);
  __builtin_memcpy(to, &flags, static_cast<unsigned long>(count));
}

// The whole part modulo 2^32; 0 for NaN and infinities.
static inline int32_t toInt32(double x) {
  if (x > -9223372036854775808.0 && x < 9223372036854775808.0) {
    return static_cast<int32_t>(static_cast<uint32_t>(static_cast<uint64_t>(static_cast<int64_t>(x))));
  }
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  const int shift = static_cast<int>(bits >> 52 & 0x7ff) - 1075;
  if (shift >= 32) return 0;
  const uint32_t magnitude = static_cast<uint32_t>(bits << shift);
  return static_cast<int32_t>(x < 0 ? 0u - magnitude : magnitude);
}

}  // namespace TRAINKIT_TARGET
