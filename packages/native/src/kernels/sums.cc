// Sums of rows, of columns and of everything, and their gradients.
#include "../runtime/columns.h"
#include "../runtime/rows.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Elements that are worth a second thread.
constexpr int64_t kGrain = 8192;

// The sum of n numbers in double precision.
INLINE double sumOf(const float* x, int64_t n) {
  return exactSum(
      n, [=](int64_t i, int count) INLINED { return loadSome(x + i, count); }, [](Doubles d) INLINED { return d; });
}

// columnSums: x [rows, columns], y [columns]; numbers rows, columns.
Refusal columnSums(const Call& call) {
  if (call.numberCount != 2 || !call.areSizes(0, 2)) return kWrongNumbers;
  const int64_t rows = call.size(0);
  const int64_t columns = call.size(1);
  if (!call.fits(0, Type::float32, elements(rows, columns)) || !call.fits(1, Type::float32, columns)) {
    return kWrongArrays;
  }
  const float* x = call.floats(0);
  float* y = call.floats(1);
  parallelFor(columns, grainOf(rows), [&](int64_t begin, int64_t end) {
    forEachStrip(begin, end, [&](int64_t column, int count, auto width) INLINED {
      constexpr int vectors = decltype(width)::value;
      Floats sums[vectors];
      sumRows(rows, sums,
              [&](int64_t row, int v) INLINED { return loadSome(x + row * columns + column + v * kLanes, count); });
      for (int v = 0; v < vectors; v++) storeSome(y + column + v * kLanes, sums[v], count);
    });
  });
  return kDone;
}

// rowSums: x [rows, columns], y [rows]; numbers rows, columns. In double precision.
Refusal rowSums(const Call& call) {
  if (call.numberCount != 2 || !call.areSizes(0, 2)) return kWrongNumbers;
  const int64_t rows = call.size(0);
  const int64_t columns = call.size(1);
  if (!call.fits(0, Type::float32, elements(rows, columns)) || !call.fits(1, Type::float32, rows)) {
    return kWrongArrays;
  }
  const float* x = call.floats(0);
  float* y = call.floats(1);
  parallelRows(rows, columns, kGrain,
               [&](int64_t row, int64_t at) { y[row] = static_cast<float>(sumOf(x + at, columns)); });
  return kDone;
}

constexpr int64_t kMostBlocks = 64;

// sumAll: x [n], y [1]; numbers n, divisor. In double precision.
Refusal sumAll(const Call& call) {
  if (call.numberCount != 2 || !call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!call.fits(0, Type::float32, n) || !call.fits(1, Type::float32, 1)) return kWrongArrays;
  const float* x = call.floats(0);
  // Blocks whose length depends on n alone; their sums are added in order.
  int64_t length = (n / kMostBlocks / 16 + 1) * 16;
  if (length < 4096) length = 4096;
  const int64_t blocks = (n + length - 1) / length;
  double parts[kMostBlocks];
  // In multiples of 16, at which parallelFor cuts.
  parallelFor(blocks * 16, 16, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin / 16; block < end / 16; block++) {
      const int64_t rest = n - block * length;
      parts[block] = sumOf(x + block * length, rest < length ? rest : length);
    }
  });
  double sum = 0;
  for (int64_t block = 0; block < blocks; block++) sum += parts[block];
  call.floats(1)[0] = static_cast<float>(sum / call.number(1));
  return kDone;
}

// repeat: x [1], y [n]; numbers n, divisor. Each y is x / divisor.
Refusal repeat(const Call& call) {
  if (call.numberCount != 2 || !call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!call.fits(0, Type::float32, 1) || !call.fits(1, Type::float32, n)) return kWrongArrays;
  float* y = call.floats(1);
  const Floats x = broadcast(call.floats(0)[0] / static_cast<float>(call.number(1)));
  parallelFor(n, 65536, [&](int64_t begin, int64_t end) {
    forEachVector(begin, end, [&](int64_t i, int count) INLINED { storeSome(y + i, x, count); });
  });
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(sums, KERNEL(columnSums), KERNEL(rowSums), KERNEL(sumAll), KERNEL(repeat))
