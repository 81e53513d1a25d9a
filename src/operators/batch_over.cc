// SPDX-License-Identifier: Apache-2.0
#include "operators/batch_over.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <unordered_map>
#include <utility>

#include "arrow/api.h"
#include "arrow/compute/api.h"
#include "functions/evaluate.h"
#include "operators/frame_aggregates.h"
#include "operators/key_columns.h"
#include "operators/row_batches.h"

namespace sluice::operators {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

constexpr int kRowsTable = 1;  // 0 was all rows of a partition in one value
constexpr int kArrivalsTable = 2;
constexpr size_t kArrivalBytes = sizeof(uint64_t);

template <typename Number>
void AppendBigEndian(Number number, std::vector<char>* out) {
  for (int shift = 8 * (sizeof(Number) - 1); shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>((number >> shift) & 0xFF));
  }
}

bool IsShift(const std::string& ranking) {
  return ranking == "LAG" || ranking == "LEAD";
}

template <typename Builder, typename Value>
Result<ArrayPtr> Numbers(const std::vector<Value>& values) {
  Builder builder;
  SLUICE_TRY(builder.AppendValues(values));
  ArrayPtr array;
  SLUICE_TRY(builder.Finish(&array));
  return array;
}

// The bucket of row `row` when `rows` rows go into `buckets`: the first ones have one row more.
int64_t Bucket(int64_t row, int64_t rows, int64_t buckets) {
  const int64_t size = rows / buckets, larger = rows % buckets;
  if (row < larger * (size + 1)) return row / (size + 1) + 1;
  return larger + (row - larger * (size + 1)) / size + 1;
}

// The values under another name of the same layout.
ArrayPtr Renamed(const ArrayPtr& values, const std::shared_ptr<arrow::DataType>& type) {
  if (values->type()->Equals(*type)) return values;
  auto renamed = values->data()->Copy();
  renamed->type = type;
  return arrow::MakeArray(renamed);
}

// A column of whole numbers; NULL is 0, as in Flink.
Result<std::vector<int64_t>> Offsets(const ArrayPtr& column) {
  SLUICE_ASSIGN(const arrow::Datum wide, arrow::compute::Cast(column, arrow::int64()));
  const auto& numbers = static_cast<const arrow::Int64Array&>(*wide.make_array());
  std::vector<int64_t> offsets;
  for (int64_t row = 0; row < numbers.length(); ++row) {
    offsets.push_back(numbers.IsNull(row) ? 0 : numbers.Value(row));
  }
  return offsets;
}

}  // namespace

BatchOver::BatchOver(plan::OverNode node, AggregateCalls calls, state::KeyEncoder encoder,
                     state::RowCodec codec, std::unique_ptr<state::ColdStore> cold)
    : node_(std::move(node)),
      calls_(std::make_unique<const AggregateCalls>(std::move(calls))),
      encoder_(std::move(encoder)),
      codec_(std::move(codec)),
      table_(state::TableOptions{
          .id = kRowsTable, .payload = {.size = sizeof(Held)}, .cold = cold.get()}) {
  UseColdStore(std::move(cold));
  Own(&table_);
}

Result<std::unique_ptr<flow::Operator>> BatchOver::Make(const plan::OverNode& node,
                                                        const OperatorArguments& arguments) {
  const flow::Schema& input = arguments.inputs[0];
  std::vector<functions::AggregateCall> aggregates;
  std::vector<size_t> places;
  for (size_t i = 0; i < node.spec.calls.size(); ++i) {
    if (!node.spec.ranking[i].empty()) continue;
    aggregates.push_back(node.spec.calls[i]);
    places.push_back(i);
  }
  SLUICE_ASSIGN(auto calls, AggregateCalls::Make(std::move(aggregates), {.retract = false}));
  SLUICE_ASSIGN(auto encoder, state::KeyEncoder::Make(input, node.spec.partition_by));
  SLUICE_ASSIGN(auto codec, state::RowCodec::Make(input));
  SLUICE_ASSIGN(auto cold, MakeColdStore(arguments));
  std::unique_ptr<BatchOver> made(
      new BatchOver(node, std::move(calls), std::move(encoder), std::move(codec), std::move(cold)));
  if (!node.spec.order_by.empty()) {
    SLUICE_ASSIGN(made->sort_encoder_,
                  state::SortKeyEncoder::Make(input, SortColumns(node.spec.order_by)));
  }
  made->call_places_ = std::move(places);
  made->schema_ = arguments.output;
  made->arrow_schema_ = arguments.output.ToArrow();
  made->bundle_rows_ = arguments.options.bundle_rows;
  made->context_ = arguments.options.context;
  return std::unique_ptr<flow::Operator>(std::move(made));
}

Status BatchOver::MakeKeys() {
  if (partition_keys_.bytes.size() + sort_keys_.bytes.size() + rows_.bytes.size() +
          static_cast<size_t>(rows_.rows()) * (sizeof(uint32_t) + kArrivalBytes) >
      std::numeric_limits<uint32_t>::max()) {
    return ResourceExhausted("the rows of one batch take more than 4 GiB");
  }
  keys_.bytes.clear();
  keys_.offsets.assign(1, 0);
  keys_.hashes.clear();
  for (int64_t row = 0; row < rows_.rows(); ++row) {
    const size_t start = keys_.bytes.size();
    const std::string_view partition = partition_keys_[row];
    AppendBigEndian(static_cast<uint32_t>(partition.size()), &keys_.bytes);
    keys_.bytes.insert(keys_.bytes.end(), partition.begin(), partition.end());
    const std::string_view sort_key = sort_encoder_ ? sort_keys_[row] : std::string_view();
    keys_.bytes.insert(keys_.bytes.end(), sort_key.begin(), sort_key.end());
    AppendBigEndian(arrivals_++, &keys_.bytes);
    keys_.bytes.insert(keys_.bytes.end(), rows_[row].begin(), rows_[row].end());
    keys_.offsets.push_back(static_cast<uint32_t>(keys_.bytes.size()));
    const std::string_view key(keys_.bytes.data() + start, keys_.bytes.size() - start);
    keys_.hashes.push_back(HashOfLongerKey(key, partition_keys_.hashes[static_cast<size_t>(row)]));
  }
  return Status::Ok();
}

Status BatchOver::Process(int /*input*/, const flow::Batch& batch, int64_t /*now_ms*/,
                          std::vector<flow::Batch>* /*out*/) {
  if (batch.rows->num_rows() == 0) return Status::Ok();
  SLUICE_TRY(EncodeKeys(encoder_, *batch.rows, &partition_keys_));
  if (sort_encoder_) SLUICE_TRY(sort_encoder_->Encode(*batch.rows, &sort_keys_));
  SLUICE_TRY(codec_.Encode(*batch.rows, &rows_));
  SLUICE_TRY(MakeKeys());
  SLUICE_TRY(table_.FindOrInsertAll(keys_, &slots_, &inserted_));
  for (int64_t row = 0; row < keys_.rows(); ++row) {
    const state::Slot slot = slots_[static_cast<size_t>(row)];
    Held& held = *static_cast<Held*>(table_.Payload(slot));
    held.partition_bytes = static_cast<uint32_t>(sizeof(uint32_t) + partition_keys_[row].size());
    held.sort_bytes = sort_encoder_ ? static_cast<uint32_t>(sort_keys_[row].size()) : 0;
    held.takes_back = flow::IsAdding(batch.KindOf(row)) ? 0 : 1;
    table_.MarkChanged(slot);
  }
  return Status::Ok();
}

Status BatchOver::Snapshot(bool full, flow::StateWriter* writer) {
  SLUICE_TRY(table_.Snapshot(full, writer));
  if (!full && arrivals_ == put_arrivals_) return Status::Ok();
  put_arrivals_ = arrivals_;
  const std::string_view value(reinterpret_cast<const char*>(&arrivals_), sizeof(arrivals_));
  return writer->Put({kArrivalsTable, flow::kOfEveryShard, {}, value});
}

Status BatchOver::Restore(const flow::StateEntry& entry) {
  if (entry.table == kRowsTable) return table_.Restore(entry);
  if (entry.table != kArrivalsTable) {
    return Unsupported("the state of OVER was written by an earlier sluice: begin anew");
  }
  uint64_t arrivals = 0;
  if (entry.value.size() != sizeof(arrivals)) return Corrupt("the arrivals of OVER are no number");
  std::memcpy(&arrivals, entry.value.data(), sizeof(arrivals));
  // Of several shards the most: a partition has been on one of them.
  arrivals_ = put_arrivals_ = std::max(arrivals_, arrivals);
  return Status::Ok();
}

Status BatchOver::OnWatermark(int64_t* watermark_ms, int64_t /*now_ms*/,
                              std::vector<flow::Batch>* out) {
  if (*watermark_ms != flow::kWatermarkMax) return Status::Ok();
  if (!taking_) {
    if (table_.size() == 0) return Status::Ok();
    taking_.emplace();
  }
  Status status = Status::Ok();
  SLUICE_TRY(table_.TakeInOrder(
      kRowsPerBatch, &*taking_,
      [&](std::string_view key, const void* payload) {
        Held held;
        std::memcpy(&held, payload, sizeof(held));
        if (status.ok()) status = Collect(key, held, out);
      },
      [] { return Status::Ok(); }));
  SLUICE_TRY(status);
  if (!taking_->done) return Status::Ok();
  taking_.reset();
  return Give(out);
}

Status BatchOver::Collect(std::string_view key, const Held& held, std::vector<flow::Batch>* out) {
  const std::string_view partition = key.substr(0, held.partition_bytes);
  if (partition != partition_.key) {
    SLUICE_TRY(Give(out));
    partition_.key = partition;
  }
  key.remove_prefix(held.partition_bytes);
  if (held.takes_back != 0) partition_.taken_back.push_back(partition_.row_ends.size());
  partition_.bytes += key.substr(0, held.sort_bytes);
  partition_.sort_ends.push_back(partition_.bytes.size());
  partition_.bytes += key.substr(held.sort_bytes + kArrivalBytes);
  partition_.row_ends.push_back(partition_.bytes.size());
  return Status::Ok();
}

std::vector<uint8_t> BatchOver::Gone() const {
  std::vector<uint8_t> gone(partition_.row_ends.size(), 0);
  if (partition_.taken_back.empty()) return gone;
  for (const size_t row : partition_.taken_back) gone[row] = 1;
  struct Equal {
    std::vector<size_t> rows;  // in the order in which they came
    size_t taken = 0;
  };
  std::unordered_map<std::string_view, Equal> kept;
  const std::string_view bytes = partition_.bytes;
  for (size_t row = 0; row < gone.size(); ++row) {
    const size_t begin = row == 0 ? 0 : partition_.row_ends[row - 1];
    Equal& equal = kept[bytes.substr(begin, partition_.row_ends[row] - begin)];
    if (gone[row] == 0) {
      equal.rows.push_back(row);
    } else if (equal.taken < equal.rows.size()) {
      gone[equal.rows[equal.taken++]] = 1;
    }
  }
  return gone;
}

Result<BatchOver::Partition> BatchOver::Read() const {
  const std::string_view bytes = partition_.bytes;
  const std::vector<uint8_t> gone = Gone();
  std::vector<std::string_view> sort_keys, rows;
  size_t begin = 0;
  for (size_t i = 0; i < partition_.row_ends.size(); ++i) {
    const size_t sort_end = partition_.sort_ends[i], end = partition_.row_ends[i];
    if (gone[i] == 0) {
      sort_keys.push_back(bytes.substr(begin, sort_end - begin));
      rows.push_back(bytes.substr(sort_end, end - sort_end));
    }
    begin = end;
  }
  Partition partition;
  SLUICE_ASSIGN(partition.rows, codec_.Decode(rows));
  partition.peers = Peers::Of(sort_keys);
  return partition;
}

Result<ArrayPtr> BatchOver::Number(const Partition& partition, size_t call) const {
  const std::string& name = node_.spec.ranking[call];
  const int64_t size = partition.peers.size();
  if (name == "PERCENT_RANK" || name == "CUME_DIST") {
    std::vector<double> values;
    for (size_t i = 0; i < partition.peers.begin.size(); ++i) {
      const auto rank = static_cast<double>(partition.peers.begin[i]);
      values.push_back(name == "CUME_DIST"
                           ? static_cast<double>(partition.peers.end[i]) / static_cast<double>(size)
                       : size == 1 ? 0
                                   : rank / static_cast<double>(size - 1));
    }
    return Numbers<arrow::DoubleBuilder>(values);
  }
  std::vector<int64_t> values;
  for (int64_t row = 0; row < size; ++row) {
    const auto i = static_cast<size_t>(row);
    values.push_back(name == "ROW_NUMBER"   ? row + 1
                     : name == "RANK"       ? partition.peers.begin[i] + 1
                     : name == "DENSE_RANK" ? partition.peers.dense_rank[i]
                                            : Bucket(row, size, node_.spec.offsets[call]));
  }
  return Numbers<arrow::Int64Builder>(values);
}

Result<ArrayPtr> BatchOver::Shift(const Partition& partition, size_t call) const {
  const sql::OverSpec& spec = node_.spec;
  const std::vector<int>& arguments = spec.calls[call].arguments;
  const int64_t size = partition.peers.size();
  const int64_t direction = spec.ranking[call] == "LAG" ? -1 : 1;
  const ArrayPtr values = partition.rows->column(arguments[0]);
  const bool constant = arguments.size() == 1;  // offset and default
  std::vector<int64_t> offsets;
  ArrayPtr fallback;
  if (!constant) {
    SLUICE_ASSIGN(offsets, Offsets(partition.rows->column(arguments[1])));
    fallback = partition.rows->column(arguments[2]);
  } else if (spec.defaults[call] == nullptr) {
    SLUICE_ASSIGN(fallback, arrow::MakeArrayOfNull(values->type(), 1));
  } else {
    SLUICE_ASSIGN(fallback, functions::Evaluate(*spec.defaults[call], *partition.rows->Slice(0, 1),
                                                context_));
  }
  std::vector<int32_t> picks;
  for (int64_t row = 0; row < size; ++row) {
    const int64_t offset = constant ? spec.offsets[call] : offsets[static_cast<size_t>(row)];
    const int64_t near = std::clamp(offset, -size, size);  // farther is no row either
    const int64_t at = row + direction * near;
    const int64_t other = size + (constant ? 0 : row);
    picks.push_back(static_cast<int32_t>(at >= 0 && at < size ? at : other));
  }
  return PickRows(values, Renamed(fallback, values->type()), picks);
}

Status BatchOver::Give(std::vector<flow::Batch>* out) {
  if (partition_.row_ends.empty()) return Status::Ok();
  // Rows and their defaults are picked by 32-bit numbers.
  if (partition_.row_ends.size() > std::numeric_limits<int32_t>::max() / 2) {
    return ResourceExhausted("a partition of an OVER has more than 2^30 rows");
  }
  SLUICE_ASSIGN(const Partition partition, Read());
  Collected given;
  std::swap(partition_, given);  // assigning nothing to a string keeps its memory
  if (partition.peers.size() == 0) return Status::Ok();
  ArrayVector columns = partition.rows->columns();
  const size_t first = columns.size();
  columns.resize(first + node_.spec.calls.size());
  for (size_t call = 0; call < node_.spec.calls.size(); ++call) {
    const std::string& name = node_.spec.ranking[call];
    if (name.empty()) continue;
    SLUICE_ASSIGN(columns[first + call],
                  IsShift(name) ? Shift(partition, call) : Number(partition, call));
  }
  if (calls_->size() > 0) {
    SLUICE_ASSIGN(const Frames frames, FramesOf(node_.spec, *partition.rows, partition.peers));
    SLUICE_ASSIGN(ArrayVector aggregates,
                  FrameAggregates(calls_.get(), partition.rows.get()).Of(frames));
    for (size_t i = 0; i < call_places_.size(); ++i) {
      columns[first + call_places_[i]] = std::move(aggregates[i]);
    }
  }
  AppendBatches(arrow_schema_, partition.peers.size(), std::move(columns), {}, bundle_rows_, out);
  return Status::Ok();
}

}  // namespace sluice::operators
