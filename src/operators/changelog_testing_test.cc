// SPDX-License-Identifier: Apache-2.0
#include "operators/changelog_testing.h"

#include <algorithm>

#include "base/assert.h"
#include "state/cold_testing.h"

namespace sluice::operators {
namespace {

flow::TypePtr TypeOf(std::string text) {
  bool nullable = true;
  if (const size_t at = text.find(" NOT NULL"); at != std::string::npos) {
    nullable = false;
    text.resize(at);
  }
  using flow::Type;
  using flow::TypeKind;
  if (text == "INT") return Type::Simple(TypeKind::kInt, nullable);
  if (text == "BIGINT") return Type::Simple(TypeKind::kBigInt, nullable);
  if (text == "DOUBLE") return Type::Simple(TypeKind::kDouble, nullable);
  if (text == "BOOLEAN") return Type::Simple(TypeKind::kBoolean, nullable);
  if (text == "STRING") return Type::Varchar(Type::kUnboundedLength, nullable);
  if (text == "TIMESTAMP") {
    return Type::Timestamp(3, nullable)->WithTimeAttribute(flow::TimeAttribute::kRowtime);
  }
  if (text == "PROCTIME") {
    return Type::TimestampLtz(3, nullable)->WithTimeAttribute(flow::TimeAttribute::kProctime);
  }
  ADD_FAILURE() << "no such type in tests: " << text;
  return Type::Varchar();
}

std::vector<std::string> Values(const std::string& row) {
  std::vector<std::string> values;
  std::string rest = row.substr(3, row.size() - 4);  // between the brackets
  for (size_t at = 0; (at = rest.find(", ")) != std::string::npos; rest.erase(0, at + 2)) {
    values.push_back(rest.substr(0, at));
  }
  values.push_back(rest);
  return values;
}

flow::RowKind KindOf(const std::string& row) {
  for (const auto kind : {flow::RowKind::kInsert, flow::RowKind::kUpdateBefore,
                          flow::RowKind::kUpdateAfter, flow::RowKind::kDelete}) {
    if (row.rfind(flow::ShortText(kind), 0) == 0) return kind;
  }
  ADD_FAILURE() << "no kind: " << row;
  return flow::RowKind::kInsert;
}

void Append(arrow::ArrayBuilder* builder, const std::string& value) {
  if (value == "null") {
    EXPECT_TRUE(builder->AppendNull().ok());
    return;
  }
  switch (builder->type()->id()) {
    case arrow::Type::INT32:
      EXPECT_TRUE(static_cast<arrow::Int32Builder*>(builder)->Append(std::stoi(value)).ok());
      return;
    case arrow::Type::INT64:
      EXPECT_TRUE(static_cast<arrow::Int64Builder*>(builder)->Append(std::stoll(value)).ok());
      return;
    case arrow::Type::DOUBLE:
      EXPECT_TRUE(static_cast<arrow::DoubleBuilder*>(builder)->Append(std::stod(value)).ok());
      return;
    case arrow::Type::BOOL:
      EXPECT_TRUE(static_cast<arrow::BooleanBuilder*>(builder)->Append(value == "true").ok());
      return;
    case arrow::Type::TIMESTAMP:
      EXPECT_TRUE(
          static_cast<arrow::TimestampBuilder*>(builder)->Append(std::stoll(value) * 1000).ok());
      return;
    default:
      EXPECT_TRUE(static_cast<arrow::StringBuilder*>(builder)->Append(value).ok());
  }
}

std::string ValueText(const arrow::Array& column, int64_t row) {
  if (column.IsNull(row)) return "null";
  if (column.type_id() == arrow::Type::TIMESTAMP) {
    return std::to_string(static_cast<const arrow::TimestampArray&>(column).Value(row) / 1000);
  }
  const auto type = flow::FromArrow(*column.type(), true);
  EXPECT_TRUE(type.ok());
  const auto text = functions::ScalarToSqlText(column, row, **type);
  EXPECT_TRUE(text.ok());
  return *text;
}

}  // namespace

flow::Schema SchemaOf(const std::vector<std::pair<std::string, std::string>>& columns) {
  flow::Schema schema;
  for (const auto& [name, type] : columns) schema.fields.push_back({name, TypeOf(type), ""});
  return schema;
}

flow::Batch BatchOf(const flow::Schema& schema, const Rows& rows) {
  const auto arrow_schema = schema.ToArrow();
  std::unique_ptr<arrow::RecordBatchBuilder> builder =
      arrow::RecordBatchBuilder::Make(arrow_schema, arrow::default_memory_pool()).ValueOrDie();
  flow::Batch batch;
  bool updates = false;
  for (const std::string& row : rows) {
    batch.kinds.push_back(KindOf(row));
    updates = updates || batch.kinds.back() != flow::RowKind::kInsert;
    const std::vector<std::string> values = Values(row);
    EXPECT_EQ(values.size(), static_cast<size_t>(schema.size())) << row;
    for (int i = 0; i < schema.size(); ++i) {
      Append(builder->GetField(i), values[static_cast<size_t>(i)]);
    }
  }
  if (!updates) batch.kinds.clear();
  batch.rows = builder->Flush().ValueOrDie();
  return batch;
}

Rows RowsOf(const std::vector<flow::Batch>& batches) {
  Rows rows;
  for (const flow::Batch& batch : batches) {
    EXPECT_GT(batch.rows->num_rows(), 0) << "an empty batch was given";
    EXPECT_TRUE(batch.rows->ValidateFull().ok()) << batch.rows->ValidateFull().ToString();
    if (!batch.kinds.empty()) {
      EXPECT_EQ(static_cast<int64_t>(batch.kinds.size()), batch.rows->num_rows());
    }
    for (int64_t row = 0; row < batch.rows->num_rows(); ++row) {
      std::string text(flow::ShortText(batch.KindOf(row)));
      for (int i = 0; i < batch.rows->num_columns(); ++i) {
        text += (i == 0 ? "[" : ", ") + ValueText(*batch.rows->column(i), row);
      }
      rows.push_back(text + "]");
    }
  }
  return rows;
}

Rows Folded(const Rows& changelog) {
  std::map<std::string, int> counts;
  for (const std::string& row : changelog) {
    counts[row.substr(2)] += flow::IsAdding(KindOf(row)) ? 1 : -1;
  }
  Rows rows;
  for (const auto& [row, count] : counts) {
    if (count == 0) continue;
    rows.push_back(count == 1 ? row : row + " x" + std::to_string(count));
  }
  return rows;
}

Status StoredState::Put(const flow::StateEntry& entry) {
  entries_[{entry.table, entry.group, std::string(entry.key)}] = std::string(entry.value);
  return Status::Ok();
}

Status StoredState::Delete(int table, uint32_t group, std::string_view key) {
  entries_.erase({table, group, std::string(key)});
  return Status::Ok();
}

Status StoredState::RestoreInto(flow::Operator* op) const {
  for (const auto& [key, value] : entries_) {
    SLUICE_TRY(op->Restore({std::get<0>(key), std::get<1>(key), std::get<2>(key), value}));
  }
  return Status::Ok();
}

void OperatorHarness::Make() {
  OperatorOptions options;
  if (bytes_of_table_ >= 0) {
    options.make_cold_store =
        [this](const std::string&) -> Result<std::unique_ptr<state::ColdStore>> {
      return std::unique_ptr<state::ColdStore>(std::make_unique<state::ColdMap>(bytes_of_table_));
    };
  }
  auto made = MakeOperator(node_, inputs_, options);
  ASSERT_TRUE(made.ok()) << made.error().text;
  op_ = std::move(*made);
  late_.count = 0;
  op_->SetLateRows(&late_);
}

Status OperatorHarness::LateLog::Take(int input, const flow::Batch& batch,
                                      const std::vector<int32_t>& rows,
                                      const std::vector<int64_t>& times_ms, int64_t watermark_ms) {
  EXPECT_EQ(static_cast<int64_t>(times_ms.size()), batch.rows->num_rows());
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
  const Rows all = RowsOf({batch});
  for (const int32_t row : rows) {
    ++count;
    const auto i = static_cast<size_t>(row);
    log.push_back(std::to_string(input) + ": " + all[i] + " at " + std::to_string(times_ms[i]) +
                  ", watermark " + std::to_string(watermark_ms));
  }
  return Status::Ok();
}

void OperatorHarness::Spill(int64_t bytes_of_table) {
  bytes_of_table_ = bytes_of_table;
  Make();
}

Rows OperatorHarness::Given(const Status& status, const std::vector<flow::Batch>& out) {
  EXPECT_TRUE(status.ok()) << status.error().text;
  const Status balanced = op_->Balance();
  EXPECT_TRUE(balanced.ok()) << balanced.error().text;
  EXPECT_EQ(late_.count, op_->counters().late_rows) << "rows are counted as late, not handed over";
  return RowsOf(out);
}

Rows OperatorHarness::PushBatch(const flow::Batch& batch, int input) {
  std::vector<flow::Batch> out;
  const Status status = op_->Process(input, batch, now_ms, &out);
  return Given(status, out);
}

Rows OperatorHarness::Push(const Rows& rows, int input) {
  return PushBatch(BatchOf(inputs_[static_cast<size_t>(input)], rows), input);
}

Rows OperatorHarness::PushEach(const Rows& rows, int input) {
  Rows all;
  for (const std::string& row : rows) {
    const Rows given = Push({row}, input);
    all.insert(all.end(), given.begin(), given.end());
  }
  return all;
}

Rows OperatorHarness::Watermark(int64_t ms) {
  std::vector<flow::Batch> out;
  passed_watermark_ = ms;
  Status status;
  do {
    status = op_->OnWatermark(&passed_watermark_, now_ms, &out);
  } while (status.ok() && op_->has_more());
  return Given(status, out);
}

Rows OperatorHarness::Time(int64_t ms) {
  std::vector<flow::Batch> out;
  now_ms = ms;
  if (op_->NextTime() > ms) return {};
  const Status status = op_->OnTime(ms, &out);
  return Given(status, out);
}

void OperatorHarness::Checkpoint(bool full) {
  if (full) state_ = {};
  const Status status = op_->Snapshot(full, &state_);
  EXPECT_TRUE(status.ok()) << status.error().text;
}

void OperatorHarness::Restart() {
  Checkpoint();
  Make();
  const Status status = state_.RestoreInto(op_.get());
  EXPECT_TRUE(status.ok()) << status.error().text;
}

}  // namespace sluice::operators
