// SPDX-License-Identifier: Apache-2.0
#include "sql/diagnostics.h"

#include <algorithm>
#include <tuple>

#include "base/limits.h"
#include "base/text_table.h"

namespace sluice::sql {
namespace {

// Warnings are few; this only bounds a hostile text.
constexpr int kWarningsMax = 50;
constexpr int kTabWidth = 4;
// A longer source line is shown only around the mistake.
constexpr size_t kLineBytesMax = 160;

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

struct Line {
  int number = 1;
  uint32_t begin = 0, end = 0;
};

Line LineAt(std::string_view text, uint32_t offset) {
  Line line;
  offset = std::min(offset, static_cast<uint32_t>(text.size()));
  for (uint32_t i = 0; i < offset; ++i) {
    if (text[i] == '\n') {
      ++line.number;
      line.begin = i + 1;
    }
  }
  const size_t end = text.find('\n', line.begin);
  line.end = static_cast<uint32_t>(end == std::string_view::npos ? text.size() : end);
  if (line.end > line.begin && text[line.end - 1] == '\r') --line.end;
  return line;
}

/// A source line as it is shown: tabs as blanks, control bytes and broken UTF-8 as '?'.
std::string Shown(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\t') {
      out.append(kTabWidth, ' ');
      ++i;
      continue;
    }
    const size_t length = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC2 ? 2 : 0;
    bool whole = c >= 0x20 && c != 0x7F && length > 0 && i + length <= text.size() && c < 0xF5;
    for (size_t k = 1; whole && k < length; ++k) whole = IsContinuation(text[i + k]);
    if (whole) {
      out.append(text.substr(i, length));
      i += length;
    } else {
      out.push_back('?');
      ++i;
    }
  }
  return out;
}

/// Cuts a long line to a window around [begin, end); the offsets are moved along.
std::string_view Window(std::string_view line, uint32_t* begin, uint32_t* end) {
  if (line.size() <= kLineBytesMax) return line;
  size_t from = *begin > kLineBytesMax / 2 ? *begin - kLineBytesMax / 2 : 0;
  // To the edges of characters, which are no longer than four bytes unless they are none.
  for (int i = 0; i < 3 && from > 0 && IsContinuation(line[from]); ++i) --from;
  size_t to = std::min(line.size(), from + kLineBytesMax);
  for (int i = 0; i < 3 && to < line.size() && IsContinuation(line[to]); ++i) ++to;
  *begin -= static_cast<uint32_t>(from);
  *end = static_cast<uint32_t>(std::min<size_t>(*end - from, to - from));
  return line.substr(from, to - from);
}

std::string Painted(const std::string& text, const char* code, bool color) {
  return color ? "\x1b[" + std::string(code) + "m" + text + "\x1b[0m" : text;
}

std::string Place(const Source& source, uint32_t offset) {
  const LineColumn at = Locate(source.text, offset);
  return source.name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

void RenderOne(const Diagnostic& diagnostic, const Source& source, bool color, std::string* out) {
  const bool error = diagnostic.severity == Severity::kError;
  const char* paint = error ? "1;31" : "1;33";
  *out += Painted(Place(source, diagnostic.span.begin) + ": ", "1", color);
  *out += Painted(error ? "error: " : "warning: ", paint, color) + diagnostic.text + "\n";

  const std::string_view text = source.text;
  const Line line = LineAt(text, diagnostic.span.begin);
  uint32_t begin = std::min(std::max(diagnostic.span.begin, line.begin), line.end) - line.begin;
  uint32_t end = std::min(std::max(diagnostic.span.end, line.begin), line.end) - line.begin;
  end = std::max(begin, end);
  const std::string_view shown =
      Window(text.substr(line.begin, line.end - line.begin), &begin, &end);
  const std::string number = std::to_string(line.number);
  const std::string margin(number.size() + 1, ' ');
  const int before = DisplayWidth(Shown(shown.substr(0, begin)));
  const int under = std::max(1, DisplayWidth(Shown(shown.substr(begin, end - begin))));
  *out += " " + number + " | " + Shown(shown) + "\n";
  *out += margin + " | " + std::string(static_cast<size_t>(before), ' ') +
          Painted(std::string(static_cast<size_t>(under), '^'), paint, color) + "\n";
  if (!diagnostic.hint.empty()) *out += margin + " = " + diagnostic.hint + "\n";
}

}  // namespace

void Diagnostics::Add(Diagnostic diagnostic) {
  const bool error = diagnostic.severity == Severity::kError;
  for (const Diagnostic& known : list_) {
    if (known.span.begin == diagnostic.span.begin && known.text == diagnostic.text) return;
  }
  if (error) ++errors_;
  if (error ? errors_ > limits::kSqlErrorsMax : ++warnings_ > kWarningsMax) return;
  list_.push_back(std::move(diagnostic));
}

void Diagnostics::AddError(Span span, ErrorKind kind, std::string text, std::string hint) {
  Add({Severity::kError, kind, span, std::move(text), std::move(hint)});
}

void Diagnostics::AddError(Span span, const Error& error) {
  AddError(span, error.kind, error.text);
}

void Diagnostics::AddWarning(Span span, std::string text, std::string hint) {
  Add({Severity::kWarning, ErrorKind::kInvalidArgument, span, std::move(text), std::move(hint)});
}

bool Diagnostics::full() const {
  return errors_ > limits::kSqlErrorsMax;
}

void Diagnostics::Sort() {
  std::stable_sort(list_.begin(), list_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.span.begin, a.span.end) < std::tie(b.span.begin, b.span.end);
  });
}

LineColumn Locate(std::string_view text, uint32_t offset) {
  const Line line = LineAt(text, offset);
  LineColumn at{line.number, 1};
  const uint32_t end = std::min(offset, static_cast<uint32_t>(text.size()));
  for (uint32_t i = line.begin; i < end; ++i) at.column += IsContinuation(text[i]) ? 0 : 1;
  return at;
}

std::string Render(const std::vector<Diagnostic>& diagnostics, const Source& source, bool color) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) RenderOne(diagnostic, source, color, &out);
  return out;
}

std::string RenderShort(const Diagnostic& diagnostic, const Source& source) {
  std::string out = Place(source, diagnostic.span.begin) + ": " + diagnostic.text;
  if (!diagnostic.hint.empty()) out += "; " + diagnostic.hint;
  return out;
}

}  // namespace sluice::sql
