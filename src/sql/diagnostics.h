// SPDX-License-Identifier: Apache-2.0
// What is wrong with a SQL text, and where: every stage of the front end adds to one list, so that
// a user sees several mistakes in one go. Render shows them as file:line:col, the line, and a
// caret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::sql {

/// Bytes [begin, end) of the text of a script.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
};

/// From the begin of one to the end of the other.
inline Span Join(Span a, Span b) {
  return {a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

enum class Severity : uint8_t { kError, kWarning };

struct Diagnostic {
  Severity severity = Severity::kError;
  ErrorKind kind = ErrorKind::kParse;
  Span span;
  std::string text;  // what is wrong: "table 'ordrs' is not known"
  std::string hint;  // what to do: "did you mean `orders`?", "expected a type"; may be empty
};

/// The list that grows while a script is read. Keeps at most limits::kSqlErrorsMax errors and says
/// how many more there were; the same text at the same place is kept once.
class Diagnostics {
 public:
  void Add(Diagnostic diagnostic);
  void AddError(Span span, ErrorKind kind, std::string text, std::string hint = {});
  void AddError(Span span, const Error& error);
  void AddWarning(Span span, std::string text, std::string hint = {});

  const std::vector<Diagnostic>& list() const { return list_; }
  bool has_errors() const { return errors_ > 0; }
  int errors() const { return errors_; }
  bool full() const;
  /// In the order of the text.
  void Sort();

 private:
  std::vector<Diagnostic> list_;
  int errors_ = 0;
  int warnings_ = 0;
};

/// A place in a text as people count: from 1; columns are characters, not bytes.
struct LineColumn {
  int line = 1;
  int column = 1;
};
LineColumn Locate(std::string_view text, uint32_t offset);

/// The text of a script and what to call it in messages.
struct Source {
  std::string name;  // file name; "<sql>" where there is none
  std::string text;
};

/// All diagnostics as text for a terminal:
///   pipeline.sql:3:8: error: column 'pric' is not known
///    3 | SELECT pric FROM bid
///      |        ^^^^
///      = did you mean `price`?
/// With `color`, severity and caret carry ANSI colours.
std::string Render(const std::vector<Diagnostic>& diagnostics, const Source& source, bool color);
/// One line, for an Error's text: "pipeline.sql:3:8: column 'pric' is not known; did you mean ...".
std::string RenderShort(const Diagnostic& diagnostic, const Source& source);

}  // namespace sluice::sql
