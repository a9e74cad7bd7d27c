// Draws from MT19937, in place in the arrays of a generator of `@trainkit/random`: its state, and the tempered words of
// the state's block, of which the first `offset` are used up. The caller counts the offset on.
#include <cstddef>

#include "../runtime/doubles.h"
#include "../runtime/kernel.h"

using namespace trainkit;

namespace TRAINKIT_TARGET {
namespace {

typedef uint32_t Words __attribute__((vector_size(4 * kLanes)));
typedef uint32_t HalfWords __attribute__((vector_size(2 * kLanes)));
typedef int32_t HalfInts __attribute__((vector_size(2 * kLanes)));
// Pairs of words; the first one is the low half.
typedef uint64_t Pairs __attribute__((vector_size(4 * kLanes)));

constexpr int kStateWords = 624;
constexpr int kOffset = 397;
// Blocks that are made before their words are used, so that all of it stays in the first level of the cache.
constexpr int kMostBlocks = 8;

template <class Vector, class Element>
INLINE Vector loadAs(const Element* from) {
  Vector x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
}
template <class Vector, class Element>
INLINE void storeAs(Element* to, Vector x) {
  __builtin_memcpy(to, &x, sizeof x);
}

template <class Word>
INLINE Word twist(Word current, Word next, Word far) {
  const Word mixed = (current & 0x80000000u) | (next & 0x7fffffffu);
  return far ^ (mixed >> 1) ^ ((0u - (next & 1u)) & 0x9908b0dfu);
}

// The state becomes its successor, and `words` its tempered words.
void makeBlock(uint32_t* state, uint32_t* words) {
  // The word 397 further on is an old one up to here, and a new one behind.
  constexpr int kTurn = kStateWords - kOffset;
  int i = 0;
  const auto vectors = [&](int end, int far) INLINED {
    for (; i + kLanes <= end; i += kLanes) {
      const Words next = loadAs<Words>(state + i + 1);
      storeAs(state + i, twist(loadAs<Words>(state + i), next, loadAs<Words>(state + i + far)));
    }
    for (; i < end; i++) state[i] = twist(state[i], state[i + 1], state[i + far]);
  };
  vectors(kTurn, kOffset);
  vectors(kStateWords - 1, kOffset - kStateWords);
  state[i] = twist(state[i], state[0], state[kOffset - 1]);
  for (int w = 0; w < kStateWords; w += kLanes) {
    Words y = loadAs<Words>(state + w);
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    storeAs(words + w, y ^ (y >> 18));
  }
}

// Calls use(words, first, count) for all of `n` values, of `perValue` words each, in their order: the next `count` of
// them, from `first` on, have the words at `words`. Makes blocks as they are needed.
template <class Use>
INLINE void draw(uint32_t* state, uint32_t* current, int64_t offset, int64_t n, int perValue, Use use) {
  uint32_t buffer[(kMostBlocks + 1) * kStateWords];
  int64_t unused = kStateWords - offset;
  __builtin_memcpy(buffer, current + offset, static_cast<size_t>(unused) * sizeof(uint32_t));
  for (int64_t first = 0; first < n;) {
    int blocks = 0;
    while (unused < (n - first) * perValue && blocks < kMostBlocks) {
      makeBlock(state, buffer + unused);
      unused += kStateWords;
      blocks++;
    }
    if (blocks > 0) {
      const uint32_t* last = buffer + unused - kStateWords;
      __builtin_memcpy(current, last, kStateWords * sizeof(uint32_t));
    }
    int64_t count = unused / perValue;
    if (count > n - first) count = n - first;
    use(buffer, first, count);
    first += count;
    // Of a pair one word may be left.
    const int64_t used = count * perValue;
    unused -= used;
    if (first < n) __builtin_memmove(buffer, buffer + used, static_cast<size_t>(unused) * sizeof(uint32_t));
  }
}

bool isGenerator(const Call& call, int64_t n) {
  return call.fits(0, Type::int32, kStateWords) && call.fits(1, Type::int32, kStateWords) &&
         call.fits(2, Type::float32, n) && call.size(1) <= kStateWords;
}

// bernoulli: state [624] int32 and words [624] int32, both in place; then y [n]; numbers n, offset, threshold, value.
// y is `value` where the 53 low bits of two words are below the threshold, else 0 · value.
Refusal bernoulli(const Call& call) {
  if (call.numberCount != 4 || !call.areSizes(0, 3)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!isGenerator(call, n)) return kWrongArrays;
  float* y = call.floats(2);
  const uint64_t threshold = static_cast<uint64_t>(call.size(2));
  const float value = static_cast<float>(call.number(3));
  int32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  const int32_t zero = bits & INT32_MIN;
  const auto pairOf = [](auto pair) INLINED { return ((pair & 0x1fffffu) << 32) | (pair >> 32); };
  draw(reinterpret_cast<uint32_t*>(call.ints(0)), reinterpret_cast<uint32_t*>(call.ints(1)), call.size(1), n, 2,
       [&](const uint32_t* words, int64_t first, int64_t count) INLINED {
         constexpr int kPairs = kLanes / 2;
         int64_t i = 0;
         for (; i + kPairs <= count; i += kPairs) {
           const auto isBelow = pairOf(loadAs<Pairs>(words + 2 * i)) < threshold;
           storeAs(y + first + i, (__builtin_convertvector(isBelow, HalfInts) & bits) | zero);
         }
         for (; i < count; i++) {
           storeAs(y + first + i, pairOf(loadAs<uint64_t>(words + 2 * i)) < threshold ? bits : zero);
         }
       });
  return kDone;
}

// uniform: state [624] int32 and words [624] int32, both in place; then y [n]; numbers n, offset, from, range.
// y = u · range + from with u of 24 bits, computed in double precision.
Refusal uniform(const Call& call) {
  if (call.numberCount != 4 || !call.areSizes(0, 2)) return kWrongNumbers;
  const int64_t n = call.size(0);
  if (!isGenerator(call, n)) return kWrongArrays;
  float* y = call.floats(2);
  const double from = call.number(2);
  const double range = call.number(3);
  draw(reinterpret_cast<uint32_t*>(call.ints(0)), reinterpret_cast<uint32_t*>(call.ints(1)), call.size(1), n, 1,
       [&](const uint32_t* words, int64_t first, int64_t count) INLINED {
         constexpr int kWords = kLanes / 2;
         int64_t i = 0;
         for (; i + kWords <= count; i += kWords) {
           const HalfInts low = (HalfInts)(loadAs<HalfWords>(words + i) & 0xffffffu);
           const Doubles u = __builtin_convertvector(low, Doubles) * 0x1p-24;
           storeAs(y + first + i, __builtin_convertvector(u * range + from, HalfFloats));
         }
         for (; i < count; i++) {
           y[first + i] = static_cast<float>((words[i] & 0xffffffu) * 0x1p-24 * range + from);
         }
       });
  return kDone;
}

}  // namespace
}  // namespace TRAINKIT_TARGET

TRAINKIT_KERNELS(random, KERNEL(bernoulli), KERNEL(uniform))
