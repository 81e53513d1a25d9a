// SPDX-License-Identifier: Apache-2.0
#include "base/text_table.h"

#include <algorithm>
#include <cstdint>

#include "base/json_text.h"

namespace sluice {
namespace {

// The code point at `at`, and how many bytes it takes; a broken sequence counts as one byte.
uint32_t CodePointAt(std::string_view text, size_t at, size_t* size_bytes) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  const size_t length = first < 0x80    ? 1
                        : first >= 0xf0 ? 4
                        : first >= 0xe0 ? 3
                        : first >= 0xc0 ? 2
                                        : 1;
  *size_bytes = std::min(length, text.size() - at);
  if (*size_bytes < length || length == 1) {
    *size_bytes = 1;
    return first;
  }
  uint32_t point = first & (0xff >> (length + 1));
  for (size_t i = 1; i < length; ++i) point = point << 6 | (byte(at + i) & 0x3f);
  return point;
}

int WidthOf(uint32_t point) {
  if (point < 0x20 || (point >= 0x300 && point <= 0x36f) || point == 0x200b || point == 0xfe0f)
    return 0;
  const bool wide = (point >= 0x1100 && point <= 0x115f) || (point >= 0x2e80 && point <= 0xa4cf) ||
                    (point >= 0xac00 && point <= 0xd7a3) || (point >= 0xf900 && point <= 0xfaff) ||
                    (point >= 0xfe30 && point <= 0xfe6f) || (point >= 0xff00 && point <= 0xff60) ||
                    (point >= 0x1f300 && point <= 0x1faff);
  return wide ? 2 : 1;
}

// What a cell shows: control characters made visible, cut to the width.
std::string Shown(const std::optional<std::string>& cell, int width_max) {
  if (!cell.has_value()) return "NULL";
  std::string out;
  int width = 0;
  for (size_t at = 0, size_bytes = 1; at < cell->size(); at += size_bytes) {
    const uint32_t point = CodePointAt(*cell, at, &size_bytes);
    std::string piece = cell->substr(at, size_bytes);
    if (point == '\n')
      piece = "\\n";
    else if (point == '\r')
      piece = "\\r";
    else if (point == '\t')
      piece = "\\t";
    else if (point < 0x20 || point == 0x7f)
      piece = "?";
    const int piece_width =
        piece.size() > size_bytes ? 2 : std::max(WidthOf(point), point < 0x20 ? 1 : 0);
    if (width + piece_width > width_max - 1 && at + size_bytes < cell->size()) return out + "…";
    out += piece;
    width += piece_width;
  }
  return out;
}

void AppendRule(const std::vector<int>& widths, const char* left, const char* middle,
                const char* right, std::string* out) {
  *out += left;
  for (size_t i = 0; i < widths.size(); ++i) {
    if (i > 0) *out += middle;
    for (int n = 0; n < widths[i] + 2; ++n) *out += "─";
  }
  *out += right;
  *out += "\n";
}

void AppendCell(const std::string& text, int width, bool right, std::string* out) {
  const std::string pad(static_cast<size_t>(std::max(0, width - DisplayWidth(text))), ' ');
  *out += right ? " " + pad + text + " │" : " " + text + pad + " │";
}

bool IsNumeric(const TextTable& table, size_t column) {
  return column < table.numeric.size() && table.numeric[column];
}

}  // namespace

int DisplayWidth(std::string_view text) {
  int width = 0;
  for (size_t at = 0, size_bytes = 1; at < text.size(); at += size_bytes) {
    width += WidthOf(CodePointAt(text, at, &size_bytes));
  }
  return width;
}

std::string RenderBox(const TextTable& table, int cell_width_max) {
  const size_t columns = table.columns.size();
  std::vector<int> widths(columns, 0);
  std::vector<std::vector<std::string>> cells;
  for (size_t c = 0; c < columns; ++c) widths[c] = DisplayWidth(table.columns[c]);
  for (const auto& row : table.rows) {
    auto& shown = cells.emplace_back();
    for (size_t c = 0; c < columns; ++c) {
      shown.push_back(Shown(c < row.size() ? row[c] : std::nullopt, cell_width_max));
      widths[c] = std::max(widths[c], DisplayWidth(shown.back()));
    }
  }
  std::string out;
  AppendRule(widths, "┌", "┬", "┐", &out);
  out += "│";
  for (size_t c = 0; c < columns; ++c)
    AppendCell(table.columns[c], widths[c], IsNumeric(table, c), &out);
  out += "\n";
  AppendRule(widths, "├", "┼", "┤", &out);
  for (const auto& row : cells) {
    out += "│";
    for (size_t c = 0; c < columns; ++c) AppendCell(row[c], widths[c], IsNumeric(table, c), &out);
    out += "\n";
  }
  AppendRule(widths, "└", "┴", "┘", &out);
  return out;
}

std::string RenderJsonLines(const TextTable& table) {
  std::string out;
  for (const auto& row : table.rows) {
    out += "{";
    for (size_t c = 0; c < table.columns.size(); ++c) {
      if (c > 0) out += ",";
      AppendJsonString(table.columns[c], &out);
      out += ":";
      if (c >= row.size() || !row[c].has_value()) {
        out += "null";
      } else if (IsNumeric(table, c) &&
                 row[c]->find_first_not_of("+-.eE0123456789") == std::string::npos) {
        out += *row[c];
      } else {
        AppendJsonString(*row[c], &out);
      }
    }
    out += "}\n";
  }
  return out;
}

}  // namespace sluice
