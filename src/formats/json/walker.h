// SPDX-License-Identifier: Apache-2.0
// From the text of one message to a row of columns.
//
// The walk is speculative: it expects the keys in the order and the exact spelling last seen, short
// integers, strings without escapes, timestamps of the minute last seen, and falls to the general
// way for just the key or value that is different. The general way alone gives the same rows and
// the same mistakes; Way::kGeneral asks for it, so that tests can hold one against the other.
//
// Where messages have their keys in another order each time, what is expected is wrong more often
// than not, and every branch that depends on it costs more than the work it saves. The walk notices
// that and takes another gait for a while: keys by hash at once, values with few branches.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "formats/json/column.h"
#include "formats/json/cursor.h"
#include "formats/json/options.h"

namespace sluice::formats::json {

/// kShuffled: as kSpeculative walks once it has found that keys come in no order.
enum class Way : uint8_t { kSpeculative, kShuffled, kGeneral };

/// How one message is walked; see above.
enum class Pace : uint8_t { kGeneral, kOrdered, kShuffled };

class Walker {
 public:
  /// Writes below `root`, a ROW column. Both outlive the walker.
  Walker(Column* root, const Options* options, Way way);

  /// Reads one message into rows `row` and following; the number of rows, or -1 when the message
  /// was rejected. Then the columns are as before, and Reason() says why.
  int64_t Walk(std::string_view message, int64_t row);

  /// Why the last message was rejected: "byte 17: expected a digit".
  std::string Reason();

 private:
  template <Pace kPace>
  int64_t WalkMessage(int64_t row);
  int64_t WalkSpeculatively(int64_t row);
  template <Pace kPace>
  const char* Explode(const char* p, int64_t row, int64_t* rows);
  template <Pace kPace>
  const char* Object(Column& column, const char* p, int64_t index);
  template <Pace kPace>
  const char* OtherKey(KeyTable& keys, const char* p, KeyTable::Key** key);
  const char* EndsEarly(const char* at);
  const char* NextKey(KeyTable& keys, const char* p, KeyTable::Key** key);
  const char* AfterValue(const char* p, char close, bool* closed);
  void PutGiven(Column& column, int64_t index, uint64_t object);
  bool CheckFields(const Column& column, const char* open, int64_t index, uint64_t object);

  const char* CloseObject(Column& column, const char* open, const char* end, int64_t index,
                          uint64_t object);

  template <Pace kPace>
  const char* OtherValue(KeyTable::Key* key, const char* at, const char* p, int64_t index);
  template <Pace kPace>
  const char* Value(Column& column, const char* p, int64_t index);
  const char* AfterUnfit(Column& column, const char* p, int64_t index, int depth);
  template <Pace kPace>
  const char* GeneralValue(Column& column, const char* p, int64_t index);
  template <Pace kPace>
  const char* Convert(Column& column, const char* p, int64_t index);
  template <Pace kPace>
  const char* Array(Column& column, const char* p, int64_t index);
  template <Pace kPace>
  const char* Map(Column& column, const char* p, int64_t index);
  template <Pace kPace>
  const char* MapEntries(Column& column, const char* p, int64_t index,
                         const std::vector<bool>* dropped);

  // values.cc: one value of a known shape.
  const char* Text(Column& column, const char* p, int64_t index);
  const char* Number(Column& column, const char* p, int64_t index);
  const char* Boolean(Column& column, const char* p, int64_t index);
  const char* ContainerText(Column& column, const char* p, int64_t index);
  bool PutText(Column& column, std::string_view text, int64_t index);
  bool PutNumber(Column& column, std::string_view text, bool is_fraction, int64_t index);
  bool PutInteger(Column& column, std::optional<int64_t> value, int64_t index);
  bool PutDecimal(Column& column, std::string_view text, int64_t index);
  bool PutTimestamp(Column& column, std::string_view text, int64_t index);
  void RememberMinute(Column& column, std::string_view text, const TimePoint& point);

  // A value that does not fit its column.
  const char* Unfit(const Column& column, const char* p);

  Column* root_;
  const Options* options_;
  Way way_;
  Cursor cursor_;
  const Column* unfit_ = nullptr;  // the column that cursor_.bad does not fit
  std::string reason_;             // of the message, where it is not cursor_'s
  uint64_t objects_ = 0;           // objects read so far: marks keys as seen
  int strays_ = 0;                 // of this message: keys found elsewhere than expected
  int disorder_ = 0;               // grows with each message of strays, shrinks with each other
  int64_t shuffled_left_ = 0;      // messages to walk as shuffled before order is tried again
  std::string scratch_, text_;
};

/// Marks the leaves nobody needs (see flow::SourceProjection): their values are skipped.
void Prune(Column* column, const std::vector<std::vector<int>>& needed);

}  // namespace sluice::formats::json
