// SPDX-License-Identifier: Apache-2.0
// FIRST_VALUE, LAST_VALUE and SINGLE_VALUE, of any type. NULLs are passed over, as in Flink. Where
// rows are taken back, the state is all values in the order they came, and a value that is taken
// back is the oldest one like it.
#include "functions/aggregates/cell_list.h"
#include "functions/aggregates/families.h"
#include "functions/aggregates/owned_bytes.h"
#include "functions/signature.h"

namespace sluice::functions {
namespace {

using flow::TypePtr;

/// A column of the value that `bytes_of` finds in each state (an optional view).
template <typename F>
Result<ArrayPtr> FinishCells(std::span<const uint8_t* const> states, const flow::Type& type,
                             F bytes_of) {
  SLUICE_ASSIGN(const auto builder, MakeCellBuilder(type));
  SLUICE_TRY(builder->Reserve(static_cast<int64_t>(states.size())));
  for (const uint8_t* state : states) {
    const std::optional<std::string_view> bytes = bytes_of(state);
    if (bytes.has_value()) {
      SLUICE_TRY(DecodeCell(*bytes, builder.get()));
    } else {
      SLUICE_TRY(builder->AppendNull());
    }
  }
  SLUICE_ASSIGN(ArrayPtr column, builder->Finish());
  return column;
}

template <bool kLast>
class KeptValue : public Aggregator {
 public:
  explicit KeptValue(TypePtr type) : type_(std::move(type)) {}

  size_t state_size() const override { return sizeof(OwnedBytes); }
  void Init(uint8_t* state) const override { OwnedBytes::At(state).Init(); }
  void Destroy(uint8_t* state) const override { OwnedBytes::At(state).Free(); }
  bool owns_memory() const override { return true; }
  int64_t heap_bytes(const uint8_t* state) const override {
    return OwnedBytes::At(state).heap_bytes();
  }
  bool can_retract() const override { return false; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    std::string bytes;
    const auto rows = static_cast<int64_t>(states.size());
    ForEachCounted(ColumnView::Of(arguments[0]), rows, signs, [&](int64_t row, int) {
      OwnedBytes& kept = OwnedBytes::At(states[static_cast<size_t>(row)]);
      if (!kLast && kept.there()) return;
      bytes.clear();
      EncodeCell(*arguments[0], row, &bytes);
      kept.Set(bytes);
    });
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    const OwnedBytes& other = OwnedBytes::At(from);
    OwnedBytes& kept = OwnedBytes::At(into);
    if (other.there() && (kLast || !kept.there())) kept.Set(other.view());
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    return FinishCells(states, *type_, [](const uint8_t* state) {
      const OwnedBytes& kept = OwnedBytes::At(state);
      return kept.there() ? std::optional(kept.view()) : std::nullopt;
    });
  }

  void Encode(const uint8_t* state, std::string* out) const override {
    OwnedBytes::At(state).Encode(out);
  }
  Status Decode(std::string_view* bytes, uint8_t* state) const override {
    return OwnedBytes::At(state).Decode(bytes);
  }

 private:
  TypePtr type_;
};

enum class Which : uint8_t { kFirst, kLast, kSingle };

template <Which kWhich>
class ListedValue : public HeapAggregator<CellList> {
 public:
  explicit ListedValue(TypePtr type) : type_(std::move(type)) {}

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    std::string bytes;
    const bool counts_nulls = kWhich == Which::kSingle;
    for (size_t i = 0; i < states.size(); ++i) {
      const int sign = signs.empty() ? 1 : signs[i];
      const bool null = arguments[0]->IsNull(static_cast<int64_t>(i));
      if (sign == 0 || (null && !counts_nulls)) continue;
      CellList& list = Make(states[i]);
      bytes.clear();
      if (!null) EncodeCell(*arguments[0], static_cast<int64_t>(i), &bytes);
      if (sign > 0) {
        list.Add(bytes, null);
      } else {
        list.TakeBack(bytes, null);
      }
    }
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    if (Find(from) != nullptr) Make(into).AddAll(*Find(from));
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    if (kWhich == Which::kSingle) {
      for (const uint8_t* state : states) {
        if (Find(state) != nullptr && Find(state)->size() > 1) {
          return InvalidArgument("a subquery that stands for one value gave more than one row");
        }
      }
    }
    return FinishCells(states, *type_, [](const uint8_t* state) -> std::optional<std::string_view> {
      const CellList* list = Find(state);
      if (list == nullptr || list->size() == 0) return std::nullopt;
      return kWhich == Which::kLast ? list->Last() : list->First();
    });
  }

 private:
  TypePtr type_;
};

Result<Signature> ResolveValue(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("any -> same", arguments));
  return signature;
}

Result<Signature> ResolveSingle(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("any -> same null", arguments));
  return signature;
}

template <Which kWhich>
Result<std::unique_ptr<Aggregator>> MakeValue(const std::vector<TypePtr>&, const TypePtr& result,
                                              bool retract) {
  std::unique_ptr<Aggregator> made;
  if (retract || kWhich == Which::kSingle) {
    made = std::make_unique<ListedValue<kWhich>>(result);
  } else {
    made = std::make_unique<KeptValue<kWhich == Which::kLast>>(result);
  }
  return made;
}

}  // namespace

std::vector<AggregateFunction> ValueAggregates() {
  return {{"FIRST_VALUE", "FIRST_VALUE(a)", "The first value that came and is not NULL",
           "FIRST_VALUE(price)", &ResolveValue, &MakeValue<Which::kFirst>},
          {"LAST_VALUE", "LAST_VALUE(a)", "The last value that came and is not NULL",
           "LAST_VALUE(price)", &ResolveValue, &MakeValue<Which::kLast>},
          {"SINGLE_VALUE", "SINGLE_VALUE(a)",
           "The only value; an error if there are more (made for scalar subqueries)",
           "SINGLE_VALUE(price)", &ResolveSingle, &MakeValue<Which::kSingle>}};
}

}  // namespace sluice::functions
