// SPDX-License-Identifier: Apache-2.0
#include "formats/debezium/format.h"

#include <utility>

#include "arrow/api.h"
#include "formats/json/decoder.h"
#include "formats/json/encoder.h"
#include "formats/json/options.h"

namespace sluice::formats::debezium {
namespace {

using flow::RowKind;
using ArrayPtr = std::shared_ptr<arrow::Array>;

constexpr char kSchemaInclude[] = "schema-include";

std::string NoRow(const char* field, const char* message) {
  return std::string("The \"") + field + "\" field of \"" + message +
         "\" message is null, if you are using Debezium Postgres Connector, please check the "
         "Postgres table has been set REPLICA IDENTITY to FULL level.";
}

/// Where an output row comes from: an envelope, and which of its two rows.
struct Pick {
  int64_t envelope = 0;
  bool after = true;
};

/// The picked rows of one column, copied in runs.
Result<ArrayPtr> PickColumn(const arrow::Array& before, const arrow::Array& after,
                            const std::vector<Pick>& picks) {
  std::unique_ptr<arrow::ArrayBuilder> builder;
  SLUICE_TRY(arrow::MakeBuilder(arrow::default_memory_pool(), after.type(), &builder));
  const arrow::ArraySpan spans[2] = {arrow::ArraySpan(*before.data()),
                                     arrow::ArraySpan(*after.data())};
  for (size_t i = 0; i < picks.size();) {
    size_t end = i + 1;
    while (end < picks.size() && picks[end].after == picks[i].after &&
           picks[end].envelope == picks[end - 1].envelope + 1) {
      ++end;
    }
    SLUICE_TRY(builder->AppendArraySlice(spans[picks[i].after ? 1 : 0], picks[i].envelope,
                                         static_cast<int64_t>(end - i)));
    i = end;
  }
  SLUICE_ASSIGN(ArrayPtr column, builder->Finish());
  return column;
}

class DebeziumDecoder final : public Decoder {
 public:
  DebeziumDecoder(const flow::Schema& schema, bool wrapped, std::unique_ptr<Decoder> json)
      : schema_(schema.ToArrow()), wrapped_(wrapped), json_(std::move(json)) {}

  Result<Decoded> Decode(std::span<const Message> messages) override {
    SLUICE_ASSIGN(Decoded envelopes, json_->Decode(messages));
    std::shared_ptr<arrow::RecordBatch> rows = envelopes.rows;
    std::vector<ArrayPtr> columns = rows->columns();
    if (wrapped_) {
      SLUICE_ASSIGN(columns, static_cast<const arrow::StructArray&>(*rows->column(0)).Flatten());
    }
    const auto& before = static_cast<const arrow::StructArray&>(*columns[0]);
    const auto& after = static_cast<const arrow::StructArray&>(*columns[1]);
    const auto& ops = static_cast<const arrow::StringArray&>(*columns[2]);
    Decoded decoded;
    decoded.skipped = envelopes.skipped;
    std::vector<Pick> picks;
    std::vector<Rejected> refused;
    for (int64_t i = 0; i < rows->num_rows(); ++i) {
      const int32_t message = envelopes.message_of_row.empty()
                                  ? static_cast<int32_t>(i)
                                  : envelopes.message_of_row[static_cast<size_t>(i)];
      std::string reason =
          Take(before.IsValid(i), after.IsValid(i),
               ops.IsValid(i) ? ops.GetView(i) : std::string_view(), i, &picks, &decoded.kinds);
      if (!reason.empty()) refused.push_back({message, std::move(reason)});
      while (decoded.message_of_row.size() < picks.size()) {
        decoded.message_of_row.push_back(message);
      }
    }
    MergeRejected(std::move(envelopes.rejected), std::move(refused), &decoded.rejected);
    SLUICE_ASSIGN(decoded.rows, Rows(before, after, picks));
    return decoded;
  }

 private:
  /// The rows of one change; why there are none, or empty.
  static std::string Take(bool has_before, bool has_after, std::string_view op, int64_t envelope,
                          std::vector<Pick>* picks, flow::RowKinds* kinds) {
    const auto add = [&](bool after, RowKind kind) {
      picks->push_back({envelope, after});
      kinds->push_back(kind);
    };
    if (op == "c" || op == "r") {
      if (!has_after) return "the change has no \"after\" row";
      add(true, RowKind::kInsert);
    } else if (op == "u") {
      if (!has_before) return NoRow("before", "UPDATE");
      if (!has_after) return "the change has no \"after\" row";
      add(false, RowKind::kUpdateBefore);
      add(true, RowKind::kUpdateAfter);
    } else if (op == "d") {
      if (!has_before) return NoRow("before", "DELETE");
      add(false, RowKind::kDelete);
    } else {
      return "Unknown \"op\" value \"" + std::string(op) +
             "\". The Debezium JSON message has to be c, r, u or d";
    }
    return "";
  }

  static void MergeRejected(std::vector<Rejected> a, std::vector<Rejected> b,
                            std::vector<Rejected>* out) {
    out->reserve(a.size() + b.size());
    size_t i = 0, j = 0;
    while (i < a.size() || j < b.size()) {
      const bool first = j == b.size() || (i < a.size() && a[i].message < b[j].message);
      out->push_back(std::move(first ? a[i++] : b[j++]));
    }
  }

  Result<std::shared_ptr<arrow::RecordBatch>> Rows(const arrow::StructArray& before,
                                                   const arrow::StructArray& after,
                                                   const std::vector<Pick>& picks) const {
    SLUICE_ASSIGN(const std::vector<ArrayPtr> old_columns, before.Flatten());
    SLUICE_ASSIGN(const std::vector<ArrayPtr> new_columns, after.Flatten());
    std::vector<ArrayPtr> columns;
    for (size_t c = 0; c < new_columns.size(); ++c) {
      SLUICE_ASSIGN(ArrayPtr column, PickColumn(*old_columns[c], *new_columns[c], picks));
      columns.push_back(std::move(column));
    }
    return arrow::RecordBatch::Make(schema_, static_cast<int64_t>(picks.size()),
                                    std::move(columns));
  }

  const std::shared_ptr<arrow::Schema> schema_;
  const bool wrapped_;
  std::unique_ptr<Decoder> json_;
};

class DebeziumEncoder final : public Encoder {
 public:
  explicit DebeziumEncoder(std::unique_ptr<Encoder> json) : json_(std::move(json)) {}

  Status Encode(const arrow::RecordBatch& rows, EncodedRows* out) override {
    return EncodeChanges(rows, {}, out);
  }

  Status EncodeChanges(const arrow::RecordBatch& rows, const flow::RowKinds& kinds,
                       EncodedRows* out) override {
    texts_.Clear();
    SLUICE_TRY(json_->Encode(rows, &texts_));
    for (int64_t i = 0; i < texts_.size(); ++i) {
      const bool adds = kinds.empty() || flow::IsAdding(kinds[static_cast<size_t>(i)]);
      out->bytes += adds ? R"({"before":null,"after":)" : R"({"before":)";
      out->bytes += texts_[i];
      out->bytes += adds ? R"(,"op":"c"})" : R"(,"after":null,"op":"d"})";
      out->ends.push_back(static_cast<int64_t>(out->bytes.size()));
    }
    return {};
  }

 private:
  std::unique_ptr<Encoder> json_;
  EncodedRows texts_;
};

flow::OptionMap JsonOptions(flow::OptionMap options) {
  options.erase(kSchemaInclude);
  return options;
}

}  // namespace

const std::vector<flow::OptionSpec>& OptionSpecs() {
  static const std::vector<flow::OptionSpec> specs = [] {
    std::vector<flow::OptionSpec> all = json::OptionSpecs();
    all.push_back({kSchemaInclude,
                   flow::OptionKind::kBoolean,
                   "false",
                   false,
                   {},
                   "The messages are {\"schema\": ..., \"payload\": change}."});
    return all;
  }();
  return specs;
}

Result<std::unique_ptr<Decoder>> MakeDecoder(const DecoderRequest& request) {
  const auto wrapped = flow::OptionValue(request.options, OptionSpecs(), kSchemaInclude);
  const bool is_wrapped = wrapped == "true";
  // Inside an envelope a row may be absent; its columns then are NULL whatever they are declared.
  flow::TypePtr row = flow::Type::Row(request.schema.fields, true);
  const std::vector<flow::Field> envelope = {
      {"before", row, ""}, {"after", row, ""}, {"op", flow::Type::Varchar(), ""}};
  DecoderRequest inner{.schema = {envelope}, .nested = {}, .options = JsonOptions(request.options)};
  if (is_wrapped) inner.schema.fields = {{"payload", flow::Type::Row(envelope, true), ""}};
  SLUICE_ASSIGN(auto json, json::MakeDecoder(inner));
  return std::unique_ptr<Decoder>(
      std::make_unique<DebeziumDecoder>(request.schema, is_wrapped, std::move(json)));
}

Result<std::unique_ptr<Encoder>> MakeEncoder(const EncoderRequest& request) {
  if (flow::OptionValue(request.options, OptionSpecs(), kSchemaInclude) == "true") {
    return Unsupported(
        "format debezium-json: a schema cannot be written; leave out 'schema-include'");
  }
  SLUICE_ASSIGN(auto json, json::MakeEncoder({request.schema, JsonOptions(request.options)}));
  return std::unique_ptr<Encoder>(std::make_unique<DebeziumEncoder>(std::move(json)));
}

}  // namespace sluice::formats::debezium
