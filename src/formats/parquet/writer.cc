// SPDX-License-Identifier: Apache-2.0
#include "formats/parquet/writer.h"

#include <algorithm>

#include "arrow/array.h"
#include "arrow/chunked_array.h"
#include "arrow/io/interfaces.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/util/byte_size.h"
#include "arrow/util/compression.h"
#include "parquet/arrow/schema.h"
#include "parquet/arrow/writer.h"
#include "parquet/metadata.h"
#include "parquet/properties.h"
#include "parquet/schema.h"

namespace sluice::formats::parquet {
namespace {

constexpr int kZstdLevel = 1;             // level 3: 2.5 times the cost, 1 to 20 % less
constexpr int64_t kPieceRowsMax = 4096;   // that are written before the page's size is looked at
constexpr int64_t kBytesPerColumn = 256;  // headers of one column of one batch

Result<arrow::Compression::type> CodecOf(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  if (name == "zstd") return arrow::Compression::ZSTD;
  if (name == "gzip") return arrow::Compression::GZIP;
  if (name == "snappy") return arrow::Compression::SNAPPY;
  if (name == "lz4" || name == "lz4_raw") return arrow::Compression::LZ4;
  if (name == "brotli") return arrow::Compression::BROTLI;
  if (name == "none" || name == "uncompressed") return arrow::Compression::UNCOMPRESSED;
  return InvalidArgument("no such Parquet codec: '" + name +
                         "'; there are zstd, gzip, snappy, lz4, brotli, none");
}

Status CheckCodec(const WriterOptions& options) {
  SLUICE_ASSIGN(const auto codec, CodecOf(options.codec));
  if (options.codec_level == 0 || !arrow::util::Codec::SupportsCompressionLevel(codec)) return {};
  SLUICE_ASSIGN(const int lowest, arrow::util::Codec::MinimumCompressionLevel(codec));
  SLUICE_ASSIGN(const int highest, arrow::util::Codec::MaximumCompressionLevel(codec));
  if (options.codec_level >= lowest && options.codec_level <= highest) return {};
  return InvalidArgument("compression level " + std::to_string(options.codec_level) +
                         " is outside " + std::to_string(lowest) + " to " +
                         std::to_string(highest) + " of " + options.codec);
}

bool IsText(const arrow::DataType& type) {
  return type.id() == arrow::Type::STRING || type.id() == arrow::Type::BINARY;
}

size_t LeafCount(const arrow::DataType& type) {
  if (type.num_fields() == 0) return 1;
  size_t count = 0;
  for (const auto& field : type.fields()) count += LeafCount(*field->type());
  return count;
}

// The settings that all columns share.
Status SetCommon(const WriterOptions& options, ::parquet::WriterProperties::Builder* builder) {
  SLUICE_ASSIGN(const auto codec, CodecOf(options.codec));
  builder->compression(codec);
  if (arrow::util::Codec::SupportsCompressionLevel(codec)) {
    if (options.codec_level != 0) {
      builder->compression_level(options.codec_level);
    } else if (codec == arrow::Compression::ZSTD) {
      builder->compression_level(kZstdLevel);
    }
  }
  builder->version(::parquet::ParquetVersion::PARQUET_2_6)
      ->data_page_version(::parquet::ParquetDataPageVersion::V1)
      ->data_pagesize(options.page_bytes)
      ->max_rows_per_page(options.page_rows)
      ->write_batch_size(std::max<int64_t>(options.row_group_rows, 1))
      ->dictionary_pagesize_limit(options.dictionary_bytes)
      ->max_row_group_length(std::max<int64_t>(options.row_group_rows, 1))
      ->enable_store_decimal_as_integer()
      ->set_size_statistics_level(::parquet::SizeStatisticsLevel::None)
      ->created_by("sluice")
      ->disable_dictionary();
  if (options.page_checksum) builder->enable_page_checksum();
  return {};
}

Result<std::shared_ptr<::parquet::WriterProperties>> PropertiesFor(
    const arrow::Schema& schema, const std::vector<LeafEncoding>& encodings,
    const WriterOptions& options) {
  ::parquet::WriterProperties::Builder builder;
  SLUICE_TRY(SetCommon(options, &builder));
  std::shared_ptr<::parquet::SchemaDescriptor> descriptor;
  SLUICE_TRY(::parquet::arrow::ToParquetSchema(&schema, *builder.build(), &descriptor));
  if (static_cast<int>(encodings.size()) != descriptor->num_columns()) {
    return Internal("leaves of the Arrow and the Parquet schema do not match");
  }
  for (int i = 0; i < descriptor->num_columns(); ++i) {
    const auto path = descriptor->Column(i)->path();
    switch (encodings[static_cast<size_t>(i)]) {
      case LeafEncoding::kDelta:
        builder.encoding(path, ::parquet::Encoding::DELTA_BINARY_PACKED);
        break;
      case LeafEncoding::kDictionary:
        builder.enable_dictionary(path);
        break;
      case LeafEncoding::kPlain:
        builder.encoding(path, ::parquet::Encoding::PLAIN);
        break;
    }
  }
  return builder.build();
}

}  // namespace

// Arrow's view of the file. Keeps our own error, which says more than Arrow's status can.
class Writer::Output : public arrow::io::OutputStream {
 public:
  explicit Output(std::unique_ptr<io::WritableFile> file) : file_(std::move(file)) {
    set_mode(arrow::io::FileMode::WRITE);
  }

  arrow::Status Write(const void* bytes, int64_t size_bytes) override {
    auto status = file_->Append(bytes, size_bytes);
    if (status.ok()) return arrow::Status::OK();
    error_ = std::move(status).error();
    return arrow::Status::IOError(error_->text);
  }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Tell() const override { return file_->size_bytes(); }
  bool closed() const override { return closed_; }

  io::WritableFile& file() { return *file_; }
  std::optional<Error>& error() { return error_; }

 private:
  std::unique_ptr<io::WritableFile> file_;
  std::optional<Error> error_;
  bool closed_ = false;
};

Writer::Writer(std::unique_ptr<io::WritableFile> file, std::shared_ptr<arrow::Schema> schema,
               WriterOptions options)
    : schema_(std::move(schema)),
      options_(std::move(options)),
      count_nan_(HasApproximateLeaf(*schema_)),
      output_(std::make_shared<Output>(std::move(file))) {}

Writer::~Writer() = default;

Result<std::unique_ptr<Writer>> Writer::Make(std::unique_ptr<io::WritableFile> file,
                                             std::shared_ptr<arrow::Schema> schema,
                                             WriterOptions options) {
  SLUICE_TRY(CheckCodec(options));
  return std::unique_ptr<Writer>(
      new Writer(std::move(file), std::move(schema), std::move(options)));
}

// Prefers the error of the file below to Arrow's words for it.
Status Writer::Failed(Status status) {
  if (!status.ok() && output_->error()) return *std::exchange(output_->error(), std::nullopt);
  return status;
}

Status Writer::Write(std::shared_ptr<arrow::RecordBatch> batch) {
  if (batch->num_rows() == 0) return {};
  if (count_nan_) SLUICE_TRY(CountNan(*batch, &nan_counts_));
  // A batch that passes the end of the row group is cut, so that row groups have one size.
  int64_t begin = 0;
  while (begin < batch->num_rows()) {
    const int64_t room = std::max<int64_t>(options_.row_group_rows - buffered_rows_, 1);
    const int64_t take = std::min(batch->num_rows() - begin, room);
    auto part = take == batch->num_rows() ? batch : batch->Slice(begin, take);
    buffered_bytes_ += MemoryOf(*part);
    buffered_rows_ += take;
    rows_ += take;
    begin += take;
    buffered_.push_back(std::move(part));
    if (buffered_rows_ >= options_.row_group_rows || buffered_bytes_ >= options_.row_group_bytes) {
      SLUICE_TRY(WriteRowGroup());
    }
  }
  return {};
}

Status Writer::Open() {
  SLUICE_ASSIGN(const auto encodings, ChooseEncodings(*schema_, buffered_, options_.integers));
  SLUICE_ASSIGN(auto properties, PropertiesFor(*schema_, encodings, options_));
  size_t leaf = 0;
  for (const auto& field : schema_->fields()) {
    own_dictionary_.push_back(IsText(*field->type()) &&
                              encodings[leaf] == LeafEncoding::kDictionary);
    leaf += LeafCount(*field->type());
  }
  auto opened = ::parquet::arrow::FileWriter::Open(*schema_, arrow::default_memory_pool(), output_,
                                                   std::move(properties));
  if (!opened.ok()) return Failed(IoError(opened.status().ToString()));
  writer_ = std::move(opened).ValueUnsafe();
  return {};
}

// Arrow cuts what it is given into batches of at most the batch size, and looks after each whether
// the page is full; a dictionary it looks at anew for each. So the batch size is out of its way,
// and the columns come in pieces of the right size instead.
std::shared_ptr<arrow::ChunkedArray> Writer::InPieces(const arrow::ChunkedArray& column) const {
  arrow::ArrayVector pieces;
  for (const auto& chunk : column.chunks()) {
    if (chunk->length() == 0) continue;
    const int64_t bytes_per_row =
        arrow::util::ReferencedBufferSize(*chunk).ValueOr(0) / chunk->length() + 1;
    const int64_t rows =
        std::clamp<int64_t>(options_.page_bytes / 4 / bytes_per_row, 1, kPieceRowsMax);
    for (int64_t begin = 0; begin < chunk->length(); begin += rows) {
      pieces.push_back(chunk->length() <= rows ? chunk : chunk->Slice(begin, rows));
    }
  }
  return std::make_shared<arrow::ChunkedArray>(std::move(pieces), column.type());
}

Status Writer::WriteColumn(int index, std::shared_ptr<arrow::ChunkedArray> column) {
  if (own_dictionary_[static_cast<size_t>(index)]) {
    SLUICE_ASSIGN(auto encoded, dictionary_.Encode(*column, options_.dictionary_bytes));
    if (encoded != nullptr) {
      SLUICE_TRY(writer_->WriteColumnChunk(*encoded));
      return {};
    }
  }
  SLUICE_TRY(writer_->WriteColumnChunk(InPieces(*column)));
  return {};
}

Status Writer::WriteRowGroup() {
  if (writer_ == nullptr) SLUICE_TRY(Open());
  const auto write = [&]() -> Status {
    SLUICE_ASSIGN(const auto table, arrow::Table::FromRecordBatches(schema_, buffered_));
    SLUICE_TRY(writer_->NewRowGroup());
    for (int i = 0; i < table->num_columns(); ++i) SLUICE_TRY(WriteColumn(i, table->column(i)));
    return {};
  };
  if (buffered_rows_ > 0) SLUICE_TRY(Failed(write()));
  written_arrow_bytes_ += buffered_bytes_;
  buffered_.clear();
  buffered_rows_ = buffered_bytes_ = 0;
  return {};
}

Result<FileMetrics> Writer::Finish() {
  if (writer_ == nullptr || buffered_rows_ > 0) SLUICE_TRY(WriteRowGroup());
  const auto close = [&]() -> Status {
    SLUICE_TRY(writer_->Close());
    return {};
  };
  SLUICE_TRY(Failed(close()));
  SLUICE_TRY(output_->file().Finish());
  return MetricsOf(*writer_->metadata(), nan_counts_, output_->file().size_bytes());
}

int64_t Writer::size_bytes_estimate() const {
  const int64_t written = output_->file().size_bytes();
  if (written_arrow_bytes_ == 0) return buffered_bytes_ / 2;  // a first guess
  return written +
         static_cast<int64_t>(static_cast<double>(buffered_bytes_) * static_cast<double>(written) /
                              static_cast<double>(written_arrow_bytes_));
}

int64_t MemoryOf(const arrow::RecordBatch& batch) {
  return arrow::util::TotalBufferSize(batch) + kBytesPerColumn * (batch.num_columns() + 1);
}

}  // namespace sluice::formats::parquet
