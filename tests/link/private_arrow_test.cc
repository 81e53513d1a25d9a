// SPDX-License-Identifier: Apache-2.0
// Guards tools/private_arrow.py: the Arrow libraries carry whole copies of OpenSSL, simdjson and
// re2. If their symbols were visible, the system's libraries would call into those copies and the
// program would die, at a place far from the cause.
#include <arrow/api.h>
#include <arrow/compute/initialize.h>
#include <arrow/io/memory.h>
#include <dlfcn.h>
#include <librdkafka/rdkafka.h>
#include <openssl/evp.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>
#include <simdjson.h>

#include <string>

#include <gtest/gtest.h>

namespace sluice {
namespace {

// The file name of the library that serves `symbol` in this process.
std::string LibraryOf(const void* symbol) {
  Dl_info found{};
  return dladdr(symbol, &found) != 0 ? found.dli_fname : "";
}

std::shared_ptr<arrow::Table> OneColumn() {
  arrow::Int64Builder builder;
  EXPECT_TRUE(builder.AppendValues({1, 2, 3}).ok());
  return arrow::Table::Make(arrow::schema({arrow::field("n", arrow::int64())}),
                            {builder.Finish().ValueOrDie()});
}

std::shared_ptr<arrow::Buffer> WriteParquet() {
  auto out = arrow::io::BufferOutputStream::Create().ValueOrDie();
  EXPECT_TRUE(parquet::arrow::WriteTable(*OneColumn(), arrow::default_memory_pool(), out).ok());
  return out->Finish().ValueOrDie();
}

TEST(PrivateArrow, OpenSslIsTheSystems) {
  EXPECT_NE(LibraryOf(reinterpret_cast<const void*>(&EVP_EncryptInit_ex)).find("libcrypto.so.3"),
            std::string::npos);
  EXPECT_EQ(dlsym(RTLD_DEFAULT, "VP_EncryptInit_ex"), nullptr);
}

TEST(PrivateArrow, NoBundledSymbolIsVisible) {
  void* parquet = dlopen("libparquet.so.2600", RTLD_NOW | RTLD_NOLOAD);
  ASSERT_NE(parquet, nullptr);
  void* own = dlsym(parquet, "EVP_EncryptInit_ex");
  // A handle also searches what the library depends on; none of Arrow's own may answer.
  EXPECT_EQ(LibraryOf(own).find("arrow"), std::string::npos);
  EXPECT_EQ(LibraryOf(own).find("parquet"), std::string::npos);
  dlclose(parquet);
}

TEST(PrivateArrow, ParserAndParquetShareAProcess) {
  auto file = WriteParquet();
  simdjson::ondemand::parser parser;
  const auto text = simdjson::padded_string(std::string(R"({"a":[1,2,42]})"));
  auto document = parser.iterate(text);
  EXPECT_EQ(int64_t(document["a"].at(2)), 42);
  EXPECT_FALSE(simdjson::get_active_implementation()->name().empty());

  auto reader = parquet::arrow::OpenFile(std::make_shared<arrow::io::BufferReader>(file),
                                         arrow::default_memory_pool());
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  auto table = (*reader)->ReadTable();
  ASSERT_TRUE(table.ok()) << table.status().ToString();
  EXPECT_TRUE((*table)->Equals(*OneColumn()));
}

TEST(PrivateArrow, EncryptedKafkaClientStarts) {
  WriteParquet();
  char reason[256] = "";
  rd_kafka_conf_t* options = rd_kafka_conf_new();
  const char* const settings[][2] = {{"bootstrap.servers", "127.0.0.1:1"},
                                     {"security.protocol", "sasl_ssl"},
                                     {"sasl.mechanisms", "PLAIN"},
                                     {"sasl.username", "name"},
                                     {"sasl.password", "word"},
                                     {"log_level", "0"}};
  for (const auto& [key, value] : settings) {
    ASSERT_EQ(rd_kafka_conf_set(options, key, value, reason, sizeof(reason)), RD_KAFKA_CONF_OK)
        << reason;
  }
  rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, options, reason, sizeof(reason));
  ASSERT_NE(producer, nullptr) << reason;
  EXPECT_EQ(std::string(rd_kafka_version_str()), "2.16.0");
  rd_kafka_destroy(producer);
}

}  // namespace
}  // namespace sluice
