// Updates of parameters in place, and the norm of gradients.
#include "../runtime/checks.h"
#include "../runtime/doubles.h"
#include "../runtime/parallel.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

constexpr int64_t kGrain = 8192;

// The gradient uphill or downhill, with the L2 term.
struct Slope {
  Floats sign;
  Floats weightDecay;
  bool decays;

  Slope(double sign, double weightDecay)
      : sign(broadcast(static_cast<float>(sign))),
        weightDecay(broadcast(static_cast<float>(weightDecay))),
        decays(weightDecay != 0) {}

  // Without decay the parameter is not looked at: 0 times an infinite one is NaN.
  __attribute__((always_inline)) Floats of(Floats gradient, Floats parameter) const {
    const Floats slope = gradient * sign;
    return decays ? slope + parameter * weightDecay : slope;
  }
};

// adam: gradient [n], rate [1], eps [1], shrink [1], then in place parameter [n], mean [n], square [n], and largest [n]
// or none; numbers n, sign, weightDecay, β1, 1 − β1, β2, 1 − β2.
//
//   mean = lerp(mean, g, 1 − β1), square = β2 · square + (1 − β2) · g², largest = max(square, largest),
//   parameter = shrink · parameter − rate · mean / (√largest + eps)
template <bool usesLargest, bool meanFromOld>
void stepAdam(const Call& call) {
  const float* gradient = call.floats(0);
  const Floats rate = broadcast(call.floats(1)[0]);
  const Floats eps = broadcast(call.floats(2)[0]);
  const Floats shrink = broadcast(call.floats(3)[0]);
  float* parameter = call.floats(4);
  float* mean = call.floats(5);
  float* square = call.floats(6);
  float* largest = usesLargest ? call.floats(7) : nullptr;
  const Slope slope(call.number(1), call.number(2));
  // As torch.lerp has it: from the side that weighs more, so that what is small does not drown.
  const Floats blend = broadcast(static_cast<float>(call.number(meanFromOld ? 4 : 3)));
  const Floats keep = broadcast(static_cast<float>(call.number(5)));
  const Floats enter = broadcast(static_cast<float>(call.number(6)));
  parallelFor(call.size(0), kGrain, [&](int64_t begin, int64_t end) {
    forEachVector(begin, end, [&](int64_t i, int count) INLINED {
      const Floats p = loadSome(parameter + i, count);
      const Floats g = slope.of(loadSome(gradient + i, count), p);
      const Floats oldMean = loadSome(mean + i, count);
      const Floats m = meanFromOld ? oldMean + (g - oldMean) * blend : g + (oldMean - g) * blend;
      storeSome(mean + i, m, count);
      // Not (1 − β2) · g², which is infinite for a gradient of 1e20 already.
      Floats v = loadSome(square + i, count) * keep + (g * enter) * g;
      storeSome(square + i, v, count);
      if (usesLargest) {
        const Floats old = loadSome(largest + i, count);
        // A NaN on either side stays.
        v = v < old ? old : (old == old ? v : old);
        storeSome(largest + i, v, count);
      }
      storeSome(parameter + i, p * shrink - m / (squareRoot(v) + eps) * rate, count);
    });
  });
}

Refusal adam(const Call& call) {
  if (call.numberCount != 7 || !call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!call.fits(0, Type::float32, n) || !areFloats(call, 1, 4, 1) || !areFloats(call, 4, 7, n) ||
      !call.fitsIfThere(7, Type::float32, n)) {
    return kWrongArrays;
  }
  const bool meanFromOld = call.number(3) > 0.5;
  if (call.has(7)) {
    meanFromOld ? stepAdam<true, true>(call) : stepAdam<true, false>(call);
  } else {
    meanFromOld ? stepAdam<false, true>(call) : stepAdam<false, false>(call);
  }
  return kDone;
}

// sgd: gradient [n], rate [1], then in place parameter [n]; numbers n, sign, weightDecay.
Refusal sgd(const Call& call) {
  if (call.numberCount != 3 || !call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!call.fits(0, Type::float32, n) || !call.fits(1, Type::float32, 1) || !call.fits(2, Type::float32, n)) {
    return kWrongArrays;
  }
  const float* gradient = call.floats(0);
  const Floats rate = broadcast(call.floats(1)[0]);
  float* parameter = call.floats(2);
  const Slope slope(call.number(1), call.number(2));
  parallelFor(n, kGrain, [&](int64_t begin, int64_t end) {
    forEachVector(begin, end, [&](int64_t i, int count) INLINED {
      const Floats p = loadSome(parameter + i, count);
      storeSome(parameter + i, p - slope.of(loadSome(gradient + i, count), p) * rate, count);
    });
  });
  return kDone;
}

// sgdMomentum: gradient [n], rate [1], then in place parameter [n], buffer [n]; numbers n, sign, weightDecay, momentum,
// bufferWeight, gradientWeight, nesterov. With bufferWeight 0 the buffer's numbers are not looked at.
Refusal sgdMomentum(const Call& call) {
  if (call.numberCount != 7 || !call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!call.fits(0, Type::float32, n) || !call.fits(1, Type::float32, 1) || !areFloats(call, 2, 4, n)) {
    return kWrongArrays;
  }
  const float* gradient = call.floats(0);
  const Floats rate = broadcast(call.floats(1)[0]);
  float* parameter = call.floats(2);
  float* buffer = call.floats(3);
  const Slope slope(call.number(1), call.number(2));
  const Floats momentum = broadcast(static_cast<float>(call.number(3)));
  const Floats keep = broadcast(static_cast<float>(call.number(4)));
  const Floats enter = broadcast(static_cast<float>(call.number(5)));
  const bool isFirst = call.number(4) == 0;
  const bool nesterov = call.flag(6);
  parallelFor(n, kGrain, [&](int64_t begin, int64_t end) {
    forEachVector(begin, end, [&](int64_t i, int count) INLINED {
      const Floats p = loadSome(parameter + i, count);
      const Floats g = slope.of(loadSome(gradient + i, count), p);
      const Floats entering = g * enter;
      const Floats b = isFirst ? entering : loadSome(buffer + i, count) * keep + entering;
      storeSome(buffer + i, b, count);
      const Floats direction = nesterov ? g + b * momentum : b;
      storeSome(parameter + i, p - direction * rate, count);
    });
  });
  return kDone;
}

constexpr int kMostBlocks = 64;

// norm: x [n], y [1]; numbers n, type: 1, 2, or 0 for the largest size. In double precision; NaN stays.
Refusal norm(const Call& call) {
  if (call.numberCount != 2 || !call.areSizes(0, 2)) return kWrongNumbers;
  const int64_t n = call.size(0);
  const int64_t type = call.size(1);
  if (type > 2) return kWrongNumbers;
  if (!call.fits(0, Type::float32, n) || !call.fits(1, Type::float32, 1)) return kWrongArrays;
  const float* x = call.floats(0);
  // Blocks whose length depends on n alone; their norms are added in order.
  int64_t length = (n / kMostBlocks / 16 + 1) * 16;
  if (length < 4096) length = 4096;
  const int64_t blocks = (n + length - 1) / length;
  double parts[kMostBlocks + 1];
  // In multiples of 16, at which parallelFor cuts.
  parallelFor(blocks * 16, 16, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin / 16; block < end / 16; block++) {
      const float* from = x + block * length;
      const int64_t count = n - block * length < length ? n - block * length : length;
      const auto load = [&](int64_t i, int some) INLINED { return loadSome(from + i, some); };
      if (type == 2) {
        parts[block] = exactSum(count, load, [](Doubles d) INLINED { return d * d; });
      } else if (type == 1) {
        parts[block] = exactSum(
            count, [&](int64_t i, int some) INLINED { return absolute(load(i, some)); },
            [](Doubles d) INLINED { return d; });
      } else {
        Floats most = broadcast(0);
        forEachVector(0, count, [&](int64_t i, int some) INLINED {
          const Floats size = absolute(load(i, some));
          // A NaN is kept, and replaced by none.
          most = most >= size ? most : (most == most ? size : most);
        });
        float lanes[kLanes];
        store(lanes, most);
        float largest = 0;
        for (float lane : lanes) largest = largest >= lane ? largest : (largest == largest ? lane : largest);
        parts[block] = largest;
      }
    }
  });
  double total = 0;
  for (int64_t block = 0; block < blocks; block++) {
    const double part = parts[block];
    if (type != 0) {
      total += part;
    } else {
      total = total >= part ? total : (total == total ? part : total);
    }
  }
  call.floats(1)[0] = static_cast<float>(type == 2 ? __builtin_sqrt(total) : total);
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(optimizers, KERNEL(adam), KERNEL(sgd), KERNEL(sgdMomentum), KERNEL(norm))
