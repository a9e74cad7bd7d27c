// Functions of two arrays, broadcast to one shape: float32 or int32.
//
// Each kernel: a, b, y, all float32 or all int32; numbers as in runtime/broadcast.h. y may be an operand of its shape.
// Results of int32 are those of JavaScript's numbers, stored into an Int32Array.
#include "../runtime/broadcast.h"
#include "../runtime/conversions.h"
#include "../runtime/math.h"
#include "../runtime/power.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

constexpr int64_t kCheap = 32768;
constexpr int64_t kCostly = 8192;

// Calls body(a's row, whether a advances, b's row, whether b advances, y's row, count).
template <class Operand, class Result, class Body>
Refusal forEachPairOfRows(const Call& call, Type operand, Type result, int64_t grain, const Body& body) {
  Broadcast<2> shape;
  if (!readBroadcast(call, 0, shape)) return kWrongNumbers;
  if (!call.fits(0, operand, shape.lengths[0]) || !call.fits(1, operand, shape.lengths[1]) ||
      !call.fits(2, result, shape.count)) {
    return kWrongArrays;
  }
  const auto* a = static_cast<const Operand*>(call.arrays[0].data);
  const auto* b = static_cast<const Operand*>(call.arrays[1].data);
  auto* y = static_cast<Result*>(call.arrays[2].data);
  const bool aMoves = shape.moves(0);
  const bool bMoves = shape.moves(1);
  parallelFor(shape.count, grain, [&](int64_t begin, int64_t end) {
    forEachRow(shape, begin, end, [&](int64_t first, const int64_t(&offsets)[2], int64_t count) {
      body(a + offsets[0], aMoves, b + offsets[1], bMoves, y + first, count);
    });
  });
  return kDone;
}

template <class Function>
INLINE void vectorRow(const float* a, bool aMoves, const float* b, bool bMoves, float* y, int64_t n,
                      Function function) {
  if (aMoves && bMoves) {
    forEachVector(0, n, [&](int64_t i, int count) INLINED {
      storeSome(y + i, function(loadSome(a + i, count), loadSome(b + i, count)), count);
    });
  } else if (aMoves) {
    const Floats right = broadcast(*b);
    forEachVector(
        0, n, [&](int64_t i, int count) INLINED { storeSome(y + i, function(loadSome(a + i, count), right), count); });
  } else {
    const Floats left = broadcast(*a);
    forEachVector(0, n, [&](int64_t i, int count) INLINED {
      const Floats right = bMoves ? loadSome(b + i, count) : broadcast(*b);
      storeSome(y + i, function(left, right), count);
    });
  }
}

template <class Function>
Refusal mapVectors(const Call& call, Function function) {
  return forEachPairOfRows<float, float>(call, Type::float32, Type::float32, kCheap,
                                         [=](const float* a, bool aMoves, const float* b, bool bMoves, float* y,
                                             int64_t n) { vectorRow(a, aMoves, b, bMoves, y, n, function); });
}

template <class Operand, class Result, class Function>
Refusal mapNumbers(const Call& call, Type operand, Type result, Function function) {
  return forEachPairOfRows<Operand, Result>(
      call, operand, result, kCostly,
      [=](const Operand* a, bool aMoves, const Operand* b, bool bMoves, Result* y, int64_t n) {
        for (int64_t i = 0; i < n; i++) y[i] = function(a[aMoves ? i : 0], b[bMoves ? i : 0]);
      });
}

bool areInts(const Call& call) { return call.arrayCount > 0 && call.arrays[0].type == Type::int32; }

// `vectors` is an expression of Floats a and b, `numbers` one of the int32 a and b as doubles.
#define FUNCTION(name, vectors, numbers) \
  Refusal name##Kernel(const Call& call) { \
    if (areInts(call)) { \
      return mapNumbers<int32_t, int32_t>(call, Type::int32, Type::int32, \
                                          [](double a, double b) { return toInt32(numbers); }); \
    } \
    return mapVectors(call, [](Floats a, Floats b) INLINED -> Floats { return vectors; }); \
  }

// NaN wins, and 0 is greater than −0.
INLINE Floats greaterOf(Floats a, Floats b) {
  const Floats zeros = floatsOf(bitsOf(a) & bitsOf(b));
  const Floats greater = a > b ? a : b;
  return a != a ? a : a == b ? zeros : greater;
}

INLINE Floats lesserOf(Floats a, Floats b) {
  const Floats zeros = floatsOf(bitsOf(a) | bitsOf(b));
  const Floats lesser = a < b ? a : b;
  return a != a ? a : a == b ? zeros : lesser;
}

// A product within a macro looks like a pointer to the formatter.
// clang-format off
FUNCTION(add, a + b, a + b)
FUNCTION(subtract, a - b, a - b)
FUNCTION(multiply, a * b, a * b)
FUNCTION(maximum, greaterOf(a, b), a > b ? a : b)
FUNCTION(minimum, lesserOf(a, b), a < b ? a : b)
FUNCTION(squaredDifference, (a - b) * (a - b), (a - b) * (a - b))
// clang-format on

// divide: float32 alone.
Refusal divideKernel(const Call& call) {
  return mapVectors(call, [](Floats a, Floats b) INLINED { return a / b; });
}

// parametricReLU: x, alpha, y, float32: alpha · x where x < 0.
Refusal parametricReLUKernel(const Call& call) {
  return mapVectors(call, [](Floats x, Floats alpha) INLINED -> Floats { return x < broadcast(0.0f) ? alpha * x : x; });
}

// eluGradient: dy, y, dx, float32: the gradient of elu from its result.
Refusal eluGradientKernel(const Call& call) {
  return mapVectors(call, [](Floats dy, Floats y) INLINED -> Floats {
    return y >= broadcast(0.0f) ? dy : dy * (y + broadcast(1.0f));
  });
}

double floorOf(double x) { return __builtin_floor(x); }

// floorDivide: a, b, both float32 or both int32; y int32.
Refusal floorDivideKernel(const Call& call) {
  const auto function = [](double a, double b) { return toInt32(floorOf(a / b)); };
  return areInts(call) ? mapNumbers<int32_t, int32_t>(call, Type::int32, Type::int32, function)
                       : mapNumbers<float, int32_t>(call, Type::float32, Type::int32, function);
}

// The remainder with the divisor's sign. fmod is exact, hence the same with every C library.
double modulo(double a, double b) {
  const double rest = __builtin_fmod(a, b);
  if ((a < 0 && b < 0) || (a >= 0 && b >= 0)) return rest;
  return __builtin_fmod(rest + b, b);
}

Refusal modKernel(const Call& call) {
  if (areInts(call)) {
    return mapNumbers<int32_t, int32_t>(call, Type::int32, Type::int32,
                                        [](double a, double b) { return toInt32(modulo(a, b)); });
  }
  return mapNumbers<float, float>(call, Type::float32, Type::float32,
                                  [](double a, double b) { return static_cast<float>(modulo(a, b)); });
}

// The function x^exponent of a row, where it is a simple one: its result is x^exponent, rounded once.
bool simplePowers(const float* x, float exponent, float* y, int64_t n) {
  const auto map = [&](auto function) INLINED {
    forEachVector(0, n,
                  [&](int64_t i, int count) INLINED { storeSome(y + i, function(loadSome(x + i, count)), count); });
    return true;
  };
  if (exponent == 2) return map([](Floats a) INLINED { return a * a; });
  if (exponent == 1) return map([](Floats a) INLINED { return a; });
  if (exponent == -1) {
    return map([](Floats a) INLINED { return broadcast(1.0f) / a; });
  }
  if (exponent == 0.5f) {
    return map([](Floats a) INLINED -> Floats {
      const Floats infinity = broadcast(__builtin_inff());
      return a == -infinity ? infinity : squareRoot(a + broadcast(0.0f));
    });
  }
  return false;
}

// power: a, b, y, float32.
Refusal powerKernel(const Call& call) {
  return forEachPairOfRows<float, float>(
      call, Type::float32, Type::float32, kCostly,
      [](const float* a, bool aMoves, const float* b, bool bMoves, float* y, int64_t n) {
        if (aMoves && !bMoves && simplePowers(a, *b, y, n)) return;
        for (int64_t i = 0; i < n; i++) {
          y[i] = static_cast<float>(powerOf(a[aMoves ? i : 0], b[bMoves ? i : 0]));
        }
      });
}

}  // namespace
}  // namespace TRAINKIT_TARGET

// clang-format off
#define ENTRY(name) {#name, TRAINKIT_TARGET::name##Kernel}
// clang-format on

TRAINKIT_KERNELS(binary, ENTRY(add), ENTRY(subtract), ENTRY(multiply), ENTRY(divide), ENTRY(maximum), ENTRY(minimum),
                 ENTRY(squaredDifference), ENTRY(parametricReLU), ENTRY(eluGradient), ENTRY(floorDivide), ENTRY(mod),
                 ENTRY(power))
