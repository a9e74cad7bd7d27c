#include "keep-loaded.h"

#if defined(_WIN32)
#include <windows.h>
#elif defined(__APPLE__)
#include <dlfcn.h>
#endif

namespace trainkit {

#if defined(_WIN32)
void keepLoaded() {
  HMODULE self = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                     reinterpret_cast<LPCWSTR>(&keepLoaded), &self);
}
#elif defined(__APPLE__)
void keepLoaded() {
  Dl_info self;
  if (dladdr(reinterpret_cast<const void*>(&keepLoaded), &self) == 0) return;
  // A handle that nobody closes, and a flag for those of others.
  dlopen(self.dli_fname, RTLD_NOW | RTLD_NODELETE);
}
#else
void keepLoaded() {}
#endif

}  // namespace trainkit
