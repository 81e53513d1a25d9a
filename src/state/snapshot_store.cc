// SPDX-License-Identifier: Apache-2.0
// Names: <uid>-<shard>-<epoch>-<full|changes>-<token>.state, where uid and token hold only letters,
// digits, '_' and '.', others replaced and the name made unique again by a hash.
#include "state/snapshot_store.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "state/snapshot_format_internal.h"

#define XXH_INLINE_ALL
#include "xxhash.h"

namespace sluice::state {
namespace {

constexpr size_t kChainFilesMax = 16;
constexpr int64_t kSeenBytes = 64;  // of a key that was met, at most
constexpr size_t kPlainNameMax = 48;
constexpr std::string_view kEnding = ".state";

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

std::string Plain(const std::string& text) {
  std::string out;
  for (const char c : text.substr(0, kPlainNameMax)) out.push_back(IsPlain(c) ? c : '_');
  if (out == text && !text.empty()) return out;
  char hash[20];
  std::snprintf(hash, sizeof(hash), ".%016llx",
                static_cast<unsigned long long>(XXH3_64bits(text.data(), text.size())));
  return out + hash;
}

std::string NameOf(const SnapshotHead& head, const std::string& token) {
  return Plain(head.uid) + "-" + std::to_string(head.shard) + "-" + std::to_string(head.epoch) +
         (head.full ? "-full-" : "-changes-") + Plain(token) + std::string(kEnding);
}

/// Keys met in newer files, by a 128-bit fingerprint: open addressing, 16 bytes a place.
class SeenKeys {
 public:
  /// False when it was there.
  bool Add(const flow::StateEntry& entry) {
    if ((size_ + 1) * 2 > places_.size()) Grow();
    const XXH128_hash_t print = PrintOf(entry);
    const size_t at = PlaceOf(print);
    if (!IsFree(places_[at])) return false;
    places_[at] = print;
    ++size_;
    return true;
  }
  bool Has(const flow::StateEntry& entry) const {
    return size_ != 0 && !IsFree(places_[PlaceOf(PrintOf(entry))]);
  }

 private:
  static bool IsFree(const XXH128_hash_t& place) { return place.low64 == 0 && place.high64 == 0; }
  static XXH128_hash_t PrintOf(const flow::StateEntry& entry) {
    // A key belongs to one group, but the entries of every shard are told apart by theirs.
    const uint64_t seed = static_cast<uint64_t>(entry.table) << 32 | entry.group;
    XXH128_hash_t out = XXH3_128bits_withSeed(entry.key.data(), entry.key.size(), seed);
    if (IsFree(out)) out.low64 = 1;
    return out;
  }
  size_t PlaceOf(const XXH128_hash_t& print) const {
    const size_t mask = places_.size() - 1;
    size_t at = print.low64 & mask;
    while (!IsFree(places_[at]) && XXH128_isEqual(places_[at], print) == 0) at = (at + 1) & mask;
    return at;
  }
  void Grow() {
    std::vector<XXH128_hash_t> old(std::max<size_t>(1024, places_.size() * 2));
    old.swap(places_);
    for (const XXH128_hash_t& print : old) {
      if (!IsFree(print)) places_[PlaceOf(print)] = print;
    }
  }

  std::vector<XXH128_hash_t> places_;
  size_t size_ = 0;
};

}  // namespace

GroupRange GroupsOfShard(int shard, int shards) {
  const auto first_of = [&](int of) {
    const auto count = static_cast<uint64_t>(shards);
    return static_cast<uint32_t>((static_cast<uint64_t>(of) * flow::kKeyGroups + count - 1) /
                                 count);
  };
  return {first_of(shard), first_of(shard + 1)};
}

Result<SnapshotFile> SnapshotWriter::Finish() {
  if (file_ == nullptr) return Internal("a snapshot is finished twice: " + name_);
  SLUICE_ASSIGN(const SnapshotCounts counts, file_->Finish());
  const SnapshotHead head = file_->head();
  return SnapshotFile{.name = name_,
                      .bytes = counts.bytes,
                      .checksum = counts.checksum,
                      .epoch = head.epoch,
                      .full = head.full,
                      .entries = counts.puts + counts.deletes};
}

Result<std::unique_ptr<SnapshotWriter>> SnapshotStore::Begin(const SnapshotHead& head,
                                                             const std::string& token) {
  SLUICE_TRY(files_->MakeDirectories(directory_));
  std::string name = NameOf(head, token);
  SLUICE_ASSIGN(auto file, SnapshotFileWriter::Make(files_, PathOf(name), head));
  return std::unique_ptr<SnapshotWriter>(new SnapshotWriter(std::move(name), std::move(file)));
}

Result<std::unique_ptr<SnapshotFileReader>> SnapshotStore::OpenChecked(const SnapshotFile& file) {
  auto reader = SnapshotFileReader::Open(files_, PathOf(file.name));
  if (!reader.ok() && reader.error().kind == ErrorKind::kNotFound) {
    return Error{.kind = ErrorKind::kNotFound,
                 .blame = Blame::kOutside,
                 .retry = Retry::kNever,
                 .text = "a state file that the last epoch needs is gone: " + PathOf(file.name)};
  }
  if (!reader.ok()) return reader;
  const SnapshotFileReader& opened = **reader;
  if (opened.counts().bytes != file.bytes || opened.counts().checksum != file.checksum ||
      opened.head().full != file.full || opened.head().epoch != file.epoch) {
    return Corrupt("state file is not the one that was recorded: " + PathOf(file.name));
  }
  return reader;
}

Status SnapshotStore::Restore(const SnapshotChain& chain, GroupRange groups,
                              const std::function<Status(const flow::StateEntry&)>& restore,
                              int64_t seen_bytes_max) {
  if (chain.empty()) return Status::Ok();
  int64_t changes = 0;
  for (size_t i = 0; i < chain.size(); ++i) {
    if (chain[i].full != (i == 0)) {
      return Corrupt("a chain of state files must be one full file and the changes behind it: " +
                     chain[i].name);
    }
    if (i > 0) changes += chain[i].entries;
  }
  const int64_t wanted = changes / std::max<int64_t>(seen_bytes_max / kSeenBytes, 1) + 1;
  const auto count = std::max<uint32_t>(groups.end - groups.first, 1);
  const auto passes = static_cast<uint32_t>(std::min<int64_t>(wanted, count));
  for (uint32_t pass = 0; pass < passes; ++pass) {
    const GroupRange part{
        groups.first + count * pass / passes,
        pass + 1 == passes ? groups.end : groups.first + count * (pass + 1) / passes};
    SLUICE_TRY(RestoreGroups(chain, part, pass == 0, restore));
  }
  return Status::Ok();
}

Status SnapshotStore::RestoreGroups(const SnapshotChain& chain, GroupRange groups, bool every,
                                    const std::function<Status(const flow::StateEntry&)>& restore) {
  SeenKeys seen;
  for (size_t i = chain.size(); i-- > 0;) {
    SLUICE_ASSIGN(auto reader, OpenChecked(chain[i]));
    const auto visit = [&](const SnapshotFileReader::Entry& entry) -> Status {
      const bool asked = entry.group < flow::kKeyGroups
                             ? entry.group >= groups.first && entry.group < groups.end
                             : every;
      if (!asked) return Status::Ok();
      // Nothing is older than the full file: what is met there once needs no memory.
      const bool known = i == 0 ? seen.Has(entry) : !seen.Add(entry);
      if (known || entry.deleted) return Status::Ok();
      return restore(entry);
    };
    SLUICE_TRY(reader->ForEachBackwards(visit, reads_ahead_));
  }
  return Status::Ok();
}

bool SnapshotStore::WantsFull(const SnapshotChain& chain) {
  if (chain.empty() || chain.size() >= kChainFilesMax) return true;
  int64_t changes = 0;
  for (size_t i = 1; i < chain.size(); ++i) changes += chain[i].bytes;
  return changes > chain[0].bytes;
}

Result<SnapshotFile> SnapshotStore::Merge(const SnapshotChain& chain, const std::string& token) {
  if (chain.empty()) return Internal("a chain without files is merged");
  if (chain.size() == 1) return chain[0];
  SLUICE_ASSIGN(auto last, OpenChecked(chain.back()));
  SnapshotHead head = last->head();
  head.full = true;
  SLUICE_ASSIGN(auto writer, Begin(head, token));
  SLUICE_TRY(Restore(chain, {}, [&](const flow::StateEntry& entry) { return writer->Put(entry); }));
  return writer->Finish();
}

Result<std::vector<std::string>> SnapshotStore::List() {
  std::vector<std::string> out;
  auto entries = files_->List(directory_);
  if (!entries.ok() && entries.error().kind == ErrorKind::kNotFound) return out;
  if (!entries.ok()) return std::move(entries).error();
  for (const io::FileEntry& entry : *entries) {
    if (entry.is_directory || !entry.path.ends_with(kEnding)) continue;
    out.push_back(entry.path.substr(entry.path.rfind('/') + 1));
  }
  return out;
}

Status SnapshotStore::Remove(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const Status removed = files_->Remove(PathOf(name));
    if (!removed.ok() && removed.error().kind != ErrorKind::kNotFound) return removed;
  }
  return Status::Ok();
}

}  // namespace sluice::state
