// Layer norm over rows, both ways.
#include "../runtime/lanes.h"
#include "../runtime/rows.h"
#include "column-gradients.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Elements that are worth a second thread.
constexpr int64_t kGrain = 8192;

// Elements of a row that are added in float32; the sums of these are added in double precision.
constexpr int64_t kSummed = 512;

struct Pair {
  double first;
  double second;
};

// The sums of what body(i, count, first, second) sets, which is 0 beyond `count` elements.
template <class Body>
INLINE Pair sumPairs(int64_t n, Body body) {
  Pair total = {0, 0};
  for (int64_t start = 0; start < n; start += kSummed) {
    RunningSums first = noSums();
    RunningSums second = noSums();
    forEachSummand(n - start < kSummed ? n - start : kSummed, [&](int64_t i, int q, int count) INLINED {
      Floats a;
      Floats b;
      body(start + i, count, a, b);
      first.vectors[q] = first.vectors[q] + a;
      second.vectors[q] = second.vectors[q] + b;
    });
    total.first += TRAINKIT_TARGET::total(first);
    total.second += TRAINKIT_TARGET::total(second);
  }
  return total;
}

// The first `count` lanes of x, and 0.
INLINE Floats firstOf(Floats x, int count) {
  if (count == kLanes) return x;
  float lanes[kLanes] = {};
  storeFirst(lanes, x, count);
  return load(lanes);
}

// x̂ = (x − μ) · s of one row, and y = w · x̂ + b where there is a weight. Returns s = 1 / √(σ² + ε).
//
// μ is subtracted, and then what is left of the mean, as in the composite: so the offset of x is not seen.
INLINE float normalizeRow(int64_t length, const float* x, float eps, float* normalized, float* y, const float* weight,
                          const float* bias) {
  const double size = static_cast<double>(length);
  const Pair sums = sumPairs(length, [&](int64_t i, int count, Floats& a, Floats& b) INLINED {
    a = loadSome(x + i, count);
    b = broadcast(0);
  });
  const Floats mean = broadcast(static_cast<float>(sums.first / size));
  const Pair centered = sumPairs(length, [&](int64_t i, int count, Floats& a, Floats& b) INLINED {
    a = firstOf(loadSome(x + i, count) - mean, count);
    b = a * a;
  });
  const double rest = centered.first / size;
  const float variance = static_cast<float>(centered.second / size - rest * rest);
  const float scale = 1.0f / __builtin_sqrtf(variance + eps);
  const Floats shift = broadcast(static_cast<float>(rest));
  const Floats factor = broadcast(scale);
  forEachVector(0, length, [&](int64_t i, int count) INLINED {
    const Floats h = (loadSome(x + i, count) - mean - shift) * factor;
    storeSome(normalized + i, h, count);
    if (weight == nullptr) return;
    const Floats scaled = h * loadSome(weight + i, count);
    storeSome(y + i, bias == nullptr ? scaled : scaled + loadSome(bias + i, count), count);
  });
  return scale;
}

// layerNorm: x [rows, length], weight [length] or none, bias [length] or none; then normalized [rows, length], scale
// [rows], and with a weight y [rows, length]; numbers rows, length, eps.
Refusal layerNorm(const Call& call) {
  if (call.numberCount != 3 || !call.areSizes(0, 2)) return kWrongNumbers;
  const int64_t rows = call.size(0);
  const int64_t length = call.size(1);
  const int64_t n = elements(rows, length);
  if (!call.fits(0, Type::float32, n) || !call.fitsIfThere(1, Type::float32, length) ||
      !call.fitsIfThere(2, Type::float32, length) || !call.fits(3, Type::float32, n) ||
      !call.fits(4, Type::float32, rows) || (call.has(1) && !call.fits(5, Type::float32, n))) {
    return kWrongArrays;
  }
  const float* x = call.floats(0);
  const float* weight = call.has(1) ? call.floats(1) : nullptr;
  const float* bias = call.has(2) ? call.floats(2) : nullptr;
  float* normalized = call.floats(3);
  float* scale = call.floats(4);
  float* y = weight == nullptr ? normalized : call.floats(5);
  const float eps = static_cast<float>(call.number(2));
  parallelRows(rows, length, kGrain, [&](int64_t row, int64_t at) {
    scale[row] = normalizeRow(length, x + at, eps, normalized + at, y + at, weight, bias);
  });
  return kDone;
}

// dx = s · (dx̂ − mean(dx̂) − x̂ · mean(dx̂ · x̂)) of one row, dx̂ being w · dy.
INLINE void rowGradient(int64_t length, const float* dy, const float* normalized, float scale, const float* weight,
                        float* dx) {
  const auto inner = [&](int64_t i, int count) INLINED {
    const Floats d = loadSome(dy + i, count);
    return weight == nullptr ? d : d * loadSome(weight + i, count);
  };
  const Pair sums = sumPairs(length, [&](int64_t i, int count, Floats& a, Floats& b) INLINED {
    a = inner(i, count);
    b = a * loadSome(normalized + i, count);
  });
  const Floats mean = broadcast(static_cast<float>(sums.first / static_cast<double>(length)));
  const Floats slope = broadcast(static_cast<float>(sums.second / static_cast<double>(length)));
  const Floats factor = broadcast(scale);
  forEachVector(0, length, [&](int64_t i, int count) INLINED {
    const Floats along = loadSome(normalized + i, count) * slope;
    storeSome(dx + i, (inner(i, count) - mean - along) * factor, count);
  });
}

// layerNormGradients: dy [rows, length], normalized [rows, length], scale [rows], weight [length] or none; then dx
// [rows, length], and with a weight dWeight [length], dBias [length]; numbers rows, length.
Refusal layerNormGradients(const Call& call) {
  if (call.numberCount != 2 || !call.areSizes(0, 2)) return kWrongNumbers;
  const int64_t rows = call.size(0);
  const int64_t length = call.size(1);
  const int64_t n = elements(rows, length);
  if (!areFloats(call, 0, 2, n) || !call.fits(2, Type::float32, rows) || !call.fitsIfThere(3, Type::float32, length) ||
      !call.fits(4, Type::float32, n) || (call.has(3) && !areFloats(call, 5, 7, length))) {
    return kWrongArrays;
  }
  const float* dy = call.floats(0);
  const float* normalized = call.floats(1);
  const float* scale = call.floats(2);
  const float* weight = call.has(3) ? call.floats(3) : nullptr;
  float* dx = call.floats(4);
  parallelRows(rows, length, kGrain, [&](int64_t row, int64_t at) {
    rowGradient(length, dy + at, normalized + at, scale[row], weight, dx + at);
  });
  if (weight != nullptr) sumColumnGradients(rows, length, dy, normalized, call.floats(5), call.floats(6));
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(layerNormalization, KERNEL(layerNorm), KERNEL(layerNormGradients))
