// Functions of each element by itself.
#include "../runtime/kernel.h"
#include "../runtime/parallel.h"
#include "../runtime/vector.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

constexpr int64_t kGrain = 16384;

// y[i] = function(x[i])
template <class Function>
Refusal map(const Call& call, Function function) {
  if (!call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!call.fits(0, Type::float32, n) || !call.fits(1, Type::float32, n)) return kWrongArrays;
  const float* x = call.floats(0);
  float* y = call.floats(1);
  parallelFor(n, kGrain, [&](int64_t begin, int64_t end) {
    forEachVector(begin, end, [&](int64_t i, int count) __attribute__((always_inline)) {
      storeSome(y + i, function(loadSome(x + i, count)), count);
    });
  });
  return kDone;
}

Refusal relu(const Call& call) {
  return map(call, [](Floats x) __attribute__((always_inline)) { return x < broadcast(0) ? broadcast(0) : x; });
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(elementwise, {"relu", TRAINKIT_TARGET::relu})
