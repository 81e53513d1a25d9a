// SPDX-License-Identifier: Apache-2.0
#include "formats/changes/filter.h"

#include <optional>
#include <utility>

#include "arrow/api.h"
#include "formats/changes/dialect.h"
#include "formats/json/decoder.h"
#include "re2/re2.h"

namespace sluice::formats::changes {

/// The pattern for one field. Messages of a table come in runs: the last answer is kept.
class TableFilter::Name {
 public:
  Name(std::string field, const std::string& pattern) : field_(std::move(field)) {
    RE2::Options options;
    options.set_log_errors(false);
    pattern_ = std::make_unique<RE2>(pattern, options);
  }
  const std::string& field() const { return field_; }
  const RE2& pattern() const { return *pattern_; }
  bool Matches(std::string_view name) {
    if (!last_ || *last_ != name) {
      last_ = std::string(name);
      matched_ = RE2::FullMatch(re2::StringPiece(name.data(), name.size()), *pattern_);
    }
    return matched_;
  }

 private:
  std::string field_;
  std::unique_ptr<RE2> pattern_;
  std::optional<std::string> last_;
  bool matched_ = false;
};

TableFilter::TableFilter() = default;
TableFilter::~TableFilter() = default;

Result<std::unique_ptr<TableFilter>> TableFilter::Make(const flow::OptionMap& options,
                                                       const flow::OptionMap& json_options,
                                                       bool ignore_parse_errors) {
  std::unique_ptr<TableFilter> filter(new TableFilter());
  filter->ignore_parse_errors_ = ignore_parse_errors;
  DecoderRequest request{.schema = {}, .nested = {}, .options = json_options};
  for (const auto& [key, field] :
       {std::pair(kDatabaseInclude, "database"), std::pair(kTableInclude, "table")}) {
    const auto pattern = options.find(key);
    if (pattern == options.end()) continue;
    filter->names_.push_back(std::make_unique<Name>(field, pattern->second));
    const RE2& compiled = filter->names_.back()->pattern();
    if (!compiled.ok()) {
      return InvalidArgument("option '" + std::string(key) + "' is no regular expression of RE2 (" +
                             compiled.error() + "): " + pattern->second);
    }
    request.schema.fields.push_back({field, flow::Type::Varchar(), ""});
  }
  if (filter->names_.empty()) return std::unique_ptr<TableFilter>();
  SLUICE_ASSIGN(filter->json_, json::MakeDocumentDecoder(request));
  return filter;
}

Status TableFilter::Choose(std::span<const Message> messages, std::vector<int32_t>* chosen,
                           Decoded* decoded) {
  chosen->clear();
  SLUICE_ASSIGN(Decoded named, json_->Decode(messages));
  decoded->skipped += named.skipped;
  decoded->rejected = std::move(named.rejected);
  for (int64_t i = 0; i < named.rows->num_rows(); ++i) {
    const int32_t message = named.message_of_row.empty()
                                ? static_cast<int32_t>(i)
                                : named.message_of_row[static_cast<size_t>(i)];
    bool wanted = true;
    const std::string* missing = nullptr;
    for (size_t n = 0; n < names_.size() && wanted; ++n) {
      const auto& column =
          static_cast<const arrow::StringArray&>(*named.rows->column(static_cast<int>(n)));
      wanted = column.IsValid(i) && names_[n]->Matches(column.GetView(i));
      if (column.IsNull(i)) missing = &names_[n]->field();
    }
    if (wanted) {
      chosen->push_back(message);
    } else if (missing == nullptr || ignore_parse_errors_) {
      ++decoded->skipped;
    } else {
      decoded->rejected.push_back({message, "the message has no \"" + *missing + "\""});
    }
  }
  return {};
}

}  // namespace sluice::formats::changes
