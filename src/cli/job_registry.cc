// SPDX-License-Identifier: Apache-2.0
#include "cli/job_registry.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <sstream>
#include <utility>

#include "base/log.h"
#include "io/clock.h"
#include "io/process.h"

namespace sluice::cli {
namespace {

constexpr int64_t kFileBytesMax = 64 << 10;
constexpr int64_t kPollMs = 50;
constexpr char kJob[] = ".job";
constexpr char kStop[] = ".stop";
constexpr char kEnd[] = ".end";

using Lines = std::map<std::string, std::string>;

std::string Encode(const Lines& lines) {
  std::string text;
  for (const auto& [key, value] : lines) {
    std::string line = value;
    std::replace(line.begin(), line.end(), '\n', ' ');
    text += key + " " + line + "\n";
  }
  return text;
}

Lines Decode(const std::string& text) {
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const size_t space = line.find(' ');
    if (space != std::string::npos) lines[line.substr(0, space)] = line.substr(space + 1);
  }
  return lines;
}

void Remove(io::FileSystem& files, const std::string& path) {
  const auto status = files.Remove(path);
  if (!status.ok() && status.error().kind != ErrorKind::kNotFound) {
    log::Warn("a file of a job that ended stays behind",
              {{"path", path}, {"error", status.error().ToString()}});
  }
}

}  // namespace

JobRegistry::JobRegistry(io::FileSystem* files, std::string directory)
    : files_(files), directory_(std::move(directory)) {}

std::string JobRegistry::NewId() {
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx",
                static_cast<unsigned long long>(io::RealRandom().Next()),
                static_cast<unsigned long long>(io::RealRandom().Next()));
  return text;
}

std::string JobRegistry::PathOf(const std::string& id, const char* ending) const {
  return directory_ + "/" + id + ending;
}

Status JobRegistry::Register(const RegisteredJob& job) {
  SLUICE_TRY(files_->MakeDirectories(directory_));
  // What crashes left behind is of no use to anybody any more.
  SLUICE_ASSIGN(const auto known, List());
  for (const RegisteredJob& one : known) {
    if (one.running) continue;
    for (const char* ending : {kJob, kStop, kEnd}) Remove(*files_, PathOf(one.id, ending));
  }
  return files_->WriteWhole(PathOf(job.id, kJob),
                            Encode({{"name", job.name},
                                    {"process", job.process},
                                    {"started_ms", std::to_string(job.started_ms)}}));
}

void JobRegistry::Deregister(const std::string& id, const std::optional<JobEnd>& end) {
  if (end) {
    const auto status =
        files_->WriteWhole(PathOf(id, kEnd), Encode({{"result", end->ok ? "ok" : "failed"},
                                                     {"savepoint", end->savepoint},
                                                     {"error", end->error}}));
    if (!status.ok()) {
      log::Warn("who stopped the job cannot be told how it ended",
                {{"job", id}, {"error", status.error().ToString()}});
    }
  }
  Remove(*files_, PathOf(id, kStop));
  Remove(*files_, PathOf(id, kJob));
}

std::optional<runtime::StopOrder> JobRegistry::Asked(const std::string& id) {
  const auto text = files_->ReadWhole(PathOf(id, kStop), kFileBytesMax);
  if (!text.ok()) return std::nullopt;
  Lines lines = Decode(*text);
  return runtime::StopOrder{.drain = lines["drain"] == "true",
                            .savepoint_dir = lines["savepoint_dir"]};
}

Result<std::vector<RegisteredJob>> JobRegistry::List() {
  std::vector<RegisteredJob> jobs;
  const auto entries = files_->List(directory_);
  if (!entries.ok()) {
    if (entries.error().kind == ErrorKind::kNotFound) return jobs;
    return entries.error();
  }
  for (const io::FileEntry& entry : *entries) {
    if (!entry.path.ends_with(kJob)) continue;
    const auto text = files_->ReadWhole(entry.path, kFileBytesMax);
    if (!text.ok()) continue;  // it ended meanwhile
    Lines lines = Decode(*text);
    RegisteredJob job;
    const size_t slash = entry.path.rfind('/') + 1;
    job.id = entry.path.substr(slash, entry.path.size() - slash - (sizeof(kJob) - 1));
    job.name = lines["name"];
    job.process = lines["process"];
    job.started_ms = std::strtoll(lines["started_ms"].c_str(), nullptr, 10);
    job.running = io::IsRunning(job.process);
    jobs.push_back(std::move(job));
  }
  std::sort(jobs.begin(), jobs.end(), [](const RegisteredJob& a, const RegisteredJob& b) {
    return std::pair(a.started_ms, a.id) < std::pair(b.started_ms, b.id);
  });
  return jobs;
}

Result<RegisteredJob> JobRegistry::Find(const std::string& id_or_name) {
  SLUICE_ASSIGN(const auto jobs, List());
  std::vector<RegisteredJob> found;
  std::string known;
  for (const RegisteredJob& job : jobs) {
    if (!job.running) continue;
    known += (known.empty() ? "" : ", ") + job.id + " (" + job.name + ")";
    if (job.id == id_or_name) return job;
    if (job.name == id_or_name) found.push_back(job);
  }
  if (found.size() == 1) return found[0];
  if (found.size() > 1) {
    return InvalidArgument("several jobs are called '" + id_or_name + "': name one by its id, of " +
                           known);
  }
  return NotFound("no job '" + id_or_name + "' runs; in " + directory_ +
                  (known.empty() ? " there is none" : " there are " + known));
}

std::optional<JobEnd> JobRegistry::ReadEnd(const std::string& id) {
  const auto text = files_->ReadWhole(PathOf(id, kEnd), kFileBytesMax);
  if (!text.ok()) return std::nullopt;
  Lines lines = Decode(*text);
  Remove(*files_, PathOf(id, kEnd));
  return JobEnd{
      .ok = lines["result"] == "ok", .savepoint = lines["savepoint"], .error = lines["error"]};
}

Result<JobEnd> JobRegistry::Stop(const RegisteredJob& job, const runtime::StopOrder& order,
                                 int64_t timeout_ms) {
  auto written = files_->WriteWhole(
      PathOf(job.id, kStop),
      Encode({{"drain", order.drain ? "true" : "false"}, {"savepoint_dir", order.savepoint_dir}}));
  if (!written.ok()) {
    if (written.error().kind != ErrorKind::kAlreadyExists) return std::move(written).error();
    return InvalidArgument("job " + job.id + " was asked to stop already");
  }
  io::Clock& clock = io::RealClock();
  const int64_t until_ms = clock.MonotonicMs() + timeout_ms;
  while (clock.MonotonicMs() < until_ms) {
    if (auto end = ReadEnd(job.id)) return *std::move(end);
    if (!io::IsRunning(job.process)) {
      if (auto end = ReadEnd(job.id)) return *std::move(end);
      return JobEnd{.ok = false, .savepoint = "", .error = "its process ended without a word"};
    }
    clock.SleepMs(kPollMs);
  }
  return TimeoutError("job " + job.id + " was asked to stop, and has not within " +
                      std::to_string(timeout_ms / 1000) + " s; it still will");
}

}  // namespace sluice::cli
