// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/record_set.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace sluice::sources::kafka {

void RecordRun::Clear() {
  values.clear();
  offsets.clear();
  starts.clear();
  parts.clear();
  bytes = 0;
  newest_timestamp_ms = -1;
}

const BatchHeader& RecordRun::HeaderOf(size_t record) const {
  const auto after =
      std::upper_bound(parts.begin(), parts.end(), record,
                       [](size_t wanted, const Part& part) { return wanted < part.first; });
  return (after - 1)->header;
}

RecordSet::RecordSet() : unpacker_(limits::kFetchBatchUnpackedBytesMax) {}

void RecordSet::Start(std::string_view bytes, std::vector<AbortedTransaction> aborted,
                      int64_t first_offset, std::optional<int64_t> stop_offset) {
  bytes_ = bytes;
  aborted_ = std::move(aborted);
  std::sort(aborted_.begin(), aborted_.end(),
            [](const auto& a, const auto& b) { return a.first_offset < b.first_offset; });
  aborted_next_ = 0;
  aborted_now_.clear();
  first_offset_ = next_offset_ = first_offset;
  stop_offset_ = stop_offset.value_or(INT64_MAX);
  in_batch_ = false;
  done_ = next_offset_ >= stop_offset_;
}

bool RecordSet::IsAborted(const BatchHeader& header) {
  for (; aborted_next_ < aborted_.size() &&
         aborted_[aborted_next_].first_offset < header.next_offset();
       ++aborted_next_)
    aborted_now_.push_back(aborted_[aborted_next_].producer_id);
  return header.transactional() && std::find(aborted_now_.begin(), aborted_now_.end(),
                                             header.producer_id) != aborted_now_.end();
}

// A marker ends its producer's transaction; its key is version i16, type i16 (0 abort, 1 commit).
Status RecordSet::ApplyMarker(std::string_view records) {
  RecordCursor cursor(records, header_.record_count);
  RecordCursor::Record record;
  while (!cursor.done()) {
    if (!cursor.Next(&record)) return Corrupt("a control batch is damaged");
    const std::string_view key = ParseRecord(record.start).key;
    if (key.size() >= 4 && key[2] == 0 && key[3] == 0) {
      const auto at = std::find(aborted_now_.begin(), aborted_now_.end(), header_.producer_id);
      if (at != aborted_now_.end()) aborted_now_.erase(at);
    }
  }
  return Status::Ok();
}

// Takes the next batch whose records are wanted, or sets done_.
Status RecordSet::OpenBatch() {
  for (;;) {
    SLUICE_ASSIGN(const auto header, ParseBatchHeader(bytes_));
    if (!header || next_offset_ >= stop_offset_) {
      done_ = true;
      return Status::Ok();
    }
    header_ = *header;
    if (header_.next_offset() <= next_offset_) {  // read before
      bytes_.remove_prefix(header_.size());
      continue;
    }
    SLUICE_TRY(CheckBatch(header_, bytes_));
    const std::string_view packed =
        bytes_.substr(BatchHeader::kBytes, header_.size() - BatchHeader::kBytes);
    const bool aborted = IsAborted(header_);
    if (header_.control()) {
      SLUICE_ASSIGN(const auto records, unpacker_.Unpack(header_.codec(), packed, &arena_));
      SLUICE_TRY(ApplyMarker(records));
    } else if (!aborted && header_.record_count > 0) {  // compaction leaves empty batches
      SLUICE_ASSIGN(const auto records, unpacker_.Unpack(header_.codec(), packed, &arena_));
      cursor_ = RecordCursor(records, header_.record_count);
      in_batch_ = true;
    }
    bytes_.remove_prefix(header_.size());
    if (in_batch_) return Status::Ok();
    next_offset_ = std::min(header_.next_offset(), stop_offset_);
  }
}

Status RecordSet::AppendRecords(int64_t rows_max, RecordRun* run) {
  if (run->parts.empty() || run->parts.back().header.base_offset != header_.base_offset)
    run->parts.push_back({run->values.size(), header_});
  RecordCursor::Record record;
  int64_t bytes = 0;
  for (int64_t room = rows_max - static_cast<int64_t>(run->values.size());
       room > 0 && !cursor_.done(); --room) {
    if (!cursor_.Next(&record))
      return Corrupt("the record batch at offset " + std::to_string(header_.base_offset) +
                     " is damaged");
    const int64_t offset = header_.base_offset + record.offset_delta;
    if (offset < first_offset_) {  // the first batch may begin before what was asked for
      ++room;
      continue;
    }
    if (offset < next_offset_ || record.offset_delta > header_.last_offset_delta)
      return Corrupt("the record batch at offset " + std::to_string(header_.base_offset) +
                     " has offsets out of order");
    if (offset >= stop_offset_) {
      next_offset_ = stop_offset_;
      in_batch_ = false;
      done_ = true;
      break;
    }
    run->values.push_back(record.value);
    run->offsets.push_back(offset);
    run->starts.push_back(record.start);
    bytes += static_cast<int64_t>(record.value.size());
    next_offset_ = offset + 1;
  }
  run->bytes += bytes;
  run->newest_timestamp_ms = std::max(run->newest_timestamp_ms, header_.max_timestamp_ms);
  if (in_batch_ && cursor_.done()) {
    in_batch_ = false;
    next_offset_ = std::min(std::max(next_offset_, header_.next_offset()), stop_offset_);
    done_ = next_offset_ >= stop_offset_;
  }
  return Status::Ok();
}

Status RecordSet::Fill(int64_t rows_max, int64_t bytes_max, RecordRun* run) {
  const bool resumed = in_batch_;
  if (!resumed) arena_.Reset();
  while (!done_ && static_cast<int64_t>(run->values.size()) < rows_max && run->bytes < bytes_max) {
    if (!in_batch_) {
      // What a batch taken up again was unpacked into is in use until the next run.
      if (resumed && !run->values.empty()) return Status::Ok();
      SLUICE_TRY(OpenBatch());
      if (!in_batch_) continue;
    }
    SLUICE_TRY(AppendRecords(rows_max, run));
  }
  return Status::Ok();
}

}  // namespace sluice::sources::kafka
