#include "plan.h"

#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "instance.h"

namespace trainkit {
namespace {

constexpr const char* kName = "plan";

struct PlanArray {
  Type type;
  int64_t length;
  // In the memory, or negative where the array comes with each run.
  int64_t offset;
};

struct PlanCall {
  const Kernel* kernel;
  std::vector<int32_t> arrays;
  std::vector<double> numbers;
};

struct Plan {
  int64_t memoryLength = 0;
  std::vector<PlanArray> arrays;
  std::vector<PlanCall> calls;
  // The arrays of the run, kept so that a run does not allocate.
  std::vector<Array> resolved;
};

int64_t bytesOf(Type type, int64_t length) { return type == Type::bytes ? length : 4 * length; }

const Kernel* findKernel(const Target* target, const char* name) {
  if (target == nullptr) return nullptr;
  for (const Kernel* const* table = target->tables; *table != nullptr; table++) {
    for (const Kernel* kernel = *table; kernel->name != nullptr; kernel++) {
      if (std::strcmp(kernel->name, name) == 0) return kernel;
    }
  }
  return nullptr;
}

// A whole number from `least` to 2^52, or -2.
int64_t wholeNumber(napi_env env, napi_value value, int64_t least) {
  double x = 0;
  if (napi_get_value_double(env, value, &x) != napi_ok) return -2;
  if (!(x >= static_cast<double>(least) && x <= 4503599627370496.0)) return -2;
  return x == static_cast<double>(static_cast<int64_t>(x)) ? static_cast<int64_t>(x) : -2;
}

napi_value elementOf(napi_env env, napi_value array, uint32_t index) {
  napi_value element = nullptr;
  napi_get_element(env, array, index, &element);
  return element;
}

// The elements of a typed array of type `expected`, or null where it is none.
const void* elementsOf(napi_env env, napi_value value, napi_typedarray_type expected, size_t* length) {
  napi_typedarray_type type;
  void* data = nullptr;
  const bool isTyped =
      value != nullptr && napi_get_typedarray_info(env, value, &type, length, &data, nullptr, nullptr) == napi_ok;
  if (!isTyped || type != expected) return nullptr;
  static const double none = 0;
  return *length == 0 ? &none : data;
}

bool readArray(napi_env env, napi_value value, int64_t memoryLength, PlanArray* array) {
  const int64_t type = wholeNumber(env, elementOf(env, value, 0), 0);
  const int64_t length = wholeNumber(env, elementOf(env, value, 1), 0);
  const int64_t offset = wholeNumber(env, elementOf(env, value, 2), -1);
  if (type < 0 || type > 2 || length < 0 || offset < -1) return false;
  *array = {type == 0 ? Type::float32 : type == 1 ? Type::int32 : Type::bytes, length, offset};
  // Neither sum nor product overflows: all are at most 2^52.
  return offset < 0 || (offset % 64 == 0 && offset + bytesOf(array->type, length) <= 4 * memoryLength);
}

// Null, or the reason why the call cannot be made.
const char* readCall(napi_env env, napi_value value, size_t arrayCount, PlanCall* call) {
  char name[64] = "";
  size_t length = 0;
  napi_get_value_string_utf8(env, elementOf(env, value, 0), name, sizeof name, &length);
  call->kernel = findKernel(instanceOf(env)->target, name);
  if (call->kernel == nullptr) return "the addon has no such kernel";
  const void* indices = elementsOf(env, elementOf(env, value, 1), napi_int32_array, &length);
  if (indices == nullptr || length > kMostArrays) return "expected the indices of at most 16 arrays";
  const int32_t* first = static_cast<const int32_t*>(indices);
  call->arrays.assign(first, first + length);
  for (const int32_t index : call->arrays) {
    if (index < -1 || index >= static_cast<int64_t>(arrayCount)) return "there is no such array";
  }
  const void* numbers = elementsOf(env, elementOf(env, value, 2), napi_float64_array, &length);
  if (numbers == nullptr || length > kMostNumbers) return "its numbers are missing, or too many";
  const double* firstNumber = static_cast<const double*>(numbers);
  call->numbers.assign(firstNumber, firstNumber + length);
  return nullptr;
}

napi_value throwAt(napi_env env, const PlanCall& call, size_t index, Refusal refusal) {
  const std::string message = std::string(call.kernel->name) + ": " + refusal;
  napi_value text;
  napi_value error;
  napi_value number;
  napi_create_string_utf8(env, message.c_str(), NAPI_AUTO_LENGTH, &text);
  napi_create_error(env, nullptr, text, &error);
  napi_create_double(env, static_cast<double>(index), &number);
  napi_set_named_property(env, error, "call", number);
  napi_throw(env, error);
  return nullptr;
}

const char* resolve(napi_env env, napi_value memory, napi_value given, Plan& plan) {
  const Array whole = arrayOf(env, memory);
  const bool isMemory = whole.type == Type::float32 && whole.length == plan.memoryLength &&
                        reinterpret_cast<uintptr_t>(whole.data) % 64 == 0;
  if (!isMemory) return "its memory is not the one that it was made for";
  uint32_t next = 0;
  for (size_t i = 0; i < plan.arrays.size(); i++) {
    const PlanArray& expected = plan.arrays[i];
    if (expected.offset >= 0) {
      char* data = static_cast<char*>(whole.data) + expected.offset;
      plan.resolved[i] = {data, expected.length, expected.type};
      continue;
    }
    const Array array = arrayOf(env, elementOf(env, given, next++));
    if (array.type != expected.type || array.length != expected.length) {
      return "an array that it is given is missing, detached, or of another length or type than in the plan";
    }
    plan.resolved[i] = array;
  }
  return nullptr;
}

napi_value runPlan(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  void* data = nullptr;
  napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
  Plan& plan = *static_cast<Plan*>(data);
  if (const char* reason = resolve(env, arguments[0], arguments[1], plan)) {
    return throwError(env, kName, reason);
  }
  Array arrays[kMostArrays];
  for (size_t i = 0; i < plan.calls.size(); i++) {
    const PlanCall& call = plan.calls[i];
    for (size_t k = 0; k < call.arrays.size(); k++) {
      const int32_t index = call.arrays[k];
      arrays[k] = index < 0 ? Array{nullptr, 0, Type::absent} : plan.resolved[index];
    }
    const Call kernelCall = {arrays, static_cast<int>(call.arrays.size()), call.numbers.data(),
                             static_cast<int>(call.numbers.size())};
    if (const Refusal refusal = call.kernel->run(kernelCall)) return throwAt(env, call, i, refusal);
  }
  return nullptr;
}

}  // namespace

napi_value makePlan(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  size_t count = 3;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  auto plan = std::make_unique<Plan>();
  plan->memoryLength = wholeNumber(env, arguments[0], 0);
  uint32_t arrayCount = 0;
  uint32_t callCount = 0;
  const bool areLists = napi_get_array_length(env, arguments[1], &arrayCount) == napi_ok &&
                        napi_get_array_length(env, arguments[2], &callCount) == napi_ok;
  if (plan->memoryLength < 0 || !areLists) {
    return throwError(env, kName, "expected a length, arrays and calls");
  }
  plan->arrays.resize(arrayCount);
  plan->resolved.resize(arrayCount);
  for (uint32_t i = 0; i < arrayCount; i++) {
    const napi_value value = elementOf(env, arguments[1], i);
    if (!readArray(env, value, plan->memoryLength, &plan->arrays[i])) {
      return throwError(env, kName, "expected an array's type, its length, and its place in the memory");
    }
  }
  plan->calls.resize(callCount);
  for (uint32_t i = 0; i < callCount; i++) {
    const napi_value value = elementOf(env, arguments[2], i);
    if (const char* reason = readCall(env, value, arrayCount, &plan->calls[i])) {
      const Kernel* kernel = plan->calls[i].kernel;
      return throwError(env, kernel == nullptr ? kName : kernel->name, reason);
    }
  }
  napi_value run;
  if (napi_create_function(env, kName, NAPI_AUTO_LENGTH, runPlan, plan.get(), &run) != napi_ok) {
    return nullptr;
  }
  const auto free = [](napi_env, void* data, void*) { delete static_cast<Plan*>(data); };
  if (napi_add_finalizer(env, run, plan.get(), free, nullptr, nullptr) != napi_ok) return nullptr;
  plan.release();
  return run;
}

}  // namespace trainkit
