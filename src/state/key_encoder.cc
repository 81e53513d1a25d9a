// SPDX-License-Identifier: Apache-2.0
#include "state/key_encoder.h"

#include <utility>

#include "arrow/record_batch.h"

#define XXH_INLINE_ALL
#include "xxhash.h"

namespace sluice::state {

uint64_t HashKey(std::string_view key) {
  return XXH3_64bits(key.data(), key.size());
}

Result<KeyEncoder> KeyEncoder::Make(const flow::Schema& schema, std::vector<int> columns,
                                    std::vector<flow::TypePtr> types) {
  if (!types.empty() && types.size() != columns.size()) {
    return Internal("a key of " + std::to_string(columns.size()) + " columns has " +
                    std::to_string(types.size()) + " types");
  }
  KeyEncoder out;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] < 0 || columns[i] >= schema.size()) {
      return Internal("a key column is not in the rows: " + std::to_string(columns[i]));
    }
    const flow::TypePtr& source = schema.fields[static_cast<size_t>(columns[i])].type;
    const flow::TypePtr target = types.empty() ? source : types[i]->WithNullable(true);
    SLUICE_ASSIGN(auto layout, MakeColumnLayout(*source, target, true));
    out.layouts_.push_back(std::move(layout));
  }
  out.columns_ = std::move(columns);
  return out;
}

Status KeyEncoder::Encode(const arrow::RecordBatch& rows, EncodedKeys* out) const {
  out->nulls.clear();
  SLUICE_TRY(EncodeColumns(layouts_, columns_, rows, out, &out->nulls));
  const auto count = static_cast<size_t>(rows.num_rows());
  out->hashes.resize(count);
  const char* const bytes = out->bytes.data();
  const uint32_t* const offsets = out->offsets.data();
  // A size known to the compiler makes the hash of the usual single-column keys a few instructions.
  const auto hash_all = [&](auto size) {
    for (size_t i = 0; i < count; ++i) {
      out->hashes[i] = XXH3_64bits(bytes + i * size, size);
    }
  };
  const size_t first = count == 0 ? 0 : offsets[1] - offsets[0];
  const bool equal_sizes = out->bytes.size() == first * count && layouts_.size() == 1;
  if (equal_sizes && first == 8 && layouts_[0].width == 8) {
    hash_all(std::integral_constant<size_t, 8>());
  } else if (equal_sizes && first == 9 && layouts_[0].width == 8 && out->nulls.empty()) {
    hash_all(std::integral_constant<size_t, 9>());
  } else {
    for (size_t i = 0; i < count; ++i) out->hashes[i] = HashKey((*out)[static_cast<int64_t>(i)]);
  }
  return Status::Ok();
}

Result<std::vector<std::shared_ptr<arrow::Array>>> KeyEncoder::Decode(
    const std::vector<std::string_view>& keys) const {
  return DecodeColumns(layouts_, keys);
}

}  // namespace sluice::state
