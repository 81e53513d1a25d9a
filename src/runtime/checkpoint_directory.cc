// SPDX-License-Identifier: Apache-2.0
#include "runtime/checkpoint_directory.h"

#include <charconv>
#include <utility>

#include "base/log.h"

namespace sluice::runtime {
namespace {

constexpr int64_t kRecordBytesMax = 1 << 30;
constexpr size_t kNameLengthMax = 64;

std::set<std::string> FilesOf(const checkpoint::EpochRecord& record) {
  std::set<std::string> files;
  for (const checkpoint::OperatorState& state : record.operators) {
    for (const auto& chain : state.shards) {
      for (const checkpoint::StateFile& file : chain) files.insert(file.name);
    }
  }
  return files;
}

// The epoch in "<uid>-<shard>-<epoch>-<full|changes>-<token>.state"; 0 when there is none.
int64_t EpochOfStateFile(const std::string& name) {
  size_t at = std::string::npos;
  for (int dashes = 0; dashes < 3; ++dashes) {
    at = name.rfind('-', at == std::string::npos ? at : at - 1);
    if (at == std::string::npos || at == 0) return 0;
  }
  const size_t begin = at + 1;
  int64_t epoch = 0;
  const auto [end, code] = std::from_chars(name.data() + begin, name.data() + name.size(), epoch);
  return code == std::errc() && *end == '-' ? epoch : 0;
}

}  // namespace

std::string PathPart(const std::string& name) {
  std::string part = name.substr(0, kNameLengthMax);
  for (char& c : part) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
    if (!plain) c = '_';
  }
  return part;
}

state::SnapshotChain ChainOf(const std::vector<checkpoint::StateFile>& files) {
  state::SnapshotChain chain;
  for (const checkpoint::StateFile& file : files) {
    chain.push_back({.name = file.name,
                     .bytes = file.size_bytes,
                     .checksum = file.checksum,
                     .epoch = file.epoch,
                     .full = file.full,
                     .entries = file.entries});
  }
  return chain;
}

std::vector<checkpoint::StateFile> FilesOf(const state::SnapshotChain& chain) {
  std::vector<checkpoint::StateFile> files;
  for (const state::SnapshotFile& file : chain) {
    files.push_back({.name = file.name,
                     .size_bytes = file.bytes,
                     .checksum = file.checksum,
                     .epoch = file.epoch,
                     .full = file.full,
                     .entries = file.entries});
  }
  return files;
}

CheckpointDirectory::CheckpointDirectory(io::FileSystem* files, const std::string& directory)
    : files_(files), path_(directory), states_(files, directory + "/state") {}

std::string CheckpointDirectory::PathOf(int64_t epoch) const {
  return path_ + "/" + checkpoint::EpochFileName(epoch);
}

Result<std::set<int64_t>> CheckpointDirectory::ListEpochs() {
  std::set<int64_t> epochs;
  auto entries = files_->List(path_);
  if (!entries.ok() && entries.error().kind == ErrorKind::kNotFound) return epochs;
  if (!entries.ok()) return std::move(entries).error();
  for (const io::FileEntry& entry : *entries) {
    const int64_t epoch =
        checkpoint::EpochOfFileName(std::string_view(entry.path).substr(entry.path.rfind('/') + 1));
    if (epoch > 0 && !entry.is_directory) epochs.insert(epoch);
  }
  return epochs;
}

Result<std::optional<checkpoint::EpochRecord>> CheckpointDirectory::Load() {
  std::optional<checkpoint::EpochRecord> newest;
  SLUICE_ASSIGN(const std::set<int64_t> epochs, ListEpochs());
  for (const int64_t epoch : epochs) {
    SLUICE_ASSIGN(const std::string bytes, files_->ReadWhole(PathOf(epoch), kRecordBytesMax));
    auto record = checkpoint::EpochRecord::Decode(bytes);
    if (!record.ok()) return std::move(record).error().With(PathOf(epoch));
    if (record->epoch != epoch) {
      return Corrupt(PathOf(epoch) + " is the record of epoch " + std::to_string(record->epoch));
    }
    needed_[epoch] = FilesOf(*record);
    newest = std::move(*record);
  }
  return newest;
}

Status CheckpointDirectory::Write(const checkpoint::EpochRecord& record) {
  SLUICE_TRY(files_->MakeDirectories(path_));
  SLUICE_ASSIGN(const std::set<int64_t> epochs, ListEpochs());
  const int64_t newest = epochs.empty() ? 0 : *epochs.rbegin();
  auto status = newest >= record.epoch ? Status(AlreadyExists(PathOf(newest)))
                                       : files_->WriteWhole(PathOf(record.epoch), record.Encode());
  if (!status.ok() && status.error().kind == ErrorKind::kAlreadyExists) {
    return Fenced("another process runs pipeline " + record.pipeline + ": epoch " +
                  std::to_string(record.epoch) + " is already recorded in " + path_);
  }
  SLUICE_TRY(std::move(status));
  needed_[record.epoch] = FilesOf(record);
  return {};
}

void CheckpointDirectory::CleanUp(int retained) {
  if (needed_.empty()) return;
  auto first_kept = needed_.end();
  for (int i = 0; i < retained && first_kept != needed_.begin(); ++i) --first_kept;
  const auto status = RemoveBefore(first_kept->first);
  if (!status.ok()) {
    log::Warn("old checkpoints could not be removed; will be tried again",
              {{"directory", path_}, {"error", status.error().ToString()}});
  }
}

// Records first: a record whose files are gone must never be the newest one. Files of epochs that
// are still to come belong to somebody who may be about to record them.
Status CheckpointDirectory::RemoveBefore(int64_t first_kept) {
  SLUICE_ASSIGN(const std::set<int64_t> epochs, ListEpochs());
  for (const int64_t epoch : epochs) {
    if (epoch < first_kept) SLUICE_TRY(files_->Remove(PathOf(epoch)));
  }
  needed_.erase(needed_.begin(), needed_.lower_bound(first_kept));
  std::set<std::string> kept;
  for (const auto& [epoch, files] : needed_) kept.insert(files.begin(), files.end());
  const int64_t newest = needed_.rbegin()->first;
  SLUICE_ASSIGN(const std::vector<std::string> there, states_.List());
  std::vector<std::string> gone;
  for (const std::string& name : there) {
    if (!kept.contains(name) && EpochOfStateFile(name) <= newest) gone.push_back(name);
  }
  return states_.Remove(gone);
}

}  // namespace sluice::runtime
