// The addon as Node sees it: kernels as functions of typed arrays, and memory for tensors.
//
// N-API 8 alone, so that one binary serves Node 18 and later, Bun, Deno and Electron.
#include <node_api.h>

#include <cstring>

#include "instance.h"
#include "keep-loaded.h"
#include "parallel.h"
#include "plan.h"

namespace trainkit {
namespace {

constexpr size_t kAlignment = 64;

// kernel(numberCount, …arrays): runs the kernel on the arrays, and on the first `numberCount` of the shared numbers.
napi_value callKernel(napi_env env, napi_callback_info info) {
  napi_value values[kMostArrays + 1];
  size_t count = kMostArrays + 1;
  void* data = nullptr;
  napi_get_cb_info(env, info, &count, values, nullptr, &data);
  const Kernel& kernel = *static_cast<const Kernel*>(data);
  int32_t numberCount = -1;
  if (count > 0) napi_get_value_int32(env, values[0], &numberCount);
  if (count > kMostArrays + 1 || numberCount < 0 || numberCount > kMostNumbers) {
    return throwError(env, kernel.name, "expected a count of numbers, then at most 16 arrays");
  }
  Array arrays[kMostArrays];
  for (size_t i = 1; i < count; i++) arrays[i - 1] = arrayOf(env, values[i]);
  const Call call = {arrays, static_cast<int>(count) - 1, instanceOf(env)->numbers, numberCount};
  if (const Refusal refusal = kernel.run(call)) return throwError(env, kernel.name, refusal);
  return nullptr;
}

// alignedOffset(buffer): the offset of the buffer's first byte whose address is a multiple of 64.
//
// JavaScript makes the buffers: N-API ends the process where there is no memory for one.
napi_value alignedOffset(napi_env env, napi_callback_info info) {
  napi_value buffer;
  size_t count = 1;
  napi_get_cb_info(env, info, &count, &buffer, nullptr, nullptr);
  void* data = nullptr;
  size_t length = 0;
  if (napi_get_arraybuffer_info(env, buffer, &data, &length) != napi_ok) {
    return throwError(env, "alignedOffset", "expected an ArrayBuffer");
  }
  const size_t rest = reinterpret_cast<uintptr_t>(data) % kAlignment;
  napi_value offset;
  napi_create_uint32(env, static_cast<uint32_t>(rest == 0 ? 0 : kAlignment - rest), &offset);
  return offset;
}

void setProperty(napi_env env, napi_value object, const char* name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

void setText(napi_env env, napi_value object, const char* name, const char* text) {
  napi_value value;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  setProperty(env, object, name, value);
}

void setFunction(napi_env env, napi_value object, const char* name, napi_callback run, void* data) {
  napi_value value;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, run, data, &value);
  setProperty(env, object, name, value);
}

const Target* findTarget(const char* name) {
  for (const Target* target = usableTargets(); target->name != nullptr; target++) {
    if (std::strcmp(name, target->name) == 0) return target;
  }
  return nullptr;
}

// start(target, threads): the kernels of a target, by name. An empty name means the fastest target.
napi_value start(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  char name[32] = "";
  size_t length = 0;
  napi_get_value_string_utf8(env, arguments[0], name, sizeof name, &length);
  int32_t threads = 1;
  napi_get_value_int32(env, arguments[1], &threads);
  const Target* target = name[0] == 0 ? usableTargets() : findTarget(name);
  if (target == nullptr || target->name == nullptr) {
    return throwError(env, "this processor does not run", name[0] == 0 ? "AVX2 and FMA" : name);
  }
  setThreadCount(threads);
  instanceOf(env)->target = target;

  napi_value kernels;
  napi_create_object(env, &kernels);
  napi_value checking;
  napi_create_array(env, &checking);
  uint32_t checkingCount = 0;
  for (const Kernel* const* table = target->tables; *table != nullptr; table++) {
    for (const Kernel* kernel = *table; kernel->name != nullptr; kernel++) {
      bool isKnown = false;
      napi_has_named_property(env, kernels, kernel->name, &isKnown);
      if (isKnown) return throwError(env, "two kernels have the name", kernel->name);
      setFunction(env, kernels, kernel->name, callKernel, const_cast<Kernel*>(kernel));
      if (kernel->checks == Checks::sizes) continue;
      napi_value name;
      napi_create_string_utf8(env, kernel->name, NAPI_AUTO_LENGTH, &name);
      napi_set_element(env, checking, checkingCount++, name);
    }
  }
  napi_value result;
  napi_create_object(env, &result);
  setProperty(env, result, "kernels", kernels);
  // The names of the kernels that check values.
  setProperty(env, result, "checking", checking);
  setText(env, result, "target", target->name);
  napi_value threadCountValue;
  napi_create_int32(env, threadCount(), &threadCountValue);
  setProperty(env, result, "threads", threadCountValue);
  return result;
}

// The names of the targets that this processor runs, the fastest first.
napi_value targets(napi_env env, napi_callback_info) {
  napi_value names;
  napi_create_array(env, &names);
  uint32_t index = 0;
  for (const Target* target = usableTargets(); target->name != nullptr; target++) {
    napi_value name;
    napi_create_string_utf8(env, target->name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, names, index++, name);
  }
  return names;
}

napi_value initialize(napi_env env, napi_value exports) {
  keepLoaded();
  auto* instance = new Instance;
  napi_set_instance_data(
      env, instance, [](napi_env, void* data, void*) { delete static_cast<Instance*>(data); }, nullptr);

  void* data = nullptr;
  napi_value buffer;
  napi_value numbers;
  napi_create_arraybuffer(env, kMostNumbers * sizeof(double), &data, &buffer);
  napi_create_typedarray(env, napi_float64_array, kMostNumbers, buffer, 0, &numbers);
  instance->numbers = static_cast<double*>(data);
  setProperty(env, exports, "numbers", numbers);
  // Holds the numbers' memory for as long as this thread may call a kernel.
  napi_ref reference;
  napi_create_reference(env, buffer, 1, &reference);

  setFunction(env, exports, "start", start, nullptr);
  setFunction(env, exports, "targets", targets, nullptr);
  setFunction(env, exports, "alignedOffset", alignedOffset, nullptr);
  setFunction(env, exports, "plan", makePlan, nullptr);
  return exports;
}

}  // namespace
}  // namespace trainkit

NAPI_MODULE_INIT() { return trainkit::initialize(env, exports); }
