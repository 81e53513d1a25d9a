// SPDX-License-Identifier: Apache-2.0
// Message digests: MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4).
#pragma once

#include <string>
#include <string_view>

namespace sluice::functions {

/// Raw bytes of the digest.
std::string Md5(std::string_view message);
std::string Sha1(std::string_view message);
/// bits: 224, 256, 384 or 512; empty for others.
std::string Sha2(std::string_view message, int bits);

}  // namespace sluice::functions
