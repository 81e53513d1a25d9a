// SPDX-License-Identifier: Apache-2.0
// Which messages of a topic are about the wanted databases and tables. It looks at nothing else in
// them: rows of other tables need not fit the columns.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/decoder.h"

namespace sluice::formats::changes {

class TableFilter {
 public:
  /// `options` are the format's, `json_options` those of them that are for JSON. Null: nothing is
  /// to be left out.
  static Result<std::unique_ptr<TableFilter>> Make(const flow::OptionMap& options,
                                                   const flow::OptionMap& json_options,
                                                   bool ignore_parse_errors);
  ~TableFilter();

  /// The places of the messages to read; those that are left out are counted as skipped, those that
  /// do not say what they are about are refused.
  Status Choose(std::span<const Message> messages, std::vector<int32_t>* chosen, Decoded* decoded);

 private:
  class Name;
  TableFilter();

  std::vector<std::unique_ptr<Name>> names_;
  std::unique_ptr<Decoder> json_;
  bool ignore_parse_errors_ = false;
};

}  // namespace sluice::formats::changes
