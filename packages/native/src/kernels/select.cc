// One of two arrays by element, and the sum of many.
#include "../runtime/kernel.h"
#include "../runtime/parallel.h"
#include "../runtime/vector.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

constexpr int64_t kGrain = 65536;

template <class Element>
void selectElements(int64_t n, const uint8_t* condition, const void* a, const void* b, void* y) {
  const auto* whereTrue = static_cast<const Element*>(a);
  const auto* whereFalse = static_cast<const Element*>(b);
  auto* to = static_cast<Element*>(y);
  parallelFor(n, kGrain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) to[i] = condition[i] == 1 ? whereTrue[i] : whereFalse[i];
  });
}

// select: condition [n] bytes, a [n], b [n], y [n] of one type; number n. a where the condition is 1, else b.
Refusal selectKernel(const Call& call) {
  if (!call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!call.fits(0, Type::bytes, n) || !call.has(1)) return kWrongArrays;
  const Type type = call.arrays[1].type;
  if (!call.fits(1, type, n) || !call.fits(2, type, n) || !call.fits(3, type, n)) return kWrongArrays;
  const Array* arrays = call.arrays;
  if (type == Type::bytes) {
    selectElements<uint8_t>(n, call.bytes(0), arrays[1].data, arrays[2].data, arrays[3].data);
  } else {
    // Floats pass as the integers of their bits.
    selectElements<int32_t>(n, call.bytes(0), arrays[1].data, arrays[2].data, arrays[3].data);
  }
  return kDone;
}

// addN: one or more x [n], then y [n], all float32; number n. The sum goes from the first to the last.
Refusal addN(const Call& call) {
  if (!call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  const int terms = call.arrayCount - 1;
  if (terms < 1) return kWrongArrays;
  for (int k = 0; k <= terms; k++) {
    if (!call.fits(k, Type::float32, n)) return kWrongArrays;
  }
  float* y = call.floats(terms);
  parallelFor(n, kGrain, [&](int64_t begin, int64_t end) {
    forEachVector(begin, end, [&](int64_t i, int count) INLINED {
      Floats sum = broadcast(0.0f);
      for (int k = 0; k < terms; k++) sum = sum + loadSome(call.floats(k) + i, count);
      storeSome(y + i, sum, count);
    });
  });
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(select, {"select", TRAINKIT_TARGET::selectKernel}, KERNEL(addN))
