// SPDX-License-Identifier: Apache-2.0
#include "sources/iceberg/reader.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "arrow/api.h"
#include "base/log.h"

namespace sluice::sources::iceberg {
namespace {

using tables::iceberg::DataReader;
using tables::iceberg::DataRows;
using tables::iceberg::Table;

constexpr size_t kPartsAhead = 16;  // planned and not read yet
constexpr int kFailuresMax = 10;    // of looking for new snapshots, one after another
constexpr int64_t kNapMs = 20;

/// The rows as declared: a timestamp of fewer digits has what it keeps.
Result<std::shared_ptr<arrow::RecordBatch>> CutTimestamps(
    const Reading& reading, const std::shared_ptr<arrow::RecordBatch>& rows) {
  auto columns = rows->columns();
  for (size_t i = 0; i < columns.size(); ++i) {
    int64_t unit = 1;
    for (int digits = reading.cut_to_digits[i]; digits < 6; ++digits) unit *= 10;
    if (unit == 1 || columns[i]->type_id() != arrow::Type::TIMESTAMP) continue;
    const auto& times = static_cast<const arrow::TimestampArray&>(*columns[i]);
    std::vector<int64_t> cut(times.raw_values(), times.raw_values() + times.length());
    for (int64_t& micros : cut) {
      const int64_t rest = micros % unit;
      micros -= rest < 0 ? rest + unit : rest;
    }
    arrow::TypedBufferBuilder<bool> valid;
    SLUICE_TRY(valid.Reserve(times.length()));
    for (int64_t row = 0; row < times.length(); ++row) valid.UnsafeAppend(times.IsValid(row));
    SLUICE_ASSIGN(auto bits, valid.Finish());
    columns[i] = std::make_shared<arrow::TimestampArray>(
        times.type(), times.length(), arrow::Buffer::FromVector(std::move(cut)), std::move(bits));
  }
  return arrow::RecordBatch::Make(reading.output.ToArrow(), rows->num_rows(), std::move(columns));
}

/// Reads the files of one lane, one after another, and says where it stands.
class Lane {
 public:
  Lane(const Reading& reading, int index, int number, Place place)
      : reading_(reading), index_(index), number_(number), place_(place) {}

  int index() const { return index_; }
  const Place& place() const { return place_; }
  bool ended() const { return reading_.end && place_.offset() >= reading_.end->offset(); }
  bool wants_part() const { return part_ == nullptr && !ended(); }

  /// Takes the next part. A part that was read up to some row goes on there.
  void Begin(std::shared_ptr<const Part> part) {
    if (place_.done || place_.sequence != part->sequence) {
      place_ = {.sequence = part->sequence, .whole = part->whole, .row = 0, .done = false};
    }
    part_ = std::move(part);
    task_ = static_cast<size_t>(number_);
    first_row_ = 0;
  }

  /// Some rows; nothing where the part ended.
  Result<std::optional<flow::Batch>> Read() {
    while (reader_ == nullptr) {
      if (task_ >= part_->tasks.size()) {
        place_ = Place::Done(part_->sequence);
        part_.reset();
        return std::optional<flow::Batch>();
      }
      const auto& task = part_->tasks[task_];
      if (place_.row >= first_row_ + task.file.record_count) {
        NextFile();
        continue;
      }
      SLUICE_ASSIGN(reader_, DataReader::Open(*reading_.environment.files, task, reading_.shape,
                                              place_.row - first_row_));
    }
    SLUICE_ASSIGN(DataRows read, reader_->Next());
    if (read.rows == nullptr) {
      NextFile();
      return std::optional<flow::Batch>(flow::Batch{});
    }
    place_.row = first_row_ + read.next;
    return ToBatch(read);
  }

 private:
  void NextFile() {
    first_row_ += part_->tasks[task_].file.record_count;
    task_ += static_cast<size_t>(reading_.lanes);
    reader_.reset();
    place_.row = std::max(place_.row, first_row_);
  }

  Result<std::optional<flow::Batch>> ToBatch(const DataRows& read) const {
    flow::Batch batch;
    SLUICE_ASSIGN(batch.rows, CutTimestamps(reading_, read.rows));
    batch.origin.split = index_;
    Place origin = place_;
    origin.row = first_row_;
    batch.origin.first_offset = origin.offset() + read.first;
    for (const int64_t number : read.numbers) {
      batch.origin.offsets.push_back(origin.offset() + number);
    }
    return std::optional<flow::Batch>(std::move(batch));
  }

  const Reading& reading_;
  const int index_, number_;
  Place place_;
  std::shared_ptr<const Part> part_;
  size_t task_ = 0;
  int64_t first_row_ = 0;  // of the file, among the lane's rows of the part
  std::unique_ptr<DataReader> reader_;
};

/// The parts behind a place, as the table grows.
class Follower {
 public:
  explicit Follower(const Reading& reading) : reading_(reading) {}

  /// Null: there is none now.
  Result<std::shared_ptr<const Part>> PartBehind(const Place& place) {
    if (!begun_) {
      planned_ = place;
      begun_ = true;
    }
    if (parts_.empty()) {
      const int64_t now_ms = reading_.environment.clock->MonotonicMs();
      if (now_ms < next_look_ms_) return std::shared_ptr<const Part>();
      next_look_ms_ = now_ms + reading_.options.monitor_interval_ms;
      SLUICE_TRY(Look());
    }
    if (parts_.empty()) return std::shared_ptr<const Part>();
    auto part = std::move(parts_.front());
    parts_.pop_front();
    return part;
  }

 private:
  /// Outages pass; what the table says does not.
  Status Look() {
    Status planned = Plan();
    if (planned.ok()) {
      failures_ = 0;
      return planned;
    }
    if (planned.error().retry == Retry::kNever || ++failures_ > kFailuresMax) return planned;
    log::Warn("looking for new snapshots failed and is tried again",
              {{"table", reading_.identifier.ToString()}, {"error", planned.error().text}});
    return {};
  }

  Status Plan() {
    if (!table_) {
      SLUICE_ASSIGN(table_, Table::Load(reading_.environment, reading_.identifier));
    } else {
      SLUICE_TRY(table_->Refresh());
    }
    const auto& metadata = table_->metadata();
    if (metadata.table_uuid != reading_.table_uuid) {
      return SourceLost("table " + reading_.identifier.ToString() +
                        " was dropped and made anew while it was read");
    }
    SLUICE_ASSIGN(const auto* head, HeadOf(metadata, reading_.options.branch));
    SLUICE_ASSIGN(const auto snapshots, SnapshotsFrom(metadata, head, planned_, last_id_));
    for (const auto* snapshot : snapshots) {
      if (parts_.size() >= kPartsAhead) {
        next_look_ms_ = 0;  // there is more: look again as soon as these are read
        return {};
      }
      std::shared_ptr<const Part> part;
      if (snapshot->sequence_number == planned_.sequence && planned_.whole) {
        SLUICE_ASSIGN(part, WholeAsOf(*table_, *snapshot));
      } else {
        SLUICE_ASSIGN(part, AppendedBy(*table_, *snapshot, reading_.options));
      }
      if (part == nullptr) part = Nothing(snapshot->sequence_number);
      parts_.push_back(std::move(part));
      planned_ = Place::Done(snapshot->sequence_number);
      last_id_ = snapshot->snapshot_id;
    }
    return {};
  }

  /// A snapshot without rows still moves the position on.
  static std::shared_ptr<const Part> Nothing(int64_t sequence) {
    auto part = std::make_shared<Part>();
    part->sequence = sequence;
    return part;
  }

  const Reading& reading_;
  std::optional<Table> table_;
  bool begun_ = false;
  Place planned_;
  int64_t last_id_ = -1;
  std::deque<std::shared_ptr<const Part>> parts_;
  int64_t next_look_ms_ = 0;
  int failures_ = 0;
};

class LanesReader : public flow::SourceReader {
 public:
  explicit LanesReader(const Reading& reading) : reading_(reading), follower_(reading) {}

  Status Assign(int index, const flow::Split&, int64_t offset) override {
    lanes_.emplace_back(reading_, index, index, Place::Of(offset));
    return {};
  }

  Result<flow::PollResult> Poll(int64_t /*rows_max*/, int64_t wait_ms) override {
    flow::PollResult result;
    for (size_t tried = 0; tried < lanes_.size(); ++tried) {
      Lane& lane = lanes_[next_];
      next_ = (next_ + 1) % lanes_.size();
      SLUICE_ASSIGN(const bool moved, Advance(&lane, &result));
      if (!moved) continue;
      result.split = lane.index();
      result.next_offset = lane.place().offset();
      break;
    }
    result.end =
        std::all_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return lane.ended(); });
    if (result.split < 0 && !result.end && wait_ms > 0) {
      reading_.environment.clock->SleepMs(std::min(wait_ms, kNapMs));
    }
    return result;
  }

  flow::ReaderCounters counters() const override { return counters_; }
  std::optional<int64_t> LagOfSplit(int) const override { return std::nullopt; }

 private:
  /// False: the lane has nothing to do.
  Result<bool> Advance(Lane* lane, flow::PollResult* out) {
    if (lane->wants_part()) {
      SLUICE_ASSIGN(auto part, PartBehind(lane->place()));
      if (part == nullptr) return false;
      lane->Begin(std::move(part));
    }
    if (lane->ended()) return false;
    SLUICE_ASSIGN(auto batch, lane->Read());
    if (batch && batch->rows != nullptr && batch->rows->num_rows() > 0) {
      counters_.records_in += batch->rows->num_rows();
      counters_.rows_out += batch->rows->num_rows();
      out->batch = *std::move(batch);
    }
    return true;
  }

  Result<std::shared_ptr<const Part>> PartBehind(const Place& place) {
    if (reading_.follow) return follower_.PartBehind(place);
    for (const auto& part : reading_.parts) {
      const bool behind =
          part->sequence > place.sequence || (part->sequence == place.sequence && !place.done);
      if (behind) return part;
    }
    return std::shared_ptr<const Part>();
  }

  const Reading& reading_;
  Follower follower_;
  std::vector<Lane> lanes_;
  size_t next_ = 0;
  flow::ReaderCounters counters_;
};

}  // namespace

std::unique_ptr<flow::SourceReader> MakeReader(const Reading& reading) {
  return std::make_unique<LanesReader>(reading);
}

}  // namespace sluice::sources::iceberg
