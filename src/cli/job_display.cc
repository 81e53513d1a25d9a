// SPDX-License-Identifier: Apache-2.0
#include "cli/job_display.h"

#include <cmath>

#include "base/json_text.h"
#include "io/clock.h"

namespace sluice::cli {
namespace {

std::string Fixed(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

void AppendField(const char* key, const std::string& value, std::string* out) {
  *out += out->back() == '{' ? "\"" : ",\"";
  *out += key;
  *out += "\":";
  *out += value;
}

std::string Quoted(const std::string& text) {
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

std::string OrNull(const std::optional<int64_t>& number) {
  return number ? std::to_string(*number) : "null";
}

std::string Seconds(int64_t ms) {
  return Fixed(static_cast<double>(ms) / 1000.0, 1) + " s";
}

std::string Bytes(double bytes) {
  constexpr double kKiB = 1024;
  if (bytes < kKiB * kKiB) return Fixed(bytes / kKiB, 1) + " KiB";
  if (bytes < kKiB * kKiB * kKiB) return Fixed(bytes / kKiB / kKiB, 1) + " MiB";
  return Fixed(bytes / kKiB / kKiB / kKiB, 2) + " GiB";
}

void AppendState(const runtime::Progress& p, std::string* out) {
  AppendField("late_rows", std::to_string(p.late_rows), out);
  AppendField("state_rows", std::to_string(p.state_rows), out);
  AppendField("state_bytes", std::to_string(p.state_bytes), out);
  AppendField("spilled_bytes", std::to_string(p.spilled_bytes), out);
  AppendField("watermark_ms", OrNull(p.watermark_ms), out);
  AppendField("skew", Fixed(p.skew, 2), out);
}

}  // namespace

std::string CommitLine(const runtime::Progress& p) {
  std::string out = "{";
  AppendField("event", "\"commit\"", &out);
  AppendField("time", Quoted(io::UtcText(p.time_ms)), &out);
  AppendField("pipeline", Quoted(p.pipeline), &out);
  AppendField("epoch", std::to_string(p.epoch), &out);
  AppendField("rows", std::to_string(p.rows), &out);
  AppendField("rows_written", std::to_string(p.rows_written), &out);
  AppendField("rows_per_s", Fixed(p.rows_per_s, 0), &out);
  AppendField("mb_per_s", Fixed(p.mb_per_s, 2), &out);
  AppendField("lag", OrNull(p.lag), &out);
  AppendField("freshness_ms", OrNull(p.freshness_ms), &out);
  AppendField("files", std::to_string(p.files), &out);
  AppendField("file_bytes", std::to_string(p.file_bytes), &out);
  AppendField("commit_ms", std::to_string(p.commit_ms), &out);
  AppendField("dead_letters", std::to_string(p.dead_letters), &out);
  AppendField("skipped", std::to_string(p.skipped), &out);
  AppendState(p, &out);
  AppendField("snapshot", p.snapshot.empty() ? "null" : Quoted(p.snapshot), &out);
  AppendField("total_rows", std::to_string(p.total_rows), &out);
  AppendField("elapsed_ms", std::to_string(p.elapsed_ms), &out);
  AppendField("rss_bytes", std::to_string(p.rss_bytes), &out);
  AppendField("cpu_ms", std::to_string(p.cpu_ns / 1'000'000), &out);
  return out + "}";
}

std::string EndLine(const runtime::Progress& p) {
  std::string out = "{";
  AppendField("event", "\"end\"", &out);
  AppendField("time", Quoted(io::UtcText(p.time_ms)), &out);
  AppendField("pipeline", Quoted(p.pipeline), &out);
  AppendField("commits", std::to_string(p.commits), &out);
  AppendField("rows", std::to_string(p.total_rows), &out);
  AppendField("rows_written", std::to_string(p.total_rows_written), &out);
  AppendField("bytes", std::to_string(p.total_bytes), &out);
  AppendField("dead_letters", std::to_string(p.total_dead_letters), &out);
  AppendField("skipped", std::to_string(p.total_skipped), &out);
  AppendField("files", std::to_string(p.total_files), &out);
  AppendState(p, &out);
  if (!p.savepoint.empty()) AppendField("savepoint", Quoted(p.savepoint), &out);
  AppendField("snapshot", p.snapshot.empty() ? "null" : Quoted(p.snapshot), &out);
  AppendField("elapsed_ms", std::to_string(p.elapsed_ms), &out);
  AppendField("rss_bytes", std::to_string(p.rss_bytes), &out);
  AppendField("cpu_ms", std::to_string(p.cpu_ns / 1'000'000), &out);
  return out + "}";
}

std::string Grouped(int64_t number) {
  std::string digits = std::to_string(number);
  const size_t sign = number < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > sign + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string Short(double number) {
  const char* unit = "";
  if (std::abs(number) >= 1e9) {
    number /= 1e9;
    unit = " G";
  } else if (std::abs(number) >= 1e6) {
    number /= 1e6;
    unit = " M";
  } else if (std::abs(number) >= 1e3) {
    number /= 1e3;
    unit = " k";
  } else {
    return Fixed(number, 0);
  }
  return Fixed(number, std::abs(number) < 10 ? 2 : 1) + unit;
}

std::string LiveText(const runtime::Progress& now, const runtime::Progress& last_commit) {
  std::string text = Short(now.rows_per_s) + " rows/s  " + Fixed(now.mb_per_s, 1) + " MB/s";
  if (now.lag) text += "  lag " + Grouped(*now.lag);
  if (now.freshness_ms) text += "  fresh " + Seconds(*now.freshness_ms);
  if (last_commit.commits > 0) {
    text += "  commit " + Grouped(last_commit.epoch) + " (" + Grouped(last_commit.files) +
            (last_commit.files == 1 ? " file, " : " files, ") +
            std::to_string(last_commit.commit_ms) + " ms)";
  }
  text += "  " + Grouped(now.total_rows) + " rows";
  if (now.total_dead_letters > 0) text += "  dead letters " + Grouped(now.total_dead_letters);
  return text;
}

std::string SummaryText(const runtime::Progress& totals) {
  const double seconds = static_cast<double>(totals.elapsed_ms) / 1000.0;
  const double rate = seconds > 0 ? static_cast<double>(totals.total_rows) / seconds : 0;
  std::string text = totals.pipeline + ": " + Grouped(totals.total_rows) + " records read, " +
                     Grouped(totals.total_rows_written) + " rows written in " +
                     Seconds(totals.elapsed_ms) + " (" + Short(rate) + " rows/s), " +
                     Grouped(totals.commits) + (totals.commits == 1 ? " commit, " : " commits, ") +
                     Grouped(totals.total_files) + (totals.total_files == 1 ? " file" : " files");
  if (totals.total_dead_letters > 0) {
    text += ", " + Grouped(totals.total_dead_letters) + " dead letters";
  }
  if (totals.total_skipped > 0) {
    text += ", " + Grouped(totals.total_skipped) + " without a value";
  }
  if (totals.late_rows > 0) text += ", " + Grouped(totals.late_rows) + " late rows left out";
  if (!totals.savepoint.empty()) text += "; savepoint " + totals.savepoint;
  return text + "; CPU " + Seconds(totals.cpu_ns / 1'000'000) + ", memory " +
         Bytes(static_cast<double>(totals.rss_bytes));
}

void JobDisplay::Show(const runtime::Progress& progress) {
  std::lock_guard lock(mutex_);
  if (!live_) {
    if (!progress.committed) return;
    std::fprintf(out_, "%s\n", CommitLine(progress).c_str());
    std::fflush(out_);
    return;
  }
  (progress.committed ? last_commit_ : now_)[progress.pipeline] = progress;
  if (!progress.committed) Rewrite();
}

void JobDisplay::Rewrite() {
  std::string line;
  for (const auto& [pipeline, now] : now_) {
    if (!line.empty()) line += "  |  ";
    if (now_.size() > 1) line += pipeline + ": ";
    line += LiveText(now, last_commit_[pipeline]);
  }
  const auto width = static_cast<size_t>(columns_ > 1 ? columns_ - 1 : 79);
  if (line.size() > width) line.resize(width);
  std::fprintf(out_, "\r\033[K%s", line.c_str());
  std::fflush(out_);
  line_shown_ = true;
}

void JobDisplay::Erase() {
  if (line_shown_) std::fputs("\r\033[K", out_);
  line_shown_ = false;
}

void JobDisplay::End(const runtime::Progress& totals) {
  std::lock_guard lock(mutex_);
  if (live_) {
    Erase();
    now_.erase(totals.pipeline);
  }
  std::fprintf(out_, "%s\n", (live_ ? SummaryText(totals) : EndLine(totals)).c_str());
  std::fflush(out_);
}

void JobDisplay::Note(const std::string& text) {
  std::lock_guard lock(mutex_);
  Erase();
  std::fprintf(live_ ? out_ : stderr, "%s\n", text.c_str());
  std::fflush(out_);
}

}  // namespace sluice::cli
