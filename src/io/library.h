// SPDX-License-Identifier: Apache-2.0
// Shared libraries opened when they are first needed, so that verbs which do not need them do not
// pay for them.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace sluice::io {

/// An open shared library. Closing is left to the end of the process: its threads may still run.
class Library {
 public:
  virtual ~Library() = default;
  /// The address of a function; nullptr if the library has none of that name.
  virtual void* Symbol(const char* name) = 0;
};

/// Opens by the loader's rules (run path of the executable, then the system's).
Result<std::unique_ptr<Library>> OpenLibrary(const std::string& file_name);

}  // namespace sluice::io
