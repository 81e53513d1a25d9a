// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/metadata_columns.h"

#include <algorithm>

#include "arrow/api.h"
#include "flow/table_options.h"
#include "formats/decoder.h"

namespace sluice::sources::kafka {
namespace {

using flow::Type;
using flow::TypeKind;
constexpr char kFormatPrefix[] = "value.";

using ArrayResult = Result<std::shared_ptr<arrow::Array>>;

ArrayResult Finish(arrow::ArrayBuilder* builder) {
  std::shared_ptr<arrow::Array> out;
  SLUICE_TRY(builder->Finish(&out));
  return out;
}

// Integers of either width from a function of the row.
template <typename Get>
ArrayResult Integers(const Type& type, size_t rows, Get&& get) {
  if (type.kind() == TypeKind::kBigInt) {
    arrow::Int64Builder builder;
    SLUICE_TRY(builder.Reserve(static_cast<int64_t>(rows)));
    for (size_t i = 0; i < rows; ++i) builder.UnsafeAppend(get(i));
    return Finish(&builder);
  }
  arrow::Int32Builder builder;
  SLUICE_TRY(builder.Reserve(static_cast<int64_t>(rows)));
  for (size_t i = 0; i < rows; ++i) builder.UnsafeAppend(static_cast<int32_t>(get(i)));
  return Finish(&builder);
}

ArrayResult LeaderEpochs(const Type& type, const Client& client,
                         std::span<const int32_t> record_of_row) {
  const auto append = [&](auto builder) -> ArrayResult {
    for (const int32_t record : record_of_row) {
      const int32_t epoch = client.Details(static_cast<size_t>(record)).leader_epoch;
      SLUICE_TRY(epoch < 0 ? builder.AppendNull() : builder.Append(epoch));
    }
    return Finish(&builder);
  };
  return type.kind() == TypeKind::kBigInt ? append(arrow::Int64Builder())
                                          : append(arrow::Int32Builder());
}

ArrayResult Timestamps(const Type& type, const Client& client,
                       std::span<const int32_t> record_of_row) {
  const int64_t factor = type.precision() > 6 ? 1'000'000 : 1'000;
  arrow::TimestampBuilder builder(flow::ToArrow(type), arrow::default_memory_pool());
  SLUICE_TRY(builder.Reserve(static_cast<int64_t>(record_of_row.size())));
  for (const int32_t record : record_of_row) {
    int64_t value = 0;
    if (__builtin_mul_overflow(client.Details(static_cast<size_t>(record)).timestamp_ms, factor,
                               &value)) {
      builder.UnsafeAppendNull();  // a time no column can hold
    } else {
      builder.UnsafeAppend(value);
    }
  }
  return Finish(&builder);
}

ArrayResult TimestampTypes(const Client& client, std::span<const int32_t> record_of_row) {
  arrow::StringBuilder builder;
  for (const int32_t record : record_of_row) {
    const TimestampType type = client.Details(static_cast<size_t>(record)).timestamp_type;
    SLUICE_TRY(builder.Append(type == TimestampType::kCreateTime      ? "CreateTime"
                              : type == TimestampType::kLogAppendTime ? "LogAppendTime"
                                                                      : "NoTimestampType"));
  }
  return Finish(&builder);
}

ArrayResult Topics(const std::string& topic, size_t rows) {
  arrow::StringBuilder builder;
  SLUICE_TRY(builder.Reserve(static_cast<int64_t>(rows)));
  SLUICE_TRY(builder.ReserveData(static_cast<int64_t>(rows * topic.size())));
  for (size_t i = 0; i < rows; ++i) builder.UnsafeAppend(topic);
  return Finish(&builder);
}

arrow::Status AppendHeader(const RecordHeader& header, arrow::StringBuilder* keys,
                           arrow::BinaryBuilder* values) {
  ARROW_RETURN_NOT_OK(keys->Append(header.key));
  return header.value.data() == nullptr ? values->AppendNull() : values->Append(header.value);
}

// A map has each key once: of headers with one name the last counts, as in Flink.
ArrayResult HeaderMaps(const Type& type, const Client& client,
                       std::span<const int32_t> record_of_row) {
  SLUICE_ASSIGN(auto builder, arrow::MakeBuilder(flow::ToArrow(type)));
  auto* map = static_cast<arrow::MapBuilder*>(builder.get());
  auto* keys = static_cast<arrow::StringBuilder*>(map->key_builder());
  auto* values = static_cast<arrow::BinaryBuilder*>(map->item_builder());
  std::vector<RecordHeader> headers;
  for (const int32_t record : record_of_row) {
    headers.clear();
    client.Headers(static_cast<size_t>(record), &headers);
    SLUICE_TRY(map->Append());
    for (size_t i = 0; i < headers.size(); ++i) {
      const bool again = std::any_of(headers.begin() + static_cast<ptrdiff_t>(i) + 1, headers.end(),
                                     [&](const auto& h) { return h.key == headers[i].key; });
      if (!again) SLUICE_TRY(AppendHeader(headers[i], keys, values));
    }
  }
  return Finish(map);
}

ArrayResult HeaderLists(const Type& type, const Client& client,
                        std::span<const int32_t> record_of_row) {
  SLUICE_ASSIGN(auto builder, arrow::MakeBuilder(flow::ToArrow(type)));
  auto* list = static_cast<arrow::ListBuilder*>(builder.get());
  auto* row = static_cast<arrow::StructBuilder*>(list->value_builder());
  std::vector<RecordHeader> headers;
  for (const int32_t record : record_of_row) {
    headers.clear();
    client.Headers(static_cast<size_t>(record), &headers);
    SLUICE_TRY(list->Append());
    for (const RecordHeader& header : headers) {
      SLUICE_TRY(row->Append());
      SLUICE_TRY(AppendHeader(header, static_cast<arrow::StringBuilder*>(row->field_builder(0)),
                              static_cast<arrow::BinaryBuilder*>(row->field_builder(1))));
    }
  }
  return Finish(list);
}

std::vector<flow::Field> MakeMetadata() {
  const flow::TypePtr text = Type::Varchar(Type::kUnboundedLength, false);
  const flow::TypePtr bytes = Type::Varbinary();
  return {
      {"topic", text, "Topic of the record."},
      {"partition", Type::Simple(TypeKind::kInt, false), "Partition of the record."},
      {"headers", Type::Map(text, bytes, false), "Headers; of equal names the last."},
      {"header-list",
       Type::Array(Type::Row({{"key", text, ""}, {"value", bytes, ""}}, false), false),
       "All headers in order."},
      {"leader-epoch", Type::Simple(TypeKind::kInt), "Leader epoch, if known."},
      {"offset", Type::Simple(TypeKind::kBigInt, false), "Offset in the partition."},
      {"timestamp", Type::TimestampLtz(3, false), "Time of the record."},
      {"timestamp-type", text, "'NoTimestampType', 'CreateTime' or 'LogAppendTime'."},
  };
}

}  // namespace

const std::vector<flow::Field>& KafkaMetadata() {
  static const std::vector<flow::Field> metadata = MakeMetadata();
  return metadata;
}

std::vector<flow::Field> FormatMetadata(const flow::OptionMap& table_options) {
  auto name = table_options.find("value.format");
  if (name == table_options.end()) name = table_options.find("format");
  if (name == table_options.end()) return {};
  const formats::Format* format = formats::FindFormat(name->second);
  if (format == nullptr) return {};
  std::vector<flow::Field> metadata = format->metadata;
  for (flow::Field& field : metadata) field.name = kFormatPrefix + field.name;
  return metadata;
}

std::optional<std::string> FormatMetadataKey(const std::string& key) {
  if (!key.starts_with(kFormatPrefix)) return std::nullopt;
  return key.substr(std::string_view(kFormatPrefix).size());
}

Status CheckMetadataColumn(const flow::ConnectorColumn& column,
                           const std::vector<flow::Field>& format_metadata) {
  std::vector<std::string> names;
  const flow::Field* found = nullptr;
  std::vector<flow::Field> offered = format_metadata;
  offered.insert(offered.end(), KafkaMetadata().begin(), KafkaMetadata().end());
  for (const flow::Field& field : offered) {
    names.push_back(field.name);
    if (field.name == column.metadata_key) found = &field;
  }
  if (found == nullptr) {
    const auto near = flow::NearestName(column.metadata_key, names);
    std::string known;
    for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
    return InvalidArgument("metadata '" + column.metadata_key + "' is not one that Kafka offers" +
                           (near ? "; did you mean '" + *near + "'?" : "") + " Known: " + known);
  }
  const Type& want = *column.field.type;
  const bool exact = FormatMetadataKey(found->name).has_value();
  const bool fits =
      want.EqualsIgnoringNullability(*found->type) ||
      (!exact && found->type->kind() == TypeKind::kInt && want.kind() == TypeKind::kBigInt) ||
      (!exact && found->type->kind() == TypeKind::kTimestampLtz &&
       want.kind() == TypeKind::kTimestampLtz && want.precision() >= 3);
  if (fits) return Status::Ok();
  return InvalidArgument("metadata column '" + column.field.name + "' has type " + want.ToString() +
                         ", but '" + column.metadata_key + "' is " + found->type->ToString());
}

ArrayResult MakeMetadataColumn(const std::string& key, const flow::Type& type, const Client& client,
                               const Records& records, std::span<const int32_t> record_of_row,
                               const std::string& topic, int32_t partition) {
  const size_t rows = record_of_row.size();
  if (key == "topic") return Topics(topic, rows);
  if (key == "partition") return Integers(type, rows, [&](size_t) { return int64_t{partition}; });
  if (key == "offset")
    return Integers(type, rows, [&](size_t i) {
      return records.offsets[static_cast<size_t>(record_of_row[i])];
    });
  if (key == "timestamp") return Timestamps(type, client, record_of_row);
  if (key == "timestamp-type") return TimestampTypes(client, record_of_row);
  if (key == "leader-epoch") return LeaderEpochs(type, client, record_of_row);
  if (key == "headers") return HeaderMaps(type, client, record_of_row);
  if (key == "header-list") return HeaderLists(type, client, record_of_row);
  return Internal("metadata '" + key + "' was not checked");
}

}  // namespace sluice::sources::kafka
