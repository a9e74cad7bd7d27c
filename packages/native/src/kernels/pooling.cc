// Pools of images [batch, height, width, channels], and their gradients. Numbers outside of an image do not count.
#include "../runtime/kernel.h"
#include "../runtime/parallel.h"
#include "../runtime/sizes.h"
#include "geometry.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

// Numbers of windows of a task, about.
constexpr int64_t kGrain = 32768;

// The part of a window that lies within its image: rows from `top` to before `bottom`, columns alike.
struct Part {
  int64_t top;
  int64_t bottom;
  int64_t left;
  int64_t right;

  int64_t count() const { return larger(0, bottom - top) * larger(0, right - left); }
};

Part partAt(const Geometry& g, int64_t row, int64_t column) {
  const int64_t top = row * g.strideHeight - g.padTop;
  const int64_t left = column * g.strideWidth - g.padLeft;
  return {larger(0, top), smaller(g.inHeight, top + g.filterHeight), larger(0, left),
          smaller(g.inWidth, left + g.filterWidth)};
}

bool isPool(const Call& call) {
  if (!Geometry::isIn(call)) return false;
  const Geometry g(call);
  return g.inChannels == g.outChannels && g.dilationHeight == 1 && g.dilationWidth == 1;
}

// True where the array `x` has the numbers of the images, and `y` those of the pool's result.
bool areImages(const Call& call, const Geometry& g, int x, int y) {
  return call.fits(x, Type::float32, g.sizeOfInput()) && call.fits(y, Type::float32, g.sizeOfOutput());
}

// A window of a pool: its place in Y, and its part within the image.
struct Place {
  int64_t image;
  int64_t row;
  int64_t column;
  Part part;
};

// Calls body(place, x, y) for all windows, on several threads: the first number of the image, and the first of the
// window's channels in Y.
template <class Body>
void forEachWindow(const Geometry& g, const Body& body) {
  const int64_t work = g.outWidth * g.filterHeight * g.filterWidth * g.inChannels;
  forEachPart(g.batch * g.outHeight, kGrain / larger(1, work) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t image = i / g.outHeight;
      const int64_t row = i % g.outHeight;
      for (int64_t column = 0; column < g.outWidth; column++) {
        body(Place{image, row, column, partAt(g, row, column)}, image * g.inHeight * g.inWidth * g.inChannels,
             (i * g.outWidth + column) * g.inChannels);
      }
    }
  });
}

// Calls body(image, channel, count) for the channels of all images, a vector at a time, on several threads.
template <class Body>
void forEachChannels(const Geometry& g, const Body& body) {
  const int64_t vectors = ceilOfDivision(g.inChannels, kLanes);
  const int64_t work = g.outHeight * g.outWidth * g.filterHeight * g.filterWidth * kLanes;
  forEachPart(g.batch * vectors, kGrain / larger(1, work) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t channel = i % vectors * kLanes;
      body(i / vectors, channel, static_cast<int>(smaller(kLanes, g.inChannels - channel)));
    }
  });
}

// Calls body(number, tap) for the numbers of a window; taps count the numbers of the whole window.
template <class Body>
INLINE void forEachTap(const Geometry& g, const Place& place, Body body) {
  for (int64_t y = place.part.top; y < place.part.bottom; y++) {
    const int64_t tapRow = (y - place.row * g.strideHeight + g.padTop) * g.filterWidth;
    for (int64_t x = place.part.left; x < place.part.right; x++) {
      body((y * g.inWidth + x) * g.inChannels,
           static_cast<int32_t>(tapRow + x - place.column * g.strideWidth + g.padLeft));
    }
  }
}

constexpr float kLowest = -__builtin_inff();

// The greatest number and its first tap; lowest and −1 where there is none. NaN is no number here, as on cpu.
struct Greatest {
  Floats value;
  Ints tap;
};

INLINE Greatest greatestOf(const Geometry& g, const Place& place, const float* x, int count) {
  Greatest greatest = {broadcast(kLowest), Ints{} - 1};
  forEachTap(g, place, [&](int64_t number, int32_t tap) INLINED {
    const Floats value = loadSome(x + number, count);
    const auto isGreater = value > greatest.value;
    greatest.value = isGreater ? value : greatest.value;
    greatest.tap = isGreater ? Ints{} + tap : greatest.tap;
  });
  return greatest;
}

// y = finish(all, place), all being what `combine` makes of `first` and of the numbers of a window, in their order.
template <class Combine, class Finish>
INLINE Refusal pool(const Call& call, float first, Combine combine, Finish finish) {
  if (!isPool(call)) return kWrongNumbers;
  const Geometry g(call);
  if (!areImages(call, g, 0, 1)) return kWrongArrays;
  forEachWindow(g, [&](const Place& place, int64_t from, int64_t to) {
    const float* x = call.floats(0) + from;
    float* y = call.floats(1) + to;
    forEachVector(0, g.inChannels, [&](int64_t c, int count) INLINED {
      Floats all = broadcast(first);
      forEachTap(g, place,
                 [&](int64_t number, int32_t) INLINED { all = combine(all, loadSome(x + number + c, count)); });
      storeSome(y + c, finish(all, place), count);
    });
  });
  return kDone;
}

// maxPool: x, y. Numbers: those of Geometry.
Refusal maxPool(const Call& call) {
  return pool(
      call, kLowest, [](Floats most, Floats x) INLINED { return x > most ? x : most; },
      [](Floats most, const Place&) INLINED { return most; });
}

// averagePool: x, y. Numbers: those of Geometry.
Refusal averagePool(const Call& call) {
  return pool(
      call, 0, [](Floats sum, Floats x) INLINED { return sum + x; },
      [](Floats sum, const Place& place) INLINED { return sum / broadcast(static_cast<float>(place.part.count())); });
}

// True where no number lies in two windows, so that a gradient is written and not added: a load that waits for a masked
// store takes longer than all the rest.
bool areApart(const Geometry& g) { return g.strideHeight >= g.filterHeight && g.strideWidth >= g.filterWidth; }

// Adds to a gradient, or writes it.
INLINE void give(float* dx, Floats gradient, int count, bool isOnlyOne) {
  storeSome(dx, isOnlyOne ? gradient : loadSome(dx, count) + gradient, count);
}

void clearChannels(const Geometry& g, float* dx, int count) {
  for (int64_t i = 0; i < g.inHeight * g.inWidth; i++) storeSome(dx + i * g.inChannels, broadcast(0), count);
}

// Calls body(place, from, dy, dx, count) for all windows, a vector of channels at a time, on several threads: from and
// dx are the first of these channels in X and in its gradient, which is 0 before.
template <class Body>
void spreadGradients(const Geometry& g, const float* dy, float* dx, const Body& body) {
  forEachChannels(g, [&](int64_t image, int64_t channel, int count) {
    const int64_t from = image * g.inHeight * g.inWidth * g.inChannels + channel;
    const float* gradient = dy + image * g.outHeight * g.outWidth * g.inChannels + channel;
    clearChannels(g, dx + from, count);
    for (int64_t row = 0; row < g.outHeight; row++) {
      for (int64_t column = 0; column < g.outWidth; column++, gradient += g.inChannels) {
        body(Place{image, row, column, partAt(g, row, column)}, from, loadSome(gradient, count), dx + from, count);
      }
    }
  });
}

// maxPoolGradient: x, dy as y, dx as x. Numbers: those of Geometry. The first of equal numbers gets the gradient.
Refusal maxPoolGradient(const Call& call) {
  if (!isPool(call)) return kWrongNumbers;
  const Geometry g(call);
  if (!areImages(call, g, 0, 1) || !call.fits(2, Type::float32, g.sizeOfInput())) return kWrongArrays;
  const bool isOnlyOne = areApart(g);
  spreadGradients(g, call.floats(1), call.floats(2),
                  [&](const Place& place, int64_t from, Floats dy, float* dx, int count) {
                    const Ints greatest = greatestOf(g, place, call.floats(0) + from, count).tap;
                    forEachTap(g, place, [&](int64_t number, int32_t tap) INLINED {
                      const Floats some = greatest == Ints{} + tap ? dy : broadcast(0);
                      give(dx + number, some, count, isOnlyOne);
                    });
                  });
  return kDone;
}

// averagePoolGradient: dy as y, dx as x. Numbers: those of Geometry. At an edge the numbers within the image share the
// gradient, as they share the average; the backend cpu divides it by the size of the whole window.
Refusal averagePoolGradient(const Call& call) {
  if (!isPool(call)) return kWrongNumbers;
  const Geometry g(call);
  if (!areImages(call, g, 1, 0)) return kWrongArrays;
  const bool isOnlyOne = areApart(g);
  spreadGradients(g, call.floats(0), call.floats(1), [&](const Place& place, int64_t, Floats dy, float* dx, int count) {
    const Floats share = dy / broadcast(static_cast<float>(place.part.count()));
    forEachTap(g, place, [&](int64_t number, int32_t) INLINED { give(dx + number, share, count, isOnlyOne); });
  });
  return kDone;
}

// maxPoolWithArgmax: x, y, positions (int32) as y. Numbers: those of Geometry, then whether positions count the images
// too. A position is the index of the greatest number in its image, or in x; −1 where there is none.
Refusal maxPoolWithArgmax(const Call& call) {
  if (!isPool(call) || !call.areSizes(0, Geometry::kNumbers + 1)) return kWrongNumbers;
  const Geometry g(call);
  const bool withImage = call.flag(Geometry::kNumbers);
  if (!areImages(call, g, 0, 1) || !call.fits(2, Type::int32, g.sizeOfOutput())) return kWrongArrays;
  forEachWindow(g, [&](const Place& place, int64_t from, int64_t to) {
    forEachVector(0, g.inChannels, [&](int64_t c, int count) {
      const Greatest greatest = greatestOf(g, place, call.floats(0) + from + c, count);
      storeSome(call.floats(1) + to + c, greatest.value, count);
      for (int i = 0; i < count; i++) {
        const int32_t tap = greatest.tap[i];
        const int64_t y = place.row * g.strideHeight - g.padTop + tap / g.filterWidth;
        const int64_t x = place.column * g.strideWidth - g.padLeft + tap % g.filterWidth;
        const int64_t position = (withImage ? from : 0) + (y * g.inWidth + x) * g.inChannels + c + i;
        call.ints(2)[to + c + i] = tap < 0 ? -1 : static_cast<int32_t>(position);
      }
    });
  });
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(pooling, KERNEL(maxPool), KERNEL(averagePool), KERNEL(maxPoolGradient), KERNEL(averagePoolGradient),
                 KERNEL(maxPoolWithArgmax))
