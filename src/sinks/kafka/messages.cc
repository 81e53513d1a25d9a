// SPDX-License-Identifier: Apache-2.0
#include "sinks/kafka/messages.h"

#include <algorithm>
#include <utility>

#include "arrow/api.h"

namespace sluice::sinks::kafka {
namespace {

Result<std::unique_ptr<formats::Encoder>> MakeEncoder(const std::string& name, flow::Schema schema,
                                                      const flow::OptionMap& options) {
  const formats::Format* format = formats::FindFormat(name);
  if (format == nullptr) return InvalidArgument("format '" + name + "' is not known");
  return format->make_encoder({std::move(schema), options});
}

Result<std::shared_ptr<arrow::RecordBatch>> Select(const arrow::RecordBatch& rows,
                                                   const std::vector<int>& columns) {
  SLUICE_ASSIGN(auto selected, rows.SelectColumns(columns));
  return selected;
}

}  // namespace

Result<std::unique_ptr<MessageMaker>> MessageMaker::Make(
    const flow::ConnectorTable& table, const sources::kafka::KafkaOptions& options, bool upsert) {
  std::unique_ptr<MessageMaker> maker(new MessageMaker());
  maker->upsert_ = upsert;
  flow::Schema keys, values;
  int index = -1;
  for (const flow::ConnectorColumn& column : table.columns) {
    if (column.is_metadata && column.is_virtual) continue;  // not written
    ++index;
    if (column.is_metadata) {
      if (column.metadata_key != "timestamp") {
        return Unsupported("the metadata '" + column.metadata_key +
                           "' is not written; declare column " + column.field.name + " VIRTUAL");
      }
      maker->timestamp_column_ = index;
      continue;
    }
    const bool is_key = std::find(options.key_fields.begin(), options.key_fields.end(),
                                  column.field.name) != options.key_fields.end();
    if (is_key) {
      flow::Field field = column.field;
      field.name = field.name.substr(options.key_fields_prefix.size());
      keys.fields.push_back(std::move(field));
      maker->key_columns_.push_back(index);
    }
    if (!is_key || options.value_has_key_fields) {
      values.fields.push_back(column.field);
      maker->value_columns_.push_back(index);
    }
  }
  if (!options.key_format.empty()) {
    SLUICE_ASSIGN(maker->key_encoder_,
                  MakeEncoder(options.key_format, std::move(keys), options.key_format_options));
  }
  SLUICE_ASSIGN(maker->value_encoder_,
                MakeEncoder(options.value_format, std::move(values), options.value_format_options));
  return maker;
}

std::optional<Message> MessageMaker::Messages::At(int64_t row) const {
  const auto i = static_cast<size_t>(row);
  if (!skip.empty() && skip[i] != 0) return std::nullopt;
  Message message;
  if (has_keys) message.key = keys[row];
  if (deletes.empty() || deletes[i] == 0) message.value = values[row];
  if (!timestamps_ms.empty()) message.timestamp_ms = timestamps_ms[i];
  return message;
}

Status MessageMaker::Encode(const flow::Batch& batch, Messages* out) {
  out->has_keys = key_encoder_ != nullptr;
  out->keys.Clear();
  out->values.Clear();
  out->skip.clear();
  out->deletes.clear();
  out->timestamps_ms.clear();
  if (key_encoder_ != nullptr) {
    SLUICE_ASSIGN(const auto keys, Select(*batch.rows, key_columns_));
    SLUICE_TRY(key_encoder_->Encode(*keys, &out->keys));
  }
  SLUICE_ASSIGN(const auto values, Select(*batch.rows, value_columns_));
  if (upsert_) {
    SLUICE_TRY(value_encoder_->Encode(*values, &out->values));
    for (const flow::RowKind kind : batch.kinds) {
      out->skip.push_back(kind == flow::RowKind::kUpdateBefore);
      out->deletes.push_back(kind == flow::RowKind::kDelete);
    }
  } else {
    SLUICE_TRY(value_encoder_->EncodeChanges(*values, batch.kinds, &out->values));
  }
  if (timestamp_column_ < 0) return {};
  const auto& times =
      static_cast<const arrow::TimestampArray&>(*batch.rows->column(timestamp_column_));
  const auto unit = static_cast<const arrow::TimestampType&>(*times.type()).unit();
  const int64_t per_ms = unit == arrow::TimeUnit::NANO ? 1'000'000 : 1'000;
  for (int64_t i = 0; i < times.length(); ++i) {
    out->timestamps_ms.push_back(times.IsNull(i) ? 0 : times.Value(i) / per_ms);
  }
  return {};
}

}  // namespace sluice::sinks::kafka
