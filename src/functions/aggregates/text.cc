// SPDX-License-Identifier: Apache-2.0
// LISTAGG (STRING_AGG): texts put together in the order they came. NULLs are passed over.
#include "functions/aggregates/cell_list.h"
#include "functions/aggregates/families.h"
#include "functions/aggregates/owned_bytes.h"
#include "functions/signature.h"

namespace sluice::functions {
namespace {

using flow::TypePtr;

constexpr std::string_view kComma = ",";
constexpr size_t kListBytesMax = (size_t{1} << 31) - 1;  // what a column of texts can hold

Error TooLong() {
  return ResourceExhausted("LISTAGG of more than 2 GiB in one group");
}

/// The separator of a row; a NULL one is none, as Flink leaves it out of the text.
class Separator {
 public:
  explicit Separator(std::span<const ArrayPtr> arguments)
      : column_(arguments.size() > 1 ? std::optional(ColumnView::Of(arguments[1])) : std::nullopt) {
  }
  std::string_view operator[](int64_t row) const {
    if (!column_.has_value()) return kComma;
    return column_->IsNull(row) ? std::string_view() : Reader<std::string_view>(*column_)[row];
  }

 private:
  std::optional<ColumnView> column_;
};

class ListText : public Aggregator {
 public:
  explicit ListText(TypePtr type) : type_(std::move(type)) {}

  // The text so far, then the separator that the next part of a merge needs.
  size_t state_size() const override { return 2 * sizeof(OwnedBytes); }
  void Init(uint8_t* state) const override {
    OwnedBytes::At(state).Init();
    OwnedBytes::At(state + sizeof(OwnedBytes)).Init();
  }
  void Destroy(uint8_t* state) const override {
    OwnedBytes::At(state).Free();
    OwnedBytes::At(state + sizeof(OwnedBytes)).Free();
  }
  bool owns_memory() const override { return true; }
  int64_t heap_bytes(const uint8_t* state) const override {
    return OwnedBytes::At(state).heap_bytes() +
           OwnedBytes::At(state + sizeof(OwnedBytes)).heap_bytes();
  }
  bool can_retract() const override { return false; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    const ColumnView column = ColumnView::Of(arguments[0]);
    const Reader<std::string_view> texts(column);
    const Separator separators(arguments);
    bool too_long = false;
    const auto rows = static_cast<int64_t>(states.size());
    ForEachCounted(column, rows, signs, [&](int64_t row, int) {
      uint8_t* state = states[static_cast<size_t>(row)];
      too_long = too_long || !Join(separators[row], texts[row], state);
    });
    return too_long ? Status(TooLong()) : Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    const OwnedBytes& other = OwnedBytes::At(from);
    if (!other.there()) return Status::Ok();
    const OwnedBytes& separator = OwnedBytes::At(from + sizeof(OwnedBytes));
    return Join(separator.view(), other.view(), into) ? Status::Ok() : Status(TooLong());
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    return FinishTexts(states, *type_, [](const uint8_t* state) { return &OwnedBytes::At(state); });
  }

  void Encode(const uint8_t* state, std::string* out) const override {
    OwnedBytes::At(state).Encode(out);
    OwnedBytes::At(state + sizeof(OwnedBytes)).Encode(out);
  }
  Status Decode(std::string_view* bytes, uint8_t* state) const override {
    SLUICE_TRY(OwnedBytes::At(state).Decode(bytes));
    return OwnedBytes::At(state + sizeof(OwnedBytes)).Decode(bytes);
  }

 private:
  static bool Join(std::string_view separator, std::string_view text, uint8_t* state) {
    OwnedBytes& list = OwnedBytes::At(state);
    OwnedBytes& kept = OwnedBytes::At(state + sizeof(OwnedBytes));
    if (!kept.there() || kept.view() != separator) kept.Set(separator);
    if (list.there()) {
      if (list.view().size() + separator.size() + text.size() > kListBytesMax) return false;
      list.Append(separator);
    }
    list.Append(text);
    return true;
  }
  TypePtr type_;
};

struct SeparatedCells {
  CellList cells;
  std::string separator;  // of the last row
  int64_t heap_bytes() const {
    return cells.heap_bytes() + static_cast<int64_t>(separator.capacity());
  }
  void Encode(std::string* out) const {
    cells.Encode(out);
    AppendSized(separator, out);
  }
  Status Decode(std::string_view* bytes) {
    SLUICE_TRY(cells.Decode(bytes));
    std::string_view text;
    SLUICE_TRY(TakeSized(bytes, &text));
    separator = text;
    return Status::Ok();
  }
};

class RetractableList : public HeapAggregator<SeparatedCells> {
 public:
  explicit RetractableList(TypePtr type) : type_(std::move(type)) {}

  bool can_retract() const override { return true; }

  Status Update(std::span<const ArrayPtr> arguments, std::span<uint8_t* const> states,
                std::span<const int8_t> signs) const override {
    const ColumnView column = ColumnView::Of(arguments[0]);
    const Reader<std::string_view> texts(column);
    const Separator separators(arguments);
    const auto rows = static_cast<int64_t>(states.size());
    ForEachCounted(column, rows, signs, [&](int64_t row, int sign) {
      SeparatedCells& held = Make(states[static_cast<size_t>(row)]);
      held.separator = separators[row];
      if (sign > 0) {
        held.cells.Add(texts[row]);
      } else {
        held.cells.TakeBack(texts[row]);
      }
    });
    return Status::Ok();
  }

  Status Merge(const uint8_t* from, uint8_t* into) const override {
    const SeparatedCells* other = Find(from);
    if (other == nullptr) return Status::Ok();
    Make(into).cells.AddAll(other->cells);
    Make(into).separator = other->separator;
    return Status::Ok();
  }

  Result<ArrayPtr> Finish(std::span<const uint8_t* const> states) const override {
    const auto rows = static_cast<int64_t>(states.size());
    SLUICE_ASSIGN(TextWriter writer, TextWriter::Make(rows, rows * 32));
    NullBits nulls(rows);
    for (int64_t row = 0; row < rows; ++row) {
      const SeparatedCells* held = Find(states[static_cast<size_t>(row)]);
      if (held == nullptr || held->cells.size() == 0) {
        SLUICE_TRY(nulls.SetNull(row));
      } else {
        bool first = true;
        held->cells.ForEach([&](std::string_view text, bool) {
          if (!first) writer.Append(held->separator);
          writer.Append(text);
          first = false;
        });
      }
      writer.EndRow();
    }
    return writer.Finish(flow::ToArrow(*type_), nulls);
  }

 private:
  TypePtr type_;
};

Result<Signature> ResolveList(std::span<const ExprPtr> arguments) {
  SLUICE_ASSIGN(Signature signature, ResolveText("string, string? -> string", arguments));
  if (arguments.size() > 1 && !LiteralString(*arguments[1]).has_value()) {
    return InvalidArgument("takes a text literal as separator");
  }
  signature.result = signature.result->WithNullable(true);
  return signature;
}

Result<std::unique_ptr<Aggregator>> MakeList(const std::vector<TypePtr>&, const TypePtr& result,
                                             bool retract) {
  std::unique_ptr<Aggregator> made;
  if (retract) {
    made = std::make_unique<RetractableList>(result);
  } else {
    made = std::make_unique<ListText>(result);
  }
  return made;
}

}  // namespace

std::vector<AggregateFunction> TextAggregates() {
  return {{"LISTAGG", "LISTAGG([DISTINCT] a[, separator])",
           "The texts one after another in the order they came, with ',' or the separator between "
           "them",
           "LISTAGG(name, '; ')", &ResolveList, &MakeList},
          {"STRING_AGG", "STRING_AGG([DISTINCT] a[, separator])", "The same as LISTAGG",
           "STRING_AGG(name, '; ')", &ResolveList, &MakeList}};
}

}  // namespace sluice::functions
