// SPDX-License-Identifier: Apache-2.0
// Capital and small letters by Unicode's simple mappings: one character to one character. (Java
// also maps a few to several, such as the German sharp s to SS; here those stay as they are.)
#pragma once

#include <cstdint>

namespace sluice::functions {

int32_t ToUpperCase(int32_t code);
int32_t ToLowerCase(int32_t code);
bool IsLetter(int32_t code);

}  // namespace sluice::functions
