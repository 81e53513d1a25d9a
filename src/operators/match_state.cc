// SPDX-License-Identifier: Apache-2.0
#include "operators/match_state.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace sluice::operators {
namespace {

constexpr size_t kFewClasses = 8;  // more of them before they are looked through again

}  // namespace

int64_t KeyMatches::FirstOpen() const {
  int64_t first = kNever;
  for (const MatchClass& one : classes) first = std::min(first, one.front().number);
  return first;
}

int64_t KeyMatches::FirstHeld() const {
  return complete.empty() ? FirstOpen() : std::min(FirstOpen(), complete.begin()->first);
}

int64_t KeyMatches::NextEnd(const MatchLayout& layout) const {
  if (layout.within_ms <= 0 || classes.empty()) return kNever;
  int64_t first = kNever;
  for (const MatchClass& one : classes) first = std::min(first, one.front().time);
  int64_t end = 0;
  return __builtin_add_overflow(first, layout.within_ms, &end) ? kNever : end;
}

void KeyMatches::EndStartedUntil(int64_t time) {
  bool emptied = false;
  for (MatchClass& one : classes) {
    int64_t number = one.starts.begin();
    while (number < one.starts.end() && one.starts[number].time <= time) ++number;
    one.starts.DropBefore(number);
    emptied = emptied || one.empty();
  }
  if (emptied) std::erase_if(classes, [](const MatchClass& one) { return one.empty(); });
}

void KeyMatches::EndBefore(int64_t number) {
  complete.erase(complete.begin(), complete.lower_bound(number));
  bool emptied = false;
  for (MatchClass& one : classes) {
    int64_t at = one.starts.begin();
    while (at < one.starts.end() && one.starts[at].number < number) ++at;
    one.starts.DropBefore(at);
    emptied = emptied || one.empty();
  }
  if (emptied) std::erase_if(classes, [](const MatchClass& one) { return one.empty(); });
}

int64_t KeyMatches::AddNode(Node node) {
  node.first = nodes_.end() == row_nodes_ ? 1 : 0;
  return nodes_.Add(node);
}

/// The node of a row and a variable behind `before`: matches that share their nodes so far share
/// this one too.
int64_t KeyMatches::NodeAfter(int64_t before, int variable, const MatchLayout& layout) {
  const auto place = static_cast<size_t>(before - last_row_nodes_) * layout.variables +
                     static_cast<size_t>(variable);
  int64_t& node = node_after_[place];
  if (node < 0) {
    node = AddNode({.back = static_cast<uint32_t>(nodes_.end() - before),
                    .variable = static_cast<uint8_t>(variable),
                    .first = 0});
  }
  return node;
}

/// What stands before it does not matter: any node of this row and variable will do.
int64_t KeyMatches::NodeOfStart(int variable) {
  for (int64_t node = row_nodes_; node < nodes_.end(); ++node) {
    if (nodes_[node].variable == variable) return node;
    if (node - row_nodes_ > int64_t{kFewClasses}) break;
  }
  return AddNode({.back = 0, .variable = static_cast<uint8_t>(variable), .first = 0});
}

void KeyMatches::Complete(const MatchClass& one, int64_t node, int64_t number, int64_t time) {
  for (int64_t at = one.starts.begin(); at < one.starts.end(); ++at) {
    const MatchStart& start = one.starts[at];
    complete.emplace(start.number, CompleteMatch{start, node, number, time});
  }
}

void KeyMatches::AddConfig(const MatchLayout& layout, int64_t number,
                           const MatchSteps::Taken& taken, int64_t node, const int64_t* registers,
                           const std::shared_ptr<MatchAggregates>& aggregates, MatchClass* to,
                           std::vector<MatchAddition>* additions) const {
  const size_t size = layout.registers->size();
  const size_t at = to->registers.size();
  to->registers.insert(to->registers.end(), registers, registers + size);
  layout.registers->Take(number, taken.variable, taken.target, to->registers.data() + at);
  const bool aggregated = layout.aggregated[static_cast<size_t>(taken.target)] != 0;
  // The first one with this future is the one that will be given.
  for (size_t i = 0; i < to->configs.size() && !aggregated; ++i) {
    const int64_t* const other = to->registers.data() + i * size;
    if (to->configs[i].state == taken.target &&
        std::equal(other, other + size, to->registers.data() + at)) {
      to->registers.resize(at);
      return;
    }
  }
  MatchClass::Config config{.state = taken.target, .node = node, .aggregates = nullptr};
  if (aggregated) {
    config.aggregates = std::make_shared<MatchAggregates>(layout.aggregates);
    additions->push_back({aggregates, config.aggregates, taken.variable});
  }
  to->configs.push_back(std::move(config));
}

/// False: the class has come to its end.
bool KeyMatches::StepClass(const MatchLayout& layout, int64_t number, int64_t time, MatchClass* one,
                           const MatchSteps::Outcome* const* outcomes,
                           std::vector<MatchAddition>* additions) {
  const size_t size = layout.registers->size();
  for (size_t i = 0; i < one->configs.size(); ++i) {
    if (outcomes[i]->completes < 0) continue;
    Complete(*one, NodeAfter(one->configs[i].node, outcomes[i]->completes, layout), number, time);
    return false;
  }
  if (one->configs.size() == 1 && outcomes[0]->taken.size() == 1) {
    const MatchSteps::Taken& taken = outcomes[0]->taken[0];
    MatchClass::Config& config = one->configs[0];
    config.state = taken.target;
    config.node = NodeAfter(config.node, taken.variable, layout);
    layout.registers->Take(number, taken.variable, taken.target, one->registers.data());
    const auto before = std::move(config.aggregates);
    config.aggregates = nullptr;
    if (layout.aggregated[static_cast<size_t>(taken.target)] != 0) {
      config.aggregates = std::make_shared<MatchAggregates>(layout.aggregates);
      additions->push_back({before, config.aggregates, taken.variable});
    }
    return true;
  }
  MatchClass next;
  for (size_t i = 0; i < one->configs.size(); ++i) {
    const MatchClass::Config& config = one->configs[i];
    for (const MatchSteps::Taken& taken : outcomes[i]->taken) {
      AddConfig(layout, number, taken, NodeAfter(config.node, taken.variable, layout),
                one->registers.data() + i * size, config.aggregates, &next, additions);
    }
  }
  one->configs = std::move(next.configs);
  one->registers = std::move(next.registers);
  return !one->configs.empty();
}

void KeyMatches::Step(const MatchLayout& layout, int64_t number, int64_t time,
                      const std::vector<const MatchSteps::Outcome*>& outcomes,
                      std::vector<MatchAddition>* additions) {
  if (classes.empty() && complete.empty()) {  // nothing holds nodes
    nodes_.DropBefore(nodes_.end());
    joins_.DropBefore(joins_.end());
    pairs_.DropBefore(pairs_.end());
    nodes_row_ = number;
  }
  last_row_nodes_ = row_nodes_;
  row_nodes_ = nodes_.end();
  if (nodes_.begin() == nodes_.end()) last_row_nodes_ = row_nodes_;
  node_after_.assign(static_cast<size_t>(row_nodes_ - last_row_nodes_) * layout.variables, -1);
  const MatchSteps::Outcome* const* of_class = outcomes.data();
  bool ended = false;
  for (MatchClass& one : classes) {
    const size_t configs = one.configs.size();
    if (!StepClass(layout, number, time, &one, of_class, additions)) {
      one.starts.DropBefore(one.starts.end());
      ended = true;
    }
    of_class += configs;
  }
  if (ended) std::erase_if(classes, [](const MatchClass& one) { return one.empty(); });

  const MatchSteps::Outcome& begun = *outcomes.back();
  MatchClass fresh;
  fresh.starts.Add({.number = number, .time = time, .join = -1});
  if (begun.completes >= 0) {
    Complete(fresh, NodeOfStart(begun.completes), number, time);
    return;
  }
  const std::vector<int64_t> none(layout.registers->size(), MatchRegisters::kNoRow);
  for (const MatchSteps::Taken& taken : begun.taken) {
    AddConfig(layout, number, taken, NodeOfStart(taken.variable), none.data(), nullptr, &fresh,
              additions);
  }
  if (!fresh.configs.empty()) classes.push_back(std::move(fresh));
}

int KeyMatches::Compare(const MatchClass& a, const MatchClass& b, bool with_registers) {
  if (a.configs.size() != b.configs.size()) return a.configs.size() < b.configs.size() ? -1 : 1;
  for (size_t i = 0; i < a.configs.size(); ++i) {
    if (a.configs[i].state != b.configs[i].state) {
      return a.configs[i].state < b.configs[i].state ? -1 : 1;
    }
  }
  if (!with_registers) return 0;
  for (size_t i = 0; i < a.configs.size(); ++i) {
    const auto* const of_a = a.configs[i].aggregates.get();
    const auto* const of_b = b.configs[i].aggregates.get();
    if (of_a != of_b) return std::less<>()(of_a, of_b) ? -1 : 1;
  }
  if (a.registers == b.registers) return 0;
  return a.registers < b.registers ? -1 : 1;
}

bool KeyMatches::Adopt(const MatchClass& shared, MatchClass* one) {
  bool same = true;
  for (size_t i = 0; i < one->configs.size(); ++i) {
    same = same && shared.configs[i].node == one->configs[i].node;
    for (size_t j = 0; j < i; ++j) {
      // A node can stand for one alone.
      if (shared.configs[i].node == shared.configs[j].node &&
          one->configs[i].node != one->configs[j].node) {
        return false;
      }
    }
  }
  if (same) return true;
  const int64_t pairs = pairs_.end();
  for (size_t i = 0; i < one->configs.size(); ++i) {
    if (shared.configs[i].node == one->configs[i].node) continue;
    pairs_.Add({shared.configs[i].node, one->configs[i].node});
    one->configs[i].node = shared.configs[i].node;
  }
  int64_t before = -1, join = -1;
  for (int64_t at = one->starts.begin(); at < one->starts.end(); ++at) {
    MatchStart& start = one->starts[at];
    if (join < 0 || start.join != before) {
      before = start.join;
      join = joins_.Add({next_number - 1, before, pairs, pairs_.end()});
    }
    start.join = join;
  }
  return true;
}

void KeyMatches::Merge(MatchClass* into, MatchClass* from) {
  Numbered<MatchStart>& a = into->starts;
  const Numbered<MatchStart>& b = from->starts;
  if (a[a.end() - 1].number < from->front().number) {
    for (int64_t at = b.begin(); at < b.end(); ++at) a.Add(b[at]);
  } else {
    Numbered<MatchStart> both;
    int64_t of_a = a.begin(), of_b = b.begin();
    while (of_a < a.end() || of_b < b.end()) {
      const bool takes_a = of_b == b.end() || (of_a < a.end() && a[of_a].number < b[of_b].number);
      both.Add(takes_a ? a[of_a++] : b[of_b++]);
    }
    a = std::move(both);
  }
  from->starts.DropBefore(from->starts.end());
}

void KeyMatches::Share() {
  if (classes.size() < 2) return;
  if (classes.size() > kFewClasses && classes.size() < shared_classes_ + kFewClasses) return;
  std::vector<size_t> order(classes.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  // Of those that have the same future the largest comes first: the others join it.
  std::sort(order.begin(), order.end(), [this](size_t a, size_t b) {
    const int compared = Compare(classes[a], classes[b], true);
    if (compared != 0) return compared < 0;
    const auto size = [](const MatchClass& one) { return one.starts.end() - one.starts.begin(); };
    return size(classes[a]) > size(classes[b]);
  });
  const MatchClass* shared = nullptr;  // whose nodes others of its states take
  MatchClass* largest = nullptr;       // of one future
  bool merged = false;
  for (const size_t i : order) {
    MatchClass& one = classes[i];
    const bool same_states = shared != nullptr && Compare(*shared, one, false) == 0;
    if (!same_states || !Adopt(*shared, &one)) {
      shared = largest = &one;
      continue;
    }
    if (Compare(*largest, one, true) != 0) {
      largest = &one;
      continue;
    }
    Merge(largest, &one);
    merged = true;
  }
  if (merged) std::erase_if(classes, [](const MatchClass& one) { return one.empty(); });
  shared_classes_ = classes.size();
}

void KeyMatches::Trim() {
  const int64_t first = FirstHeld();
  if (first == kNever) {
    KeyMatches fresh;
    fresh.next_number = next_number;
    fresh.first_kept = first_kept;
    fresh.noted_end = noted_end;
    *this = std::move(fresh);
    return;
  }
  int64_t node = nodes_.begin();
  int64_t row = nodes_row_;
  while (row < first && node < nodes_.end()) {
    ++node;
    if (node < nodes_.end() && nodes_[node].first != 0) ++row;
  }
  nodes_row_ = row;
  nodes_.DropBefore(node);
  int64_t join = joins_.begin();
  while (join < joins_.end() && joins_[join].row < first) ++join;
  pairs_.DropBefore(join < joins_.end() ? joins_[join].pairs : pairs_.end());
  joins_.DropBefore(join);
}

Status KeyMatches::PathOf(const CompleteMatch& match, std::vector<uint8_t>* variables) const {
  const int64_t rows = match.last - match.start.number + 1;
  if (rows < 1) return Corrupt("a match in the state has no rows");
  variables->resize(static_cast<size_t>(rows));
  int64_t node = match.node;
  int64_t join = match.start.join;
  for (int64_t row = match.last; row >= match.start.number; --row) {
    for (; joins_.Has(join) && joins_[join].row == row; join = joins_[join].before) {
      for (int64_t at = joins_[join].pairs; at < joins_[join].pairs_end; ++at) {
        if (pairs_.Has(at) && pairs_[at].shared == node) {
          node = pairs_[at].own;
          break;
        }
      }
    }
    if (!nodes_.Has(node)) return Corrupt("a match in the state lacks a row");
    (*variables)[static_cast<size_t>(row - match.start.number)] = nodes_[node].variable;
    node -= nodes_[node].back;
  }
  return Status::Ok();
}

int64_t KeyMatches::heap_bytes() const {
  constexpr int64_t kMapNode = 48;
  int64_t bytes = nodes_.heap_bytes() + joins_.heap_bytes() + pairs_.heap_bytes() +
                  static_cast<int64_t>(node_after_.capacity() * sizeof(int64_t)) +
                  static_cast<int64_t>(classes.capacity() * sizeof(MatchClass)) +
                  static_cast<int64_t>(complete.size()) *
                      (kMapNode + static_cast<int64_t>(sizeof(CompleteMatch)));
  for (const MatchClass& one : classes) {
    bytes += one.starts.heap_bytes() +
             static_cast<int64_t>(one.configs.capacity() * sizeof(MatchClass::Config) +
                                  one.registers.capacity() * sizeof(int64_t));
    for (const auto& config : one.configs) {
      if (config.aggregates != nullptr) bytes += config.aggregates->heap_bytes();
    }
  }
  return bytes;
}

}  // namespace sluice::operators
