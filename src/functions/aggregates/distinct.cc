// SPDX-License-Identifier: Apache-2.0
#include "functions/aggregates/distinct.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "functions/aggregates/cell.h"
#include "functions/aggregates/state_bytes.h"

namespace sluice::functions {
namespace {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

/// Values by their bytes (per argument a byte 0 = NULL, or 1, a u32 length and the cell), and how
/// often each came. A value that was taken back before it came has a count below 0.
struct SeenValues {
  std::unordered_map<std::string, int64_t, TextHash, std::equal_to<>> counts;
  int64_t text_bytes = 0;

  /// +1: it is there now and was not before; -1: it was and is not; else 0.
  int8_t Add(std::string_view value, int64_t times) {
    auto at = counts.find(value);
    if (at == counts.end()) {
      at = counts.emplace(value, 0).first;
      text_bytes += static_cast<int64_t>(value.size());
    }
    const bool before = at->second > 0;
    at->second += times;
    const bool after = at->second > 0;
    if (at->second == 0) {
      text_bytes -= static_cast<int64_t>(value.size());
      counts.erase(at);
    }
    return static_cast<int8_t>((after ? 1 : 0) - (before ? 1 : 0));
  }
};

class Distinct : public Aggregator {
 public:
  Distinct(std::unique_ptr<Aggregator> inner, std::vector<flow::TypePtr> arguments)
      : inner_(std::move(inner)), arguments_(std::move(arguments)) {}

  size_t state_size() const override { return 8 + inner_->state_size(); }
  void Init(uint8_t* state) const override {
    Pointer(state) = nullptr;
    inner_->Init(state + 8);
  }
  void Destroy(uint8_t* state) const override {
    delete Pointer(state);
    Pointer(state) = nullptr;
    inner_->Destroy(state + 8);
  }
  bool owns_memory() const override { return true; }
  int64_t heap_bytes(const uint8_t* state) const override {
    const SeenValues* seen = Find(state);
    const int64_t own =
        seen == nullptr ? 0 : static_cast<int64_t>(seen->counts.size()) * 72 + seen->text_bytes;
    return own + inner_->heap_bytes(state + 8);
  }
  bool can_retract() const override { return inner_->can_retract(); }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    std::vector<int8_t> changes(states.size());
    std::vector<uint8_t*> inner(states.size());
    std::string value;
    for (size_t i = 0; i < states.size(); ++i) {
      inner[i] = states[i] + 8;
      const int8_t sign = signs.empty() ? int8_t{1} : signs[i];
      if (sign == 0) continue;
      value.clear();
      for (const ArrayPtr& argument : arguments) {
        AppendValue(*argument, static_cast<int64_t>(i), &value);
      }
      changes[i] = Make(states[i]).Add(value, sign);
    }
    return inner_->Update(arguments, inner, changes);
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    const SeenValues* other = Find(from);
    if (other == nullptr) return Status::Ok();
    SeenValues& seen = Make(into);
    std::vector<std::string_view> added, removed;
    for (const auto& [value, count] : other->counts) {
      const int8_t change = seen.Add(value, count);
      if (change > 0) added.push_back(value);
      if (change < 0) removed.push_back(value);
    }
    SLUICE_TRY(UpdateInner(added, 1, into));
    return UpdateInner(removed, -1, into);
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    std::vector<const uint8_t*> inner(states.size());
    for (size_t i = 0; i < states.size(); ++i) inner[i] = states[i] + 8;
    return inner_->Finish(inner);
  }

  void Encode(const uint8_t* state, std::string* out) const override {
    const SeenValues* seen = Find(state);
    AppendRaw(static_cast<uint32_t>(seen == nullptr ? 0 : seen->counts.size()), out);
    if (seen != nullptr) {
      for (const auto& [value, count] : seen->counts) {
        AppendSized(value, out);
        AppendRaw(count, out);
      }
    }
    inner_->Encode(state + 8, out);
  }
  Status Decode(std::string_view* bytes, uint8_t* state) const override {
    uint32_t size = 0;
    SLUICE_TRY(TakeRaw(bytes, &size));
    for (uint32_t i = 0; i < size; ++i) {
      std::string_view value;
      int64_t count = 0;
      SLUICE_TRY(TakeSized(bytes, &value));
      SLUICE_TRY(TakeRaw(bytes, &count));
      (void)Make(state).Add(value, count);
    }
    return inner_->Decode(bytes, state + 8);
  }

 private:
  static SeenValues*& Pointer(uint8_t* state) { return *reinterpret_cast<SeenValues**>(state); }
  static const SeenValues* Find(const uint8_t* state) {
    return *reinterpret_cast<SeenValues* const*>(state);
  }
  static SeenValues& Make(uint8_t* state) {
    SeenValues*& seen = Pointer(state);
    if (seen == nullptr) seen = new SeenValues();
    return *seen;
  }

  static void AppendValue(const arrow::Array& column, int64_t row, std::string* out) {
    const bool null = column.IsNull(row);
    out->push_back(null ? 0 : 1);
    if (null) return;
    const size_t at = out->size();
    AppendRaw(uint32_t{0}, out);
    EncodeCell(column, row, out);
    const auto size = static_cast<uint32_t>(out->size() - at - sizeof(uint32_t));
    std::memcpy(out->data() + at, &size, sizeof(size));
  }

  /// Values by their bytes go into (or out of) the inner state.
  Status UpdateInner(const std::vector<std::string_view>& values, int8_t sign,
                     uint8_t* state) const {
    if (values.empty()) return Status::Ok();
    std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders;
    for (const flow::TypePtr& type : arguments_) {
      SLUICE_ASSIGN(builders.emplace_back(), MakeCellBuilder(*type));
    }
    for (std::string_view value : values) {
      for (const auto& builder : builders) {
        uint8_t there = 0;
        SLUICE_TRY(TakeRaw(&value, &there));
        if (there == 0) {
          SLUICE_TRY(builder->AppendNull());
          continue;
        }
        std::string_view cell;
        SLUICE_TRY(TakeSized(&value, &cell));
        SLUICE_TRY(DecodeCell(cell, builder.get()));
      }
    }
    std::vector<ArrayPtr> columns;
    for (const auto& builder : builders) {
      SLUICE_ASSIGN(columns.emplace_back(), builder->Finish());
    }
    const std::vector<uint8_t*> states(values.size(), state + 8);
    const std::vector<int8_t> signs(values.size(), sign);
    return inner_->Update(columns, states, signs);
  }

  std::unique_ptr<Aggregator> inner_;
  std::vector<flow::TypePtr> arguments_;
};

}  // namespace

std::unique_ptr<Aggregator> MakeDistinct(std::unique_ptr<Aggregator> inner,
                                         std::vector<flow::TypePtr> arguments) {
  return std::make_unique<Distinct>(std::move(inner), std::move(arguments));
}

}  // namespace sluice::functions
