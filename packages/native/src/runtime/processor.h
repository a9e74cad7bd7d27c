// The instruction sets of the processor that the addon runs on.
//
// The compilers' own __builtin_cpu_supports is left out: zig's runtime library answers no to every question.
#pragma once

namespace trainkit {

// AVX2 and FMA.
bool hasAvx2();
// AVX-512 with the extensions F, VL, BW and DQ.
bool hasAvx512();

}  // namespace trainkit
