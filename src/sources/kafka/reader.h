// SPDX-License-Identifier: Apache-2.0
// The reader of a Kafka table: runs of records from a client become columns. Records that the
// format refuses become dead letters; tombstones are skipped and counted.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "flow/source.h"
#include "flow/table_definition.h"
#include "formats/decoder.h"
#include "sources/connector.h"
#include "sources/kafka/client.h"
#include "sources/kafka/options.h"

namespace sluice::sources::kafka {

/// Where each output column comes from, and the formats' requests: fixed per source.
struct RowPlan {
  enum class From { kValue, kKey, kMetadata, kFormatMetadata };
  struct Column {
    From from = From::kValue;
    int index = 0;             // into the decoder's columns; kFormatMetadata: into its metadata
    std::string metadata_key;  // kMetadata
  };
  flow::Schema output;
  std::vector<Column> columns;
  formats::DecoderRequest value_request;
  formats::DecoderRequest key_request;  // empty schema: keys are not decoded
};

/// The plan for a projection of a table.
RowPlan MakeRowPlan(const flow::ConnectorTable& table, const KafkaOptions& options,
                    const flow::SourceProjection& projection);

/// A decoder of a format by name; kNotFound with the nearest name.
Result<std::unique_ptr<formats::Decoder>> MakeDecoder(const std::string& format,
                                                      const formats::DecoderRequest& request);

/// Turns runs of records into batches and dead letters.
class RowMaker {
 public:
  static Result<std::unique_ptr<RowMaker>> Make(const RowPlan& plan, const KafkaOptions& options);

  /// Fills batch, dead letters and counters; split and offsets are taken from `records`.
  Status MakeRows(const Client& client, const Records& records, const std::string& topic,
                  int32_t partition, flow::PollResult* out);
  const flow::ReaderCounters& counters() const { return counters_; }

 private:
  explicit RowMaker(const RowPlan& plan) : plan_(plan) {}
  struct Refused {
    int32_t record;
    std::string reason;
  };
  Status ChooseMessages(const Client& client, const Records& records,
                        std::vector<Refused>* refused);
  Status DecodeKeys(const Client& client, size_t count, std::vector<Refused>* refused);
  Result<std::shared_ptr<arrow::Array>> KeyColumn(int index) const;
  Status Assemble(const Client& client, const Records& records, const formats::Decoded& decoded,
                  const std::string& topic, int32_t partition, flow::PollResult* out);

  const RowPlan& plan_;
  std::shared_ptr<arrow::Schema> output_schema_;
  std::unique_ptr<formats::Decoder> value_decoder_, key_decoder_;
  bool upsert_ = false;
  flow::ReaderCounters counters_;

  // Of the run in work. `chosen_` is empty when all records go to the value decoder.
  bool all_chosen_ = true;
  std::vector<formats::Message> chosen_messages_;
  std::vector<int32_t> chosen_;
  std::vector<int32_t> record_of_row_;
  formats::Decoded keys_;
  std::vector<int32_t> key_row_of_record_;
};

}  // namespace sluice::sources::kafka
