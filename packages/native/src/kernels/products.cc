// Products of matrices.
#include "../runtime/kernel.h"
#include "../runtime/parallel.h"
#include "../runtime/sizes.h"
#include "matrix-product.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// The matrix op(X) [rows, columns], of X as it lies in memory.
Matrix matrixOf(const float* x, int64_t rows, int64_t columns, bool transposed) {
  if (transposed) return {x, 1, rows};
  return {x, columns, 1};
}

// product: a [m, k], or [k, m] where transposeA; b [k, n], or [n, k] where transposeB; bias [n] or none; y [m, n].
// Numbers: m, n, k, transposeA, transposeB. y = a · b + bias.
Refusal product(const Call& call) {
  if (!call.areSizes(0, 5)) return kWrongNumbers;
  const int64_t m = call.size(0);
  const int64_t n = call.size(1);
  const int64_t k = call.size(2);
  if (!call.fits(0, Type::float32, elements(m, k)) || !call.fits(1, Type::float32, elements(k, n)) ||
      !call.fitsIfThere(2, Type::float32, n) || !call.fits(3, Type::float32, elements(m, n))) {
    return kWrongArrays;
  }
  multiply({m, n, k, matrixOf(call.floats(0), m, k, call.flag(3)), matrixOf(call.floats(1), k, n, call.flag(4)),
            call.floats(3), n, call.has(2) ? call.floats(2) : nullptr});
  return kDone;
}

// The matrices of a batch, and those of A and B that make each: for each dimension of the batch its size, and the
// steps of A and B in matrices, which are 0 where they are broadcast.
struct Batch {
  const double* dimensions;
  int rank;
  int64_t count;
  // The matrices that A and B need to have.
  int64_t countOfA;
  int64_t countOfB;

  struct Pair {
    int64_t a;
    int64_t b;
  };
  Pair at(int64_t index) const {
    Pair pair = {0, 0};
    for (int d = rank - 1; d >= 0; d--) {
      const double* dimension = dimensions + 3 * d;
      const int64_t size = static_cast<int64_t>(dimension[0]);
      pair.a += index % size * static_cast<int64_t>(dimension[1]);
      pair.b += index % size * static_cast<int64_t>(dimension[2]);
      index /= size;
    }
    return pair;
  }
};

// 1 + Σ (size − 1) · step, or −1 where it exceeds 2^53.
int64_t reachOf(const double* dimensions, int rank, int operand) {
  double last = 0;
  for (int d = 0; d < rank; d++) last += (dimensions[3 * d] - 1) * dimensions[3 * d + operand];
  return last < 9007199254740992.0 ? static_cast<int64_t>(last) + 1 : -1;
}

Batch batchOf(const double* dimensions, int rank) {
  Batch batch = {dimensions, rank, 1, reachOf(dimensions, rank, 1), reachOf(dimensions, rank, 2)};
  for (int d = 0; d < rank; d++) {
    batch.count = elements(batch.count, static_cast<int64_t>(dimensions[3 * d]));
  }
  return batch;
}

// Multiply-adds from which several threads share one product of a batch.
constexpr double kSharedProduct = 1e7;

// batchProduct: a […, m, k] or transposed, b […, k, n] or transposed, y […, m, n]; y = a · b for each matrix of a
// batch. Numbers: m, n, k, transposeA, transposeB; then for each dimension of the batch its size, and the steps of a
// and b in matrices.
Refusal batchProduct(const Call& call) {
  constexpr int kFirst = 5;
  const int rank = (call.numberCount - kFirst) / 3;
  if (call.numberCount < kFirst || (call.numberCount - kFirst) % 3 != 0) return kWrongNumbers;
  if (!call.areSizes(0, call.numberCount)) return kWrongNumbers;
  const int64_t m = call.size(0);
  const int64_t n = call.size(1);
  const int64_t k = call.size(2);
  const bool transposeA = call.flag(3);
  const bool transposeB = call.flag(4);
  const Batch batch = batchOf(call.numbers + kFirst, rank);
  if (!call.fits(2, Type::float32, elements(batch.count, m, n))) return kWrongArrays;
  if (batch.count == 0) return kDone;
  if (!call.fits(0, Type::float32, elements(batch.countOfA, m, k)) ||
      !call.fits(1, Type::float32, elements(batch.countOfB, k, n))) {
    return kWrongArrays;
  }
  const float* a = call.floats(0);
  const float* b = call.floats(1);
  float* y = call.floats(2);
  const auto productOf = [&](int64_t index) -> Product {
    const Batch::Pair pair = batch.at(index);
    return {m,
            n,
            k,
            matrixOf(a + pair.a * m * k, m, k, transposeA),
            matrixOf(b + pair.b * k * n, k, n, transposeB),
            y + index * m * n,
            n,
            nullptr};
  };
  const double work = static_cast<double>(m) * n * k;
  if (batch.count < 2 * threadCount() && work > kSharedProduct) {
    for (int64_t i = 0; i < batch.count; i++) multiply(productOf(i));
    return kDone;
  }
  constexpr double kTaskWork = 150000;
  const int64_t grain = work > kTaskWork ? 1 : static_cast<int64_t>(kTaskWork / (work + 100));
  forEachPart(batch.count, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) multiplyAlone(productOf(i));
  });
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(products, KERNEL(product), KERNEL(batchProduct))
