// Losses of each element, and their gradients.
#include "../runtime/map-pairs.h"
#include "../runtime/math.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Elements that are worth a second thread.
constexpr int64_t kGrain = 4096;

INLINE Floats zero() { return broadcast(0); }
INLINE Floats one() { return broadcast(1); }

// −log σ(x) as PyTorch has it: log(1 + e^−x), and −x itself below −20.
INLINE Floats negativeLogSigmoid(Floats x) {
  const Floats smooth = (x < zero() ? -x : zero()) + log1p(exp(-absolute(x)));
  return x != x ? x : (x < broadcast(-20.0f) ? -x : smooth);
}

// binaryCrossEntropyOfLogits: x [n], target [n], y [n]; numbers n. y = (1 − target) · x − log σ(x)
Refusal binaryCrossEntropyOfLogits(const Call& call) {
  return mapPairs(call, 2, 1, kGrain, [](Floats x, Floats target) INLINED -> Floats {
    return (one() - target) * x + negativeLogSigmoid(x);
  });
}

// binaryCrossEntropyOfProbabilities: x [n], target [n], y [n]; numbers n.
// y = −target · log x − (1 − target) · log(1 − x), no logarithm being below −100
Refusal binaryCrossEntropyOfProbabilities(const Call& call) {
  return mapPairs(call, 2, 1, kGrain, [](Floats x, Floats target) INLINED -> Floats {
    const Floats least = broadcast(-100.0f);
    Floats low = log1p(-x);
    Floats high = log(x);
    low = low < least ? least : low;
    high = high < least ? least : high;
    return (target - one()) * low - target * high;
  });
}

// sigmoidError: x [n], target [n], dy [n], dx [n]; numbers n. dx = dy · (σ(x) − target)
Refusal sigmoidError(const Call& call) {
  if (call.numberCount != 1 || !call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!areFloats(call, 0, 4, n)) return kWrongArrays;
  parallelFor(n, kGrain, [&](int64_t begin, int64_t end) {
    forEachVector(begin, end, [&](int64_t i, int count) INLINED {
      const Floats error = sigmoid(loadSome(call.floats(0) + i, count)) - loadSome(call.floats(1) + i, count);
      storeSome(call.floats(3) + i, loadSome(call.floats(2) + i, count) * error, count);
    });
  });
  return kDone;
}

// absoluteErrorGradient: d [n], dy [n], dx [n]; numbers n. dx = dy · sign(d), and 0 at 0 and NaN
Refusal absoluteErrorGradient(const Call& call) {
  return mapPairs(call, 2, 1, kGrain, [](Floats d, Floats dy) INLINED -> Floats {
    return d > zero() ? dy : (d < zero() ? -dy : dy * zero());
  });
}

// huberError: d [n], y [n]; numbers n, delta, linear. y = linear · d² / (2 · delta) up to delta, beyond it
// linear · (|d| − delta / 2)
Refusal huberError(const Call& call) {
  if (call.numberCount != 3) return kWrongNumbers;
  const Floats delta = broadcast(static_cast<float>(call.number(1)));
  const Floats linear = broadcast(static_cast<float>(call.number(2)));
  const Floats curve = broadcast(static_cast<float>(0.5 * call.number(2) / call.number(1)));
  const Floats half = broadcast(static_cast<float>(0.5 * call.number(1)));
  return mapPairs(call, 1, 3, kGrain, [=](Floats d, Floats) INLINED -> Floats {
    const Floats size = absolute(d);
    return size < delta ? curve * (d * d) : linear * (size - half);
  });
}

// huberErrorGradient: d [n], dy [n], dx [n]; numbers n, delta, linear.
// dx = dy · linear / delta · d, d being cut off at ±delta
Refusal huberErrorGradient(const Call& call) {
  if (call.numberCount != 3) return kWrongNumbers;
  const Floats delta = broadcast(static_cast<float>(call.number(1)));
  const Floats slope = broadcast(static_cast<float>(call.number(2) / call.number(1)));
  return mapPairs(call, 2, 3, kGrain, [=](Floats d, Floats dy) INLINED -> Floats {
    const Floats near = d < -delta ? -delta : (d > delta ? delta : d);
    return dy * (slope * near);
  });
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(losses, KERNEL(binaryCrossEntropyOfLogits), KERNEL(binaryCrossEntropyOfProbabilities),
                 KERNEL(sigmoidError), KERNEL(absoluteErrorGradient), KERNEL(huberError), KERNEL(huberErrorGradient))
