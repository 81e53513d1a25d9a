// SPDX-License-Identifier: Apache-2.0
// Progress for people and for programs: on a terminal one line that is rewritten a few times per
// second, otherwise one JSON object per commit. Several jobs may report at the same time.
#pragma once

#include <cstdio>
#include <map>
#include <mutex>
#include <string>

#include "runtime/progress.h"

namespace sluice::cli {

/// {"event":"commit","pipeline":...,"epoch":...,...}, one line without its end. Keys:
/// docs/operating.md.
std::string CommitLine(const runtime::Progress& progress);
/// {"event":"end",...}: the totals of a job.
std::string EndLine(const runtime::Progress& totals);
/// "1.2 M rows/s  410 MB/s  lag 12,345  fresh 0.8 s  commit 12 (3 files, 210 ms)  98,765 rows".
std::string LiveText(const runtime::Progress& now, const runtime::Progress& last_commit);
/// Sentences at the end of a job.
std::string SummaryText(const runtime::Progress& totals);

/// 1234567 -> "1,234,567".
std::string Grouped(int64_t number);
/// 1234567 -> "1.23 M", 12345 -> "12.3 k", 123 -> "123".
std::string Short(double number);

class JobDisplay {
 public:
  /// `live`: `out` is a terminal.
  JobDisplay(std::FILE* out, bool live, int columns) : out_(out), live_(live), columns_(columns) {}
  void Show(const runtime::Progress& progress);
  void End(const runtime::Progress& totals);
  /// A line above the one that moves.
  void Note(const std::string& text);

 private:
  void Rewrite();
  void Erase();

  std::FILE* const out_;
  const bool live_;
  const int columns_;
  std::mutex mutex_;
  std::map<std::string, runtime::Progress> now_, last_commit_;  // by pipeline
  bool line_shown_ = false;
};

}  // namespace sluice::cli
