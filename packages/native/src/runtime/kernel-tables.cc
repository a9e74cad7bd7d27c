#include "kernel-tables.h"

namespace trainkit {

const Target* usableTargets() {
  static Target usable[3] = {};
  int count = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  if (fma && wide) usable[count++] = {"avx512", avx512::tables};
  if (fma) usable[count++] = {"avx2", avx2::tables};
#else
  usable[count++] = {"neon", neon::tables};
#endif
  usable[count] = {nullptr, nullptr};
  return usable;
}

}  // namespace trainkit
