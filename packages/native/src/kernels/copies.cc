// Copies of arrays.
#include <cstring>

#include "../runtime/kernel.h"
#include "../runtime/parallel.h"
#include "../runtime/vector.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Bytes that are worth a second thread.
constexpr int64_t kGrain = 262144;

// copy: x [n], y [n] of the same type; number n. Where both are one array, nothing is to be done.
Refusal copy(const Call& call) {
  if (!call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!call.has(0)) return kWrongArrays;
  const Type type = call.arrays[0].type;
  if (!call.fits(0, type, n) || !call.fits(1, type, n)) return kWrongArrays;
  const uint8_t* x = call.bytes(0);
  uint8_t* y = call.bytes(1);
  if (x == y) return kDone;
  parallelFor(type == Type::bytes ? n : 4 * n, kGrain,
              [&](int64_t begin, int64_t end) { std::memcpy(y + begin, x + begin, static_cast<size_t>(end - begin)); });
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(copies, KERNEL(copy))
