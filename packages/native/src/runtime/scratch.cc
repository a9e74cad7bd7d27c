#include "scratch.h"

#include <cstdlib>

namespace trainkit {
namespace {

constexpr uintptr_t kAlignment = 64;

}  // namespace

Scratch::~Scratch() { std::free(memory_); }

void Scratch::grow(int64_t bytes) {
  std::free(memory_);
  capacity_ = bytes + bytes / 4;
  memory_ = std::malloc(static_cast<size_t>(capacity_) + kAlignment);
  if (memory_ == nullptr) std::abort();
  const uintptr_t address = reinterpret_cast<uintptr_t>(memory_);
  aligned_ = reinterpret_cast<void*>((address + kAlignment - 1) / kAlignment * kAlignment);
}

}  // namespace trainkit
