// SPDX-License-Identifier: Apache-2.0
// The matches of a key as bytes: whole numbers as LEB128, most of them as the difference (zigzag)
// to the number of the same kind before it, since a key may have a million beginnings:
//
//   next number, first kept
//   nodes: number of the first, its row, count; each: back * 2 + first of its row, variable
//   joins: number of the first, count; each: row, numbers back to the join before (0: none), first
//     pair, count of pairs
//   pairs: number of the first, count; each: shared node, own node
//   classes: count; each:
//     starts: count; each: number, time, join
//     configs: count; each: state, node, 1 = aggregates, their bytes
//     registers of each config: rows back from the next one (0: no row)
//   complete matches: count; each: number, time, join of the start; node, number, time of the last
#include "operators/match_state.h"

namespace sluice::operators {
namespace {

/// Numbers of one kind, each by its difference to the one before.
class Put {
 public:
  explicit Put(std::string* out) : out_(out) {}
  void Whole(int64_t value) {
    auto left = static_cast<uint64_t>(value);
    for (; left >= 0x80; left >>= 7) out_->push_back(static_cast<char>(left | 0x80));
    out_->push_back(static_cast<char>(left));
  }
  void Next(int64_t value, int64_t* before) {
    const auto step =
        static_cast<int64_t>(static_cast<uint64_t>(value) - static_cast<uint64_t>(*before));
    Whole(static_cast<int64_t>((static_cast<uint64_t>(step) << 1) ^
                               static_cast<uint64_t>(step >> 63)));
    *before = value;
  }

 private:
  std::string* out_;
};

class Take {
 public:
  explicit Take(std::string_view bytes) : bytes_(bytes) {}
  Status Whole(int64_t* value) {
    uint64_t read = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      const auto byte = static_cast<uint8_t>(bytes_.front());
      bytes_.remove_prefix(1);
      read |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) != 0) continue;
      *value = static_cast<int64_t>(read);
      return Status::Ok();
    }
    return Corrupt("the state of MATCH_RECOGNIZE is cut off");
  }
  Status Next(int64_t* value, int64_t* before) {
    int64_t step = 0;
    SLUICE_TRY(Whole(&step));
    const auto coded = static_cast<uint64_t>(step);
    *before =
        static_cast<int64_t>(static_cast<uint64_t>(*before) + ((coded >> 1) ^ (~(coded & 1) + 1)));
    *value = *before;
    return Status::Ok();
  }
  /// A count of things of at least `least` bytes each.
  Status Count(size_t least, int64_t* count) {
    SLUICE_TRY(Whole(count));
    if (*count < 0 || static_cast<uint64_t>(*count) > bytes_.size() / least) {
      return Corrupt("a count in the state of MATCH_RECOGNIZE is too large");
    }
    return Status::Ok();
  }
  std::string_view* bytes() { return &bytes_; }

 private:
  std::string_view bytes_;
};

/// What the numbers of starts are differences to.
struct Last {
  int64_t number = 0, time = 0, join = 0;
};

void PutStart(const MatchStart& start, Last* last, Put* put) {
  put->Next(start.number, &last->number);
  put->Next(start.time, &last->time);
  put->Next(start.join, &last->join);
}

Status TakeStart(Take* take, Last* last, MatchStart* start) {
  SLUICE_TRY(take->Next(&start->number, &last->number));
  SLUICE_TRY(take->Next(&start->time, &last->time));
  return take->Next(&start->join, &last->join);
}

void PutClass(const MatchClass& one, int64_t next_number, std::string* out) {
  Put put(out);
  Last last;
  put.Whole(one.starts.end() - one.starts.begin());
  for (int64_t at = one.starts.begin(); at < one.starts.end(); ++at) {
    PutStart(one.starts[at], &last, &put);
  }
  put.Whole(static_cast<int64_t>(one.configs.size()));
  for (const MatchClass::Config& config : one.configs) {
    put.Whole(config.state);
    put.Whole(config.node);
    put.Whole(config.aggregates != nullptr ? 1 : 0);
    if (config.aggregates != nullptr) config.aggregates->Encode(out);
  }
  for (const int64_t row : one.registers) {
    put.Whole(row == MatchRegisters::kNoRow ? 0 : next_number - row);
  }
}

Status TakeClass(const MatchLayout& layout, int64_t next_number, Take* take, MatchClass* one) {
  int64_t count = 0;
  Last last;
  SLUICE_TRY(take->Count(3, &count));
  for (; count > 0; --count) {
    MatchStart start;
    SLUICE_TRY(TakeStart(take, &last, &start));
    one->starts.Add(start);
  }
  SLUICE_TRY(take->Count(3, &count));
  for (; count > 0; --count) {
    MatchClass::Config config;
    int64_t state = 0, aggregated = 0;
    SLUICE_TRY(take->Whole(&state));
    SLUICE_TRY(take->Whole(&config.node));
    SLUICE_TRY(take->Whole(&aggregated));
    if (state < 0 || state >= layout.states) return Corrupt("a match in the state has no state");
    config.state = static_cast<int>(state);
    if (aggregated != 0) {
      config.aggregates = std::make_shared<MatchAggregates>(layout.aggregates);
      SLUICE_TRY(config.aggregates->Decode(take->bytes()));
    }
    one->configs.push_back(std::move(config));
  }
  one->registers.resize(one->configs.size() * layout.registers->size());
  for (int64_t& row : one->registers) {
    int64_t back = 0;
    SLUICE_TRY(take->Whole(&back));
    row = back == 0 ? MatchRegisters::kNoRow : next_number - back;
  }
  if (one->empty() || one->configs.empty()) {
    return Corrupt("a match in the state does not fit the pattern");
  }
  return Status::Ok();
}

}  // namespace

void KeyMatches::EncodeNodes(std::string* out) const {
  Put put(out);
  for (const int64_t number : {nodes_.begin(), nodes_row_, nodes_.end() - nodes_.begin()}) {
    put.Whole(number);
  }
  for (int64_t at = nodes_.begin(); at < nodes_.end(); ++at) {
    put.Whole(int64_t{nodes_[at].back} * 2 + nodes_[at].first);
    put.Whole(nodes_[at].variable);
  }
  put.Whole(joins_.begin());
  put.Whole(joins_.end() - joins_.begin());
  Join last;
  for (int64_t at = joins_.begin(); at < joins_.end(); ++at) {
    const Join& join = joins_[at];
    put.Next(join.row, &last.row);
    put.Whole(join.before < 0 ? 0 : at - join.before);
    put.Next(join.pairs, &last.pairs);
    put.Whole(join.pairs_end - join.pairs);
  }
  put.Whole(pairs_.begin());
  put.Whole(pairs_.end() - pairs_.begin());
  Pair before;
  for (int64_t at = pairs_.begin(); at < pairs_.end(); ++at) {
    put.Next(pairs_[at].shared, &before.shared);
    put.Next(pairs_[at].own, &before.own);
  }
}

void KeyMatches::Encode(std::string* out) const {
  Put put(out);
  put.Whole(next_number);
  put.Whole(first_kept);
  EncodeNodes(out);
  put.Whole(static_cast<int64_t>(classes.size()));
  for (const MatchClass& one : classes) PutClass(one, next_number, out);
  put.Whole(static_cast<int64_t>(complete.size()));
  Last last;
  CompleteMatch before;
  for (const auto& [number, match] : complete) {
    PutStart(match.start, &last, &put);
    put.Next(match.node, &before.node);
    put.Next(match.last, &before.last);
    put.Next(match.last_time, &before.last_time);
  }
}

Status KeyMatches::DecodeNodes(std::string_view* bytes) {
  Take take(*bytes);
  int64_t begin = 0, count = 0;
  SLUICE_TRY(take.Whole(&begin));
  SLUICE_TRY(take.Whole(&nodes_row_));
  SLUICE_TRY(take.Count(2, &count));
  nodes_.BeginAt(begin);
  row_nodes_ = last_row_nodes_ = begin;
  for (; count > 0; --count) {
    int64_t back = 0, variable = 0;
    SLUICE_TRY(take.Whole(&back));
    SLUICE_TRY(take.Whole(&variable));
    if ((back & 1) != 0) row_nodes_ = nodes_.end();
    nodes_.Add({.back = static_cast<uint32_t>(back >> 1),
                .variable = static_cast<uint8_t>(variable),
                .first = static_cast<uint8_t>(back & 1)});
  }
  SLUICE_TRY(take.Whole(&begin));
  SLUICE_TRY(take.Count(4, &count));
  joins_.BeginAt(begin);
  Join last;
  for (; count > 0; --count) {
    Join join;
    int64_t back = 0;
    SLUICE_TRY(take.Next(&join.row, &last.row));
    SLUICE_TRY(take.Whole(&back));
    SLUICE_TRY(take.Next(&join.pairs, &last.pairs));
    SLUICE_TRY(take.Whole(&join.pairs_end));
    join.before = back == 0 ? -1 : joins_.end() - back;
    join.pairs_end += join.pairs;
    joins_.Add(join);
  }
  SLUICE_TRY(take.Whole(&begin));
  SLUICE_TRY(take.Count(2, &count));
  pairs_.BeginAt(begin);
  Pair before;
  for (; count > 0; --count) {
    Pair pair;
    SLUICE_TRY(take.Next(&pair.shared, &before.shared));
    SLUICE_TRY(take.Next(&pair.own, &before.own));
    pairs_.Add(pair);
  }
  *bytes = *take.bytes();
  return Status::Ok();
}

Status KeyMatches::Decode(const MatchLayout& layout, std::string_view bytes) {
  *this = KeyMatches();
  int64_t count = 0;
  Take take(bytes);
  SLUICE_TRY(take.Whole(&next_number));
  SLUICE_TRY(take.Whole(&first_kept));
  SLUICE_TRY(DecodeNodes(take.bytes()));
  SLUICE_TRY(take.Count(4, &count));
  for (; count > 0; --count) {
    MatchClass one;
    SLUICE_TRY(TakeClass(layout, next_number, &take, &one));
    for (const MatchClass::Config& config : one.configs) {
      if (config.node < row_nodes_ || !nodes_.Has(config.node)) {
        return Corrupt("a match in the state has no last row");
      }
    }
    classes.push_back(std::move(one));
  }
  SLUICE_TRY(take.Count(6, &count));
  Last last;
  CompleteMatch before;
  for (; count > 0; --count) {
    CompleteMatch match;
    SLUICE_TRY(TakeStart(&take, &last, &match.start));
    SLUICE_TRY(take.Next(&match.node, &before.node));
    SLUICE_TRY(take.Next(&match.last, &before.last));
    SLUICE_TRY(take.Next(&match.last_time, &before.last_time));
    complete.emplace(match.start.number, match);
  }
  noted_end = NextEnd(layout);  // by the table, of what it brings back
  return take.bytes()->empty() ? Status::Ok() : Status(Corrupt("a match in the state is too long"));
}

}  // namespace sluice::operators
