// SPDX-License-Identifier: Apache-2.0
#include "io/scratch.h"

#include <cstdlib>
#include <filesystem>

#include "base/log.h"

namespace sluice::io {

Result<std::unique_ptr<ScratchDirectory>> ScratchDirectory::Make() {
  std::error_code code;
  const auto parent = std::filesystem::temp_directory_path(code);
  if (code) return IoError("no directory for temporary files: " + code.message());
  std::string pattern = (parent / "sluice-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    return IoError("cannot make a temporary directory: " + pattern);
  return std::unique_ptr<ScratchDirectory>(new ScratchDirectory(pattern));
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code code;
  std::filesystem::remove_all(path_, code);
  if (code)
    log::Warn("temporary directory could not be removed",
              {{"path", path_}, {"reason", code.message()}});
}

}  // namespace sluice::io
