// Memory that a kernel needs for itself while it runs. It is kept for the next call.
#pragma once

#include <cstdint>

#include "kernel.h"

namespace trainkit {

// Grows as needed. Declare it `static thread_local`: each thread has its own, and frees it when it ends.
class Scratch {
 public:
  constexpr Scratch() = default;
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // Memory for `count` values of any content, at a multiple of 64 bytes. What was there before is lost when it grows.
  template <class T>
  TRAINKIT_ALWAYS_INLINE T* of(int64_t count) {
    const int64_t bytes = count * static_cast<int64_t>(sizeof(T));
    if (bytes > capacity_) grow(bytes);
    return static_cast<T*>(aligned_);
  }
  TRAINKIT_ALWAYS_INLINE float* floats(int64_t count) { return of<float>(count); }

 private:
  // A helper thread cannot refuse a kernel that has begun, and kernels keep these buffers small: without memory for
  // one of them the process is at its end.
  void grow(int64_t bytes);

  void* memory_ = nullptr;
  void* aligned_ = nullptr;
  int64_t capacity_ = 0;
};

}  // namespace trainkit
