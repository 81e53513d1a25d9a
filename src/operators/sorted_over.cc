// SPDX-License-Identifier: Apache-2.0
// The payload of a partition is a pointer to its rows. Written down, per result: u32 size and sort
// key, u32 number of rows and each with its u32 size, the states.
#include "operators/sorted_over.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "arrow/api.h"
#include "operators/key_columns.h"
#include "operators/row_batches.h"

namespace sluice::operators {
namespace {

void AppendText(std::string_view text, std::string* out) {
  const auto size = static_cast<uint32_t>(text.size());
  out->append(reinterpret_cast<const char*>(&size), sizeof(size));
  *out += text;
}

bool TakeSize(std::string_view* bytes, uint32_t* size) {
  if (bytes->size() < sizeof(*size)) return false;
  std::memcpy(size, bytes->data(), sizeof(*size));
  bytes->remove_prefix(sizeof(*size));
  return true;
}

bool TakeText(std::string_view* bytes, std::string* text) {
  uint32_t size = 0;
  if (!TakeSize(bytes, &size) || bytes->size() < size) return false;
  *text = bytes->substr(0, size);
  bytes->remove_prefix(size);
  return true;
}

const std::vector<OrderedRows>& PartitionAt(const void* payload) {
  return **static_cast<std::vector<OrderedRows>* const*>(payload);
}

void EncodePartition(const void* context, const void* payload, std::string* out) {
  const auto& calls = *static_cast<const AggregateCalls*>(context);
  for (const OrderedRows& one : PartitionAt(payload)) {
    AppendText(one.sort_key, out);
    const auto rows = static_cast<uint32_t>(one.rows.size());
    out->append(reinterpret_cast<const char*>(&rows), sizeof(rows));
    for (const std::string& row : one.rows) AppendText(row, out);
    calls.Encode(one.states.bytes(), out);
  }
}

Status DecodePartition(const void* context, std::string_view bytes, void* payload) {
  const auto& calls = *static_cast<const AggregateCalls*>(context);
  auto& partition = **static_cast<std::vector<OrderedRows>**>(payload);
  while (!bytes.empty()) {
    OrderedRows& one = partition.emplace_back(&calls);
    uint32_t rows = 0;
    bool whole = TakeText(&bytes, &one.sort_key) && TakeSize(&bytes, &rows);
    for (uint32_t i = 0; whole && i < rows; ++i) {
      whole = TakeText(&bytes, &one.rows.emplace_back());
    }
    if (!whole) return Corrupt("the state of an OVER ends too early");
    SLUICE_TRY(calls.Decode(&bytes, one.states.bytes()));
  }
  return Status::Ok();
}

int64_t PartitionHeapBytes(const void* context, const void* payload) {
  const auto& calls = *static_cast<const AggregateCalls*>(context);
  int64_t bytes = 64;
  for (const OrderedRows& one : PartitionAt(payload)) {
    bytes += static_cast<int64_t>(sizeof(one) + calls.state_size() + one.sort_key.capacity()) +
             calls.heap_bytes(one.states.bytes());
    for (const std::string& row : one.rows) bytes += static_cast<int64_t>(row.capacity()) + 32;
  }
  return bytes;
}

}  // namespace

AggregateBlock::AggregateBlock(const AggregateCalls* calls)
    : calls_(calls), words_(new uint64_t[calls->state_size() / 8 + 1]) {
  calls_->Init(bytes());
}

AggregateBlock& AggregateBlock::operator=(AggregateBlock&& other) noexcept {
  std::swap(calls_, other.calls_);
  std::swap(words_, other.words_);
  return *this;
}

AggregateBlock::~AggregateBlock() {
  if (words_ != nullptr) calls_->Destroy(bytes());
}

state::PayloadOps SortedOver::Payload(const AggregateCalls* calls) {
  state::PayloadOps ops;
  ops.size = sizeof(Partition*);
  ops.context = calls;
  ops.init = [](const void*, void* payload) {
    *static_cast<Partition**>(payload) = new Partition();
  };
  ops.destroy = [](const void*, void* payload) { delete *static_cast<Partition**>(payload); };
  ops.encode = &EncodePartition;
  ops.decode = &DecodePartition;
  ops.heap_bytes = &PartitionHeapBytes;
  return ops;
}

SortedOver::SortedOver(plan::OverNode node, AggregateCalls calls, state::KeyEncoder encoder,
                       state::SortKeyEncoder sort_encoder, state::RowCodec codec,
                       std::unique_ptr<state::ColdStore> cold)
    : node_(std::move(node)),
      calls_(std::make_unique<const AggregateCalls>(std::move(calls))),
      encoder_(std::move(encoder)),
      sort_encoder_(std::move(sort_encoder)),
      codec_(std::move(codec)),
      partitions_(state::TableOptions{
          .id = 0, .payload = Payload(calls_.get()), .ttl_ms = node_.ttl_ms, .cold = cold.get()}) {
  UseColdStore(std::move(cold));
  Own(&partitions_);
}

Result<std::unique_ptr<flow::Operator>> SortedOver::Make(const plan::OverNode& node,
                                                         const OperatorArguments& arguments) {
  for (const std::string& ranking : node.spec.ranking) {
    if (!ranking.empty()) {
      return Unsupported(ranking +
                         " OVER rows that are not ordered by time needs a limit, as in "
                         "WHERE rank <= 10");
    }
  }
  if (node.spec.preceding().has_value()) {
    return Unsupported("a bounded OVER window that is not ordered by time");
  }
  const flow::Schema& input = arguments.inputs[0];
  SLUICE_ASSIGN(auto calls, AggregateCalls::Make(node.spec.calls, {.retract = node.retract}));
  SLUICE_ASSIGN(auto encoder, state::KeyEncoder::Make(input, node.spec.partition_by));
  SLUICE_ASSIGN(auto sort_encoder,
                state::SortKeyEncoder::Make(input, SortColumns(node.spec.order_by)));
  SLUICE_ASSIGN(auto codec, state::RowCodec::Make(input));
  SLUICE_ASSIGN(auto cold, MakeColdStore(arguments));
  std::unique_ptr<SortedOver> made(new SortedOver(node, std::move(calls), std::move(encoder),
                                                  std::move(sort_encoder), std::move(codec),
                                                  std::move(cold)));
  made->schema_ = arguments.output;
  made->arrow_schema_ = arguments.output.ToArrow();
  made->bundle_rows_ = arguments.options.bundle_rows;
  return std::unique_ptr<flow::Operator>(std::move(made));
}

Status SortedOver::Process(int /*input*/, const flow::Batch& batch, int64_t now_ms,
                           std::vector<flow::Batch>* out) {
  partitions_.SetNow(now_ms);
  partitions_.Expire();
  state::EncodedKeys keys;
  state::EncodedRows sort_keys, rows;
  SLUICE_TRY(EncodeKeys(encoder_, *batch.rows, &keys));
  SLUICE_TRY(sort_encoder_.Encode(*batch.rows, &sort_keys));
  SLUICE_TRY(codec_.Encode(*batch.rows, &rows));
  SLUICE_TRY(partitions_.BringBack(keys));
  for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
    bool inserted = false;
    SLUICE_ASSIGN(
        const state::Slot slot,
        partitions_.FindOrInsert(keys[row], keys.hashes[static_cast<size_t>(row)], &inserted));
    const flow::RowKind kind = batch.KindOf(row);
    if (flow::IsAdding(kind)) {
      SLUICE_TRY(Insert(&At(slot), kind, sort_keys[row], rows[row]));
    } else {
      SLUICE_TRY(Remove(&At(slot), sort_keys[row], rows[row]));
    }
    partitions_.MarkChanged(slot);
    if (At(slot).empty()) partitions_.Erase(slot);
    if (kinds_.size() >= kRowsPerBatch) SLUICE_TRY(GiveAll(out));
  }
  return GiveAll(out);
}

Result<AggregateBlock> SortedOver::StatesOf(const Partition& partition, size_t place) {
  AggregateBlock states(calls_.get());
  if (place > 0) SLUICE_TRY(calls_->Merge(partition[place - 1].states.bytes(), states.bytes()));
  const std::vector<std::string_view> rows(partition[place].rows.begin(),
                                           partition[place].rows.end());
  SLUICE_ASSIGN(const auto batch, codec_.Decode(rows));
  const std::vector<uint8_t*> blocks(rows.size(), states.bytes());
  SLUICE_TRY(calls_->Update(*batch, blocks, {}));
  return states;
}

Result<bool> SortedOver::IsSame(const AggregateBlock& a, const AggregateBlock& b) {
  const uint8_t* blocks[] = {a.bytes(), b.bytes()};
  SLUICE_ASSIGN(const ArrayVector values, calls_->Finish(blocks));
  for (size_t i = 0; i < values.size(); ++i) {
    // Where rows only come, the state of these is their value.
    const std::string& name = calls_->call(i).function->name;
    const bool by_value =
        !node_.retract && (name == "SUM" || name == "$SUM0" || name == "MIN" || name == "MAX");
    if (by_value) {
      if (!values[i]->RangeEquals(0, 1, 1, *values[i])) return false;
      continue;
    }
    std::string x, y;
    calls_->EncodeOne(i, a.bytes(), &x);
    calls_->EncodeOne(i, b.bytes(), &y);
    if (x != y) return false;
  }
  return true;
}

Result<bool> SortedOver::GivesTheSame(const AggregateBlock& a, const AggregateBlock& b) {
  const uint8_t* blocks[] = {a.bytes(), b.bytes()};
  SLUICE_ASSIGN(const ArrayVector values, calls_->Finish(blocks));
  return std::all_of(values.begin(), values.end(),
                     [](const auto& of_call) { return of_call->RangeEquals(0, 1, 1, *of_call); });
}

Status SortedOver::Finish(const AggregateBlock& states, ArrayVector* values) {
  const uint8_t* const block = states.bytes();
  SLUICE_ASSIGN(*values, calls_->Finish({&block, 1}));
  return Status::Ok();
}

void SortedOver::Give(flow::RowKind kind, std::string_view row, size_t values) {
  if (kind == flow::RowKind::kUpdateBefore && !node_.emit_update_before) return;
  kinds_.push_back(kind);
  given_rows_.emplace_back(row);
  given_values_.push_back(values);
}

Status SortedOver::Insert(Partition* partition, flow::RowKind kind, std::string_view sort_key,
                          std::string_view row) {
  const auto before = [](const OrderedRows& one, std::string_view key) {
    return std::string_view(one.sort_key) < key;
  };
  const auto behind = [](std::string_view key, const OrderedRows& one) {
    return key < std::string_view(one.sort_key);
  };
  auto at = node_.spec.rows
                ? std::upper_bound(partition->begin(), partition->end(), sort_key, behind)
                : std::lower_bound(partition->begin(), partition->end(), sort_key, before);
  const auto place = static_cast<size_t>(at - partition->begin());
  const bool joins = !node_.spec.rows && at != partition->end() && at->sort_key == sort_key;
  if (!joins) {
    at = partition->insert(at, OrderedRows(calls_.get()));
    at->sort_key = sort_key;
  }
  at->rows.emplace_back(row);
  SLUICE_ASSIGN(AggregateBlock states, StatesOf(*partition, place));
  const size_t now = values_.size();
  SLUICE_TRY(Finish(states, &values_.emplace_back()));
  if (joins) {
    SLUICE_ASSIGN(const bool same, IsSame(at->states, states));
    SLUICE_TRY(Finish(at->states, &values_.emplace_back()));
    for (size_t i = 0; i + 1 < at->rows.size() && !same; ++i) {
      Give(flow::RowKind::kUpdateBefore, at->rows[i], now + 1);
      Give(flow::RowKind::kUpdateAfter, at->rows[i], now);
    }
  }
  at->states = std::move(states);
  Give(kind, row, now);
  return UpdateFrom(partition, place + 1);
}

Status SortedOver::Remove(Partition* partition, std::string_view sort_key, std::string_view row) {
  auto at = std::lower_bound(partition->begin(), partition->end(), sort_key,
                             [](const OrderedRows& one, std::string_view key) {
                               return std::string_view(one.sort_key) < key;
                             });
  // Of ROWS each row has its own place among those of its sort key.
  while (node_.spec.rows && at != partition->end() && at->sort_key == sort_key &&
         at->rows[0] != row) {
    ++at;
  }
  if (at == partition->end() || at->sort_key != sort_key) return Status::Ok();  // not there
  const auto removed = std::find(at->rows.rbegin(), at->rows.rend(), row);
  if (removed == at->rows.rend()) return Status::Ok();
  const auto index = static_cast<size_t>(at->rows.rend() - removed) - 1;
  const auto place = static_cast<size_t>(at - partition->begin());
  const size_t old = values_.size();
  SLUICE_TRY(Finish(at->states, &values_.emplace_back()));
  if (at->rows.size() == 1) {
    Give(flow::RowKind::kDelete, row, old);
    partition->erase(at);
    return UpdateFrom(partition, place);
  }
  std::vector<std::string> rows = at->rows;
  at->rows.erase(at->rows.begin() + static_cast<std::ptrdiff_t>(index));
  SLUICE_ASSIGN(AggregateBlock states, StatesOf(*partition, place));
  SLUICE_ASSIGN(const bool same, IsSame(at->states, states));
  SLUICE_TRY(Finish(states, &values_.emplace_back()));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i == index) {
      Give(flow::RowKind::kDelete, row, old);
    } else if (!same) {
      Give(flow::RowKind::kUpdateBefore, rows[i], old);
      Give(flow::RowKind::kUpdateAfter, rows[i], old + 1);
    }
  }
  at->states = std::move(states);
  return UpdateFrom(partition, place + 1);
}

Status SortedOver::UpdateFrom(Partition* partition, size_t place) {
  for (; place < partition->size(); ++place) {
    OrderedRows& one = (*partition)[place];
    SLUICE_ASSIGN(AggregateBlock states, StatesOf(*partition, place));
    SLUICE_ASSIGN(const bool same, IsSame(one.states, states));
    if (same) return Status::Ok();
    // An average may stay here and still differ further on.
    SLUICE_ASSIGN(const bool unseen, GivesTheSame(one.states, states));
    if (node_.spec.rows && unseen) {
      one.states = std::move(states);
      continue;
    }
    const size_t old = values_.size();
    SLUICE_TRY(Finish(one.states, &values_.emplace_back()));
    SLUICE_TRY(Finish(states, &values_.emplace_back()));
    for (const std::string& row : one.rows) {
      Give(flow::RowKind::kUpdateBefore, row, old);
      Give(flow::RowKind::kUpdateAfter, row, old + 1);
    }
    one.states = std::move(states);
  }
  return Status::Ok();
}

Status SortedOver::GiveAll(std::vector<flow::Batch>* out) {
  if (!kinds_.empty()) {
    const std::vector<std::string_view> rows(given_rows_.begin(), given_rows_.end());
    SLUICE_ASSIGN(const auto batch, codec_.Decode(rows));
    ArrayVector columns = batch->columns();
    for (size_t call = 0; call < calls_->size(); ++call) {
      ArrayVector pieces;
      for (const size_t at : given_values_) pieces.push_back(values_[at][call]);
      SLUICE_ASSIGN(columns.emplace_back(), arrow::Concatenate(pieces));
    }
    AppendBatches(arrow_schema_, batch->num_rows(), std::move(columns),
                  CompactKinds(std::move(kinds_)), bundle_rows_, out);
  }
  kinds_.clear();
  given_rows_.clear();
  given_values_.clear();
  values_.clear();
  return Status::Ok();
}

flow::OperatorCounters SortedOver::counters() const {
  return {.late_rows = 0, .state_rows = entries()};
}

}  // namespace sluice::operators
