// Running sums along a dimension.
#include "../runtime/kernel.h"
#include "../runtime/parallel.h"
#include "../runtime/sizes.h"
#include "../runtime/vector.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

constexpr int64_t kGrain = 16384;

// Running sums of double precision for float32, and modulo 2^32 for int32.
struct Direction {
  bool exclusive;
  bool reverse;
};

template <class Element, class Sum>
void sumLine(const Element* x, Element* y, int64_t n, int64_t step, Direction direction) {
  Sum sum = 0;
  for (int64_t i = 0; i < n; i++) {
    const int64_t at = (direction.reverse ? n - 1 - i : i) * step;
    const Sum next = sum + static_cast<Sum>(x[at]);
    y[at] = static_cast<Element>(direction.exclusive ? sum : next);
    sum = next;
  }
}

template <class Element, class Sum>
void sumLines(const Call& call, int64_t outer, int64_t n, int64_t inner, Direction direction) {
  const auto* x = static_cast<const Element*>(call.arrays[0].data);
  auto* y = static_cast<Element*>(call.arrays[1].data);
  forEachPart(outer * inner, kGrain / (n + 1) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; k++) {
      const int64_t first = k / inner * n * inner + k % inner;
      sumLine<Element, Sum>(x + first, y + first, n, inner, direction);
    }
  });
}

// cumulativeSum: x [outer, n, inner], y the same, both float32 or both int32; numbers outer, n, inner, whether the sum
// at an element leaves it out, whether it runs from the last to the first.
Refusal cumulativeSum(const Call& call) {
  if (!call.areSizes(0, 3) || call.numberCount < 5) return kWrongNumbers;
  const int64_t outer = call.size(0);
  const int64_t n = call.size(1);
  const int64_t inner = call.size(2);
  const Direction direction = {call.flag(3), call.flag(4)};
  const int64_t length = elements(outer, n, inner);
  // An empty array does not bound the other sizes.
  if (length == 0) return kDone;
  if (call.fits(0, Type::float32, length) && call.fits(1, Type::float32, length)) {
    sumLines<float, double>(call, outer, n, inner, direction);
  } else if (call.fits(0, Type::int32, length) && call.fits(1, Type::int32, length)) {
    sumLines<int32_t, uint32_t>(call, outer, n, inner, direction);
  } else {
    return kWrongArrays;
  }
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(cumulative, KERNEL(cumulativeSum))
