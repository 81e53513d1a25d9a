// SPDX-License-Identifier: Apache-2.0
// The Avro schemas of v2 manifests and manifest lists, with the record names, field order and ids
// that the Java library writes.
#pragma once

#include <string>

#include "base/result.h"
#include "tables/iceberg/schema.h"

namespace sluice::tables::iceberg {

/// Of a manifest whose partition tuples have the struct type `partition`.
Result<std::string> ManifestEntrySchema(const Type& partition);
const std::string& ManifestFileSchema();

/// Bytes of a decimal of this precision as Avro fixed.
int DecimalFixedBytes(int precision);
/// A name Avro takes: others than letters, digits and _ become _x<HEX>.
std::string AvroName(const std::string& name);

}  // namespace sluice::tables::iceberg
