// SPDX-License-Identifier: Apache-2.0
#include "sources/kafka/reader.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "arrow/api.h"
#include "base/limits.h"
#include "flow/table_options.h"
#include "sources/kafka/metadata_columns.h"
#include "sources/kafka/tombstones.h"

namespace sluice::sources::kafka {

RowPlan MakeRowPlan(const flow::ConnectorTable& table, const KafkaOptions& options,
                    const flow::SourceProjection& projection) {
  RowPlan plan;
  plan.value_request.options = options.value_format_options;
  plan.key_request.options = options.key_format_options;
  const auto add = [](formats::DecoderRequest* request, flow::Field field, const auto& nested) {
    request->schema.fields.push_back(std::move(field));
    request->nested.push_back(nested);
    return static_cast<int>(request->schema.fields.size()) - 1;
  };
  const auto from_key = [&](const std::string& name) {
    return (!options.value_has_key_fields || options.upsert) &&
           std::find(options.key_fields.begin(), options.key_fields.end(), name) !=
               options.key_fields.end();
  };
  const std::vector<std::vector<int>> all_leaves;
  for (size_t i = 0; i < projection.columns.size(); ++i) {
    const flow::ConnectorColumn& column = table.columns[static_cast<size_t>(projection.columns[i])];
    plan.output.fields.push_back(column.field);
    const auto& nested = i < projection.nested.size() ? projection.nested[i] : all_leaves;
    if (const auto key = FormatMetadataKey(column.metadata_key); column.is_metadata && key) {
      plan.columns.push_back({RowPlan::From::kFormatMetadata,
                              static_cast<int>(plan.value_request.metadata.size()), ""});
      plan.value_request.metadata.push_back(*key);
    } else if (column.is_metadata) {
      plan.columns.push_back({RowPlan::From::kMetadata, 0, column.metadata_key});
    } else if (from_key(column.field.name)) {
      flow::Field field = column.field;
      field.name = field.name.substr(options.key_fields_prefix.size());
      plan.columns.push_back(
          {RowPlan::From::kKey, add(&plan.key_request, std::move(field), nested), ""});
    } else {
      plan.columns.push_back(
          {RowPlan::From::kValue, add(&plan.value_request, column.field, nested), ""});
    }
  }
  // An upsert source tells a key that is gone from one that only does not matter here.
  for (const flow::FieldCondition& condition : projection.conditions) {
    const RowPlan::Column& column = plan.columns[static_cast<size_t>(condition.column)];
    if (options.upsert || column.from != RowPlan::From::kValue) continue;
    plan.value_request.conditions.push_back(condition);
    plan.value_request.conditions.back().column = column.index;
  }
  // A record must decode to count, also when no column of it is wanted.
  if (plan.value_request.schema.fields.empty()) {
    for (const flow::ConnectorColumn& column : table.columns) {
      if (column.is_metadata || from_key(column.field.name)) continue;
      add(&plan.value_request, column.field, all_leaves);
      break;
    }
  }
  return plan;
}

Result<std::unique_ptr<formats::Decoder>> MakeDecoder(const std::string& name,
                                                      const formats::DecoderRequest& request) {
  const formats::Format* format = formats::FindFormat(name);
  if (format != nullptr) return format->make_decoder(request);
  std::vector<std::string> names;
  for (const formats::Format& known : formats::Formats()) names.push_back(known.name);
  const auto near = flow::NearestName(name, names);
  std::string text = "format '" + name + "' is not known";
  if (near) {
    text += "; did you mean '" + *near + "'?";
  } else {
    text += "; known:";
    for (size_t i = 0; i < names.size(); ++i) text += (i == 0 ? " " : ", ") + names[i];
  }
  return InvalidArgument(std::move(text));
}

Result<std::unique_ptr<RowMaker>> RowMaker::Make(const RowPlan& plan, const KafkaOptions& options) {
  std::unique_ptr<RowMaker> maker(new RowMaker(plan));
  maker->output_schema_ = plan.output.ToArrow();
  maker->upsert_ = options.upsert;
  SLUICE_ASSIGN(maker->value_decoder_, MakeDecoder(options.value_format, plan.value_request));
  if (plan.key_request.schema.size() > 0) {
    SLUICE_ASSIGN(maker->key_decoder_, MakeDecoder(options.key_format, plan.key_request));
  }
  return maker;
}

Status RowMaker::DecodeKeys(const Client& client, size_t count, std::vector<Refused>* refused) {
  // Keys lie in the client's buffers too; those of null records have no row.
  std::vector<formats::Message> messages;
  std::vector<int32_t> record_of_message;
  size_t bytes = 0;
  for (size_t i = 0; i < count; ++i) bytes += client.Details(i).key.size();
  std::string buffer;
  buffer.reserve(bytes + formats::Decoder::kPadding);
  for (size_t i = 0; i < count; ++i) {
    const std::string_view key = client.Details(i).key;
    if (key.data() == nullptr) continue;
    const size_t start = buffer.size();
    buffer.append(key);
    messages.emplace_back(buffer.data() + start, key.size());
    record_of_message.push_back(static_cast<int32_t>(i));
  }
  buffer.append(formats::Decoder::kPadding, '\0');
  SLUICE_ASSIGN(keys_, key_decoder_->Decode(messages));
  key_row_of_record_.assign(count, -1);
  for (int64_t row = 0; row < keys_.rows->num_rows(); ++row) {
    const size_t message =
        keys_.message_of_row.empty()
            ? static_cast<size_t>(row)
            : static_cast<size_t>(keys_.message_of_row[static_cast<size_t>(row)]);
    key_row_of_record_[static_cast<size_t>(record_of_message[message])] = static_cast<int32_t>(row);
  }
  for (formats::Rejected& rejected : keys_.rejected)
    refused->push_back({record_of_message[static_cast<size_t>(rejected.message)],
                        "key: " + std::move(rejected.reason)});
  return Status::Ok();
}

Status RowMaker::ChooseMessages(const Client& client, const Records& records,
                                std::vector<Refused>* refused) {
  const size_t count = records.values.size();
  if (key_decoder_ != nullptr) SLUICE_TRY(DecodeKeys(client, count, refused));
  for (size_t i = 0; i < count; ++i) {
    if (static_cast<int64_t>(records.values[i].size()) > limits::kRecordBytesMax)
      refused->push_back({static_cast<int32_t>(i),
                          "record of " + std::to_string(records.values[i].size()) +
                              " bytes is larger than " + std::to_string(limits::kRecordBytesMax)});
  }
  all_chosen_ = refused->empty();
  if (all_chosen_) return Status::Ok();
  std::vector<bool> out(count, false);
  for (const Refused& r : *refused) out[static_cast<size_t>(r.record)] = true;
  chosen_.clear();
  chosen_messages_.clear();
  for (size_t i = 0; i < count; ++i) {
    if (out[i]) continue;
    chosen_.push_back(static_cast<int32_t>(i));
    chosen_messages_.push_back(records.values[i]);
  }
  return Status::Ok();
}

Result<std::shared_ptr<arrow::Array>> RowMaker::KeyColumn(int index) const {
  const auto& column = keys_.rows->column(index);
  SLUICE_ASSIGN(auto builder, arrow::MakeBuilder(column->type()));
  const arrow::ArraySpan span(*column->data());
  for (const int32_t record : record_of_row_) {
    const int32_t row = key_row_of_record_[static_cast<size_t>(record)];
    SLUICE_TRY(row < 0 ? builder->AppendNull() : builder->AppendArraySlice(span, row, 1));
  }
  std::shared_ptr<arrow::Array> out;
  SLUICE_TRY(builder->Finish(&out));
  return out;
}

Status RowMaker::Assemble(const Client& client, const Records& records,
                          const formats::Decoded& decoded, const std::string& topic,
                          int32_t partition, flow::PollResult* out) {
  const int64_t rows = decoded.rows->num_rows();
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (size_t i = 0; i < plan_.columns.size(); ++i) {
    const RowPlan::Column& column = plan_.columns[i];
    switch (column.from) {
      case RowPlan::From::kValue:
        columns.push_back(decoded.rows->column(column.index));
        break;
      case RowPlan::From::kFormatMetadata:
        columns.push_back(decoded.rows->column(plan_.value_request.schema.size() + column.index));
        break;
      case RowPlan::From::kKey: {
        SLUICE_ASSIGN(auto array, KeyColumn(column.index));
        columns.push_back(std::move(array));
        break;
      }
      case RowPlan::From::kMetadata: {
        SLUICE_ASSIGN(auto array,
                      MakeMetadataColumn(column.metadata_key, *plan_.output.fields[i].type, client,
                                         records, record_of_row_, topic, partition));
        columns.push_back(std::move(array));
        break;
      }
    }
  }
  flow::Batch batch;
  batch.rows = arrow::RecordBatch::Make(output_schema_, rows, std::move(columns));
  batch.kinds = decoded.kinds;
  batch.origin.split = records.split;
  const auto offset_of = [&](size_t row) {
    return records.offsets[static_cast<size_t>(record_of_row_[row])];
  };
  const size_t last = static_cast<size_t>(rows) - 1;
  batch.origin.first_offset = offset_of(0);
  // Distinct offsets that span as many numbers as there are rows are contiguous.
  const bool distinct =
      decoded.message_of_row.empty() ||
      std::adjacent_find(record_of_row_.begin(), record_of_row_.end()) == record_of_row_.end();
  if (!distinct || offset_of(last) - offset_of(0) != rows - 1) {
    batch.origin.offsets.resize(static_cast<size_t>(rows));
    for (size_t row = 0; row <= last; ++row) batch.origin.offsets[row] = offset_of(row);
  }
  out->batch = std::move(batch);
  return Status::Ok();
}

Status RowMaker::MakeRows(const Client& client, const Records& records, const std::string& topic,
                          int32_t partition, flow::PollResult* out) {
  out->split = records.split;
  out->next_offset = records.next_offset;
  out->newest_timestamp_ms = records.newest_timestamp_ms;
  if (records.values.empty()) return Status::Ok();
  std::vector<Refused> refused;
  SLUICE_TRY(ChooseMessages(client, records, &refused));
  SLUICE_ASSIGN(formats::Decoded decoded,
                all_chosen_
                    ? value_decoder_->Decode(records.values)
                    : value_decoder_->Decode(std::span<const formats::Message>(chosen_messages_)));
  if (upsert_) {
    SLUICE_TRY(AddTombstones(all_chosen_ ? std::span<const formats::Message>(records.values)
                                         : std::span<const formats::Message>(chosen_messages_),
                             &decoded));
  }
  const auto record_of = [&](int32_t message) {
    return all_chosen_ ? message : chosen_[static_cast<size_t>(message)];
  };
  const int64_t rows = decoded.rows->num_rows();
  record_of_row_.resize(static_cast<size_t>(rows));
  for (size_t row = 0; row < record_of_row_.size(); ++row)
    record_of_row_[row] = record_of(decoded.message_of_row.empty() ? static_cast<int32_t>(row)
                                                                   : decoded.message_of_row[row]);
  for (formats::Rejected& rejected : decoded.rejected)
    refused.push_back({record_of(rejected.message), std::move(rejected.reason)});
  std::sort(refused.begin(), refused.end(),
            [](const Refused& a, const Refused& b) { return a.record < b.record; });
  for (Refused& r : refused) {
    const auto i = static_cast<size_t>(r.record);
    const RecordDetails details = client.Details(i);
    out->dead_letters.push_back({.payload = std::string(records.values[i]),
                                 .key = std::string(details.key),
                                 .payload_is_null = records.values[i].data() == nullptr,
                                 .key_is_null = details.key.data() == nullptr,
                                 .source = topic,
                                 .partition = partition,
                                 .offset = records.offsets[i],
                                 .timestamp_ms = details.timestamp_ms,
                                 .split = records.split,
                                 .reason = std::move(r.reason)});
  }
  const auto count = static_cast<int64_t>(records.values.size());
  const auto dead = static_cast<int64_t>(refused.size());
  counters_.records_in += count;
  counters_.rows_out += rows;
  counters_.records_dead += dead;
  counters_.records_skipped += decoded.skipped;
  counters_.records_exploded += rows - (count - dead - decoded.skipped);
  for (const std::string_view value : records.values)
    counters_.bytes_in += static_cast<int64_t>(value.size());
  if (rows == 0) return Status::Ok();
  return Assemble(client, records, decoded, topic, partition, out);
}

}  // namespace sluice::sources::kafka
