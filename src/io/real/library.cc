// SPDX-License-Identifier: Apache-2.0
#include "io/library.h"

#include <dlfcn.h>

namespace sluice::io {
namespace {

class LoadedLibrary : public Library {
 public:
  explicit LoadedLibrary(void* handle) : handle_(handle) {}
  void* Symbol(const char* name) override { return dlsym(handle_, name); }

 private:
  void* handle_;
};

}  // namespace

Result<std::unique_ptr<Library>> OpenLibrary(const std::string& file_name) {
  void* handle = dlopen(file_name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return IoError("cannot load the library " + file_name + ": " + dlerror());
  }
  return std::unique_ptr<Library>(new LoadedLibrary(handle));
}

}  // namespace sluice::io
