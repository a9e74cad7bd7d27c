// Softmax of rows, its logarithm and its cross-entropy, and their gradients.
#include "../runtime/doubles.h"
#include "../runtime/math.h"
#include "../runtime/rows.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Elements that are worth a second thread.
constexpr int64_t kGrain = 4096;

// The largest of n numbers; NaN where one of them is.
INLINE float largestOf(const float* x, int64_t n) {
  Floats most = broadcast(-__builtin_inff());
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const Floats value = load(x + i);
    most = most >= value ? most : (most == most ? value : most);
  }
  float lanes[kLanes];
  store(lanes, most);
  float largest = lanes[0];
  const auto take = [&](float value) { largest = largest >= value ? largest : (largest == largest ? value : largest); };
  for (int lane = 1; lane < kLanes; lane++) take(lanes[lane]);
  for (; i < n; i++) take(x[i]);
  return largest;
}

INLINE float logOf(float x) {
  float lanes[kLanes];
  store(lanes, log(broadcast(x)));
  return lanes[0];
}

// The sum of map(i, count), in double precision.
template <class Map>
INLINE float sumOf(int64_t n, Map map) {
  return static_cast<float>(exactSum(n, map, [](Doubles d) INLINED { return d; }));
}

// y = e^(x − largest); returns the sum.
INLINE float exponentials(const float* x, int64_t n, float largest, float* y) {
  const Floats shift = broadcast(largest);
  forEachVector(0, n,
                [&](int64_t i, int count) INLINED { storeSome(y + i, exp(loadSome(x + i, count) - shift), count); });
  return sumOf(n, [&](int64_t i, int count) INLINED { return loadSome(y + i, count); });
}

INLINE void divide(float* y, int64_t n, float by) {
  const Floats divisor = broadcast(by);
  forEachVector(0, n, [&](int64_t i, int count) INLINED { storeSome(y + i, loadSome(y + i, count) / divisor, count); });
}

bool areSizesOfMatrix(const Call& call) { return call.numberCount == 2 && call.areSizes(0, 2); }

// Calls body(columns, at) for all rows, `at` being the row's first element in each of so many arrays [rows, columns];
// numbers rows, columns.
template <class Body>
INLINE Refusal onRows(const Call& call, int arrays, const Body& body) {
  if (!areSizesOfMatrix(call)) return kWrongNumbers;
  const int64_t columns = call.size(1);
  if (!areFloats(call, 0, arrays, elements(call.size(0), columns))) return kWrongArrays;
  parallelRows(call.size(0), columns, kGrain, [&](int64_t, int64_t at) { body(columns, at); });
  return kDone;
}

// softmaxCrossEntropy: logits [rows, classes], labels [rows] int32; then losses [rows] and softmax(logits) −
// oneHot(labels) [rows, classes]; numbers rows, classes. A label that is no class has the loss 0 and no column.
Refusal softmaxCrossEntropy(const Call& call) {
  if (!areSizesOfMatrix(call)) return kWrongNumbers;
  const int64_t rows = call.size(0);
  const int64_t classes = call.size(1);
  const int64_t n = elements(rows, classes);
  if (!call.fits(0, Type::float32, n) || !call.fits(1, Type::int32, rows) || !call.fits(2, Type::float32, rows) ||
      !call.fits(3, Type::float32, n)) {
    return kWrongArrays;
  }
  parallelRows(rows, classes, kGrain, [&](int64_t row, int64_t at) {
    const float* x = call.floats(0) + at;
    float* gradient = call.floats(3) + at;
    const float largest = largestOf(x, classes);
    const float sum = exponentials(x, classes, largest, gradient);
    divide(gradient, classes, sum);
    const int64_t label = call.ints(1)[row];
    const bool isClass = label >= 0 && label < classes;
    call.floats(2)[row] = isClass ? logOf(sum) - (x[label] - largest) : 0;
    if (isClass) gradient[label] -= 1;
  });
  return kDone;
}

// softmax: x [rows, columns], y [rows, columns]; numbers rows, columns.
Refusal softmax(const Call& call) {
  return onRows(call, 2, [&](int64_t columns, int64_t at) {
    const float* x = call.floats(0) + at;
    float* y = call.floats(1) + at;
    divide(y, columns, exponentials(x, columns, largestOf(x, columns), y));
  });
}

// softmaxGradient: y [rows, columns], dy [rows, columns], dx [rows, columns]; numbers rows, columns.
// dx = y · dy − y · Σ y · dy
Refusal softmaxGradient(const Call& call) {
  return onRows(call, 3, [&](int64_t columns, int64_t at) {
    const float* y = call.floats(0) + at;
    const float* dy = call.floats(1) + at;
    float* dx = call.floats(2) + at;
    const auto weighted = [&](int64_t i, int count)
                              INLINED { return loadSome(y + i, count) * loadSome(dy + i, count); };
    const Floats sum = broadcast(sumOf(columns, weighted));
    forEachVector(0, columns, [&](int64_t i, int count) INLINED {
      storeSome(dx + i, weighted(i, count) - loadSome(y + i, count) * sum, count);
    });
  });
}

// logSoftmax: x [rows, columns], y [rows, columns]; numbers rows, columns. y is not x.
Refusal logSoftmax(const Call& call) {
  return onRows(call, 2, [&](int64_t columns, int64_t at) {
    const float* x = call.floats(0) + at;
    float* y = call.floats(1) + at;
    const float largest = largestOf(x, columns);
    const Floats shift = broadcast(largest);
    const Floats logSum = broadcast(logOf(exponentials(x, columns, largest, y)));
    forEachVector(0, columns, [&](int64_t i, int count) INLINED {
      storeSome(y + i, loadSome(x + i, count) - shift - logSum, count);
    });
  });
}

// logSoftmaxGradient: y [rows, columns], dy [rows, columns], dx [rows, columns]; numbers rows, columns.
// dx = dy − e^y · Σ dy
Refusal logSoftmaxGradient(const Call& call) {
  return onRows(call, 3, [&](int64_t columns, int64_t at) {
    const float* y = call.floats(0) + at;
    const float* dy = call.floats(1) + at;
    float* dx = call.floats(2) + at;
    const auto given = [&](int64_t i, int count) INLINED { return loadSome(dy + i, count); };
    const Floats sum = broadcast(sumOf(columns, given));
    forEachVector(0, columns, [&](int64_t i, int count) INLINED {
      storeSome(dx + i, given(i, count) - exp(loadSome(y + i, count)) * sum, count);
    });
  });
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(softmaxes, KERNEL(softmaxCrossEntropy), KERNEL(softmax), KERNEL(softmaxGradient), KERNEL(logSoftmax),
                 KERNEL(logSoftmaxGradient))
