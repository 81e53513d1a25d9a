// SPDX-License-Identifier: Apache-2.0
// Message digests, by OpenSSL.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::functions {

enum class Digest { kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };

/// Raw bytes of the digest. Fails where the system's OpenSSL has this one switched off, as one that
/// is set up for FIPS has MD5.
Result<std::string> DigestOf(Digest digest, std::string_view message);

}  // namespace sluice::functions
