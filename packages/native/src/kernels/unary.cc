// Functions of each float by itself. The result may be written over the argument.
#include "../runtime/kernel.h"
#include "../runtime/math.h"
#include "../runtime/parallel.h"
#include "../runtime/rounding.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Elements that are worth a second thread: of functions as cheap as the memory they pass, and of polynomials.
constexpr int64_t kCheap = 32768;
constexpr int64_t kCostly = 16384;

template <class Function>
void mapRange(const float* x, float* y, int64_t begin, int64_t end, Function function) {
  forEachVector(begin, end,
                [&](int64_t i, int count) INLINED { storeSome(y + i, function(loadSome(x + i, count)), count); });
}

// x [n], y [n]; number n, then `parameters` numbers.
template <class Function>
Refusal map(const Call& call, int parameters, int64_t grain, Function function) {
  if (!call.areSizes(0, 1) || call.numberCount < 1 + parameters) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!call.fits(0, Type::float32, n) || !call.fits(1, Type::float32, n)) return kWrongArrays;
  const float* x = call.floats(0);
  float* y = call.floats(1);
  parallelFor(n, grain, [&](int64_t begin, int64_t end) { mapRange(x, y, begin, end, function); });
  return kDone;
}

#define FUNCTION(name, grain, expression) \
  Refusal name##Kernel(const Call& call) { \
    return map(call, 0, grain, [](Floats x) INLINED -> Floats { return expression; }); \
  }

const float kSeluScale = 1.05070098735548f;
const float kSeluScaleAlpha = 1.75809934084738f;

INLINE Floats zero() { return broadcast(0.0f); }
INLINE Floats one() { return broadcast(1.0f); }

// A product within a macro looks like a pointer to the formatter.
// clang-format off
FUNCTION(relu, kCheap, x <= zero() ? zero() : x)
FUNCTION(relu6, kCheap, minimum(broadcast(6.0f), x <= zero() ? zero() : x))
FUNCTION(elu, kCostly, x >= zero() ? x : expm1(x))
FUNCTION(selu, kCostly,
         x >= zero() ? x * broadcast(kSeluScale) : expm1(x) * broadcast(kSeluScaleAlpha))
FUNCTION(sigmoid, kCostly, sigmoid(x))
FUNCTION(tanh, kCostly, tanh(x))
FUNCTION(softplus, kCostly, log1p(exp(-absolute(x))) + (x <= zero() ? zero() : x))
FUNCTION(exp, kCostly, exp(x))
FUNCTION(expm1, kCostly, expm1(x))
FUNCTION(log, kCostly, log(x))
FUNCTION(log1p, kCostly, log1p(x))
FUNCTION(erf, kCostly, erf(x))
FUNCTION(sqrt, kCheap, squareRoot(x))
FUNCTION(rsqrt, kCheap, one() / squareRoot(x))
FUNCTION(square, kCheap, x * x)
FUNCTION(abs, kCheap, absolute(x))
FUNCTION(neg, kCheap, -x)
FUNCTION(sign, kCheap, x > zero() ? one() : x < zero() ? -one() : zero())
FUNCTION(reciprocal, kCheap, one() / x)
FUNCTION(floor, kCheap, floor(x))
FUNCTION(ceil, kCheap, ceil(x))
FUNCTION(round, kCheap, roundToEven(x))
// clang-format on

// step: x [n], y [n]; numbers n, the value where x ≤ 0.
Refusal step(const Call& call) {
  const Floats low = broadcast(static_cast<float>(call.number(1)));
  return map(call, 1, kCheap, [=](Floats x) INLINED -> Floats { return x > zero() ? one() : x <= zero() ? low : x; });
}

// clip: x [n], y [n]; numbers n, the least value, the greatest value.
Refusal clip(const Call& call) {
  const Floats least = broadcast(static_cast<float>(call.number(1)));
  const Floats greatest = broadcast(static_cast<float>(call.number(2)));
  return map(call, 2, kCheap, [=](Floats x) INLINED -> Floats {
    return x > greatest ? greatest : x < least ? least : x;
  });
}

}  // namespace
}  // namespace TRAINKIT_TARGET

// clang-format off
#define ENTRY(name) {#name, TRAINKIT_TARGET::name##Kernel}
// clang-format on

TRAINKIT_KERNELS(unary, ENTRY(relu), ENTRY(relu6), ENTRY(elu), ENTRY(selu), ENTRY(sigmoid), ENTRY(tanh),
                 ENTRY(softplus), ENTRY(exp), ENTRY(expm1), ENTRY(log), ENTRY(log1p), ENTRY(erf), ENTRY(sqrt),
                 ENTRY(rsqrt), ENTRY(square), ENTRY(abs), ENTRY(neg), ENTRY(sign), ENTRY(reciprocal), ENTRY(floor),
                 ENTRY(ceil), ENTRY(round), KERNEL(step), KERNEL(clip))
