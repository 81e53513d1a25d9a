// SPDX-License-Identifier: Apache-2.0
// Positions: their canonical JSON text, their order, merge and minimum. Decode takes any bytes: it
// reads a table property that others could have written, so it checks everything and never recurses
// without bound.
#include "flow/position.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "base/json_text.h"
#include "base/utf8.h"

namespace sluice::flow {

std::string Position::Encode() const {
  std::string out = "{";
  for (const auto& [name, source] : sources) {
    if (out.size() > 1) out += ',';
    AppendJsonString(name, &out);
    out += ":{\"identity\":{";
    bool first = true;
    for (const auto& [key, value] : source.identity) {
      if (!std::exchange(first, false)) out += ',';
      AppendJsonString(key, &out);
      out += ':';
      AppendJsonString(value, &out);
    }
    out += "},\"kind\":";
    AppendJsonString(source.kind, &out);
    out += ",\"splits\":{";
    first = true;
    for (const auto& [split, offset] : source.splits) {
      if (!std::exchange(first, false)) out += ',';
      AppendJsonString(split, &out);
      out += ':';
      out += std::to_string(offset);
    }
    out += "}}";
  }
  return out + "}";
}

namespace {

/// Reads the JSON of a position: objects of strings, integers and objects, three levels deep.
class PositionReader {
 public:
  explicit PositionReader(std::string_view text) : text_(text) {}

  Result<Position> Read() {
    Position position;
    SLUICE_TRY(ReadObject([&](std::string name) -> Status {
      SourcePosition source;
      SLUICE_TRY(ReadSource(&source));
      if (!position.sources.emplace(std::move(name), std::move(source)).second) {
        return Wrong("a source named twice");
      }
      return Status::Ok();
    }));
    SkipBlanks();
    if (at_ != text_.size()) return Wrong("text after the end");
    return position;
  }

 private:
  Error Wrong(std::string_view what) const {
    return ParseError("position text is not valid: " + std::string(what) + " at byte " +
                      std::to_string(at_));
  }

  void SkipBlanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  bool Take(char wanted) {
    SkipBlanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  /// Calls `member(name)` with the reader at each value.
  template <typename Member>
  Status ReadObject(Member member) {
    if (!Take('{')) return Wrong("expected '{'");
    if (Take('}')) return Status::Ok();
    do {
      std::string name;
      SLUICE_TRY(ReadString(&name));
      if (!Take(':')) return Wrong("expected ':'");
      SLUICE_TRY(member(std::move(name)));
    } while (Take(','));
    if (!Take('}')) return Wrong("expected ',' or '}'");
    return Status::Ok();
  }

  Status ReadSource(SourcePosition* source) {
    int seen = 0;
    SLUICE_TRY(ReadObject([&](const std::string& name) -> Status {
      const int bit = name == "kind" ? 1 : name == "identity" ? 2 : name == "splits" ? 4 : 0;
      if (bit == 0) return Wrong("unknown member '" + name + "'");
      if (seen & bit) return Wrong("a member named twice");
      seen |= bit;
      if (bit == 1) return ReadString(&source->kind);
      if (bit == 2) return ReadIdentity(&source->identity);
      return ReadSplits(&source->splits);
    }));
    if (seen != 7) return Wrong("kind, identity or splits missing");
    return Status::Ok();
  }

  Status ReadIdentity(std::map<std::string, std::string>* identity) {
    return ReadObject([&](std::string name) -> Status {
      std::string value;
      SLUICE_TRY(ReadString(&value));
      if (!identity->emplace(std::move(name), std::move(value)).second) {
        return Wrong("an identity named twice");
      }
      return Status::Ok();
    });
  }

  Status ReadSplits(std::map<std::string, int64_t>* splits) {
    return ReadObject([&](std::string name) -> Status {
      SkipBlanks();
      int64_t offset = 0;
      const char* begin = text_.data() + at_;
      const auto [end, failed] = std::from_chars(begin, text_.data() + text_.size(), offset);
      if (failed != std::errc()) return Wrong("expected an offset");
      at_ += static_cast<size_t>(end - begin);
      if (!splits->emplace(std::move(name), offset).second) {
        return Wrong("a split named twice");
      }
      return Status::Ok();
    });
  }

  Status ReadString(std::string* out) {
    if (!Take('"')) return Wrong("expected a string");
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return Status::Ok();
      if (static_cast<unsigned char>(c) < 0x20) return Wrong("control character in a string");
      if (c != '\\') {
        out->push_back(c);
        continue;
      }
      SLUICE_TRY(ReadEscape(out));
    }
    return Wrong("string without end");
  }

  Status ReadEscape(std::string* out) {
    static constexpr std::string_view kEscapes = "\"\"\\\\//b\bf\fn\nr\rt\t";
    if (at_ >= text_.size()) return Wrong("string without end");
    const char c = text_[at_++];
    if (c != 'u') {
      for (size_t i = 0; i < kEscapes.size(); i += 2) {
        if (kEscapes[i] == c) {
          out->push_back(kEscapes[i + 1]);
          return Status::Ok();
        }
      }
      return Wrong("unknown escape");
    }
    uint32_t code = 0;
    SLUICE_TRY(ReadHex(&code));
    if (code >= 0xD800 && code < 0xDC00) {
      uint32_t low = 0;
      if (text_.substr(at_, 2) != "\\u") return Wrong("half of a surrogate pair");
      at_ += 2;
      SLUICE_TRY(ReadHex(&low));
      if (low < 0xDC00 || low > 0xDFFF) return Wrong("half of a surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code < 0xE000) {
      return Wrong("half of a surrogate pair");
    }
    AppendUtf8(code, out);
    return Status::Ok();
  }

  Status ReadHex(uint32_t* code) {
    if (text_.size() - at_ < 4) return Wrong("string without end");
    const char* begin = text_.data() + at_;
    const auto [end, failed] = std::from_chars(begin, begin + 4, *code, 16);
    if (failed != std::errc() || end != begin + 4) return Wrong("expected four hex digits");
    at_ += 4;
    return Status::Ok();
  }

  std::string_view text_;
  size_t at_ = 0;
};

/// What the splits of two positions say about their order, seen from a.
struct Order {
  bool behind = false, ahead = false;

  template <typename Map, typename Both>
  void Walk(const Map& a, const Map& b, Both both) {
    for (const auto& [name, value] : a) {
      const auto other = b.find(name);
      if (other == b.end()) {
        ahead = true;
      } else {
        both(value, other->second);
      }
    }
    for (const auto& [name, value] : b) behind |= !a.contains(name);
  }
};

bool SameOrigin(const SourcePosition& a, const SourcePosition& b) {
  return a.kind == b.kind && a.identity == b.identity;
}

std::string IdentityText(const SourcePosition& source) {
  std::string out = source.kind;
  for (const auto& [key, value] : source.identity) out += " " + key + "=" + value;
  return out;
}

/// Equal keys must have equal values; a key that one side lacks (a topic found later) is taken
/// over.
Result<std::map<std::string, std::string>> UniteIdentity(const std::string& name,
                                                         const SourcePosition& a,
                                                         const SourcePosition& b) {
  std::map<std::string, std::string> united = a.identity;
  bool same = a.kind == b.kind;
  for (const auto& [key, value] : b.identity) {
    same = united.emplace(key, value).first->second == value && same;
  }
  if (!same) {
    return PositionMismatch("positions of source '" + name + "' are of different origin: " +
                            IdentityText(a) + " against " + IdentityText(b));
  }
  return united;
}

}  // namespace

Result<Position> Position::Decode(std::string_view text) {
  return PositionReader(text).Read();
}

PositionOrder Compare(const Position& a, const Position& b) {
  Order order;
  bool comparable = true;
  order.Walk(a.sources, b.sources, [&](const SourcePosition& x, const SourcePosition& y) {
    comparable = comparable && SameOrigin(x, y);
    order.Walk(x.splits, y.splits, [&](int64_t left, int64_t right) {
      order.behind |= left < right;
      order.ahead |= left > right;
    });
  });
  if (!comparable || (order.behind && order.ahead)) return PositionOrder::kIncomparable;
  if (order.behind) return PositionOrder::kBefore;
  return order.ahead ? PositionOrder::kAfter : PositionOrder::kEqual;
}

Result<Position> Merge(const Position& a, const Position& b) {
  Position merged = a;
  for (const auto& [name, source] : b.sources) {
    auto [mine, added] = merged.sources.emplace(name, source);
    if (added) continue;
    SLUICE_ASSIGN(auto identity, UniteIdentity(name, mine->second, source));
    mine->second.identity = std::move(identity);
    for (const auto& [split, offset] : source.splits) {
      auto [known, fresh] = mine->second.splits.emplace(split, offset);
      if (!fresh) known->second = std::max(known->second, offset);
    }
  }
  return merged;
}

Result<Position> Min(const Position& a, const Position& b) {
  Position least;
  for (const auto& [name, source] : a.sources) {
    const auto other = b.sources.find(name);
    if (other == b.sources.end()) continue;
    SourcePosition both;
    SLUICE_ASSIGN(both.identity, UniteIdentity(name, source, other->second));
    both.kind = source.kind;
    for (const auto& [split, offset] : source.splits) {
      const auto known = other->second.splits.find(split);
      if (known != other->second.splits.end()) {
        both.splits.emplace(split, std::min(offset, known->second));
      }
    }
    least.sources.emplace(name, std::move(both));
  }
  return least;
}

}  // namespace sluice::flow
