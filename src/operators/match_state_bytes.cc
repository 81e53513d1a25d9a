// SPDX-License-Identifier: Apache-2.0
// The matches of a key as bytes. Integers are little-endian, of 8 bytes where nothing else stands:
//
//   next number, first kept
//   nodes: number of the first, its row, count; each: u32 back, u8 variable, u8 first of its row
//   joins: number of the first, count; each: row, join before, first pair, end of its pairs
//   pairs: number of the first, count; each: shared node, own node
//   classes: count; each:
//     starts: count; each: number, time, join
//     configs: count; each: state, node, u8 1 = aggregates, their bytes
//     registers: count, and each
//   complete matches: count; each: number, time, join of the start; node, number, time of the last
#include <cstring>

#include "operators/match_state.h"

namespace sluice::operators {
namespace {

void Put(std::string* out, int64_t value) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <typename T>
Status TakeAs(std::string_view* bytes, T* value) {
  if (bytes->size() < sizeof(*value)) return Corrupt("the state of MATCH_RECOGNIZE is cut off");
  std::memcpy(value, bytes->data(), sizeof(*value));
  bytes->remove_prefix(sizeof(*value));
  return Status::Ok();
}

Status Take(std::string_view* bytes, int64_t* value) {
  return TakeAs(bytes, value);
}

/// A count of things of at least `least` bytes each.
Status TakeCount(std::string_view* bytes, size_t least, int64_t* count) {
  SLUICE_TRY(Take(bytes, count));
  if (*count < 0 || static_cast<uint64_t>(*count) > bytes->size() / least) {
    return Corrupt("a count in the state of MATCH_RECOGNIZE is too large");
  }
  return Status::Ok();
}

void PutStart(std::string* out, const MatchStart& start) {
  for (const int64_t number : {start.number, start.time, start.join}) Put(out, number);
}

Status TakeAll(std::string_view* bytes, std::initializer_list<int64_t*> values) {
  for (int64_t* const value : values) SLUICE_TRY(Take(bytes, value));
  return Status::Ok();
}

void PutClass(std::string* out, const MatchClass& one) {
  Put(out, one.starts.end() - one.starts.begin());
  for (int64_t at = one.starts.begin(); at < one.starts.end(); ++at) PutStart(out, one.starts[at]);
  Put(out, static_cast<int64_t>(one.configs.size()));
  for (const MatchClass::Config& config : one.configs) {
    Put(out, config.state);
    Put(out, config.node);
    out->push_back(config.aggregates != nullptr ? 1 : 0);
    if (config.aggregates != nullptr) config.aggregates->Encode(out);
  }
  Put(out, static_cast<int64_t>(one.registers.size()));
  for (const int64_t row : one.registers) Put(out, row);
}

Status TakeClass(const MatchLayout& layout, std::string_view* bytes, MatchClass* one) {
  int64_t count = 0;
  SLUICE_TRY(TakeCount(bytes, 3 * sizeof(int64_t), &count));
  for (; count > 0; --count) {
    MatchStart start;
    SLUICE_TRY(TakeAll(bytes, {&start.number, &start.time, &start.join}));
    one->starts.Add(start);
  }
  SLUICE_TRY(TakeCount(bytes, 2 * sizeof(int64_t), &count));
  for (; count > 0; --count) {
    MatchClass::Config config;
    int64_t state = 0;
    uint8_t aggregated = 0;
    SLUICE_TRY(TakeAll(bytes, {&state, &config.node}));
    SLUICE_TRY(TakeAs(bytes, &aggregated));
    if (state < 0 || state >= layout.states) return Corrupt("a match in the state has no state");
    config.state = static_cast<int>(state);
    if (aggregated != 0) {
      config.aggregates = std::make_shared<MatchAggregates>(layout.aggregates);
      SLUICE_TRY(config.aggregates->Decode(bytes));
    }
    one->configs.push_back(std::move(config));
  }
  SLUICE_TRY(TakeCount(bytes, sizeof(int64_t), &count));
  one->registers.resize(static_cast<size_t>(count));
  for (int64_t& row : one->registers) SLUICE_TRY(Take(bytes, &row));
  if (one->empty() || one->configs.empty() ||
      one->registers.size() != one->configs.size() * layout.registers->size()) {
    return Corrupt("a match in the state does not fit the pattern");
  }
  return Status::Ok();
}

}  // namespace

void KeyMatches::Encode(std::string* out) const {
  for (const int64_t number :
       {next_number, first_kept, nodes_.begin(), nodes_row_, nodes_.end() - nodes_.begin()}) {
    Put(out, number);
  }
  for (int64_t at = nodes_.begin(); at < nodes_.end(); ++at) {
    const Node& node = nodes_[at];
    out->append(reinterpret_cast<const char*>(&node.back), sizeof(node.back));
    out->push_back(static_cast<char>(node.variable));
    out->push_back(static_cast<char>(node.first));
  }
  Put(out, joins_.begin());
  Put(out, joins_.end() - joins_.begin());
  for (int64_t at = joins_.begin(); at < joins_.end(); ++at) {
    const Join& join = joins_[at];
    for (const int64_t number : {join.row, join.before, join.pairs, join.pairs_end}) {
      Put(out, number);
    }
  }
  Put(out, pairs_.begin());
  Put(out, pairs_.end() - pairs_.begin());
  for (int64_t at = pairs_.begin(); at < pairs_.end(); ++at) {
    Put(out, pairs_[at].shared);
    Put(out, pairs_[at].own);
  }
  Put(out, static_cast<int64_t>(classes.size()));
  for (const MatchClass& one : classes) PutClass(out, one);
  Put(out, static_cast<int64_t>(complete.size()));
  for (const auto& [number, match] : complete) {
    PutStart(out, match.start);
    for (const int64_t value : {match.node, match.last, match.last_time}) Put(out, value);
  }
}

Status KeyMatches::DecodeNodes(std::string_view* bytes) {
  int64_t begin = 0, count = 0;
  SLUICE_TRY(TakeAll(bytes, {&begin, &nodes_row_}));
  SLUICE_TRY(TakeCount(bytes, sizeof(uint32_t) + 2, &count));
  nodes_.BeginAt(begin);
  row_nodes_ = last_row_nodes_ = begin;
  for (; count > 0; --count) {
    Node node;
    SLUICE_TRY(TakeAs(bytes, &node.back));
    SLUICE_TRY(TakeAs(bytes, &node.variable));
    SLUICE_TRY(TakeAs(bytes, &node.first));
    if (node.first != 0) row_nodes_ = nodes_.end();
    nodes_.Add(node);
  }
  SLUICE_TRY(Take(bytes, &begin));
  SLUICE_TRY(TakeCount(bytes, 4 * sizeof(int64_t), &count));
  joins_.BeginAt(begin);
  for (; count > 0; --count) {
    Join join;
    SLUICE_TRY(TakeAll(bytes, {&join.row, &join.before, &join.pairs, &join.pairs_end}));
    joins_.Add(join);
  }
  SLUICE_TRY(Take(bytes, &begin));
  SLUICE_TRY(TakeCount(bytes, 2 * sizeof(int64_t), &count));
  pairs_.BeginAt(begin);
  for (; count > 0; --count) {
    Pair pair;
    SLUICE_TRY(TakeAll(bytes, {&pair.shared, &pair.own}));
    pairs_.Add(pair);
  }
  return Status::Ok();
}

Status KeyMatches::Decode(const MatchLayout& layout, std::string_view bytes) {
  *this = KeyMatches();
  int64_t count = 0;
  SLUICE_TRY(TakeAll(&bytes, {&next_number, &first_kept}));
  SLUICE_TRY(DecodeNodes(&bytes));
  SLUICE_TRY(TakeCount(&bytes, 1, &count));
  for (; count > 0; --count) {
    MatchClass one;
    SLUICE_TRY(TakeClass(layout, &bytes, &one));
    for (const MatchClass::Config& config : one.configs) {
      if (config.node < row_nodes_ || !nodes_.Has(config.node)) {
        return Corrupt("a match in the state has no last row");
      }
    }
    classes.push_back(std::move(one));
  }
  SLUICE_TRY(TakeCount(&bytes, 6 * sizeof(int64_t), &count));
  for (; count > 0; --count) {
    CompleteMatch match;
    MatchStart& start = match.start;
    SLUICE_TRY(TakeAll(&bytes, {&start.number, &start.time, &start.join, &match.node, &match.last,
                                &match.last_time}));
    complete.emplace(start.number, match);
  }
  return bytes.empty() ? Status::Ok() : Status(Corrupt("a match in the state is too long"));
}

}  // namespace sluice::operators
