// SPDX-License-Identifier: Apache-2.0
// Object container files: "Obj" 01, a map of header entries, 16 bytes of sync, then blocks of
// (count, size, bytes, sync).
#include "tables/iceberg/avro.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "tables/iceberg/codec.h"

namespace sluice::tables::iceberg::avro {
namespace {

constexpr std::string_view kMagic("Obj\1", 4);
constexpr size_t kSyncBytes = 16;
constexpr size_t kBlockBytes = 64 << 10;
// Records that take no bytes could be claimed without end.
constexpr int64_t kEmptyItemsMax = 1 << 20;
// Values of one record: a value in memory is larger than its one byte in the file.
constexpr int64_t kRecordValuesMax = 4 << 20;

Error CutShort() {
  return Corrupt("Avro bytes end too early");
}

class Decoder {
 public:
  Decoder(const Schema& schema, std::string_view bytes) : schema_(schema), rest_(bytes) {}

  std::string_view rest() const { return rest_; }

  Result<int64_t> Long() {
    uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (rest_.empty()) return CutShort();
      const auto byte = static_cast<uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && byte > 1) break;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return static_cast<int64_t>(value >> 1 ^ (~(value & 1) + 1));
    }
    return Corrupt("Avro number has more than 64 bits");
  }

  Result<std::string_view> Raw(int64_t size) {
    if (size < 0) return Corrupt("Avro length is negative");
    if (static_cast<uint64_t>(size) > rest_.size()) return CutShort();
    const std::string_view out = rest_.substr(0, static_cast<size_t>(size));
    rest_.remove_prefix(static_cast<size_t>(size));
    return out;
  }

  void StartRecord() { values_ = 0; }

  Result<Datum> Read(int index, int depth) {
    if (++values_ > kRecordValuesMax) return Corrupt("Avro record of too many values");
    if (depth > limits::kAvroDepthMax) return Corrupt("Avro value is nested too deeply");
    const Node& node = schema_.at(index);
    Datum out;
    out.kind = node.kind;
    out.node = index;
    switch (node.kind) {
      case Kind::kNull:
        return out;
      case Kind::kBoolean: {
        SLUICE_ASSIGN(const auto byte, Raw(1));
        if (static_cast<uint8_t>(byte[0]) > 1) return Corrupt("Avro boolean is not 0 or 1");
        out.integer = byte[0];
        return out;
      }
      case Kind::kInt:
      case Kind::kLong:
      case Kind::kEnum:
        SLUICE_TRY(ReadInteger(node, &out));
        return out;
      case Kind::kFloat:
      case Kind::kDouble:
        SLUICE_TRY(ReadReal(node, &out));
        return out;
      case Kind::kBytes:
      case Kind::kString: {
        SLUICE_ASSIGN(const int64_t size, Long());
        SLUICE_ASSIGN(const auto bytes, Raw(size));
        out.bytes = bytes;
        return out;
      }
      case Kind::kFixed: {
        SLUICE_ASSIGN(const auto bytes, Raw(node.size));
        out.bytes = bytes;
        return out;
      }
      case Kind::kUnion: {
        SLUICE_ASSIGN(const int64_t branch, Long());
        if (branch < 0 || branch >= static_cast<int64_t>(node.children.size())) {
          return Corrupt("Avro union has no branch " + std::to_string(branch));
        }
        return Read(node.children[static_cast<size_t>(branch)], depth + 1);
      }
      case Kind::kRecord:
        for (const Node::Field& field : node.fields) {
          SLUICE_ASSIGN(Datum item, Read(field.node, depth + 1));
          out.items.push_back(std::move(item));
        }
        return out;
      case Kind::kArray:
      case Kind::kMap:
        SLUICE_TRY(ReadBlocks(node, depth, &out));
        return out;
    }
    return Corrupt("Avro type out of range");
  }

 private:
  Status ReadInteger(const Node& node, Datum* out) {
    SLUICE_ASSIGN(out->integer, Long());
    if (node.kind == Kind::kInt && (out->integer < INT32_MIN || out->integer > INT32_MAX)) {
      return Corrupt("Avro int does not fit into 32 bits");
    }
    if (node.kind == Kind::kEnum &&
        (out->integer < 0 || out->integer >= static_cast<int64_t>(node.symbols.size()))) {
      return Corrupt("Avro enum has no symbol " + std::to_string(out->integer));
    }
    return Status::Ok();
  }

  Status ReadReal(const Node& node, Datum* out) {
    if (node.kind == Kind::kFloat) {
      SLUICE_ASSIGN(const auto bytes, Raw(4));
      float value = 0;
      std::memcpy(&value, bytes.data(), 4);
      out->real = value;
    } else {
      SLUICE_ASSIGN(const auto bytes, Raw(8));
      std::memcpy(&out->real, bytes.data(), 8);
    }
    return Status::Ok();
  }

  Status ReadBlocks(const Node& node, int depth, Datum* out) {
    for (;;) {
      SLUICE_ASSIGN(int64_t count, Long());
      if (count == 0) return Status::Ok();
      if (count < 0) {  // followed by the block's size in bytes, for skipping
        if (count == INT64_MIN) return Corrupt("Avro block count out of range");
        count = -count;
        SLUICE_ASSIGN(const int64_t size, Long());
        if (size < 0) return Corrupt("Avro block size is negative");
      }
      for (int64_t i = 0; i < count; ++i) {
        if (node.kind == Kind::kMap) {
          SLUICE_ASSIGN(const int64_t size, Long());
          SLUICE_ASSIGN(const auto key, Raw(size));
          out->keys.emplace_back(key);
        }
        SLUICE_ASSIGN(Datum item, Read(node.children[0], depth + 1));
        out->items.push_back(std::move(item));
      }
    }
  }

  const Schema& schema_;
  std::string_view rest_;
  int64_t values_ = 0;
};

Result<std::string> Unpack(std::string_view codec, std::string_view bytes) {
  if (codec.empty() || codec == "null") return std::string(bytes);
  if (codec == "deflate") return Inflate(bytes, DeflateForm::kRaw, limits::kAvroBlockBytesMax);
  if (codec == "zstandard") return ZstdDecompress(bytes, limits::kAvroBlockBytesMax);
  if (codec == "snappy") {
    if (bytes.size() < 4) return CutShort();
    const std::string_view check = bytes.substr(bytes.size() - 4);
    bytes.remove_suffix(4);
    SLUICE_ASSIGN(std::string out, SnappyDecompress(bytes, limits::kAvroBlockBytesMax));
    const auto crc = static_cast<uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(out.data()), static_cast<uInt>(out.size())));
    uint32_t expected = 0;
    for (const char c : check) expected = expected << 8 | static_cast<uint8_t>(c);
    if (crc != expected) return Corrupt("Avro block fails its checksum");
    return out;
  }
  return Unsupported("Avro codec is not known: " + std::string(codec));
}

Status ReadHeader(Decoder* decoder, std::map<std::string, std::string>* header) {
  for (;;) {
    SLUICE_ASSIGN(int64_t count, decoder->Long());
    if (count == 0) return Status::Ok();
    if (count < 0) {
      if (count == INT64_MIN) return Corrupt("Avro header count out of range");
      count = -count;
      SLUICE_TRY(decoder->Long());
    }
    for (int64_t i = 0; i < count; ++i) {
      SLUICE_ASSIGN(const int64_t key_size, decoder->Long());
      SLUICE_ASSIGN(const auto key, decoder->Raw(key_size));
      SLUICE_ASSIGN(const int64_t value_size, decoder->Long());
      SLUICE_ASSIGN(const auto value, decoder->Raw(value_size));
      (*header)[std::string(key)] = std::string(value);
    }
  }
}

using Visit = std::function<Status(const ContainerHead& head, const Datum& record)>;

Status ReadRecords(std::string_view block, int64_t count, const ContainerHead& head,
                   const Visit& visit, int64_t* empty_records) {
  Decoder decoder(head.schema, block);
  for (int64_t i = 0; i < count; ++i) {
    const size_t before = decoder.rest().size();
    decoder.StartRecord();
    SLUICE_ASSIGN(const Datum record, decoder.Read(head.schema.root, 0));
    if (decoder.rest().size() == before && ++*empty_records > kEmptyItemsMax) {
      return Corrupt("Avro file of too many empty records");
    }
    SLUICE_TRY(visit(head, record));
  }
  if (!decoder.rest().empty()) return Corrupt("Avro block has bytes after its last record");
  return Status::Ok();
}

}  // namespace

Result<ContainerHead> ReadContainer(
    std::string_view bytes,
    const std::function<Status(const ContainerHead& head, const Datum& record)>& visit) {
  if (!bytes.starts_with(kMagic)) return Corrupt("not an Avro file (version 1)");
  ContainerHead out;
  const Schema none;
  Decoder decoder(none, bytes.substr(kMagic.size()));
  SLUICE_TRY(ReadHeader(&decoder, &out.header));
  SLUICE_ASSIGN(const auto sync, decoder.Raw(kSyncBytes));
  SLUICE_ASSIGN(out.schema, ParseSchema(out.header["avro.schema"]));
  const std::string codec = out.header["avro.codec"];
  int64_t unpacked_bytes = 0, empty_records = 0;
  while (!decoder.rest().empty()) {
    SLUICE_ASSIGN(const int64_t count, decoder.Long());
    SLUICE_ASSIGN(const int64_t size, decoder.Long());
    if (count < 0) return Corrupt("Avro block count is negative");
    SLUICE_ASSIGN(const auto packed, decoder.Raw(size));
    SLUICE_ASSIGN(const auto mark, decoder.Raw(kSyncBytes));
    if (mark != sync) return Corrupt("Avro sync marker does not match");
    SLUICE_ASSIGN(const std::string block, Unpack(codec, packed));
    unpacked_bytes += static_cast<int64_t>(block.size());
    if (unpacked_bytes > limits::kMetadataBytesMax) {
      return ResourceExhausted("Avro file unpacks to more than " +
                               std::to_string(limits::kMetadataBytesMax) + " bytes");
    }
    SLUICE_TRY(ReadRecords(block, count, out, visit, &empty_records));
  }
  return out;
}

void Encoder::Long(int64_t value) {
  uint64_t zigzag = static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
  while (zigzag >= 0x80) {
    out_.push_back(static_cast<char>(zigzag | 0x80));
    zigzag >>= 7;
  }
  out_.push_back(static_cast<char>(zigzag));
}
void Encoder::Float(float value) {
  out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
}
void Encoder::Double(double value) {
  out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
}
void Encoder::Bytes(std::string_view value) {
  Long(static_cast<int64_t>(value.size()));
  out_.append(value);
}

Result<ContainerWriter> ContainerWriter::Make(std::string_view schema_json, std::string_view codec,
                                              const std::map<std::string, std::string>& header,
                                              std::string_view sync) {
  if (codec != "null" && codec != "deflate" && codec != "zstandard") {
    return Unsupported("Avro codec for writing: " + std::string(codec));
  }
  if (sync.size() != kSyncBytes) return Internal("an Avro sync marker has 16 bytes");
  Encoder head;
  head.Raw(kMagic);
  head.BlockOf(static_cast<int64_t>(header.size()) + 2);
  head.Bytes("avro.schema");
  head.Bytes(schema_json);
  head.Bytes("avro.codec");
  head.Bytes(codec);
  for (const auto& [key, value] : header) {
    head.Bytes(key);
    head.Bytes(value);
  }
  head.EndBlocks();
  head.Raw(sync);
  ContainerWriter writer;
  writer.out_ = head.Take();
  writer.sync_ = sync;
  writer.codec_ = codec;
  return writer;
}

Status ContainerWriter::Append(std::string_view record) {
  block_.append(record);
  ++block_records_;
  return block_.size() >= kBlockBytes ? FlushBlock() : Status::Ok();
}

Status ContainerWriter::FlushBlock() {
  if (block_records_ == 0) return Status::Ok();
  std::string packed = codec_ == "deflate"     ? Deflate(block_, DeflateForm::kRaw)
                       : codec_ == "zstandard" ? ZstdCompress(block_)
                                               : block_;
  Encoder head;
  head.Long(block_records_);
  head.Bytes(packed);
  out_ += head.bytes();
  out_ += sync_;
  block_.clear();
  block_records_ = 0;
  return Status::Ok();
}

Result<std::string> ContainerWriter::Finish() {
  SLUICE_TRY(FlushBlock());
  return std::move(out_);
}

}  // namespace sluice::tables::iceberg::avro
