// SPDX-License-Identifier: Apache-2.0
#include "formats/changes/decoder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "formats/changes/filter.h"
#include "formats/changes/metadata.h"
#include "formats/changes/rows.h"
#include "formats/json/decoder.h"
#include "formats/json/options.h"

namespace sluice::formats::changes {
namespace {

using flow::RowKind;
using ArrayPtr = std::shared_ptr<arrow::Array>;

/// Where a wanted metadata column is read: a field of the change, or of the message around it.
struct MetadataSource {
  const Metadatum* metadatum = nullptr;
  bool beside_payload = false;
  int field = 0;
};

/// The messages as the json format reads them: a row with the fields of the change, or one with
/// that row as "payload".
struct Envelope {
  std::vector<flow::Field> fields;
  bool wrapped = false;
  std::vector<MetadataSource> metadata;
};

enum EnvelopeField { kBefore, kAfter, kOperation };

int AddField(const flow::Field& field, std::vector<flow::Field>* fields) {
  for (size_t i = 0; i < fields->size(); ++i) {
    if ((*fields)[i].name == field.name) return static_cast<int>(i);
  }
  fields->push_back(field);
  return static_cast<int>(fields->size()) - 1;
}

flow::TypePtr RowsOf(const Dialect& dialect, std::vector<flow::Field> fields) {
  flow::TypePtr row = flow::Type::Row(std::move(fields), true);
  return dialect.lists ? flow::Type::Array(std::move(row)) : row;
}

Result<Envelope> MakeEnvelope(const Dialect& dialect, const DecoderRequest& request, bool wrapped) {
  std::vector<flow::Field> before = request.schema.fields;
  if (dialect.before_is_part) {
    for (flow::Field& field : before) field.type = field.type->WithNullable(true);
    before.push_back({std::string(json::kGivenField), flow::Type::Varbinary(), ""});
  }
  std::vector<flow::Field> payload = {
      {dialect.before, RowsOf(dialect, std::move(before)), ""},
      {dialect.after, RowsOf(dialect, request.schema.fields), ""},
      {dialect.operation, flow::Type::Varchar(), ""},
  };
  std::vector<flow::Field> beside;
  if (wrapped) beside.push_back({"payload", nullptr, ""});
  Envelope envelope;
  envelope.wrapped = wrapped;
  for (const std::string& key : request.metadata) {
    const auto found =
        std::find_if(dialect.metadata.begin(), dialect.metadata.end(),
                     [&](const Metadatum& metadatum) { return metadatum.column.name == key; });
    if (found == dialect.metadata.end()) {
      return InvalidArgument("format " + dialect.name + " has no metadata '" + key + "'");
    }
    const bool outside = wrapped && found->beside_payload;
    envelope.metadata.push_back(
        {&*found, outside, AddField(found->field, outside ? &beside : &payload)});
  }
  if (!wrapped) {
    envelope.fields = std::move(payload);
    return envelope;
  }
  beside[0].type = flow::Type::Row(std::move(payload), true);
  envelope.fields = std::move(beside);
  return envelope;
}

class ChangeDecoder final : public Decoder {
 public:
  ChangeDecoder(const Dialect& dialect, const DecoderRequest& request, Envelope envelope,
                bool ignore_parse_errors)
      : dialect_(dialect),
        envelope_(std::move(envelope)),
        ignore_parse_errors_(ignore_parse_errors) {
    flow::Schema schema = request.schema;
    for (const MetadataSource& source : envelope_.metadata) {
      schema.fields.push_back(source.metadatum->column);
    }
    schema_ = schema.ToArrow();
  }

  Status Open(const DecoderRequest& request) {
    const flow::OptionMap options = JsonOptions(dialect_, request.options);
    DecoderRequest json{.schema = {envelope_.fields}, .nested = {}, .options = options};
    SLUICE_ASSIGN(json_, json::MakeDocumentDecoder(json));
    SLUICE_ASSIGN(filter_, TableFilter::Make(request.options, options, ignore_parse_errors_));
    return {};
  }

  Result<Decoded> Decode(std::span<const Message> messages) override {
    Decoded decoded;
    std::span<const Message> wanted = messages;
    if (filter_ != nullptr) {
      SLUICE_TRY(filter_->Choose(messages, &chosen_, &decoded));
      chosen_messages_.clear();
      for (const int32_t message : chosen_) {
        chosen_messages_.push_back(messages[static_cast<size_t>(message)]);
      }
      wanted = chosen_messages_;
    }
    SLUICE_ASSIGN(Decoded documents, json_->Decode(wanted));
    decoded.skipped += documents.skipped;
    for (Rejected& rejected : documents.rejected) {
      decoded.rejected.push_back({MessageOf(rejected.message), std::move(rejected.reason)});
    }
    SLUICE_TRY(TakeApart(*documents.rows));
    FindChanges(documents, &decoded);
    std::sort(decoded.rejected.begin(), decoded.rejected.end(),
              [](const Rejected& a, const Rejected& b) { return a.message < b.message; });
    SLUICE_ASSIGN(decoded.rows, Rows());
    return decoded;
  }

 private:
  /// The place among all messages of one of those that went to the json decoder.
  int32_t MessageOf(int32_t decoded) const {
    return filter_ == nullptr ? decoded : chosen_[static_cast<size_t>(decoded)];
  }

  /// The columns of a batch of documents.
  Status TakeApart(const arrow::RecordBatch& documents) {
    std::vector<ArrayPtr> around = documents.columns(), payload = around;
    if (envelope_.wrapped) {
      SLUICE_ASSIGN(payload, static_cast<const arrow::StructArray&>(*around[0]).Flatten());
    }
    before_ = Side(payload[kBefore], dialect_.lists);
    after_ = Side(payload[kAfter], dialect_.lists);
    operation_ = payload[kOperation];
    metadata_.clear();
    unreadable_.clear();
    for (const MetadataSource& source : envelope_.metadata) {
      const auto& fields = source.beside_payload ? around : payload;
      SLUICE_ASSIGN(
          ArrayPtr column,
          ReadMetadata(*source.metadatum, fields[static_cast<size_t>(source.field)], &unreadable_));
      metadata_.push_back(std::move(column));
    }
    return {};
  }

  void FindChanges(const Decoded& documents, Decoded* decoded) {
    changes_.clear();
    for (int64_t i = 0; i < documents.rows->num_rows(); ++i) {
      const int32_t message = MessageOf(documents.message_of_row.empty()
                                            ? static_cast<int32_t>(i)
                                            : documents.message_of_row[static_cast<size_t>(i)]);
      const size_t before = changes_.size();
      bool silent = false;
      std::string reason = Take(i, &silent);
      if (const auto bad = unreadable_.find(i);
          reason.empty() && !silent && bad != unreadable_.end()) {
        reason = bad->second;
      }
      if (!reason.empty()) {
        changes_.resize(before);
        silent = ignore_parse_errors_;
        if (!silent) decoded->rejected.push_back({message, std::move(reason)});
      }
      decoded->skipped += silent ? 1 : 0;
      decoded->message_of_row.resize(changes_.size(), message);
    }
    for (const Change& change : changes_) decoded->kinds.push_back(change.kind);
  }

  /// Adds the changes of a document. Why there are none, or empty; `silent`: it says nothing of
  /// rows.
  std::string Take(int64_t document, bool* silent) {
    const auto& words = static_cast<const arrow::StringArray&>(*operation_);
    const std::string_view word =
        words.IsValid(document) ? words.GetView(document) : std::string_view();
    const auto found = std::find_if(dialect_.words.begin(), dialect_.words.end(),
                                    [&](const auto& known) { return known.first == word; });
    if (found == dialect_.words.end()) return Unknown(word, words.IsNull(document));
    switch (found->second) {
      case Operation::kNothing:
        *silent = true;
        return "";
      case Operation::kEmptied:
        return "every row of the table is gone (\"" + dialect_.operation + "\" is \"" +
               std::string(word) + "\"), which changes of single rows cannot say";
      case Operation::kInsert:
        return TakeRows(document, "INSERT", {std::nullopt, RowKind::kInsert});
      case Operation::kUpdate:
        return TakeRows(document, "UPDATE", {RowKind::kUpdateBefore, RowKind::kUpdateAfter});
      case Operation::kDelete:
        return TakeRows(document, "DELETE",
                        dialect_.deletes_after ? Kinds{std::nullopt, RowKind::kDelete}
                                               : Kinds{RowKind::kDelete, std::nullopt});
    }
    return Unknown(word, false);
  }

  /// What a row before a change becomes, and one after it; nothing: it is not looked at.
  struct Kinds {
    std::optional<RowKind> before, after;
  };

  std::string TakeRows(int64_t document, const char* operation, const Kinds& kinds) {
    if (kinds.before && before_.Count(document) < 0) return Missing(dialect_.before, operation);
    if (kinds.after && after_.Count(document) < 0) return Missing(dialect_.after, operation);
    const int64_t rows = kinds.after ? after_.Count(document) : before_.Count(document);
    if (kinds.before && before_.Count(document) != rows) {
      return "\"" + dialect_.before + "\" has " + std::to_string(before_.Count(document)) +
             " rows, but \"" + dialect_.after + "\" has " + std::to_string(rows);
    }
    for (int64_t k = 0; k < rows; ++k) {
      Change change{.message = document,
                    .before = before_.First(document) + k,
                    .after = after_.First(document) + k};
      if (kinds.before) {
        if (before_.IsNull(change.before)) return Missing(dialect_.before, operation);
        change.kind = *kinds.before;
        change.is_before = true;
        changes_.push_back(change);
      }
      if (kinds.after) {
        if (after_.IsNull(change.after)) return Missing(dialect_.after, operation);
        change.kind = *kinds.after;
        change.is_before = false;
        changes_.push_back(change);
      }
    }
    return "";
  }

  std::string Missing(const std::string& field, const char* operation) const {
    const bool hinted = field == dialect_.before && !dialect_.hint.empty();
    return "The \"" + field + "\" field of " + operation + " message is null" +
           (hinted ? dialect_.hint : "");
  }

  std::string Unknown(std::string_view word, bool is_null) const {
    std::string known;
    for (const auto& [name, operation] : dialect_.words) {
      if (operation == Operation::kNothing || operation == Operation::kEmptied) continue;
      known += (known.empty() ? "" : ", ") + std::string(name);
    }
    if (is_null) {
      return "The " + dialect_.tool + " JSON message has no \"" + dialect_.operation +
             "\"; it has to be one of " + known;
    }
    return "Unknown \"" + dialect_.operation + "\" value \"" + std::string(word) + "\". The " +
           dialect_.tool + " JSON message has to be one of " + known;
  }

  Result<std::shared_ptr<arrow::RecordBatch>> Rows() const {
    SLUICE_ASSIGN(auto columns, ColumnsOf(changes_, before_, after_, dialect_.before_is_part));
    for (const ArrayPtr& of_messages : metadata_) {
      SLUICE_ASSIGN(ArrayPtr column, Repeated(changes_, *of_messages));
      columns.push_back(std::move(column));
    }
    return arrow::RecordBatch::Make(schema_, static_cast<int64_t>(changes_.size()),
                                    std::move(columns));
  }

  const Dialect& dialect_;
  const Envelope envelope_;
  const bool ignore_parse_errors_;
  std::shared_ptr<arrow::Schema> schema_;
  std::unique_ptr<Decoder> json_;
  std::unique_ptr<TableFilter> filter_;

  // Of the batch in work.
  std::vector<int32_t> chosen_;
  std::vector<Message> chosen_messages_;
  Side before_, after_;
  ArrayPtr operation_;
  std::vector<ArrayPtr> metadata_;
  Unreadable unreadable_;
  std::vector<Change> changes_;
};

}  // namespace

std::vector<flow::OptionSpec> OptionSpecs(const Dialect& dialect) {
  std::vector<flow::OptionSpec> specs = dialect.options;
  for (const flow::OptionSpec& spec : json::OptionSpecs()) {
    // A change may always lack keys; Flink has neither option here.
    if (spec.name == "fail-on-missing-field" || spec.name == "decode.json-parser.enabled") continue;
    specs.push_back(spec);
  }
  return specs;
}

flow::OptionMap JsonOptions(const Dialect& dialect, const flow::OptionMap& options) {
  flow::OptionMap rest = options;
  for (const flow::OptionSpec& own : dialect.options) rest.erase(own.name);
  return rest;
}

std::vector<flow::Field> MetadataOf(const Dialect& dialect) {
  std::vector<flow::Field> columns;
  for (const Metadatum& metadatum : dialect.metadata) columns.push_back(metadatum.column);
  return columns;
}

Result<std::unique_ptr<Decoder>> MakeDecoder(const Dialect& dialect,
                                             const DecoderRequest& request) {
  SLUICE_ASSIGN(const json::Options json, json::ReadOptions(JsonOptions(dialect, request.options)));
  bool wrapped = false;
  if (const auto given = flow::OptionValue(request.options, dialect.options, kSchemaInclude)) {
    SLUICE_ASSIGN(wrapped, flow::ParseBoolean(*given));
  }
  SLUICE_ASSIGN(Envelope envelope, MakeEnvelope(dialect, request, wrapped));
  auto decoder = std::make_unique<ChangeDecoder>(dialect, request, std::move(envelope),
                                                 json.ignore_parse_errors);
  SLUICE_TRY(decoder->Open(request));
  return std::unique_ptr<Decoder>(std::move(decoder));
}

}  // namespace sluice::formats::changes
