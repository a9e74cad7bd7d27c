#include "kernel-tables.h"

#include "processor.h"

#define TRAINKIT_DECLARE_TABLE(concern) extern const trainkit::Kernel concern[];
#define TRAINKIT_LIST_TABLE(concern) concern,
#define TRAINKIT_DECLARE_TARGET(target) \
  namespace target { \
  TRAINKIT_CONCERNS(TRAINKIT_DECLARE_TABLE) \
  static const trainkit::Kernel* const tables[] = {TRAINKIT_CONCERNS(TRAINKIT_LIST_TABLE) nullptr}; \
  }

#if defined(TRAINKIT_HAS_AVX512)
TRAINKIT_DECLARE_TARGET(avx512)
#endif
#if defined(TRAINKIT_HAS_AVX2)
TRAINKIT_DECLARE_TARGET(avx2)
#endif
#if defined(TRAINKIT_HAS_NEON)
TRAINKIT_DECLARE_TARGET(neon)
#endif

namespace trainkit {
namespace {

struct UsableTargets {
  // Up to two, and one without a name.
  Target targets[3] = {};

  UsableTargets();
};

UsableTargets::UsableTargets() {
  Target* next = targets;
#if defined(TRAINKIT_HAS_AVX512)
  if (hasAvx512()) *next++ = {"avx512", avx512::tables};
#endif
#if defined(TRAINKIT_HAS_AVX2)
  if (hasAvx2()) *next++ = {"avx2", avx2::tables};
#endif
#if defined(TRAINKIT_HAS_NEON)
  *next++ = {"neon", neon::tables};
#endif
}

}  // namespace

const Target* usableTargets() {
  static const UsableTargets usable;
  return usable.targets;
}

}  // namespace trainkit
