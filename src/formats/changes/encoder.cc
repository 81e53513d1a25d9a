// SPDX-License-Identifier: Apache-2.0
#include "formats/changes/encoder.h"

#include <utility>

#include "arrow/api.h"
#include "formats/changes/decoder.h"
#include "formats/json/encoder.h"
#include "formats/json/options.h"

namespace sluice::formats::changes {
namespace {

class ChangeEncoder final : public Encoder {
 public:
  ChangeEncoder(std::unique_ptr<Encoder> json, const Frame& adds, const Frame& takes)
      : json_(std::move(json)), adds_(adds), takes_(takes) {}

  Status Encode(const arrow::RecordBatch& rows, EncodedRows* out) override {
    return EncodeChanges(rows, {}, out);
  }

  Status EncodeChanges(const arrow::RecordBatch& rows, const flow::RowKinds& kinds,
                       EncodedRows* out) override {
    texts_.Clear();
    const Status encoded = json_->Encode(rows, &texts_);
    for (int64_t i = 0; i < texts_.size(); ++i) {
      const bool adds = kinds.empty() || flow::IsAdding(kinds[static_cast<size_t>(i)]);
      const Frame& frame = adds ? adds_ : takes_;
      out->bytes += frame.begin;
      out->bytes += texts_[i];
      out->bytes += frame.end;
      out->ends.push_back(static_cast<int64_t>(out->bytes.size()));
    }
    return encoded;
  }

 private:
  std::unique_ptr<Encoder> json_;
  const Frame adds_, takes_;
  EncodedRows texts_;
};

}  // namespace

Result<std::unique_ptr<Encoder>> MakeEncoder(const Dialect& dialect,
                                             const EncoderRequest& request) {
  if (const auto given = flow::OptionValue(request.options, dialect.options, kSchemaInclude)) {
    SLUICE_ASSIGN(const bool wrapped, flow::ParseBoolean(*given));
    if (wrapped) {
      return Unsupported("format " + dialect.name +
                         ": a schema cannot be written; leave out 'schema-include'");
    }
  }
  const flow::OptionMap options = JsonOptions(dialect, request.options);
  SLUICE_ASSIGN(const json::Options read, json::ReadOptions(options));
  SLUICE_ASSIGN(auto json, json::MakeEncoder({request.schema, options}));
  return std::unique_ptr<Encoder>(std::make_unique<ChangeEncoder>(
      std::move(json), read.ignore_null_fields ? dialect.bare_adds : dialect.adds,
      read.ignore_null_fields ? dialect.bare_takes : dialect.takes));
}

}  // namespace sluice::formats::changes
