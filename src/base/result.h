// SPDX-License-Identifier: Apache-2.0
// Errors as values. An Error says what went wrong, whose fault it is, and what to do next; a
// Result<T> is a value or an Error; Status is a Result without a value. Nothing in sluice throws
// across its own functions.
//
// `kCommitUnknown` is a kind of its own: the outcome of a commit that was sent but not answered.
// Whoever meets it keeps every written file, reads the table again and decides from facts
// (docs/guarantees.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace sluice {

enum class ErrorKind : uint8_t {
  kInvalidArgument,  // a value outside its domain, a wrong option
  kParse,            // text that is not what it should be (SQL, JSON, Avro, metadata)
  kNotFound,         // a table, file, topic, column that is not there
  kAlreadyExists,
  kUnsupported,  // understood, but sluice does not do it
  kIo,           // disk or network failed
  kTimeout,
  kCommitConflict,     // another writer was faster: reload, check again, rebuild
  kCommitUnknown,      // sent, not answered: see above
  kFenced,             // a newer writer owns the pipeline: stop
  kPositionMismatch,   // recorded and expected source positions differ: stop
  kSourceLost,         // offsets, topic or cluster are gone: stop
  kCorrupt,            // bytes that fail their checksum or contradict each other
  kResourceExhausted,  // a budget of base/limits.h is used up
  kCancelled,
  kInternal,  // our own bug
};

enum class Blame : uint8_t { kUser, kOutside, kUs };
enum class Retry : uint8_t { kNever, kNow, kLater };

std::string_view ToString(ErrorKind kind);
std::string_view ToString(Blame blame);
std::string_view ToString(Retry retry);

/// What went wrong. `text` is for a person: static words first, values last. `where` is a source
/// position
/// (`file:line:col`) or the name of the thing, empty if `text` says it.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  Blame blame = Blame::kUs;
  Retry retry = Retry::kNever;
  std::string text;
  std::string where;

  /// "text (where) [kind, blame, retry]" for logs; the CLI prints `text` and `where` alone.
  std::string ToString() const;
  /// Puts `context` and ": " before the text.
  Error With(std::string_view context) &&;
};

template <typename T = void>
class [[nodiscard]] Result;
using Status = Result<void>;

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  template <typename U>
    requires(std::is_convertible_v<U &&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
             !std::is_same_v<std::remove_cvref_t<U>, Error> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }
  const Error& error() const& { return *std::get_if<1>(&state_); }
  Error& error() & { return *std::get_if<1>(&state_); }
  Error&& error() && { return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  static Result Ok() { return {}; }

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return *error_; }
  Error& error() & { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

// Makers: one per common case. Use them, so that blame and retry are decided in one place.
Error InvalidArgument(std::string text);    // user, never
Error ParseError(std::string text);         // user, never
Error NotFound(std::string text);           // user, never
Error AlreadyExists(std::string text);      // user, never
Error Unsupported(std::string text);        // user, never
Error IoError(std::string text);            // outside, later
Error TimeoutError(std::string text);       // outside, later
Error CommitConflict(std::string text);     // outside, now
Error CommitUnknown(std::string text);      // outside, later (after reading the table)
Error Fenced(std::string text);             // outside, never
Error PositionMismatch(std::string text);   // outside, never
Error SourceLost(std::string text);         // outside, never
Error Corrupt(std::string text);            // outside, never
Error ResourceExhausted(std::string text);  // outside, later
Error Cancelled(std::string text);          // user, never
Error Internal(std::string text);           // us, never

namespace detail {
inline Error ErrorOf(Status&& status) {
  return std::move(status).error();
}
template <typename T>
Error ErrorOf(Result<T>&& result) {
  return std::move(result).error();
}
/// A library's status (Arrow's Status and Result): blamed on the outside.
template <typename S>
  requires requires(const S& s) { s.ToString(); }
Error ErrorOf(S&& status) {
  return IoError(status.ToString());
}
template <typename R>
  requires requires(R& r) {
    r.status().ToString();
    r.ValueOrDie();
  }
Error ErrorOf(R&& result) {
  return IoError(result.status().ToString());
}
template <typename T>
T&& ValueOf(Result<T>&& result) {
  return std::move(result).value();
}
template <typename R>
  requires requires(R& r) { r.MoveValueUnsafe(); }
auto ValueOf(R&& result) {
  return result.MoveValueUnsafe();
}
}  // namespace detail

}  // namespace sluice

#define SLUICE_CONCAT_INNER(a, b) a##b
#define SLUICE_CONCAT(a, b) SLUICE_CONCAT_INNER(a, b)

/// Returns the error of a Status, Result, arrow::Status from the enclosing function.
#define SLUICE_TRY(expression)                                     \
  do {                                                             \
    if (auto sluice_status_ = (expression); !sluice_status_.ok())  \
      return ::sluice::detail::ErrorOf(std::move(sluice_status_)); \
  } while (false)

#define SLUICE_ASSIGN_INNER(name, target, expression)                \
  auto name = (expression);                                          \
  if (!name.ok()) return ::sluice::detail::ErrorOf(std::move(name)); \
  target = ::sluice::detail::ValueOf(std::move(name))

/// SLUICE_ASSIGN(auto x, MakeX()): declares or sets a target from a Result or an arrow::Result.
#define SLUICE_ASSIGN(target, expression) \
  SLUICE_ASSIGN_INNER(SLUICE_CONCAT(sluice_result_, __COUNTER__), target, expression)
