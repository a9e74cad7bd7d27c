// A kernel of the addon: a function of arrays and numbers.
//
// JavaScript calls each kernel in the same way, and a captured step replays it from its name, its arrays and its
// numbers. A kernel checks that its arrays are as long as its numbers say before it reads or writes them, so that no
// caller can make it leave an array.
#pragma once

#include <cstdint>

// Of inline functions outside of a target's namespace: the linker would keep one copy of those that the compiler does
// not inline, maybe the one of AVX-512.
#define TRAINKIT_ALWAYS_INLINE inline __attribute__((always_inline))

namespace trainkit {

enum class Type : uint8_t { absent, float32, int32, bytes };

// A typed array, or none.
struct Array {
  void* data;
  int64_t length;
  Type type;
};

constexpr int kMostArrays = 16;
constexpr int kMostNumbers = 128;

struct Call {
  const Array* arrays;
  int arrayCount;
  const double* numbers;
  int numberCount;

  TRAINKIT_ALWAYS_INLINE bool has(int index) const { return index < arrayCount && arrays[index].type != Type::absent; }
  TRAINKIT_ALWAYS_INLINE float* floats(int index) const { return static_cast<float*>(arrays[index].data); }
  TRAINKIT_ALWAYS_INLINE int32_t* ints(int index) const { return static_cast<int32_t*>(arrays[index].data); }
  TRAINKIT_ALWAYS_INLINE uint8_t* bytes(int index) const { return static_cast<uint8_t*>(arrays[index].data); }
  TRAINKIT_ALWAYS_INLINE double number(int index) const { return numbers[index]; }
  TRAINKIT_ALWAYS_INLINE int64_t size(int index) const { return static_cast<int64_t>(numbers[index]); }
  TRAINKIT_ALWAYS_INLINE bool flag(int index) const { return numbers[index] != 0; }

  // Returns true where the array `index` is there, of this type, and has at least `length` elements.
  TRAINKIT_ALWAYS_INLINE bool fits(int index, Type type, int64_t length) const {
    return index < arrayCount && arrays[index].type == type && length >= 0 && arrays[index].length >= length;
  }
  // The same of an array that may be absent.
  TRAINKIT_ALWAYS_INLINE bool fitsIfThere(int index, Type type, int64_t length) const {
    return !has(index) || fits(index, type, length);
  }
  // Returns true where the numbers from `first` to before `end` are sizes: whole and from 0 to 2^53.
  TRAINKIT_ALWAYS_INLINE bool areSizes(int first, int end) const {
    if (end > numberCount) return false;
    for (int i = first; i < end; i++) {
      const double x = numbers[i];
      if (!(x >= 0 && x <= 9007199254740992.0) || x != static_cast<double>(static_cast<int64_t>(x))) {
        return false;
      }
    }
    return true;
  }
};

// Null, or the reason why the kernel does not run, and then it has written nothing.
using Refusal = const char*;

// Kernels that look at the values of an array, and refuse where these are not allowed.
enum class Checks : bool { sizes, values };

struct Kernel {
  const char* name;
  Refusal (*run)(const Call&);
  Checks checks = Checks::sizes;
};

// The refusal of an index that is not from 0 to before `size`. Its text is the calling thread's, until its next
// refusal.
Refusal refuseIndex(int64_t index, int64_t size);

constexpr Refusal kDone = nullptr;
constexpr Refusal kWrongNumbers = "its numbers are not those of this kernel";
constexpr Refusal kWrongArrays = "an array is missing, too short or of another type";

}  // namespace trainkit

// A kernel of the function's name, for TRAINKIT_KERNELS.
// clang-format off
#define KERNEL(name) {#name, TRAINKIT_TARGET::name}
// clang-format on

// The kernels of one file, ended by an entry without a name. `concern` is listed in kernel-tables.h.
#define TRAINKIT_KERNELS(concern, ...) \
  namespace TRAINKIT_TARGET { \
  extern const trainkit::Kernel concern[]; \
  const trainkit::Kernel concern[] = {__VA_ARGS__, {nullptr, nullptr}}; \
  }
