// SPDX-License-Identifier: Apache-2.0
// Encoded, all integers little-endian of 8 bytes: next number; count of rows, and each row (number,
// time, simple, size, bytes); twice (partial, complete) the count of matches, and each match
// (state, count of steps, and per step from the first: number of the row, variable); then
// `pending`.
#include "operators/match_state.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

namespace sluice::operators {
namespace {

void Put(std::string* out, int64_t value) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

Status Take(std::string_view* bytes, int64_t* value) {
  if (bytes->size() < sizeof(*value)) return Corrupt("the state of MATCH_RECOGNIZE is cut off");
  std::memcpy(value, bytes->data(), sizeof(*value));
  bytes->remove_prefix(sizeof(*value));
  return Status::Ok();
}

using RowsByNumber = std::map<int64_t, MatchRowPtr>;

void Collect(const std::vector<PartialMatch>& matches, RowsByNumber* rows) {
  for (const PartialMatch& match : matches) {
    for (const MatchStep* step = match.last.get(); step != nullptr; step = step->before.get()) {
      rows->emplace(step->row->number, step->row);
    }
  }
}

void PutMatches(std::string* out, const std::vector<PartialMatch>& matches) {
  Put(out, static_cast<int64_t>(matches.size()));
  for (const PartialMatch& match : matches) {
    std::vector<const MatchStep*> steps;
    for (const MatchStep* step = match.last.get(); step != nullptr; step = step->before.get()) {
      steps.push_back(step);
    }
    Put(out, match.state);
    Put(out, static_cast<int64_t>(steps.size()));
    for (auto it = steps.rbegin(); it != steps.rend(); ++it) {
      Put(out, (*it)->row->number);
      Put(out, (*it)->variable);
    }
  }
}

Status TakeMatch(std::string_view* bytes, const RowsByNumber& rows, PartialMatch* match) {
  int64_t state = 0, steps = 0;
  SLUICE_TRY(Take(bytes, &state));
  SLUICE_TRY(Take(bytes, &steps));
  match->state = static_cast<int>(state);
  for (int64_t i = 0; i < steps; ++i) {
    int64_t number = 0, variable = 0;
    SLUICE_TRY(Take(bytes, &number));
    SLUICE_TRY(Take(bytes, &variable));
    const auto row = rows.find(number);
    if (row == rows.end()) return Corrupt("a match in the state has a row that is not there");
    auto step = std::make_shared<MatchStep>();
    step->row = row->second;
    step->variable = static_cast<int>(variable);
    step->before = std::move(match->last);
    if (match->first == nullptr) match->first = row->second;
    match->last = std::move(step);
  }
  if (match->first == nullptr) return Corrupt("a match in the state has no rows");
  return Status::Ok();
}

}  // namespace

void KeyMatches::Encode(std::string* out) const {
  RowsByNumber rows;
  Collect(partial, &rows);
  Collect(complete, &rows);
  Put(out, next_number);
  Put(out, static_cast<int64_t>(rows.size()));
  for (const auto& [number, row] : rows) {
    Put(out, number);
    Put(out, row->time);
    Put(out, static_cast<int64_t>(row->simple));
    Put(out, static_cast<int64_t>(row->bytes.size()));
    out->append(row->bytes);
  }
  PutMatches(out, partial);
  PutMatches(out, complete);
  pending.Encode(out);
}

Status KeyMatches::Decode(std::string_view bytes) {
  partial.clear();
  complete.clear();
  int64_t count = 0;
  SLUICE_TRY(Take(&bytes, &next_number));
  SLUICE_TRY(Take(&bytes, &count));
  RowsByNumber rows;
  for (int64_t i = 0; i < count; ++i) {
    auto row = std::make_shared<MatchRow>();
    int64_t simple = 0, size = 0;
    SLUICE_TRY(Take(&bytes, &row->number));
    SLUICE_TRY(Take(&bytes, &row->time));
    SLUICE_TRY(Take(&bytes, &simple));
    SLUICE_TRY(Take(&bytes, &size));
    if (size < 0 || static_cast<uint64_t>(size) > bytes.size()) {
      return Corrupt("a row in the state of MATCH_RECOGNIZE is cut off");
    }
    row->simple = static_cast<uint64_t>(simple);
    row->bytes.assign(bytes.substr(0, static_cast<size_t>(size)));
    bytes.remove_prefix(static_cast<size_t>(size));
    rows.emplace(row->number, std::move(row));
  }
  for (std::vector<PartialMatch>* matches : {&partial, &complete}) {
    SLUICE_TRY(Take(&bytes, &count));
    for (int64_t i = 0; i < count; ++i) {
      PartialMatch match;
      SLUICE_TRY(TakeMatch(&bytes, rows, &match));
      matches->push_back(std::move(match));
    }
  }
  return pending.Decode(bytes);
}

int64_t KeyMatches::heap_bytes() const {
  // Rows that matches share are counted once for each last step: an estimate.
  int64_t bytes = pending.heap_bytes();
  for (const std::vector<PartialMatch>* matches : {&partial, &complete}) {
    for (const PartialMatch& match : *matches) {
      bytes += static_cast<int64_t>(sizeof(match) + sizeof(MatchStep) + sizeof(MatchRow) + 48 +
                                    match.last->row->bytes.size());
    }
  }
  return bytes;
}

}  // namespace sluice::operators
