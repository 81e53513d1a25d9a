// SPDX-License-Identifier: Apache-2.0
#include "functions/digest.h"

#include <openssl/evp.h>

namespace sluice::functions {
namespace {

const EVP_MD* AlgorithmOf(Digest digest) {
  switch (digest) {
    case Digest::kMd5:
      return EVP_md5();
    case Digest::kSha1:
      return EVP_sha1();
    case Digest::kSha224:
      return EVP_sha224();
    case Digest::kSha256:
      return EVP_sha256();
    case Digest::kSha384:
      return EVP_sha384();
    case Digest::kSha512:
      return EVP_sha512();
  }
  return nullptr;
}

}  // namespace

Result<std::string> DigestOf(Digest digest, std::string_view message) {
  const EVP_MD* algorithm = AlgorithmOf(digest);
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(message.data(), message.size(), bytes, &size, algorithm, nullptr) != 1) {
    return Unsupported(std::string("OpenSSL refuses to compute ") + EVP_MD_get0_name(algorithm));
  }
  return std::string(reinterpret_cast<const char*>(bytes), size);
}

}  // namespace sluice::functions
