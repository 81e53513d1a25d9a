// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/epoch_record.h"

#include <charconv>
#include <cstdio>
#include <utility>

namespace sluice::checkpoint {
namespace {

constexpr std::string_view kMagic = "sluice-epoch-record ";
constexpr std::string_view kFirstLine = "sluice-epoch-record 1\n";
constexpr std::string_view kFilePrefix = "epoch-";
constexpr size_t kEpochDigits = 20;
constexpr int64_t kCountMax = 1 << 20;  // of anything that is repeated

// FNV-1a: against torn and swapped files, not against an enemy.
std::string HashOf(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

void Append(std::string_view tag, std::string_view bytes, std::string* out) {
  *out += tag;
  *out += ' ';
  *out += std::to_string(bytes.size());
  *out += '\n';
  *out += bytes;
  *out += '\n';
}

void Append(std::string_view tag, int64_t number, std::string* out) {
  Append(tag, std::to_string(number), out);
}

// Takes fields one after another; after the first mistake it gives nothing more.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  std::string Text(std::string_view tag) {
    const std::string head = std::string(tag) + ' ';
    if (!ok_ || !rest_.starts_with(head)) return Fail(tag);
    rest_.remove_prefix(head.size());
    uint64_t size = 0;
    const auto [end, code] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
    const auto digits = static_cast<size_t>(end - rest_.data());
    if (code != std::errc() || digits >= rest_.size() || *end != '\n') return Fail(tag);
    rest_.remove_prefix(digits + 1);
    if (size >= rest_.size() || rest_[size] != '\n') return Fail(tag);
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size + 1);
    return text;
  }

  int64_t Number(std::string_view tag) {
    const std::string text = Text(tag);
    int64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ok_ && (code != std::errc() || end != text.data() + text.size())) Fail(tag);
    return ok_ ? number : 0;
  }

  int64_t Count(std::string_view tag) {
    const int64_t count = Number(tag);
    if (count < 0 || count > kCountMax) Fail(tag);
    return ok_ ? count : 0;
  }

  flow::Position Position(std::string_view tag) {
    auto position = flow::Position::Decode(Text(tag));
    if (!position.ok()) Fail(tag);
    return ok_ ? std::move(*position) : flow::Position();
  }

  std::vector<std::string> Texts(std::string_view tag) {
    std::vector<std::string> texts;
    const int64_t count = Count("count");
    for (int64_t i = 0; i < count && ok_; ++i) texts.push_back(Text(tag));
    return texts;
  }

  bool ok() const { return ok_; }
  const std::string& mistake() const { return mistake_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string Fail(std::string_view tag) {
    if (ok_) mistake_ = tag;
    ok_ = false;
    return {};
  }
  std::string_view rest_;
  bool ok_ = true;
  std::string mistake_;
};

void AppendTexts(std::string_view tag, const std::vector<std::string>& texts, std::string* out) {
  Append("count", static_cast<int64_t>(texts.size()), out);
  for (const std::string& text : texts) Append(tag, text, out);
}

void AppendFiles(const std::vector<StateFile>& files, std::string* out) {
  Append("files", static_cast<int64_t>(files.size()), out);
  for (const StateFile& file : files) {
    Append("file", file.name, out);
    Append("size", file.size_bytes, out);
    Append("checksum", static_cast<int64_t>(file.checksum), out);
    Append("of-epoch", file.epoch, out);
    Append("full", file.full ? 1 : 0, out);
    Append("entries", file.entries, out);
  }
}

std::vector<StateFile> ReadFiles(FieldReader* fields) {
  std::vector<StateFile> files;
  const int64_t count = fields->Count("files");
  for (int64_t i = 0; i < count && fields->ok(); ++i) {
    StateFile file;
    file.name = fields->Text("file");
    file.size_bytes = fields->Number("size");
    file.checksum = static_cast<uint64_t>(fields->Number("checksum"));
    file.epoch = fields->Number("of-epoch");
    file.full = fields->Number("full") != 0;
    file.entries = fields->Number("entries");
    files.push_back(std::move(file));
  }
  return files;
}

void AppendWatermarks(const EpochRecord& record, std::string* out) {
  Append("sources", static_cast<int64_t>(record.split_watermarks_ms.size()), out);
  for (const auto& [source, splits] : record.split_watermarks_ms) {
    Append("source", source, out);
    Append("splits", static_cast<int64_t>(splits.size()), out);
    for (const auto& [split, watermark_ms] : splits) {
      Append("split", split, out);
      Append("watermark", watermark_ms, out);
    }
  }
}

void ReadWatermarks(FieldReader* fields, EpochRecord* record) {
  const int64_t sources = fields->Count("sources");
  for (int64_t i = 0; i < sources && fields->ok(); ++i) {
    auto& splits = record->split_watermarks_ms[fields->Text("source")];
    const int64_t count = fields->Count("splits");
    for (int64_t k = 0; k < count && fields->ok(); ++k) {
      const std::string split = fields->Text("split");
      splits[split] = fields->Number("watermark");
    }
  }
}

OperatorState ReadOperator(FieldReader* fields) {
  OperatorState state;
  state.uid = fields->Text("uid");
  state.name = fields->Text("name");
  if (fields->Number("timed") != 0) state.watermark_ms = fields->Number("watermark");
  const int64_t shards = fields->Count("of-shards");
  for (int64_t i = 0; i < shards && fields->ok(); ++i) state.shards.push_back(ReadFiles(fields));
  return state;
}

SinkEpoch ReadSink(FieldReader* fields) {
  SinkEpoch sink;
  sink.name = fields->Text("sink");
  sink.before = fields->Number("before");
  sink.commits = fields->Number("commits") != 0;
  sink.position_before = fields->Position("from");
  sink.position = fields->Position("to");
  sink.parts = fields->Texts("part");
  return sink;
}

EpochRecord ReadFields(FieldReader* fields) {
  EpochRecord record;
  record.pipeline = fields->Text("pipeline");
  record.epoch = fields->Number("epoch");
  record.fingerprint = fields->Text("plan");
  record.shards = static_cast<int>(fields->Count("shards"));
  record.savepoint = fields->Text("savepoint");
  record.position = fields->Position("position");
  ReadWatermarks(fields, &record);
  const int64_t operators = fields->Count("operators");
  for (int64_t i = 0; i < operators && fields->ok(); ++i) {
    record.operators.push_back(ReadOperator(fields));
  }
  const int64_t sinks = fields->Count("sinks");
  for (int64_t i = 0; i < sinks && fields->ok(); ++i) record.sinks.push_back(ReadSink(fields));
  return record;
}

}  // namespace

std::string EpochRecord::Encode() const {
  std::string out(kFirstLine);
  Append("pipeline", pipeline, &out);
  Append("epoch", epoch, &out);
  Append("plan", fingerprint, &out);
  Append("shards", shards, &out);
  Append("savepoint", savepoint, &out);
  Append("position", position.Encode(), &out);
  AppendWatermarks(*this, &out);
  Append("operators", static_cast<int64_t>(operators.size()), &out);
  for (const OperatorState& state : operators) {
    Append("uid", state.uid, &out);
    Append("name", state.name, &out);
    Append("timed", state.watermark_ms ? 1 : 0, &out);
    if (state.watermark_ms) Append("watermark", *state.watermark_ms, &out);
    Append("of-shards", static_cast<int64_t>(state.shards.size()), &out);
    for (const auto& files : state.shards) AppendFiles(files, &out);
  }
  Append("sinks", static_cast<int64_t>(sinks.size()), &out);
  for (const SinkEpoch& sink : sinks) {
    Append("sink", sink.name, &out);
    Append("before", sink.before, &out);
    Append("commits", sink.commits ? 1 : 0, &out);
    Append("from", sink.position_before.Encode(), &out);
    Append("to", sink.position.Encode(), &out);
    AppendTexts("part", sink.parts, &out);
  }
  Append("end", HashOf(out), &out);
  return out;
}

Result<EpochRecord> EpochRecord::Decode(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return Corrupt("not the record of an epoch");
  if (!bytes.starts_with(kFirstLine)) {
    return Unsupported("the record of an epoch was written by a newer sluice: " +
                       std::string(bytes.substr(0, bytes.find('\n'))));
  }
  FieldReader fields(bytes.substr(kFirstLine.size()));
  EpochRecord record = ReadFields(&fields);
  const std::string hash = fields.Text("end");
  if (!fields.ok() || !fields.at_end()) {
    return Corrupt("the record of an epoch cannot be read at field '" + fields.mistake() + "'");
  }
  constexpr size_t kEndBytes = sizeof("end 16\n") - 1 + 16 + 1;
  if (hash != HashOf(bytes.substr(0, bytes.size() - kEndBytes))) {
    return Corrupt("the record of epoch " + std::to_string(record.epoch) + " fails its hash");
  }
  return record;
}

std::string EpochFileName(int64_t epoch) {
  const std::string digits = std::to_string(epoch);
  return std::string(kFilePrefix) + std::string(kEpochDigits - digits.size(), '0') + digits;
}

int64_t EpochOfFileName(std::string_view name) {
  if (!name.starts_with(kFilePrefix)) return 0;
  name.remove_prefix(kFilePrefix.size());
  int64_t epoch = 0;
  const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), epoch);
  const bool whole = code == std::errc() && end == name.data() + name.size();
  return whole && name.size() == kEpochDigits && epoch > 0 ? epoch : 0;
}

}  // namespace sluice::checkpoint
