// A step as a list of kernel calls, which one call from JavaScript runs.
//
// A plan keeps no pointer: its memory and all other arrays come with each run and are checked then, so that a buffer
// that was freed, detached or replaced by another cannot be written.
#pragma once

#include <node_api.h>

namespace trainkit {

// plan(memoryLength, arrays, calls): a function run(memory, arrays) of JavaScript.
//
// `arrays` is an Array of [type, length, offset]: the type 0 for float32, 1 for int32, 2 for bytes; the offset in bytes
// in the memory, or -1 for an array that comes with each run, in this order. `calls` is an Array of
// [kernel, indices of arrays as an Int32Array with -1 for none, numbers as a Float64Array].
//
// run(memory, arrays) runs the calls in order. `memory` is a Float32Array of `memoryLength` elements at a multiple of
// 64 bytes. Where a kernel refuses, it throws an Error whose `call` is the number of that call; the later ones did not
// run.
napi_value makePlan(napi_env env, napi_callback_info info);

}  // namespace trainkit
