#include "processor.h"

#if defined(__x86_64__)
#include <cpuid.h>

#include <cstdint>
#endif

namespace trainkit {

#if defined(__x86_64__)
namespace {

// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapters 14 and 15: a feature counts
// only where the operating system saves its registers.
constexpr uint32_t kFma = 1u << 12;
constexpr uint32_t kOsSavesRegisters = 1u << 27;
constexpr uint32_t kAvx = 1u << 28;
constexpr uint32_t kAvx2 = 1u << 5;
constexpr uint32_t kAvx512 = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;
constexpr uint32_t kAvxRegisters = 0x06;
constexpr uint32_t kAvx512Registers = 0xe6;

struct Features {
  // Registers that the operating system saves; none where it does not say.
  uint32_t saved = 0;
  // Of leaf 1, register ecx, and of leaf 7, register ebx.
  uint32_t basic = 0;
  uint32_t extended = 0;

  Features() {
    uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)) return;
    basic = ecx;
    if (!(basic & kOsSavesRegisters)) return;
    uint32_t high = 0;
    __asm__ volatile("xgetbv" : "=a"(saved), "=d"(high) : "c"(0));
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) extended = ebx;
  }
};

constexpr bool hasAll(uint32_t found, uint32_t wanted) { return (found & wanted) == wanted; }

}  // namespace

bool hasAvx2() {
  const Features f;
  return hasAll(f.saved, kAvxRegisters) && hasAll(f.basic, kAvx | kFma) && hasAll(f.extended, kAvx2);
}

bool hasAvx512() {
  const Features f;
  return hasAvx2() && hasAll(f.saved, kAvx512Registers) && hasAll(f.extended, kAvx512);
}
#else
bool hasAvx2() { return false; }

bool hasAvx512() { return false; }
#endif

}  // namespace trainkit
