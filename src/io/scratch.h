// SPDX-License-Identifier: Apache-2.0
// A directory for the length of a command, under TMPDIR; gone with the object.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace sluice::io {

class ScratchDirectory {
 public:
  static Result<std::unique_ptr<ScratchDirectory>> Make();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  explicit ScratchDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace sluice::io
