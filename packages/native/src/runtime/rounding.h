// Whole numbers beside a float. Zeros keep their sign, and NaN and infinities stay.
#pragma once

#include "math.h"

namespace TRAINKIT_TARGET {

// The nearest whole number; of two, the even one.
INLINE Floats roundToEven(Floats x) {
  // From 2^23 on every float is whole; added to it, a smaller one loses its fraction.
  const Floats whole = broadcast(0x1p23f);
  const Floats magnitude = absolute(x);
  const Floats rounded = withSignOf((magnitude + whole) - whole, x);
  return magnitude < whole ? rounded : x;
}

INLINE Floats floor(Floats x) {
  const Floats rounded = roundToEven(x);
  return rounded > x ? rounded - broadcast(1.0f) : rounded;
}

INLINE Floats ceil(Floats x) {
  const Floats rounded = roundToEven(x);
  return withSignOf(rounded < x ? rounded + broadcast(1.0f) : rounded, x);
}

}  // namespace TRAINKIT_TARGET
