// SPDX-License-Identifier: Apache-2.0
#include "plan/stop_job.h"

#include <string>
#include <utility>
#include <vector>

#include "sql/lexer.h"

namespace sluice::plan {
namespace {

using sql::Token;
using sql::TokenKind;

class StopJobParser {
 public:
  StopJobParser(std::string_view text, sql::Span statement, sql::Diagnostics* diagnostics)
      : text_(text.substr(statement.begin, statement.end - statement.begin)),
        statement_(statement),
        diagnostics_(diagnostics),
        tokens_(sql::Tokenize(text_, diagnostics)) {}

  std::optional<StopJob> Parse() {
    StopJob stop;
    if (!Word("STOP") || !Word("JOB")) return Expected("JOB");
    if (Next().kind != TokenKind::kString) return Expected("the id of a job in quotes");
    stop.job = sql::StringOf(text_, Next());
    ++at_;
    while (Word("WITH")) {
      if (Word("SAVEPOINT")) {
        stop.savepoint = true;
      } else if (Word("DRAIN")) {
        stop.drain = true;
      } else {
        return Expected("SAVEPOINT or DRAIN");
      }
    }
    if (Next().kind != TokenKind::kEnd) return Expected("WITH SAVEPOINT, WITH DRAIN or ;");
    if (stop.drain && !stop.savepoint) {
      diagnostics_->AddError(statement_, ErrorKind::kInvalidArgument,
                             "WITH DRAIN could only be used after WITH SAVEPOINT.");
      return std::nullopt;
    }
    return stop;
  }

 private:
  const Token& Next() const { return tokens_[at_]; }

  bool Word(std::string_view word) {
    if (Next().kind != TokenKind::kWord) return false;
    const std::string_view found =
        text_.substr(Next().span.begin, Next().span.end - Next().span.begin);
    if (found.size() != word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i) {
      const char upper =
          found[i] >= 'a' && found[i] <= 'z' ? static_cast<char>(found[i] - 'a' + 'A') : found[i];
      if (upper != word[i]) return false;
    }
    ++at_;
    return true;
  }

  std::optional<StopJob> Expected(const std::string& what) {
    const sql::Span span{statement_.begin + Next().span.begin, statement_.begin + Next().span.end};
    diagnostics_->AddError(span, ErrorKind::kParse, "expected " + what,
                           "STOP JOB '<job id>' [WITH SAVEPOINT] [WITH DRAIN]");
    return std::nullopt;
  }

  const std::string_view text_;
  const sql::Span statement_;
  sql::Diagnostics* const diagnostics_;
  const std::vector<Token> tokens_;
  size_t at_ = 0;
};

}  // namespace

std::optional<StopJob> ParseStopJob(std::string_view text, sql::Span statement,
                                    sql::Diagnostics* diagnostics) {
  return StopJobParser(text, statement, diagnostics).Parse();
}

}  // namespace sluice::plan
