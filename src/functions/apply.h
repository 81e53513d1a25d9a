// SPDX-License-Identifier: Apache-2.0
// Makes a column kernel (Function::evaluate) from a plain function over values: Apply<&Upper>.
//
// The plain function takes an optional `const EvalContext&`, then one parameter per argument (bool,
// integers, floats, Int128, std::string_view; std::optional<T> for an argument that may be left
// out), then `TextWriter&` if it gives text. It returns the value, or std::optional (NULL), or
// Result (the row fails); with a TextWriter: void, bool (false = NULL), Status or Result<bool>.
// A row with a NULL argument gives NULL without a call.
#pragma once

#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "functions/column_view.h"

namespace sluice::functions {

template <typename T>
struct ApplyArgument {
  static constexpr bool kOptional = false;
  ApplyArgument(std::span<const ColumnView> columns, size_t index) : reader(columns[index]) {}
  T operator[](int64_t row) const { return reader[row]; }
  Reader<T> reader;
};

template <typename T>
struct ApplyArgument<std::optional<T>> {
  ApplyArgument(std::span<const ColumnView> columns, size_t index) {
    if (index < columns.size()) reader.emplace(columns[index]);
  }
  std::optional<T> operator[](int64_t row) const {
    if (!reader) return std::nullopt;
    return (*reader)[row];
  }
  std::optional<Reader<T>> reader;
};

namespace apply_internal {

template <typename T>
struct Unwrapped {
  using Value = T;
};
template <typename T>
struct Unwrapped<std::optional<T>> {
  using Value = T;
};
template <typename T>
struct Unwrapped<Result<T>> : Unwrapped<T> {};

/// Columns of the arguments and the rows that are NULL because an argument is.
struct Prepared {
  std::vector<ColumnView> columns;
  NullBits nulls;
};
Result<Prepared> Prepare(std::span<const Argument> arguments, int64_t rows);

template <typename T>
class FixedOut {
 public:
  static Result<FixedOut> Make(int64_t rows) {
    FixedOut out;
    SLUICE_ASSIGN(out.buffer_, AllocateValues<T>(rows));
    return out;
  }
  void Set(int64_t row, T value) {
    if constexpr (std::is_same_v<T, bool>) {
      if (value) arrow::bit_util::SetBit(buffer_->mutable_data(), row);
    } else {
      std::memcpy(buffer_->mutable_data() + row * static_cast<int64_t>(sizeof(T)), &value,
                  sizeof(T));
    }
  }
  std::shared_ptr<arrow::Buffer> TakeBuffer() { return std::move(buffer_); }

 private:
  std::shared_ptr<arrow::Buffer> buffer_;
};

template <typename T>
Status Store(FixedOut<T>& out, NullBits& nulls, int64_t row, T value) {
  (void)nulls;
  out.Set(row, value);
  return Status::Ok();
}
template <typename T>
Status Store(FixedOut<T>& out, NullBits& nulls, int64_t row, const std::optional<T>& value) {
  out.Set(row, value.value_or(T{}));
  return value.has_value() ? Status::Ok() : nulls.SetNull(row);
}
template <typename T, typename U>
Status Store(FixedOut<T>& out, NullBits& nulls, int64_t row, Result<U>&& value) {
  if (!value.ok()) return std::move(value).error();
  return Store(out, nulls, row, *value);
}

template <typename F, typename R, typename Context, typename... A>
struct Values {
  template <size_t... I>
  static Result<ArrayPtr> Run(F function, const Expr& call, Prepared& in, int64_t rows,
                              const EvalContext& context, std::index_sequence<I...>) {
    using T = typename Unwrapped<R>::Value;
    std::tuple<ApplyArgument<A>...> args{ApplyArgument<A>(in.columns, I)...};
    SLUICE_ASSIGN(auto out, FixedOut<T>::Make(rows));
    const NullBits skipped = in.nulls;
    for (int64_t row = 0; row < rows; ++row) {
      if (skipped.IsNull(row)) {
        out.Set(row, T{});
        continue;
      }
      if constexpr (Context::value) {
        SLUICE_TRY(Store(out, in.nulls, row, function(context, std::get<I>(args)[row]...)));
      } else {
        SLUICE_TRY(Store(out, in.nulls, row, function(std::get<I>(args)[row]...)));
      }
    }
    return MakeFixed(flow::ToArrow(*call.type), rows, out.TakeBuffer(), in.nulls);
  }
};

template <typename R>
Result<bool> Kept(R&& outcome) {
  if constexpr (std::is_same_v<std::remove_cvref_t<R>, Status>) {
    if (!outcome.ok()) return std::forward<R>(outcome).error();
    return true;
  } else {
    return std::forward<R>(outcome);
  }
}

template <typename F, typename R, typename Context, typename... A>
struct Text {
  template <size_t... I>
  static Result<ArrayPtr> Run(F function, const Expr& call, Prepared& in, int64_t rows,
                              const EvalContext& context, std::index_sequence<I...>) {
    std::tuple<ApplyArgument<A>...> args{ApplyArgument<A>(in.columns, I)...};
    SLUICE_ASSIGN(TextWriter out, TextWriter::Make(rows, rows * 16));
    const NullBits skipped = in.nulls;
    for (int64_t row = 0; row < rows; ++row) {
      if (!skipped.IsNull(row)) {
        auto one = [&]() -> R {
          if constexpr (Context::value) {
            return function(context, std::get<I>(args)[row]..., out);
          } else {
            return function(std::get<I>(args)[row]..., out);
          }
        };
        if constexpr (std::is_void_v<R>) {
          one();
        } else {
          SLUICE_ASSIGN(const bool kept, Kept(one()));
          if (!kept) {
            out.DropRow();
            SLUICE_TRY(in.nulls.SetNull(row));
          }
        }
      }
      out.EndRow();
    }
    return out.Finish(flow::ToArrow(*call.type), in.nulls);
  }
};

template <typename F, typename R, typename Context, typename Seen, typename... Rest>
struct Split;
template <typename F, typename R, typename Context, typename... Seen>
struct Split<F, R, Context, std::tuple<Seen...>, TextWriter&> {
  using Kernel = Text<F, R, Context, Seen...>;
  static constexpr size_t kArguments = sizeof...(Seen);
};
template <typename F, typename R, typename Context, typename... Seen>
struct Split<F, R, Context, std::tuple<Seen...>> {
  using Kernel = Values<F, R, Context, Seen...>;
  static constexpr size_t kArguments = sizeof...(Seen);
};
template <typename F, typename R, typename Context, typename... Seen, typename A, typename... Rest>
struct Split<F, R, Context, std::tuple<Seen...>, A, Rest...>
    : Split<F, R, Context, std::tuple<Seen..., A>, Rest...> {};

template <typename F>
struct Traits;
template <typename R, typename... A>
struct Traits<R (*)(A...)> : Split<R (*)(A...), R, std::false_type, std::tuple<>, A...> {};
template <typename R, typename... A>
struct Traits<R (*)(const EvalContext&, A...)>
    : Split<R (*)(const EvalContext&, A...), R, std::true_type, std::tuple<>, A...> {};

}  // namespace apply_internal

template <auto F>
Result<ArrayPtr> Apply(const Expr& call, std::span<const Argument> arguments, int64_t rows,
                       const EvalContext& context) {
  using Traits = apply_internal::Traits<decltype(F)>;
  SLUICE_ASSIGN(auto prepared, apply_internal::Prepare(arguments, rows));
  return Traits::Kernel::Run(F, call, prepared, rows, context,
                             std::make_index_sequence<Traits::kArguments>());
}

}  // namespace sluice::functions
