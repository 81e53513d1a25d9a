// SPDX-License-Identifier: Apache-2.0
#include "runtime/split_readers.h"

#include <algorithm>
#include <utility>

namespace sluice::runtime {

Status SplitReaders::Assign(int index, const flow::Split& split, int64_t offset) {
  One one{index, nullptr, false};
  SLUICE_ASSIGN(one.reader, source_.OpenReader());
  SLUICE_TRY(one.reader->Assign(index, split, offset));
  splits_.push_back(std::move(one));
  return {};
}

Result<flow::PollResult> SplitReaders::Poll(int64_t rows_max, int64_t wait_ms) {
  std::vector<size_t> open;  // decided once: what it depends on may change meanwhile
  for (size_t i = 0; i < splits_.size(); ++i) {
    const size_t place = (next_ + i) % splits_.size();
    if (!splits_[place].ended && may_read_(splits_[place].split)) open.push_back(place);
  }
  flow::PollResult result;
  for (const size_t place : open) {
    One& one = splits_[place];
    next_ = place + 1;
    SLUICE_ASSIGN(result, one.reader->Poll(rows_max, place == open.back() ? wait_ms : 0));
    one.ended = std::exchange(result.end, false);
    if (result.split >= 0) break;
  }
  result.end =
      std::all_of(splits_.begin(), splits_.end(), [](const One& one) { return one.ended; });
  return result;
}

flow::ReaderCounters SplitReaders::counters() const {
  flow::ReaderCounters sum;
  for (const One& one : splits_) {
    const flow::ReaderCounters of = one.reader->counters();
    sum.records_in += of.records_in;
    sum.rows_out += of.rows_out;
    sum.records_dead += of.records_dead;
    sum.records_skipped += of.records_skipped;
    sum.bytes_in += of.bytes_in;
    sum.records_exploded += of.records_exploded;
  }
  return sum;
}

std::vector<int> SplitReaders::UnreadSplits() const {
  std::vector<int> unread;
  for (const One& one : splits_) {
    if (!one.ended) unread.push_back(one.split);
  }
  return unread;
}

std::optional<int64_t> SplitReaders::LagOfSplit(int index) const {
  for (const One& one : splits_) {
    if (one.split == index) return one.reader->LagOfSplit(index);
  }
  return std::nullopt;
}

}  // namespace sluice::runtime
