// Arrays as another type, and arrays made of numbers.
#include "../runtime/conversions.h"
#include "../runtime/kernel.h"
#include "../runtime/parallel.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

constexpr int64_t kGrain = 65536;

template <class From, class To, class Function>
void convert(const Call& call, int64_t n, Function function) {
  const auto* x = static_cast<const From*>(call.arrays[0].data);
  auto* y = static_cast<To*>(call.arrays[1].data);
  parallelFor(n, kGrain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) y[i] = function(x[i]);
  });
}

// cast: x [n], y [n] of different types; number n. A bool is 1 where x is not 0, also where x is NaN.
Refusal castKernel(const Call& call) {
  if (!call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (call.arrayCount < 2) return kWrongArrays;
  const Type from = call.arrays[0].type;
  const Type to = call.arrays[1].type;
  if (!call.fits(0, from, n) || !call.fits(1, to, n)) return kWrongArrays;
  const auto isNotZero = [](auto x) -> uint8_t { return x != 0; };
  if (from == Type::float32 && to == Type::int32) {
    convert<float, int32_t>(call, n, [](float x) { return toInt32(x); });
  } else if (from == Type::float32 && to == Type::bytes) {
    convert<float, uint8_t>(call, n, isNotZero);
  } else if (from == Type::int32 && to == Type::float32) {
    convert<int32_t, float>(call, n, [](int32_t x) { return static_cast<float>(x); });
  } else if (from == Type::int32 && to == Type::bytes) {
    convert<int32_t, uint8_t>(call, n, isNotZero);
  } else if (from == Type::bytes && to == Type::float32) {
    convert<uint8_t, float>(call, n, [](uint8_t x) { return static_cast<float>(x); });
  } else if (from == Type::bytes && to == Type::int32) {
    convert<uint8_t, int32_t>(call, n, [](uint8_t x) { return static_cast<int32_t>(x); });
  } else {
    return kWrongArrays;
  }
  return kDone;
}

template <class Element>
void fillWith(void* array, int64_t n, Element value) {
  auto* y = static_cast<Element*>(array);
  parallelFor(n, kGrain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) y[i] = value;
  });
}

// fill: y [n]; numbers n, the value.
Refusal fill(const Call& call) {
  if (!call.areSizes(0, 1) || call.numberCount < 2) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!call.has(0) || call.arrays[0].length < n) return kWrongArrays;
  const double value = call.number(1);
  void* y = call.arrays[0].data;
  switch (call.arrays[0].type) {
    case Type::float32:
      fillWith(y, n, static_cast<float>(value));
      break;
    case Type::int32:
      fillWith(y, n, toInt32(value));
      break;
    default:
      fillWith(y, n, static_cast<uint8_t>(toInt32(value)));
  }
  return kDone;
}

// range: y [n] float32 or int32; numbers n, start, step. Each number is the rounded one before it, and the step.
Refusal range(const Call& call) {
  if (!call.areSizes(0, 1) || call.numberCount < 3) return kWrongNumbers;
  const int64_t n = call.size(0);
  const double step = call.number(2);
  if (call.fits(0, Type::float32, n)) {
    float next = static_cast<float>(call.number(1));
    for (int64_t i = 0; i < n; i++, next = static_cast<float>(next + step)) call.floats(0)[i] = next;
  } else if (call.fits(0, Type::int32, n)) {
    int32_t next = toInt32(call.number(1));
    for (int64_t i = 0; i < n; i++, next = toInt32(next + step)) call.ints(0)[i] = next;
  } else {
    return kWrongArrays;
  }
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(cast, {"cast", TRAINKIT_TARGET::castKernel}, KERNEL(fill), KERNEL(range))
