// Activations of `nn` that TensorFlow.js has not, and the gradients of all.
//
// Of a function f, f: x [n], y [n], and fGradient: x [n], dy [n], dx [n], where dx = dy · f′(x); numbers n, then the
// function's own.
#include "../runtime/map-pairs.h"
#include "../runtime/math.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Elements that are worth a second thread: of functions as cheap as the memory they pass, and of polynomials.
constexpr int64_t kCheap = 32768;
constexpr int64_t kCostly = 8192;

INLINE Floats zero() { return broadcast(0.0f); }
INLINE Floats one() { return broadcast(1.0f); }
INLINE Floats numberOf(const Call& call, int index) {
  return broadcast(index < call.numberCount ? static_cast<float>(call.number(index)) : 0.0f);
}

#define FUNCTION(name, numbers, grain, expression) \
  Refusal name(const Call& call) { \
    const Floats a = numberOf(call, 1); \
    const Floats b = numberOf(call, 2); \
    (void)a; \
    (void)b; \
    const auto f = [=](Floats x, Floats) INLINED -> Floats { return expression; }; \
    return mapPairs(call, 1, 1 + numbers, grain, f); \
  }
#define GRADIENT(name, numbers, grain, expression) \
  Refusal name(const Call& call) { \
    const Floats a = numberOf(call, 1); \
    const Floats b = numberOf(call, 2); \
    (void)a; \
    (void)b; \
    const auto f = [=](Floats x, Floats dy) INLINED -> Floats { return expression; }; \
    return mapPairs(call, 2, 1 + numbers, grain, f); \
  }

// A product within a macro looks like a pointer to the formatter.
// clang-format off

// Gradients from the output y of the function, which is their `x`.
GRADIENT(reluGradient, 0, kCheap, x <= zero() ? zero() : dy)
GRADIENT(tanhGradient, 0, kCheap, dy * (one() - x * x))
GRADIENT(sigmoidGradient, 0, kCheap, dy * (x * (one() - x)))

// a is the slope below 0.
FUNCTION(leakyReLU, 1, kCheap, x > zero() ? x : x * a)
GRADIENT(leakyReLUGradient, 1, kCheap, x > zero() ? dy : dy * a)

// a is alpha, b the scale.
FUNCTION(scaledELU, 2, kCostly, b * (x > zero() ? x : a * expm1(x)))
GRADIENT(scaledELUGradient, 2, kCostly, x <= zero() ? (dy * b) * (a * exp(x)) : dy * b)

// The distribution function of the standard normal distribution.
INLINE Floats normalCdf(Floats x) { return broadcast(0.5f) * (one() + erf(x * broadcast(0.70710678118654752f))); }
INLINE Floats normalDensity(Floats x) { return broadcast(0.39894228040143268f) * exp(broadcast(-0.5f) * (x * x)); }
FUNCTION(gelu, 0, kCostly, x * normalCdf(x))
GRADIENT(geluGradient, 0, kCostly, dy * (normalCdf(x) + x * normalDensity(x)))

// a is 2 · √(2/π), b the weight of the cube: the tanh as a sigmoid.
INLINE Floats geluGate(Floats x, Floats a, Floats b) { return sigmoid(a * (x + b * (x * (x * x)))); }
INLINE Floats geluTanhSlope(Floats x, Floats a, Floats b) {
  const Floats s = geluGate(x, a, b);
  const Floats growth = a * (one() + broadcast(3.0f) * b * (x * x));
  return s + ((x * s) * (one() - s)) * growth;
}
FUNCTION(geluTanh, 2, kCostly, x * geluGate(x, a, b))
GRADIENT(geluTanhGradient, 2, kCostly, dy * geluTanhSlope(x, a, b))

INLINE Floats relu6(Floats x) {
  const Floats positive = x < zero() ? zero() : x;
  return positive > broadcast(6.0f) ? broadcast(6.0f) : positive;
}
FUNCTION(hardswish, 0, kCheap, x * relu6(x + broadcast(3.0f)) / broadcast(6.0f))
INLINE Floats hardswishSlope(Floats x, Floats dy) {
  const Floats inner = dy * (x / broadcast(3.0f) + broadcast(0.5f));
  return x <= broadcast(-3.0f) ? zero() : (x < broadcast(3.0f) ? inner : dy);
}
GRADIENT(hardswishGradient, 0, kCheap, hardswishSlope(x, dy))

// a is beta, b the threshold of beta · x from which on it is the identity.
INLINE Floats scaledSoftplusOf(Floats x, Floats a, Floats b) {
  const Floats z = x * a;
  const Floats smooth = ((z <= zero() ? zero() : z) + log1p(exp(-absolute(z)))) / a;
  return z > b ? x : smooth;
}
FUNCTION(scaledSoftplus, 2, kCostly, scaledSoftplusOf(x, a, b))
GRADIENT(scaledSoftplusGradient, 2, kCostly, x * a > b ? dy : dy * sigmoid(x * a))

INLINE Floats siluSlope(Floats x) {
  const Floats s = sigmoid(x);
  return s * (one() + x * (one() - s));
}
FUNCTION(silu, 0, kCostly, x * sigmoid(x))
GRADIENT(siluGradient, 0, kCostly, dy * siluSlope(x))

// tanh(softplus(x)), which is 1 in float32 from 20 on.
INLINE Floats mishGate(Floats x) {
  const Floats e = exp(x > broadcast(20.0f) ? broadcast(20.0f) : x);
  const Floats n = e * (e + broadcast(2.0f));
  return n / (n + broadcast(2.0f));
}
INLINE Floats mishSlope(Floats x) {
  const Floats t = mishGate(x);
  return t + (x * sigmoid(x)) * (one() - t * t);
}
FUNCTION(mish, 0, kCostly, x * mishGate(x))
GRADIENT(mishGradient, 0, kCostly, dy * mishSlope(x))

// clang-format on

// parametricReLUGradient: x [rows, columns], weight [columns] or [1], dy [rows, columns], dx [rows, columns]; numbers
// rows, columns. dx = x > 0 ? dy : dy · weight, with a weight for each column or one for all. The function itself is
// parametricReLU of binary.cc.
Refusal parametricReLUGradient(const Call& call) {
  if (call.numberCount != 2 || !call.areSizes(0, 2)) return kWrongNumbers;
  const int64_t rows = call.size(0);
  const int64_t columns = call.size(1);
  const int64_t n = elements(rows, columns);
  const bool isOne = call.has(1) && call.arrays[1].length == 1;
  if (!call.fits(0, Type::float32, n) || !call.fits(1, Type::float32, isOne ? 1 : columns) ||
      !areFloats(call, 2, 4, n)) {
    return kWrongArrays;
  }
  const float* x = call.floats(0);
  const float* weight = call.floats(1);
  const float* dy = call.floats(2);
  float* dx = call.floats(3);
  const auto select = [&](int64_t i, int count, Floats by) INLINED {
    const Floats value = loadSome(dy + i, count);
    storeSome(dx + i, loadSome(x + i, count) > zero() ? value : value * by, count);
  };
  if (isOne) {
    const Floats by = broadcast(weight[0]);
    parallelFor(n, kCheap, [&](int64_t begin, int64_t end) {
      forEachVector(begin, end, [&](int64_t i, int count) INLINED { select(i, count, by); });
    });
    return kDone;
  }
  parallelFor(rows, grainOf(columns, kCheap), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      forEachVector(0, columns, [&](int64_t i, int count) INLINED {
        select(row * columns + i, count, loadSome(weight + i, count));
      });
    }
  });
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

#define BOTH(name) KERNEL(name), KERNEL(name##Gradient)

TRAINKIT_KERNELS(activations, KERNEL(reluGradient), KERNEL(tanhGradient), KERNEL(sigmoidGradient), BOTH(leakyReLU),
                 BOTH(scaledELU), BOTH(gelu), BOTH(geluTanh), BOTH(hardswish), BOTH(scaledSoftplus), BOTH(silu),
                 BOTH(mish), KERNEL(parametricReLUGradient))
