#include "kernel-tables.h"

#include "processor.h"

namespace trainkit {

const Target* usableTargets() {
  static Target usable[3] = {};
  int count = 0;
#if defined(__x86_64__)
  if (hasAvx512()) usable[count++] = {"avx512", avx512::tables};
  if (hasAvx2()) usable[count++] = {"avx2", avx2::tables};
#else
  usable[count++] = {"neon", neon::tables};
#endif
  usable[count] = {nullptr, nullptr};
  return usable;
}

}  // namespace trainkit
