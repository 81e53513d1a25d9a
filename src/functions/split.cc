// SPDX-License-Identifier: Apache-2.0
// Texts taken apart (docs "String Functions"): SPLIT into an array, STR_TO_MAP into a map.
#include <algorithm>
#include <string_view>
#include <vector>

#include "functions/apply.h"
#include "functions/elements.h"
#include "functions/families.h"
#include "functions/regexp_pattern.h"
#include "functions/signature.h"
#include "functions/utf8.h"

namespace sluice::functions {

using flow::Type;
using flow::TypePtr;

namespace {

/// Without a separator every character is a piece; an empty text has none.
Status SplitText(std::string_view text, std::string_view separator, TextListWriter* out) {
  while (!text.empty() && separator.empty()) {
    const size_t size = std::min<size_t>(static_cast<size_t>(CharacterBytes(text[0])), text.size());
    SLUICE_TRY(out->Add(text.substr(0, size)));
    text.remove_prefix(size);
  }
  if (text.empty()) return Status::Ok();
  for (size_t end; (end = text.find(separator)) != text.npos;) {
    SLUICE_TRY(out->Add(text.substr(0, end)));
    text.remove_prefix(end + separator.size());
    if (text.empty()) return out->Add(text);
  }
  return out->Add(text);
}

Result<ArrayPtr> EvaluateSplit(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                               const EvalContext&) {
  SLUICE_ASSIGN(const auto in, apply_internal::Prepare(arguments, rows));
  const Reader<std::string_view> texts(in.columns[0]), separators(in.columns[1]);
  TextListWriter out(rows);
  for (int64_t row = 0; row < rows; ++row) {
    if (in.nulls.IsNull(row)) {
      SLUICE_TRY(out.EndNull());
      continue;
    }
    SLUICE_TRY(SplitText(texts[row], separators[row], &out));
    SLUICE_TRY(out.EndRow());
  }
  return out.Finish(*call.type);
}

/// A separator that is a regular expression, compiled when it changes.
class SeparatorPattern {
 public:
  Result<const Pattern*> For(std::string_view text) {
    if (pattern_ == nullptr || text_ != text) {
      pattern_ = CachedPattern(text);
      text_ = std::string(text);
    }
    if (!pattern_->ok()) return pattern_->CannotBeUsed();
    return pattern_.get();
  }

 private:
  std::shared_ptr<const Pattern> pattern_;
  std::string text_;
};

/// The pieces between matches as Java's String.split gives them: at most `most` when it is not 0;
/// when it is, without empty ones at the end.
void SplitBy(const Pattern& separator, std::string_view text, size_t most,
             std::vector<std::string_view>* pieces) {
  pieces->clear();
  size_t from = 0;
  std::string_view found;
  for (Matches matches(separator, text); matches.Next({&found, 1});) {
    const auto at = static_cast<size_t>(found.data() - text.data());
    if (at == 0 && found.empty()) continue;  // no empty piece before the first character
    pieces->push_back(text.substr(from, at - from));
    from = at + found.size();
    if (most > 0 && pieces->size() + 1 == most) break;
  }
  pieces->push_back(text.substr(from));
  while (most == 0 && from > 0 && !pieces->empty() && pieces->back().empty()) pieces->pop_back();
}

/// Keys and values of all rows, and where each row's begin.
struct TextEntries {
  arrow::StringBuilder keys, values;
  std::vector<int64_t> begin;

  Status Add(std::string_view key, const std::string_view* value) {
    SLUICE_TRY(keys.Append(key));
    SLUICE_TRY(value == nullptr ? values.AppendNull() : values.Append(*value));
    return Status::Ok();
  }
};

Status AddEntries(std::string_view text, const Pattern& list, const Pattern& key_value,
                  TextEntries* out) {
  std::vector<std::string_view> entries, parts;
  if (!text.empty()) SplitBy(list, text, 0, &entries);
  for (const std::string_view entry : entries) {
    SplitBy(key_value, entry, 2, &parts);
    SLUICE_TRY(parts.size() < 2 ? out->Add(entry, nullptr) : out->Add(parts[0], &parts[1]));
  }
  return Status::Ok();
}

/// Of equal keys the last value stays.
Result<ArrayPtr> EvaluateStrToMap(const Expr& call, std::span<const Argument> arguments,
                                  int64_t rows, const EvalContext&) {
  SLUICE_ASSIGN(const auto in, apply_internal::Prepare(arguments, rows));
  std::vector<Reader<std::string_view>> texts(in.columns.begin(), in.columns.end());
  SeparatorPattern lists, key_values;
  TextEntries entries;
  for (int64_t row = 0; row < rows; ++row) {
    entries.begin.push_back(entries.keys.length());
    if (in.nulls.IsNull(row)) continue;
    const bool given = texts.size() > 1;
    SLUICE_ASSIGN(const Pattern* const list, lists.For(given ? texts[1][row] : ","));
    SLUICE_ASSIGN(const Pattern* const key_value, key_values.For(given ? texts[2][row] : "="));
    SLUICE_TRY(AddEntries(texts[0][row], *list, *key_value, &entries));
  }
  entries.begin.push_back(entries.keys.length());
  SLUICE_ASSIGN(ArrayPtr keys, entries.keys.Finish());
  SLUICE_ASSIGN(const ArrayPtr values, entries.values.Finish());
  MapWriter out(std::move(keys), rows);
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t begin = entries.begin[static_cast<size_t>(row)];
    for (int64_t i = entries.begin[static_cast<size_t>(row) + 1]; i-- > begin;) out.Add(i, i, row);
    out.ReverseRow();
    SLUICE_TRY(in.nulls.IsNull(row) ? out.EndNull() : out.EndRow());
  }
  return out.Finish(values, *call.type);
}

Result<Signature> ResolveStrToMap(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature,
                ResolveText("string -> strings | string, string, string -> strings", arguments));
  for (size_t i = 1; i < arguments.size(); ++i) {
    const auto text = LiteralString(*arguments[i]);
    if (text && !Compiled(*text).ok()) return Compiled(*text).CannotBeUsed();
  }
  signature.result = Type::Map(Type::Varchar(), Type::Varchar(), AnyNullable(arguments));
  return signature;
}

}  // namespace

std::vector<Function> SplitFunctions() {
  return {
      {"SPLIT", "string", "SPLIT(text, separator)",
       "The pieces between separators; without a separator every character; of an empty text none",
       "SPLIT('a,b', ',') = ARRAY['a', 'b']", &Takes<"string, string -> strings">, &EvaluateSplit},
      {"STR_TO_MAP", "string", "STR_TO_MAP(text[, entry_separator, value_separator])",
       "A map of entries, separated by ',' and '=' or by these regular expressions; of equal keys "
       "the last value, and NULL where there is no value",
       "STR_TO_MAP('a=1,b=2') = MAP['a', '1', 'b', '2']", &ResolveStrToMap, &EvaluateStrToMap, true,
       true},
  };
}

}  // namespace sluice::functions
