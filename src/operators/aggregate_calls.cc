// SPDX-License-Identifier: Apache-2.0
#include "operators/aggregate_calls.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "arrow/api.h"
#include "arrow/util/bit_util.h"
#include "functions/aggregates/distinct.h"

namespace sluice::operators {
namespace {

const AggregateCalls& CallsOf(const void* context) {
  return *static_cast<const AggregateCalls*>(context);
}

template <size_t kHeader>
state::PayloadOps PayloadWithHeader(const AggregateCalls* calls) {
  state::PayloadOps ops;
  ops.size = kHeader + calls->state_size();
  ops.context = calls;
  ops.init = [](const void* context, void* payload) {
    std::memset(payload, 0, kHeader);
    CallsOf(context).Init(static_cast<uint8_t*>(payload) + kHeader);
  };
  ops.encode = [](const void* context, const void* payload, std::string* out) {
    out->append(static_cast<const char*>(payload), kHeader);
    CallsOf(context).Encode(static_cast<const uint8_t*>(payload) + kHeader, out);
  };
  ops.decode = [](const void* context, std::string_view bytes, void* payload) -> Status {
    if (bytes.size() < kHeader) return Corrupt("the state of a group ends too early");
    std::memcpy(payload, bytes.data(), kHeader);
    bytes.remove_prefix(kHeader);
    SLUICE_TRY(CallsOf(context).Decode(&bytes, static_cast<uint8_t*>(payload) + kHeader));
    return bytes.empty() ? Status::Ok() : Status(Corrupt("the state of a group is too long"));
  };
  if (!calls->owns_memory()) return ops;
  ops.destroy = [](const void* context, void* payload) {
    CallsOf(context).Destroy(static_cast<uint8_t*>(payload) + kHeader);
  };
  ops.heap_bytes = [](const void* context, const void* payload) {
    return CallsOf(context).heap_bytes(static_cast<const uint8_t*>(payload) + kHeader);
  };
  return ops;
}

}  // namespace

state::PayloadOps AggregatePayload(const AggregateCalls* calls, bool counts_rows) {
  return counts_rows ? PayloadWithHeader<sizeof(int64_t)>(calls) : PayloadWithHeader<0>(calls);
}

Result<AggregateCalls> AggregateCalls::Make(std::vector<functions::AggregateCall> calls,
                                            Options options) {
  AggregateCalls made;
  made.distinct_in_state_ = options.distinct_in_state;
  for (const functions::AggregateCall& call : calls) {
    if (call.function == nullptr) return Internal("an aggregate call without a function");
    SLUICE_ASSIGN(auto aggregator,
                  call.function->make(call.argument_types, call.type, options.retract));
    if (options.retract && !aggregator->can_retract()) {
      return Unsupported(call.function->name + " over rows that are taken back");
    }
    if (call.distinct && options.distinct_in_state) {
      aggregator = functions::MakeDistinct(std::move(aggregator), call.argument_types);
    }
    made.offsets_.push_back(made.state_size_);
    made.state_size_ += (aggregator->state_size() + 7) / 8 * 8;
    made.owns_memory_ = made.owns_memory_ || aggregator->owns_memory();
    made.aggregators_.push_back(std::move(aggregator));
  }
  made.calls_ = std::move(calls);
  return made;
}

void AggregateCalls::Init(uint8_t* block) const {
  for (size_t i = 0; i < size(); ++i) aggregators_[i]->Init(block + offsets_[i]);
}

void AggregateCalls::Destroy(uint8_t* block) const {
  if (!owns_memory_) return;
  for (size_t i = 0; i < size(); ++i) aggregators_[i]->Destroy(block + offsets_[i]);
}

int64_t AggregateCalls::heap_bytes(const uint8_t* block) const {
  int64_t bytes = 0;
  if (!owns_memory_) return bytes;
  for (size_t i = 0; i < size(); ++i) bytes += aggregators_[i]->heap_bytes(block + offsets_[i]);
  return bytes;
}

Status AggregateCalls::UpdateOne(size_t call, const arrow::RecordBatch& rows,
                                 std::span<uint8_t* const> blocks,
                                 std::span<const int8_t> signs) const {
  std::vector<std::shared_ptr<arrow::Array>> arguments;
  for (const int column : calls_[call].arguments) arguments.push_back(rows.column(column));
  std::span<uint8_t* const> states = blocks;
  if (offsets_[call] != 0) {
    states_.resize(blocks.size());
    for (size_t i = 0; i < blocks.size(); ++i) states_[i] = blocks[i] + offsets_[call];
    states = states_;
  }
  return aggregators_[call]->Update(arguments, states, signs);
}

Status AggregateCalls::Update(const arrow::RecordBatch& rows, std::span<uint8_t* const> blocks,
                              std::span<const int8_t> signs) const {
  for (size_t i = 0; i < size(); ++i) {
    if (calls_[i].distinct && !distinct_in_state_) continue;
    SLUICE_TRY(UpdateOne(i, rows, blocks, FilteredSigns(rows, calls_[i].filter, signs, &signs_)));
  }
  return Status::Ok();
}

Status AggregateCalls::Merge(const uint8_t* from, uint8_t* into) const {
  for (size_t i = 0; i < size(); ++i) {
    SLUICE_TRY(aggregators_[i]->Merge(from + offsets_[i], into + offsets_[i]));
  }
  return Status::Ok();
}

Result<std::vector<std::shared_ptr<arrow::Array>>> AggregateCalls::Finish(
    std::span<const uint8_t* const> blocks) const {
  std::vector<std::shared_ptr<arrow::Array>> columns;
  finished_.resize(blocks.size());
  for (size_t call = 0; call < size(); ++call) {
    for (size_t i = 0; i < blocks.size(); ++i) finished_[i] = blocks[i] + offsets_[call];
    SLUICE_ASSIGN(columns.emplace_back(), aggregators_[call]->Finish(finished_));
  }
  return columns;
}

void AggregateCalls::Encode(const uint8_t* block, std::string* out) const {
  for (size_t i = 0; i < size(); ++i) aggregators_[i]->Encode(block + offsets_[i], out);
}

Status AggregateCalls::Decode(std::string_view* bytes, uint8_t* block) const {
  for (size_t i = 0; i < size(); ++i) {
    SLUICE_TRY(aggregators_[i]->Decode(bytes, block + offsets_[i]));
  }
  return Status::Ok();
}

Status AggregateCalls::MergeEncoded(std::string_view bytes, uint8_t* into) const {
  decoded_.resize(state_size_ / sizeof(uint64_t));
  auto* const block = reinterpret_cast<uint8_t*>(decoded_.data());
  Init(block);
  Status merged = Decode(&bytes, block);
  if (merged.ok()) merged = Merge(block, into);
  Destroy(block);
  return merged;
}

std::span<const int8_t> FilteredSigns(const arrow::RecordBatch& rows, int filter,
                                      std::span<const int8_t> signs, std::vector<int8_t>* scratch) {
  if (filter < 0) return signs;
  const auto count = static_cast<size_t>(rows.num_rows());
  const arrow::ArrayData& column = *rows.column_data(filter);
  const int64_t offset = column.offset;
  scratch->resize(count);
  int8_t* const out = scratch->data();
  if (column.type->id() == arrow::Type::NA) {
    std::fill(scratch->begin(), scratch->end(), int8_t{0});
    return *scratch;
  }
  const uint8_t* const bits = column.GetValues<uint8_t>(1, 0);
  for (size_t i = 0; i < count; ++i) {
    out[i] = arrow::bit_util::GetBit(bits, offset + static_cast<int64_t>(i)) ? 1 : 0;
  }
  if (column.GetNullCount() > 0) {
    const uint8_t* const valid = column.GetValues<uint8_t>(0, 0);
    for (size_t i = 0; i < count; ++i) {
      if (!arrow::bit_util::GetBit(valid, offset + static_cast<int64_t>(i))) out[i] = 0;
    }
  }
  if (!signs.empty()) {
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<int8_t>(out[i] * signs[i]);
  }
  return *scratch;
}

}  // namespace sluice::operators
