// SPDX-License-Identifier: Apache-2.0
// Rows of text as a table for a terminal, or as JSON lines for a program: one look for everything
// sluice prints.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

struct TextTable {
  std::vector<std::string> columns;
  std::vector<bool>
      numeric;  // per column: right-aligned, and bare in JSON; may be shorter than columns
  std::vector<std::vector<std::optional<std::string>>> rows;
};

/// Columns a text takes on a terminal: code points, combining marks as none, wide East Asian ones
/// as two.
int DisplayWidth(std::string_view text);

/// A box table; cells longer than `cell_width_max` are cut with an ellipsis; line ends are shown as
/// \n. NULL is shown so.
std::string RenderBox(const TextTable& table, int cell_width_max = 60);
/// One JSON object per row and line.
std::string RenderJsonLines(const TextTable& table);

}  // namespace sluice
