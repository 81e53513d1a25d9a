// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

namespace sluice {

std::string_view ToString(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidArgument:
      return "invalid argument";
    case ErrorKind::kParse:
      return "parse error";
    case ErrorKind::kNotFound:
      return "not found";
    case ErrorKind::kAlreadyExists:
      return "already exists";
    case ErrorKind::kUnsupported:
      return "unsupported";
    case ErrorKind::kIo:
      return "i/o error";
    case ErrorKind::kTimeout:
      return "timeout";
    case ErrorKind::kCommitConflict:
      return "commit conflict";
    case ErrorKind::kCommitUnknown:
      return "commit outcome unknown";
    case ErrorKind::kFenced:
      return "fenced";
    case ErrorKind::kPositionMismatch:
      return "position mismatch";
    case ErrorKind::kSourceLost:
      return "source lost";
    case ErrorKind::kCorrupt:
      return "corrupt";
    case ErrorKind::kResourceExhausted:
      return "resource exhausted";
    case ErrorKind::kCancelled:
      return "cancelled";
    case ErrorKind::kInternal:
      return "internal error";
  }
  return "unknown error kind";
}

std::string_view ToString(Blame blame) {
  switch (blame) {
    case Blame::kUser:
      return "user";
    case Blame::kOutside:
      return "outside";
    case Blame::kUs:
      return "sluice";
  }
  return "unknown blame";
}

std::string_view ToString(Retry retry) {
  switch (retry) {
    case Retry::kNever:
      return "never";
    case Retry::kNow:
      return "now";
    case Retry::kLater:
      return "later";
  }
  return "unknown retry";
}

std::string Error::ToString() const {
  std::string out = text;
  if (!where.empty()) out += " (" + where + ")";
  out += " [";
  out += sluice::ToString(kind);
  out += ", fault: ";
  out += sluice::ToString(blame);
  out += ", retry: ";
  out += sluice::ToString(retry);
  out += "]";
  return out;
}

Error Error::With(std::string_view context) && {
  text = std::string(context) + ": " + text;
  return std::move(*this);
}

namespace {
Error Make(ErrorKind kind, Blame blame, Retry retry, std::string text) {
  return Error{kind, blame, retry, std::move(text), {}};
}
}  // namespace

Error InvalidArgument(std::string t) {
  return Make(ErrorKind::kInvalidArgument, Blame::kUser, Retry::kNever, std::move(t));
}
Error ParseError(std::string t) {
  return Make(ErrorKind::kParse, Blame::kUser, Retry::kNever, std::move(t));
}
Error NotFound(std::string t) {
  return Make(ErrorKind::kNotFound, Blame::kUser, Retry::kNever, std::move(t));
}
Error AlreadyExists(std::string t) {
  return Make(ErrorKind::kAlreadyExists, Blame::kUser, Retry::kNever, std::move(t));
}
Error Unsupported(std::string t) {
  return Make(ErrorKind::kUnsupported, Blame::kUser, Retry::kNever, std::move(t));
}
Error IoError(std::string t) {
  return Make(ErrorKind::kIo, Blame::kOutside, Retry::kLater, std::move(t));
}
Error TimeoutError(std::string t) {
  return Make(ErrorKind::kTimeout, Blame::kOutside, Retry::kLater, std::move(t));
}
Error CommitConflict(std::string t) {
  return Make(ErrorKind::kCommitConflict, Blame::kOutside, Retry::kNow, std::move(t));
}
Error CommitUnknown(std::string t) {
  return Make(ErrorKind::kCommitUnknown, Blame::kOutside, Retry::kLater, std::move(t));
}
Error Fenced(std::string t) {
  return Make(ErrorKind::kFenced, Blame::kOutside, Retry::kNever, std::move(t));
}
Error PositionMismatch(std::string t) {
  return Make(ErrorKind::kPositionMismatch, Blame::kOutside, Retry::kNever, std::move(t));
}
Error SourceLost(std::string t) {
  return Make(ErrorKind::kSourceLost, Blame::kOutside, Retry::kNever, std::move(t));
}
Error Corrupt(std::string t) {
  return Make(ErrorKind::kCorrupt, Blame::kOutside, Retry::kNever, std::move(t));
}
Error ResourceExhausted(std::string t) {
  return Make(ErrorKind::kResourceExhausted, Blame::kOutside, Retry::kLater, std::move(t));
}
Error Cancelled(std::string t) {
  return Make(ErrorKind::kCancelled, Blame::kUser, Retry::kNever, std::move(t));
}
Error Internal(std::string t) {
  return Make(ErrorKind::kInternal, Blame::kUs, Retry::kNever, std::move(t));
}

}  // namespace sluice
