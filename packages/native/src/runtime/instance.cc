#include "instance.h"

#include <cstdio>

namespace trainkit {

napi_value throwError(napi_env env, const char* first, const char* second) {
  char message[256];
  std::snprintf(message, sizeof message, "%s: %s", first, second);
  napi_throw_error(env, nullptr, message);
  return nullptr;
}

Array arrayOf(napi_env env, napi_value value) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok) {
    return {nullptr, 0, Type::absent};
  }
  const int64_t count = static_cast<int64_t>(length);
  switch (type) {
    case napi_float32_array:
      return {data, count, Type::float32};
    case napi_int32_array:
      return {data, count, Type::int32};
    case napi_uint8_array:
      return {data, count, Type::bytes};
    default:
      return {nullptr, 0, Type::absent};
  }
}

}  // namespace trainkit
