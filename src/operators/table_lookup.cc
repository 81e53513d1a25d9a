// SPDX-License-Identifier: Apache-2.0
#include "operators/table_lookup.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "arrow/api.h"
#include "operators/row_batches.h"
#include "state/key_encoder.h"

namespace sluice::operators {
namespace {

class TableLookup : public flow::LookupSource {
 public:
  Status Make(const flow::Schema& schema, const std::shared_ptr<arrow::RecordBatch>& rows,
              const std::vector<int>& key_columns, const std::vector<int>& wanted) {
    flow::Schema keys;
    std::vector<int> places;
    std::vector<flow::TypePtr> types;
    for (const int column : key_columns) {
      keys.fields.push_back(schema.fields[static_cast<size_t>(column)]);
      types.push_back(keys.fields.back().type->WithNullable(true));
      places.push_back(static_cast<int>(places.size()));
    }
    SLUICE_ASSIGN(asked_, state::KeyEncoder::Make(keys, places, types));
    SLUICE_ASSIGN(const auto encoder, state::KeyEncoder::Make(schema, key_columns, types));
    state::EncodedKeys encoded;
    SLUICE_TRY(encoder.Encode(*rows, &encoded));
    for (int64_t row = 0; row < rows->num_rows(); ++row) {
      if (encoded.HasNull(row)) continue;
      by_key_[std::string(encoded[row])].push_back(static_cast<int32_t>(row));
    }
    std::vector<std::shared_ptr<arrow::Array>> columns;
    for (const int column : wanted) {
      schema_.fields.push_back(schema.fields[static_cast<size_t>(column)]);
      columns.push_back(rows->column(column));
    }
    rows_ = MakeBatch(schema_.ToArrow(), rows->num_rows(), std::move(columns));
    return Status::Ok();
  }

  const flow::Schema& schema() const override { return schema_; }
  Result<flow::LookupRows> Lookup(const arrow::RecordBatch& keys, int64_t /*now_ms*/) override {
    SLUICE_TRY(asked_->Encode(keys, &encoded_));
    flow::LookupRows found;
    std::vector<int32_t> numbers;
    for (int64_t key = 0; key < keys.num_rows(); ++key) {
      const auto rows = by_key_.find(std::string(encoded_[key]));
      if (rows == by_key_.end()) continue;
      for (const int32_t row : rows->second) {
        numbers.push_back(row);
        found.key_rows.push_back(static_cast<int32_t>(key));
      }
    }
    SLUICE_ASSIGN(found.rows, TakeRows(*rows_, numbers));
    return found;
  }

 private:
  flow::Schema schema_;
  std::optional<state::KeyEncoder> asked_;
  std::shared_ptr<arrow::RecordBatch> rows_;
  std::unordered_map<std::string, std::vector<int32_t>> by_key_;
  state::EncodedKeys encoded_;
};

}  // namespace

Result<std::unique_ptr<flow::LookupSource>> MakeTableLookup(
    const flow::Schema& schema, const std::shared_ptr<arrow::RecordBatch>& rows,
    const std::vector<int>& key_columns, const std::vector<int>& wanted) {
  auto lookup = std::make_unique<TableLookup>();
  SLUICE_TRY(lookup->Make(schema, rows, key_columns, wanted));
  return std::unique_ptr<flow::LookupSource>(std::move(lookup));
}

}  // namespace sluice::operators
