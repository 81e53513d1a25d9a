// SPDX-License-Identifier: Apache-2.0
// Avro object container files (Avro 1.11 spec), as far as Iceberg's metadata needs them: a reader
// by the writer's schema that keeps field ids, and a writer. Values are trees; sizes and depth that
// the input claims are checked against base/limits.h before memory is taken.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace sluice::tables::iceberg::avro {

enum class Kind : uint8_t {
  kNull,
  kBoolean,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kBytes,
  kString,
  kFixed,
  kEnum,
  kRecord,
  kArray,
  kMap,
  kUnion,
};

/// A schema node. Named types are kept once in Schema::nodes; children are indexes into it, so that
/// recursive schemas need no pointers.
struct Node {
  Kind kind = Kind::kNull;
  std::string name;          // record, enum, fixed
  std::string logical_type;  // "" if none
  int size = 0;              // fixed
  int precision = 0, scale = 0;
  bool adjust_to_utc = false;
  std::optional<int> element_id, key_id, value_id;
  struct Field {
    std::string name;
    int node = 0;
    std::optional<int> field_id;
  };
  std::vector<Field> fields;         // record
  std::vector<int> children;         // array: 1, map: 1, union: n
  std::vector<std::string> symbols;  // enum
};

struct Schema {
  std::vector<Node> nodes;
  int root = 0;
  const Node& at(int index) const { return nodes[static_cast<size_t>(index)]; }
};

/// Parses the JSON of avro.schema. Depth and the number of nodes are bounded.
Result<Schema> ParseSchema(std::string_view json);

/// A value read: unions are resolved to the chosen branch; enums are their index in `integer`;
/// arrays and maps keep their items in `items` (a map's keys in `keys`).
struct Datum {
  Kind kind = Kind::kNull;
  int64_t integer = 0;  // boolean, int, long, enum
  double real = 0;      // float, double
  std::string bytes;    // bytes, string, fixed
  std::vector<Datum> items;
  std::vector<std::string> keys;
  int node = 0;  // the schema node it was read by

  bool is_null() const { return kind == Kind::kNull; }
};

/// What stands before the records.
struct ContainerHead {
  Schema schema;
  std::map<std::string, std::string> header;  // values are bytes
};

/// Reads a whole container record by record; `visit` may stop it with an error. Codecs: null,
/// deflate, snappy, zstandard.
Result<ContainerHead> ReadContainer(
    std::string_view bytes,
    const std::function<Status(const ContainerHead& head, const Datum& record)>& visit);

/// Binary encoding, written by hand along a known schema.
class Encoder {
 public:
  void Long(int64_t value);
  void Int(int32_t value) { Long(value); }
  void Boolean(bool value) { out_.push_back(value ? '\1' : '\0'); }
  void Float(float value);
  void Double(double value);
  void Bytes(std::string_view value);
  void Raw(std::string_view value) { out_.append(value); }
  /// The branch of a union.
  void Branch(int index) { Long(index); }
  /// Start of an array or map block of n items (n > 0), and the end of the array or map.
  void BlockOf(int64_t n) { Long(n); }
  void EndBlocks() { Long(0); }

  const std::string& bytes() const { return out_; }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

/// Writes a container: header, then blocks of whole records.
class ContainerWriter {
 public:
  /// `header` without avro.schema and avro.codec; `sync` has 16 bytes.
  static Result<ContainerWriter> Make(std::string_view schema_json, std::string_view codec,
                                      const std::map<std::string, std::string>& header,
                                      std::string_view sync);
  /// One encoded record.
  Status Append(std::string_view record);
  Result<std::string> Finish();

 private:
  Status FlushBlock();
  std::string out_, block_, sync_, codec_;
  int64_t block_records_ = 0;
};

}  // namespace sluice::tables::iceberg::avro
