// Functions of floats: the same bits on every target and with every compiler, hence no libm.
//
// Each is a polynomial of our own after a reduction of its argument. Its comment gives the greatest error over all
// floats, or over every fifth one for tanh, sigmoid and erf (`fixtures/math-error.cc` measures it). NaN gives NaN;
// infinities, zeros with their sign, denormals and overflow are as IEEE 754 has them.
#pragma once

#include "vector.h"

namespace TRAINKIT_TARGET {

INLINE Floats polynomial(Floats, float last) { return broadcast(last); }

// first + x · (second + x · (… + x · last))
template <class... Rest>
INLINE Floats polynomial(Floats x, float first, Rest... rest) {
  return multiplyAdd(x, polynomial(x, rest...), broadcast(first));
}

// 2^n for −126 ≤ n ≤ 127.
INLINE Floats powerOfTwo(Ints n) { return floatsOf(shiftedToExponent(n + 127)); }

// The magnitude of `x` with the sign of `sign`.
INLINE Floats withSignOf(Floats x, Floats sign) {
  return floatsOf((bitsOf(x) & 0x7fffffff) | (bitsOf(sign) & ~0x7fffffff));
}

// x = n · ln 2 + rest with |rest| ≤ ln 2 / 2, for |x| < 2^20.
struct ReducedExponent {
  Ints n;
  Floats rest;
};

INLINE ReducedExponent reduceExponent(Floats x) {
  // 1.5 · 2^23: a float beside it has no fraction, and its lowest bits are those of the whole number.
  const Floats magic = broadcast(12582912.0f);
  const Floats shifted = multiplyAdd(x, broadcast(1.44269504f), magic);
  const Floats n = shifted - magic;
  // ln 2 in two parts.
  const Floats rest = multiplyAdd(n, broadcast(-0.693359375f), x);
  return {bitsOf(shifted) - bitsOf(magic), multiplyAdd(n, broadcast(2.12194440e-4f), rest)};
}

// e^r − 1 for |r| ≤ ln 2 / 2.
INLINE Floats expm1Reduced(Floats r) {
  const Floats q = polynomial(r, 0.5f, 0x1.5554b2p-3f, 0x1.5554c8p-5f, 0x1.12268p-7f, 0x1.6d723p-10f);
  return multiplyAdd(r * r, q, r);
}

// e^x, within 1.1 ulp.
INLINE Floats exp(Floats x) {
  // Beyond these bounds the result is 0 or infinite. NaN passes.
  x = x < broadcast(-104.0f) ? broadcast(-104.0f) : x;
  x = x > broadcast(89.0f) ? broadcast(89.0f) : x;
  const ReducedExponent reduced = reduceExponent(x);
  // Two factors, so that the last one rounds a denormal result once.
  const Ints half = reduced.n >> 1;
  const Floats y = broadcast(1.0f) + expm1Reduced(reduced.rest);
  return y * powerOfTwo(half) * powerOfTwo(reduced.n - half);
}

// e^x − 1, within 1.6 ulp.
INLINE Floats expm1(Floats x) {
  const Floats bounded0 = x < broadcast(-18.0f) ? broadcast(-18.0f) : x;
  const Floats bounded = bounded0 > broadcast(89.0f) ? broadcast(89.0f) : bounded0;
  const ReducedExponent reduced = reduceExponent(bounded);
  // Half the result, since 2^128 is no float.
  const Floats scale = powerOfTwo(reduced.n - 1);
  const Floats half = multiplyAdd(expm1Reduced(reduced.rest), scale, scale - broadcast(0.5f));
  return absolute(x) < broadcast(0x1p-24f) ? x : half + half;
}

// x = (1 + f) · 2^e with √½ ≤ 1 + f < √2, for a normal x > 0.
struct ReducedLogarithm {
  Ints e;
  Floats f;
};

INLINE Ints exponentAboveRootHalf(Floats x) { return (Ints)((UnsignedInts)bitsOf(x) - 0x3f3504f3u) >> 23; }

// log(1 + f) + e · ln 2 for √½ ≤ 1 + f < √2.
INLINE Floats logReduced(Floats f, Floats e) {
  const Floats p = polynomial(f, 0x1.555548p-2f, -0x1.000006p-2f, 0x1.99a476p-3f, -0x1.555c46p-3f, 0x1.233ba6p-3f,
                              -0x1.fc287ap-4f, 0x1.e6bf64p-4f, -0x1.de0362p-4f, 0x1.147684p-4f);
  const Floats square = f * f;
  Floats low = multiplyAdd(square * f, p, e * broadcast(-2.12194440e-4f));
  low = multiplyAdd(square, broadcast(-0.5f), low);
  return multiplyAdd(e, broadcast(0.693359375f), f + low);
}

INLINE Floats wholeFloats(Ints x) { return __builtin_convertvector(x, Floats); }

// log x, within 0.81 ulp.
INLINE Floats log(Floats x) {
  const Floats infinity = broadcast(__builtin_inff());
  const Ints isDenormal = x < broadcast(0x1p-126f);
  const Floats normal = isDenormal ? x * broadcast(0x1p24f) : x;
  const Ints e = exponentAboveRootHalf(normal);
  const Floats f =
      floatsOf((Ints)((UnsignedInts)bitsOf(normal) - (UnsignedInts)shiftedToExponent(e))) - broadcast(1.0f);
  Floats y = logReduced(f, wholeFloats(e) - (isDenormal ? broadcast(24.0f) : broadcast(0.0f)));
  y = x == broadcast(0.0f) ? -infinity : y;
  y = x < broadcast(0.0f) ? broadcast(__builtin_nanf("")) : y;
  // Infinity and NaN.
  return x < infinity ? y : x;
}

// log(1 + x), within 1.4 ulp.
INLINE Floats log1p(Floats x) {
  const Floats infinity = broadcast(__builtin_inff());
  const Floats one = broadcast(1.0f);
  // 2^-e must be normal: x ≥ 2^30, beside which 1 is nothing, is taken as x · 2^-32.
  const Ints isLarge = x > broadcast(0x1p30f);
  const Floats scaled = isLarge ? x * broadcast(0x1p-32f) : x;
  const Floats addend = isLarge ? broadcast(0.0f) : one;
  const Ints e = exponentAboveRootHalf(scaled + addend);
  const Floats scale = powerOfTwo(0 - e);
  const Floats f = multiplyAdd(scaled, scale, multiplyAdd(addend, scale, -one));
  Floats y = logReduced(f, wholeFloats(e) + (isLarge ? broadcast(32.0f) : broadcast(0.0f)));
  y = x == -one ? -infinity : y;
  y = x < -one ? broadcast(__builtin_nanf("")) : y;
  y = absolute(x) < broadcast(0x1p-25f) ? x : y;
  return x < infinity ? y : x;
}

// tanh x, within 1.4 ulp.
INLINE Floats tanh(Floats x) {
  const Floats magnitude = absolute(x);
  const Floats square = x * x;
  const Floats p = polynomial(square, -0x1.555554p-2f, 0x1.111076p-3f, -0x1.b9f04ap-5f, 0x1.639467p-6f, -0x1.0bffbep-7f,
                              0x1.18ab78p-9f);
  const Floats small = multiplyAdd(x * square, p, x);
  const Floats one = broadcast(1.0f);
  const Floats large = one - broadcast(2.0f) / (exp(magnitude + magnitude) + one);
  // The sum of −0 and what belongs to it is 0.
  return withSignOf(magnitude < broadcast(0.625f) ? small : large, x);
}

// 1 / (1 + e^−x), within 1.5 ulp.
INLINE Floats sigmoid(Floats x) {
  const Floats one = broadcast(1.0f);
  const Floats e = exp(-absolute(x));
  const Floats numerator = x < broadcast(0.0f) ? e : one;
  const Floats denominator = one + e;
  const Floats inverse = one / denominator;
  const Floats y = numerator * inverse;
  // The remainder of the division, less what the denominator lost.
  const Floats lost = e - (denominator - one);
  const Floats rest = multiplyAdd(-y, denominator, numerator) - y * lost;
  return multiplyAdd(rest, inverse, y);
}

// 2 / √π · ∫ e^−t² dt from 0 to x, within 1.2 ulp.
INLINE Floats erf(Floats x) {
  const Floats magnitude = absolute(x);
  const Floats p = polynomial(x * x, 0x1.06eba8p-3f, -0x1.81274p-2f, 0x1.ce2d64p-4f, -0x1.b8012p-6f, 0x1.544aa8p-8f,
                              -0x1.a6126ep-11f, 0x1.4f8e58p-14f);
  const Floats small = multiplyAdd(x, p, x);
  // −log(1 − erf x), and 1 from 4 on.
  const Floats bounded = magnitude > broadcast(4.0f) ? broadcast(4.0f) : magnitude;
  const Floats q = polynomial(bounded, -0x1.5601ecp-13f, 0x1.21238cp+0f, 0x1.445b6p-1f, 0x1.ba98e8p-4f, -0x1.9874fp-6f,
                              0x1.0ac9d4p-8f, -0x1.a5823p-12f, 0x1.fe3492p-17f, 0x1.eadf0ap-22f);
  const Floats large = broadcast(1.0f) - exp(-q);
  return magnitude < broadcast(0.9375f) ? small : withSignOf(large, x);
}

}  // namespace TRAINKIT_TARGET
