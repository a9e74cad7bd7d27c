// Comparisons and logic: their results are bytes, 0 or 1.
#include "../runtime/broadcast.h"
#include "../runtime/conversions.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

constexpr int64_t kGrain = 65536;

template <class Function>
INLINE void compareRow(const float* a, bool aMoves, const float* b, bool bMoves, uint8_t* y, int64_t n,
                       Function function) {
  forEachVector(0, n, [&](int64_t i, int count) INLINED {
    const Floats left = aMoves ? loadSome(a + i, count) : broadcast(*a);
    const Floats right = bMoves ? loadSome(b + i, count) : broadcast(*b);
    storeFlags(y + i, function(left, right), count);
  });
}

template <class Operand, class Function>
INLINE void compareRow(const Operand* a, bool aMoves, const Operand* b, bool bMoves, uint8_t* y, int64_t n,
                       Function function) {
  for (int64_t i = 0; i < n; i++) y[i] = function(a[aMoves ? i : 0], b[bMoves ? i : 0]) ? 1 : 0;
}

template <class Operand, class Function>
Refusal compareAs(const Call& call, Type operand, Function function) {
  Broadcast<2> shape;
  if (!readBroadcast(call, 0, shape)) return kWrongNumbers;
  if (!call.fits(0, operand, shape.lengths[0]) || !call.fits(1, operand, shape.lengths[1]) ||
      !call.fits(2, Type::bytes, shape.count)) {
    return kWrongArrays;
  }
  const auto* a = static_cast<const Operand*>(call.arrays[0].data);
  const auto* b = static_cast<const Operand*>(call.arrays[1].data);
  uint8_t* y = call.bytes(2);
  parallelFor(shape.count, kGrain, [&](int64_t begin, int64_t end) {
    forEachRow(shape, begin, end, [&](int64_t first, const int64_t(&offsets)[2], int64_t count) {
      compareRow(a + offsets[0], shape.moves(0), b + offsets[1], shape.moves(1), y + first, count, function);
    });
  });
  return kDone;
}

template <class Function>
Refusal compare(const Call& call, Function function) {
  switch (call.arrayCount > 0 ? call.arrays[0].type : Type::absent) {
    case Type::float32:
      return compareAs<float>(call, Type::float32, function);
    case Type::int32:
      return compareAs<int32_t>(call, Type::int32, function);
    case Type::bytes:
      return compareAs<uint8_t>(call, Type::bytes, function);
    default:
      return kWrongArrays;
  }
}

// Each comparison: a, b of the same type, y bytes; numbers as in runtime/broadcast.h.
#define COMPARISON(name, expression) \
  Refusal name(const Call& call) { \
    return compare(call, [](auto a, auto b) INLINED { return expression; }); \
  }

COMPARISON(equal, a == b)
COMPARISON(notEqual, a != b)
COMPARISON(greater, a > b)
COMPARISON(greaterEqual, a >= b)
COMPARISON(less, a < b)
COMPARISON(lessEqual, a <= b)

// Logic: a, b, y, all bytes; numbers as in runtime/broadcast.h.
Refusal logicalAnd(const Call& call) {
  return compareAs<uint8_t>(call, Type::bytes, [](uint8_t a, uint8_t b) { return a != 0 && b != 0; });
}

Refusal logicalOr(const Call& call) {
  return compareAs<uint8_t>(call, Type::bytes, [](uint8_t a, uint8_t b) { return a != 0 || b != 0; });
}

// logicalNot: x [n], y [n], both bytes; number n.
Refusal logicalNot(const Call& call) {
  if (!call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!call.fits(0, Type::bytes, n) || !call.fits(1, Type::bytes, n)) return kWrongArrays;
  const uint8_t* x = call.bytes(0);
  uint8_t* y = call.bytes(1);
  for (int64_t i = 0; i < n; i++) y[i] = x[i] == 0;
  return kDone;
}

template <class Function>
Refusal classify(const Call& call, Function function) {
  if (!call.areSizes(0, 1)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!call.fits(0, Type::float32, n) || !call.fits(1, Type::bytes, n)) return kWrongArrays;
  const float* x = call.floats(0);
  uint8_t* y = call.bytes(1);
  parallelFor(n, kGrain, [&](int64_t begin, int64_t end) {
    forEachVector(begin, end,
                  [&](int64_t i, int count) INLINED { storeFlags(y + i, function(loadSome(x + i, count)), count); });
  });
  return kDone;
}

// Each predicate: x [n] float32, y [n] bytes; number n.
#define PREDICATE(name, expression) \
  Refusal name(const Call& call) { \
    return classify(call, [](Floats x) INLINED { return expression; }); \
  }

INLINE Floats infinity() { return broadcast(__builtin_inff()); }

PREDICATE(isNan, x != x)
PREDICATE(isInf, absolute(x) == infinity())
PREDICATE(isFinite, absolute(x) < infinity())

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(compare, KERNEL(equal), KERNEL(notEqual), KERNEL(greater), KERNEL(greaterEqual), KERNEL(less),
                 KERNEL(lessEqual), KERNEL(logicalAnd), KERNEL(logicalOr), KERNEL(logicalNot), KERNEL(isNan),
                 KERNEL(isInf), KERNEL(isFinite))
