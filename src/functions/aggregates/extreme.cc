// SPDX-License-Identifier: Apache-2.0
// MIN and MAX. Over rows that only come, the state is the best value so far; over rows that are
// taken back too, it is all values with their counts, in order.
#include <algorithm>
#include <map>

#include "functions/aggregates/families.h"
#include "functions/aggregates/owned_bytes.h"
#include "functions/aggregates/state_bytes.h"
#include "functions/signature.h"

namespace sluice::functions {
namespace {

using flow::TypeKind;
using flow::TypePtr;

template <typename V>
struct BestState {
  alignas(8) V best{};
  int64_t there = 0;
};
template <>
struct BestState<Int128> {
  Wide best;
  int64_t there = 0;
};

template <typename V>
V Get(const V& value) {
  return value;
}
inline Int128 Get(const Wide& value) {
  return value.value();
}
template <typename V>
void Put(V value, V* at) {
  *at = value;
}
inline void Put(Int128 value, Wide* at) {
  at->Set(value);
}

template <bool kMax, typename V>
bool Better(const V& a, const V& b) {
  return kMax ? a > b : a < b;
}

/// Values of a fixed width; bool reads bits.
template <typename V, bool kMax>
class FixedBest : public PlainAggregator<BestState<V>> {
  using State = BestState<V>;
  using Base = PlainAggregator<State>;

 public:
  explicit FixedBest(TypePtr type) : type_(std::move(type)) {}

  bool can_retract() const override { return false; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    const ColumnView column = ColumnView::Of(arguments[0]);
    const Reader<V> values(column);
    const auto rows = static_cast<int64_t>(states.size());
    ForEachCounted(column, rows, signs, [&](int64_t row, int) {
      Offer(values[row], &Base::At(states[static_cast<size_t>(row)]));
    });
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    const State& other = Base::At(from);
    if (other.there != 0) Offer(Get(other.best), &Base::At(into));
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    const auto rows = static_cast<int64_t>(states.size());
    SLUICE_ASSIGN(auto column, FixedColumn<V>::Make(rows));
    for (int64_t row = 0; row < rows; ++row) {
      const State& state = Base::At(states[static_cast<size_t>(row)]);
      if (state.there == 0) {
        SLUICE_TRY(column.SetNull(row));
      } else {
        column.Set(row, Get(state.best));
      }
    }
    return column.Finish(*type_);
  }

 private:
  static void Offer(V value, State* state) {
    if (state->there != 0 && !Better<kMax, V>(value, Get(state->best))) return;
    Put(value, &state->best);
    state->there = 1;
  }
  TypePtr type_;
};

template <bool kMax>
class TextBest : public Aggregator {
 public:
  explicit TextBest(TypePtr type) : type_(std::move(type)) {}

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
    const ColumnView column = ColumnView::Of(arguments[0]);
    const Reader<std::string_view> values(column);
    const auto rows = static_cast<int64_t>(states.size());
    ForEachCounted(column, rows, signs, [&](int64_t row, int) {
      Offer(values[row], &OwnedBytes::At(states[static_cast<size_t>(row)]));
    });
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    const OwnedBytes& other = OwnedBytes::At(from);
    if (other.there()) Offer(other.view(), &OwnedBytes::At(into));
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    return FinishTexts(states, *type_, [](const uint8_t* state) { return &OwnedBytes::At(state); });
  }

  void Encode(const uint8_t* state, std::string* out) const override {
    OwnedBytes::At(state).Encode(out);
  }
  Status Decode(std::string_view* bytes, uint8_t* state) const override {
    return OwnedBytes::At(state).Decode(bytes);
  }

 private:
  static void Offer(std::string_view value, OwnedBytes* best) {
    if (!best->there() || Better<kMax>(value, best->view())) best->Set(value);
  }
  TypePtr type_;
};

/// The order of Java's compareTo: NaN is the largest.
template <typename V>
struct Ascending {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    if constexpr (std::is_floating_point_v<V>) {
      if (a != a) return false;
      if (b != b) return true;
    }
    return a < b;
  }
};

/// Values with how often each came, less how often it was taken back (which may come first).
template <typename K>
struct Counted {
  std::map<K, int64_t, Ascending<K>> counts;
  int64_t text_bytes = 0;

  template <typename V>
  void Add(const V& value, int64_t times) {
    auto at = counts.find(value);
    if (at == counts.end()) {
      at = counts.emplace(K(value), 0).first;
      if constexpr (std::is_same_v<K, std::string>) {
        text_bytes += static_cast<int64_t>(value.size());
      }
    }
    at->second += times;
    if (at->second != 0) return;
    if constexpr (std::is_same_v<K, std::string>) {
      text_bytes -= static_cast<int64_t>(value.size());
    }
    counts.erase(at);
  }

  /// Null when every count is 0 or below.
  template <bool kMax>
  const K* Best() const {
    const auto there = [](const auto& entry) { return entry.second > 0; };
    if constexpr (kMax) {
      const auto found = std::find_if(counts.rbegin(), counts.rend(), there);
      return found == counts.rend() ? nullptr : &found->first;
    } else {
      const auto found = std::find_if(counts.begin(), counts.end(), there);
      return found == counts.end() ? nullptr : &found->first;
    }
  }

  int64_t heap_bytes() const { return static_cast<int64_t>(counts.size()) * 72 + text_bytes; }

  void Encode(std::string* out) const {
    AppendRaw(static_cast<uint32_t>(counts.size()), out);
    for (const auto& [value, count] : counts) {
      if constexpr (std::is_same_v<K, std::string>) {
        AppendSized(value, out);
      } else {
        AppendRaw(value, out);
      }
      AppendRaw(count, out);
    }
  }

  Status Decode(std::string_view* bytes) {
    uint32_t size = 0;
    SLUICE_TRY(TakeRaw(bytes, &size));
    for (uint32_t i = 0; i < size; ++i) {
      int64_t count = 0;
      if constexpr (std::is_same_v<K, std::string>) {
        std::string_view value;
        SLUICE_TRY(TakeSized(bytes, &value));
        SLUICE_TRY(TakeRaw(bytes, &count));
        Add(value, count);
      } else {
        K value;
        SLUICE_TRY(TakeRaw(bytes, &value));
        SLUICE_TRY(TakeRaw(bytes, &count));
        Add(value, count);
      }
    }
    return Status::Ok();
  }
};

/// V: as the column holds it; K: as the state does.
template <typename V, typename K, bool kMax>
class CountedBest : public HeapAggregator<Counted<K>> {
  using Base = HeapAggregator<Counted<K>>;

 public:
  explicit CountedBest(TypePtr type) : type_(std::move(type)) {}

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    const ColumnView column = ColumnView::Of(arguments[0]);
    const Reader<V> values(column);
    const auto rows = static_cast<int64_t>(states.size());
    ForEachCounted(column, rows, signs, [&](int64_t row, int sign) {
      Base::Make(states[static_cast<size_t>(row)]).Add(values[row], sign);
    });
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    const Counted<K>* other = Base::Find(from);
    if (other == nullptr) return Status::Ok();
    for (const auto& [value, count] : other->counts) Base::Make(into).Add(value, count);
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    if constexpr (std::is_same_v<K, std::string>) {
      return FinishTexts(states, *type_, &CountedBest::BestOf);
    } else {
      const auto rows = static_cast<int64_t>(states.size());
      SLUICE_ASSIGN(auto column, FixedColumn<V>::Make(rows));
      for (int64_t row = 0; row < rows; ++row) {
        const K* best = BestOf(states[static_cast<size_t>(row)]);
        if (best == nullptr) {
          SLUICE_TRY(column.SetNull(row));
        } else {
          column.Set(row, *best);
        }
      }
      return column.Finish(*type_);
    }
  }

 private:
  static const K* BestOf(const uint8_t* state) {
    const Counted<K>* held = Base::Find(state);
    return held == nullptr ? nullptr : held->template Best<kMax>();
  }
  TypePtr type_;
};

Result<Signature> ResolveExtreme(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("any -> same", arguments));
  const flow::Type& type = *signature.result;
  if (type.is_nested() || type.is_binary()) {
    return InvalidArgument("values of type " + type.ToString() + " have no order");
  }
  if (type.kind() == TypeKind::kNull) {
    return InvalidArgument("an untyped NULL has no order: CAST(NULL AS ...)");
  }
  return signature;
}

template <bool kMax>
Result<std::unique_ptr<Aggregator>> MakeExtreme(const std::vector<TypePtr>&, const TypePtr& result,
                                                bool retract) {
  std::unique_ptr<Aggregator> made;
  const auto make = [&](auto value) {
    using V = decltype(value);
    if (retract) {
      made = std::make_unique<CountedBest<V, V, kMax>>(result);
    } else {
      made = std::make_unique<FixedBest<V, kMax>>(result);
    }
  };
  if (WithValueType(*result, make)) return made;
  if (result->kind() == TypeKind::kBoolean) {
    make(bool{});
    return made;
  }
  if (!result->is_character()) return Internal("no order of " + result->ToString());
  if (retract) {
    made = std::make_unique<CountedBest<std::string_view, std::string, kMax>>(result);
  } else {
    made = std::make_unique<TextBest<kMax>>(result);
  }
  return made;
}

}  // namespace

std::vector<AggregateFunction> ExtremeAggregates() {
  return {{"MIN", "MIN(a)", "The smallest value; NULL without values", "MIN(price)",
           &ResolveExtreme, &MakeExtreme<false>},
          {"MAX", "MAX(a)", "The largest value; NULL without values", "MAX(price)", &ResolveExtreme,
           &MakeExtreme<true>}};
}

}  // namespace sluice::functions
