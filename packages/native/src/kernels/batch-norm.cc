// Batch norm over columns, both ways.
#include "../runtime/checks.h"
#include "../runtime/columns.h"
#include "../runtime/parallel.h"
#include "column-gradients.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// columnGradients: dy [rows, columns], factor [rows, columns]; then Σ dy · factor [columns] and Σ dy [columns]; numbers
// rows, columns.
Refusal columnGradients(const Call& call) {
  if (call.numberCount != 2 || !call.areSizes(0, 2)) return kWrongNumbers;
  const int64_t rows = call.size(0);
  const int64_t columns = call.size(1);
  const int64_t n = elements(rows, columns);
  if (!areFloats(call, 0, 2, n) || !areFloats(call, 2, 4, columns)) return kWrongArrays;
  sumColumnGradients(rows, columns, call.floats(0), call.floats(1), call.floats(2), call.floats(3));
  return kDone;
}

// batchNorm: x [rows, channels], weight, bias, runningMean, runningVar, each [channels]; then y [rows, channels], the
// new running mean and variance [channels], centered [rows, channels], scale [channels]; numbers rows, channels, eps,
// momentum.
Refusal batchNorm(const Call& call) {
  if (call.numberCount != 4 || !call.areSizes(0, 2)) return kWrongNumbers;
  const int64_t rows = call.size(0);
  const int64_t channels = call.size(1);
  const int64_t n = elements(rows, channels);
  if (!call.fits(0, Type::float32, n) || !areFloats(call, 1, 5, channels) || !call.fits(5, Type::float32, n) ||
      !areFloats(call, 6, 8, channels) || !call.fits(8, Type::float32, n) || !call.fits(9, Type::float32, channels)) {
    return kWrongArrays;
  }
  const float* x = call.floats(0);
  float* y = call.floats(5);
  float* centered = call.floats(8);
  const double momentum = call.number(3);
  const Floats eps = broadcast(static_cast<float>(call.number(2)));
  const Floats size = broadcast(static_cast<float>(rows));
  const Floats keep = broadcast(static_cast<float>(1 - momentum));
  const Floats enter = broadcast(static_cast<float>(momentum));
  // Unbiased, where the batch is normalized by the biased one.
  const Floats enterVariance =
      broadcast(static_cast<float>(momentum * static_cast<double>(rows) / (static_cast<double>(rows) - 1)));
  parallelFor(channels, grainOf(rows), [&](int64_t begin, int64_t end) {
    forEachStrip(begin, end, [&](int64_t first, int count, auto width) INLINED {
      constexpr int vectors = decltype(width)::value;
      const auto place = [&](int64_t row, int v) { return row * channels + first + v * kLanes; };
      const auto column = [&](int array, int v) { return call.floats(array) + first + v * kLanes; };
      Floats rough[vectors];
      sumRows(rows, rough, [&](int64_t row, int v) INLINED { return loadSome(x + place(row, v), count); });
      for (int v = 0; v < vectors; v++) rough[v] = rough[v] / size;
      Floats rest[vectors];
      sumRows(rows, rest, [&](int64_t row, int v) INLINED {
        const Floats shifted = loadSome(x + place(row, v), count) - rough[v];
        storeSome(centered + place(row, v), shifted, count);
        return shifted;
      });
      for (int v = 0; v < vectors; v++) rest[v] = rest[v] / size;
      Floats variance[vectors];
      sumRows(rows, variance, [&](int64_t row, int v) INLINED {
        const Floats d = loadSome(centered + place(row, v), count) - rest[v];
        storeSome(centered + place(row, v), d, count);
        return d * d;
      });
      Floats factor[vectors];
      Floats offset[vectors];
      for (int v = 0; v < vectors; v++) {
        variance[v] = variance[v] / size;
        const Floats scale = broadcast(1) / squareRoot(variance[v] + eps);
        storeSome(column(9, v), scale, count);
        factor[v] = scale * loadSome(column(1, v), count);
        offset[v] = loadSome(column(2, v), count);
        const Floats mean = rough[v] + rest[v];
        storeSome(column(6, v), loadSome(column(3, v), count) * keep + mean * enter, count);
        storeSome(column(7, v), loadSome(column(4, v), count) * keep + variance[v] * enterVariance, count);
      }
      for (int64_t row = 0; row < rows; row++) {
        UNROLL(4)
        for (int v = 0; v < vectors; v++) {
          const Floats d = loadSome(centered + place(row, v), count);
          storeSome(y + place(row, v), d * factor[v] + offset[v], count);
        }
      }
    });
  });
  return kDone;
}

// batchNormInputGradient: dy [rows, channels], centered [rows, channels], scale, weight, products, dBias, each
// [channels]; then dx [rows, channels]; numbers rows, channels.
Refusal batchNormInputGradient(const Call& call) {
  if (call.numberCount != 2 || !call.areSizes(0, 2)) return kWrongNumbers;
  const int64_t rows = call.size(0);
  const int64_t channels = call.size(1);
  const int64_t n = elements(rows, channels);
  if (!areFloats(call, 0, 2, n) || !areFloats(call, 2, 6, channels) || !call.fits(6, Type::float32, n)) {
    return kWrongArrays;
  }
  const float* dy = call.floats(0);
  const float* centered = call.floats(1);
  float* dx = call.floats(6);
  const Floats size = broadcast(static_cast<float>(rows));
  parallelFor(rows, grainOf(channels), [&](int64_t begin, int64_t end) {
    forEachStrip(0, channels, [&](int64_t first, int count, auto width) INLINED {
      constexpr int vectors = decltype(width)::value;
      Floats mean[vectors];
      Floats slope[vectors];
      Floats outer[vectors];
      for (int v = 0; v < vectors; v++) {
        const auto column = [&](int array) { return loadSome(call.floats(array) + first + v * kLanes, count); };
        const Floats scale = column(2);
        mean[v] = column(5) / size;
        slope[v] = scale * scale * column(4) / size;
        outer[v] = scale * column(3);
      }
      for (int64_t row = begin; row < end; row++) {
        UNROLL(4)
        for (int v = 0; v < vectors; v++) {
          const int64_t at = row * channels + first + v * kLanes;
          const Floats along = loadSome(centered + at, count) * slope[v];
          storeSome(dx + at, (loadSome(dy + at, count) - mean[v] - along) * outer[v], count);
        }
      }
    });
  });
  return kDone;
}

// batchNormInference: x [rows, channels], weight, bias, mean, variance, each [channels]; then y [rows, channels],
// centered [rows, channels], scale [channels]; numbers rows, channels, eps.
Refusal batchNormInference(const Call& call) {
  if (call.numberCount != 3 || !call.areSizes(0, 2)) return kWrongNumbers;
  const int64_t rows = call.size(0);
  const int64_t channels = call.size(1);
  const int64_t n = elements(rows, channels);
  if (!call.fits(0, Type::float32, n) || !areFloats(call, 1, 5, channels) || !areFloats(call, 5, 7, n) ||
      !call.fits(7, Type::float32, channels)) {
    return kWrongArrays;
  }
  const float* x = call.floats(0);
  float* y = call.floats(5);
  float* centered = call.floats(6);
  float* scales = call.floats(7);
  const Floats eps = broadcast(static_cast<float>(call.number(2)));
  forEachVector(0, channels, [&](int64_t i, int count) INLINED {
    storeSome(scales + i, broadcast(1) / squareRoot(loadSome(call.floats(4) + i, count) + eps), count);
  });
  parallelFor(rows, grainOf(channels), [&](int64_t begin, int64_t end) {
    forEachStrip(0, channels, [&](int64_t first, int count, auto width) INLINED {
      constexpr int vectors = decltype(width)::value;
      Floats mean[vectors];
      Floats factor[vectors];
      Floats offset[vectors];
      for (int v = 0; v < vectors; v++) {
        const int64_t at = first + v * kLanes;
        mean[v] = loadSome(call.floats(3) + at, count);
        factor[v] = loadSome(scales + at, count) * loadSome(call.floats(1) + at, count);
        offset[v] = loadSome(call.floats(2) + at, count);
      }
      for (int64_t row = begin; row < end; row++) {
        UNROLL(4)
        for (int v = 0; v < vectors; v++) {
          const int64_t at = row * channels + first + v * kLanes;
          const Floats d = loadSome(x + at, count) - mean[v];
          storeSome(centered + at, d, count);
          storeSome(y + at, d * factor[v] + offset[v], count);
        }
      }
    });
  });
  return kDone;
}

// average: mean [n], variance [n], count [1] int32, runningMean [n], runningVar [n]; then the new running mean [n] and
// variance [n], which take 1/count of the new ones; numbers n.
Refusal average(const Call& call) {
  if (call.numberCount != 1 || !call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!areFloats(call, 0, 2, n) || !call.fits(2, Type::int32, 1) || !areFloats(call, 3, 7, n)) {
    return kWrongArrays;
  }
  const Floats share = broadcast(1.0f / static_cast<float>(call.ints(2)[0]));
  const Floats rest = broadcast(1) - share;
  for (int part = 0; part < 2; part++) {
    const float* now = call.floats(part);
    const float* old = call.floats(3 + part);
    float* next = call.floats(5 + part);
    forEachVector(0, n, [&](int64_t i, int count) INLINED {
      storeSome(next + i, loadSome(old + i, count) * rest + loadSome(now + i, count) * share, count);
    });
  }
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(batchNormalization, KERNEL(batchNorm), KERNEL(columnGradients), KERNEL(batchNormInputGradient),
                 KERNEL(batchNormInference), KERNEL(average))
