// Memory that a kernel needs for itself while it runs. It is kept for the next call.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace trainkit {

// Grows as needed. Declare it `static thread_local`: each thread has its own, and frees it when it ends.
class Scratch {
 public:
  constexpr Scratch() = default;
  ~Scratch() { std::free(memory_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // Memory for `count` values of any content, at a multiple of 64 bytes. What was there before is lost when it grows.
  template <class T>
  T* of(int64_t count) {
    const int64_t bytes = count * static_cast<int64_t>(sizeof(T));
    if (bytes > capacity_) grow(bytes);
    return static_cast<T*>(aligned_);
  }
  float* floats(int64_t count) { return of<float>(count); }

 private:
  static constexpr uintptr_t kAlignment = 64;

  // A helper thread cannot refuse a kernel that has begun, and kernels keep these buffers small: without memory for
  // one of them the process is at its end.
  void grow(int64_t bytes) {
    std::free(memory_);
    capacity_ = bytes + bytes / 4;
    memory_ = std::malloc(static_cast<size_t>(capacity_) + kAlignment);
    if (memory_ == nullptr) std::abort();
    const uintptr_t address = reinterpret_cast<uintptr_t>(memory_);
    aligned_ = reinterpret_cast<void*>((address + kAlignment - 1) / kAlignment * kAlignment);
  }

  void* memory_ = nullptr;
  void* aligned_ = nullptr;
  int64_t capacity_ = 0;
};

}  // namespace trainkit
