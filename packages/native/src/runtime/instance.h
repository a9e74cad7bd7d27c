// The state of the addon in one JavaScript thread, and values of Node as kernels see them.
#pragma once

#include <node_api.h>

#include "kernel-tables.h"

namespace trainkit {

struct Instance {
  // The numbers of the next call, in memory that JavaScript writes.
  double* numbers = nullptr;
  // The target that was started, or null before.
  const Target* target = nullptr;
};

inline Instance* instanceOf(napi_env env) {
  void* instance = nullptr;
  napi_get_instance_data(env, &instance);
  return static_cast<Instance*>(instance);
}

// Throws an Error of the message "first: second"; returns null, for JavaScript's undefined.
napi_value throwError(napi_env env, const char* first, const char* second);

// A typed array of Node; absent where `value` is none, or one of a type that no kernel knows.
Array arrayOf(napi_env env, napi_value value);

}  // namespace trainkit
