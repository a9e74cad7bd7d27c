#include <cinttypes>
#include <cstdio>

#include "kernel.h"

namespace trainkit {

Refusal refuseIndex(int64_t index, int64_t size) {
  static thread_local char text[80];
  std::snprintf(text, sizeof text, "the index value %" PRId64 " is not in [0, %" PRId64 "]", index, size - 1);
  return text;
}

}  // namespace trainkit
