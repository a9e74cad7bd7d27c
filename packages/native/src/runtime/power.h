// Powers in double precision, without libm: within 10^-13 of the real value, so that they round to float32 as it does
// in all but one of many million cases.
#pragma once

#include "vector.h"

namespace TRAINKIT_TARGET {

static inline double polynomialOf(double, double last) { return last; }

template <class... Rest>
static inline double polynomialOf(double x, double first, Rest... rest) {
  return first + x * polynomialOf(x, static_cast<double>(rest)...);
}

// The logarithm of base 2 of x ≥ 0 that was a float32.
static inline double log2Of(double x) {
  if (x == 0) return -__builtin_inf();
  if (!(x < __builtin_inf())) return x;
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  // x = m · 2^e with √½ ≤ m < √2. No float32 is a denormal double.
  const int64_t e = static_cast<int64_t>(bits - 0x3fe6a09e667f3bcdu) >> 52;
  bits -= static_cast<uint64_t>(e) << 52;
  double m;
  __builtin_memcpy(&m, &bits, sizeof m);
  // log m = 2 · atanh((m − 1) / (m + 1))
  const double s = (m - 1) / (m + 1);
  const double series =
      polynomialOf(s * s, 1.0, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19);
  return static_cast<double>(e) + 2.8853900817779268 * s * series;
}

// 2^x, bounded far beyond the floats.
static inline double exp2Of(double x) {
  if (x != x) return x;
  if (x > 300) return __builtin_inf();
  if (x < -300) return 0;
  // 1.5 · 2^52: a double beside it has no fraction.
  const double whole = (x + 6755399441055744.0) - 6755399441055744.0;
  const double r = (x - whole) * 0.69314718055994531;
  const double y = polynomialOf(r, 1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
                                1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800);
  const uint64_t bits = static_cast<uint64_t>(static_cast<int64_t>(whole) + 1023) << 52;
  double scale;
  __builtin_memcpy(&scale, &bits, sizeof scale);
  return y * scale;
}

// a^b as JavaScript's Math.pow: a^0 is 1 even of NaN, and 1 to an infinite power is NaN.
static inline double powerOf(double a, double b) {
  if (b == 0) return 1;
  const double magnitude = exp2Of(b * log2Of(a < 0 ? -a : a));
  if (!__builtin_signbit(a)) return magnitude;
  // From 2^53 on every double is even, and infinities count as even.
  const double size = b < 0 ? -b : b;
  const bool isWhole = !(size < 9007199254740992.0) || static_cast<double>(static_cast<int64_t>(b)) == b;
  if (!isWhole) return a < 0 && a > -__builtin_inf() ? __builtin_nan("") : magnitude;
  const bool isOdd = size < 9007199254740992.0 && static_cast<int64_t>(b) % 2 != 0;
  return isOdd ? -magnitude : magnitude;
}

}  // namespace TRAINKIT_TARGET
