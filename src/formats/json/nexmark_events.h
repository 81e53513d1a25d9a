// SPDX-License-Identifier: Apache-2.0
// Nexmark events in memory, for the tests and the benchmark of this folder: as the generator of
// tests/nexmark writes them, or with the keys of every object in random order.
#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "flow/type.h"
#include "formats/padded_messages.h"

#define main static inline NexmarkMain
#include "../../../tests/nexmark/nexmark_gen.cpp"
#undef main

namespace sluice::formats::json {

inline Messages NexmarkEvents(int64_t count, int64_t rate = 100000,
                              int64_t base_ms = 1436918400000) {
  ::Options options;
  options.rate = rate;
  options.base_ms = base_ms;
  const Corpus corpus(options);
  Messages messages;
  std::string line;
  for (int64_t i = 0; i < count; ++i) {
    line.clear();
    corpus.event(i, line);
    messages.Add(std::string_view(line).substr(0, line.size() - 1));
  }
  return messages;
}

/// The same events, the members of each object shuffled. Only for text as the generator writes it:
/// no blanks, no brackets or commas inside strings before a quote.
inline std::string ShuffledKeys(std::string_view object, std::mt19937_64& random) {
  std::vector<std::string> members;
  size_t begin = 1;
  int depth = 0;
  bool in_string = false;
  for (size_t i = 1; i < object.size(); ++i) {
    const char c = object[i];
    if (c == '"') in_string = !in_string;
    if (in_string) continue;
    if (depth == 0 && (c == ',' || c == '}')) {
      std::string member(object.substr(begin, i - begin));
      const size_t inner = member.find(":{");
      if (inner != std::string::npos) {
        member = member.substr(0, inner + 1) +
                 ShuffledKeys(std::string_view(member).substr(inner + 1), random);
      }
      members.push_back(std::move(member));
      begin = i + 1;
    }
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
  }
  std::shuffle(members.begin(), members.end(), random);
  std::string out = "{";
  for (const std::string& member : members) out += (out.size() > 1 ? "," : "") + member;
  return out + "}";
}

inline Messages Shuffled(const Messages& messages) {
  std::mt19937_64 random(7);
  Messages out;
  for (size_t i = 0; i < messages.size(); ++i) {
    const std::string_view message(messages.bytes.data() + messages.begins[i],
                                   messages.begins[i + 1] - messages.begins[i]);
    out.Add(ShuffledKeys(message, random));
  }
  return out;
}

/// The union table of tests/nexmark/ddl.sql.
inline flow::Schema NexmarkSchema() {
  using flow::Field;
  using flow::Type;
  const auto bigint = Type::Simple(flow::TypeKind::kBigInt);
  const auto text = Type::Varchar();
  const auto time = Type::Timestamp(3);
  std::vector<Field> person = {{"id", bigint},       {"name", text}, {"emailAddress", text},
                               {"creditCard", text}, {"city", text}, {"state", text},
                               {"dateTime", time},   {"extra", text}};
  std::vector<Field> auction = {{"id", bigint},         {"itemName", text},  {"description", text},
                                {"initialBid", bigint}, {"reserve", bigint}, {"dateTime", time},
                                {"expires", time},      {"seller", bigint},  {"category", bigint},
                                {"extra", text}};
  std::vector<Field> bid = {{"auction", bigint}, {"bidder", bigint}, {"price", bigint},
                            {"channel", text},   {"url", text},      {"dateTime", time},
                            {"extra", text}};
  return {{{"event_type", Type::Simple(flow::TypeKind::kInt)},
           {"person", Type::Row(std::move(person))},
           {"auction", Type::Row(std::move(auction))},
           {"bid", Type::Row(std::move(bid))}}};
}

}  // namespace sluice::formats::json
