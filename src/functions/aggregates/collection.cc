// SPDX-License-Identifier: Apache-2.0
// ARRAY_AGG: all values in the order they came, NULLs too unless it says IGNORE NULLS; without rows
// NULL. COLLECT: a MULTISET of the values that are not NULL.
#include <algorithm>
#include <map>

#include "functions/aggregates/cell_list.h"
#include "functions/aggregates/families.h"
#include "functions/signature.h"

namespace sluice::functions {
namespace {

using flow::Type;
using flow::TypePtr;

template <bool kIgnoreNulls>
class ArrayOfValues : public HeapAggregator<CellList> {
 public:
  explicit ArrayOfValues(TypePtr type) : type_(std::move(type)) {}

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    std::string bytes;
    for (size_t i = 0; i < states.size(); ++i) {
      const int sign = signs.empty() ? 1 : signs[i];
      const bool null = arguments[0]->IsNull(static_cast<int64_t>(i));
      if (sign == 0 || (null && kIgnoreNulls)) continue;
      bytes.clear();
      if (!null) EncodeCell(*arguments[0], static_cast<int64_t>(i), &bytes);
      if (sign > 0) {
        Make(states[i]).Add(bytes, null);
      } else {
        Make(states[i]).TakeBack(bytes, null);
      }
    }
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    if (Find(from) != nullptr) Make(into).AddAll(*Find(from));
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    SLUICE_ASSIGN(const auto builder, MakeCellBuilder(*type_));
    auto* list = static_cast<arrow::ListBuilder*>(builder.get());
    for (const uint8_t* state : states) {
      const CellList* held = Find(state);
      if (held == nullptr || held->size() == 0) {
        SLUICE_TRY(list->AppendNull());
        continue;
      }
      SLUICE_TRY(list->Append());
      Status status;
      held->ForEach([&](std::string_view bytes, bool null) {
        if (status.ok()) status = AppendElement(bytes, null, list->value_builder());
      });
      SLUICE_TRY(status);
    }
    SLUICE_ASSIGN(ArrayPtr column, builder->Finish());
    return column;
  }

 private:
  static Status AppendElement(std::string_view bytes, bool null, arrow::ArrayBuilder* builder) {
    if (!null) return DecodeCell(bytes, builder);
    SLUICE_TRY(builder->AppendNull());
    return Status::Ok();
  }
  TypePtr type_;
};

/// Values and how often each is there (below 0: taken back before it came).
struct Bag {
  std::map<std::string, int64_t, std::less<>> counts;
  int64_t text_bytes = 0;

  void Add(std::string_view value, int64_t times) {
    auto at = counts.find(value);
    if (at == counts.end()) {
      at = counts.emplace(value, 0).first;
      text_bytes += static_cast<int64_t>(value.size());
    }
    at->second += times;
    if (at->second != 0) return;
    text_bytes -= static_cast<int64_t>(value.size());
    counts.erase(at);
  }
  int64_t heap_bytes() const { return static_cast<int64_t>(counts.size()) * 80 + text_bytes; }
  void Encode(std::string* out) const {
    AppendRaw(static_cast<uint32_t>(counts.size()), out);
    for (const auto& [value, count] : counts) {
      AppendSized(value, out);
      AppendRaw(count, out);
    }
  }
  Status Decode(std::string_view* bytes) {
    uint32_t size = 0;
    SLUICE_TRY(TakeRaw(bytes, &size));
    for (uint32_t i = 0; i < size; ++i) {
      std::string_view value;
      int64_t count = 0;
      SLUICE_TRY(TakeSized(bytes, &value));
      SLUICE_TRY(TakeRaw(bytes, &count));
      Add(value, count);
    }
    return Status::Ok();
  }
};

class MultisetOfValues : public HeapAggregator<Bag> {
 public:
  explicit MultisetOfValues(TypePtr type) : type_(std::move(type)) {}

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    std::string bytes;
    const auto rows = static_cast<int64_t>(states.size());
    ForEachCounted(ColumnView::Of(arguments[0]), rows, signs, [&](int64_t row, int sign) {
      bytes.clear();
      EncodeCell(*arguments[0], row, &bytes);
      Make(states[static_cast<size_t>(row)]).Add(bytes, sign);
    });
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    const Bag* other = Find(from);
    if (other == nullptr) return Status::Ok();
    for (const auto& [value, count] : other->counts) Make(into).Add(value, count);
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    SLUICE_ASSIGN(const auto builder, MakeCellBuilder(*type_));
    auto* map = static_cast<arrow::MapBuilder*>(builder.get());
    auto* counts = static_cast<arrow::Int32Builder*>(map->item_builder());
    for (const uint8_t* state : states) {
      SLUICE_TRY(map->Append());
      const Bag* held = Find(state);
      if (held == nullptr) continue;
      for (const auto& [value, count] : held->counts) {
        if (count <= 0) continue;
        SLUICE_TRY(DecodeCell(value, map->key_builder()));
        SLUICE_TRY(counts->Append(static_cast<int32_t>(std::min<int64_t>(count, INT32_MAX))));
      }
    }
    SLUICE_ASSIGN(ArrayPtr column, builder->Finish());
    return column;
  }

 private:
  TypePtr type_;
};

template <bool kIgnoreNulls>
Result<Signature> ResolveArray(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("any -> same", arguments));
  const TypePtr element = signature.arguments[0];
  signature.result = Type::Array(kIgnoreNulls ? element->WithNullable(false) : element);
  return signature;
}

Result<Signature> ResolveCollect(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("any -> same", arguments));
  signature.result = Type::Multiset(signature.arguments[0]->WithNullable(false), false);
  return signature;
}

template <bool kIgnoreNulls>
Result<std::unique_ptr<Aggregator>> MakeArrayOf(const std::vector<TypePtr>&, const TypePtr& result,
                                                bool) {
  return std::unique_ptr<Aggregator>(new ArrayOfValues<kIgnoreNulls>(result));
}

Result<std::unique_ptr<Aggregator>> MakeCollect(const std::vector<TypePtr>&, const TypePtr& result,
                                                bool) {
  return std::unique_ptr<Aggregator>(new MultisetOfValues(result));
}

}  // namespace

std::vector<AggregateFunction> CollectionAggregates() {
  return {{"ARRAY_AGG", "ARRAY_AGG([DISTINCT] a [RESPECT NULLS])",
           "All values in the order they came, NULLs too; NULL without rows", "ARRAY_AGG(name)",
           &ResolveArray<false>, &MakeArrayOf<false>},
          {"ARRAY_AGG IGNORE NULLS", "ARRAY_AGG([DISTINCT] a IGNORE NULLS)",
           "All values that are not NULL, in the order they came; NULL without values",
           "ARRAY_AGG(name IGNORE NULLS)", &ResolveArray<true>, &MakeArrayOf<true>},
          {"COLLECT", "COLLECT([DISTINCT] a)", "A multiset of all values that are not NULL",
           "COLLECT(name)", &ResolveCollect, &MakeCollect}};
}

}  // namespace sluice::functions
