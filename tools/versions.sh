# SPDX-License-Identifier: Apache-2.0
# Every third-party version sluice builds or tests with: the one place to change a pin.
# Sourced by tools/deps.sh; read line by line by CMake, so each line stays NAME=value.

# Linked into the binary (file name in the Python or npm registry, and its SHA-256).
ARROW_VERSION=26.0.1
ARROW_FILE=pyarrow-26.0.1-cp311-cp311-manylinux_2_28_x86_64.whl
ARROW_SHA256=39cb0f2418282c24bea6ceda77b03e5a8f0a5766b63a8bf194d4e2a2c423548c
RDKAFKA_VERSION=2.16.0
RDKAFKA_FILE=confluent_kafka-2.16.1-cp311-cp311-manylinux_2_28_x86_64.whl
RDKAFKA_SHA256=24f613cc81a856b6fbb2d7d11044a9aa770044eecc1f83ff84618688b056be06
# The header is of 2.15.1, the newest with sources in a registry.
RDKAFKA_HEADER_NPM=@confluentinc/kafka-javascript@1.10.1
RDKAFKA_HEADER_SHA256=ada7d703bb1d3237e2292bfabf438d663b6160c9f1ac2a2406b5dc4257c81b66
DUCKDB_VERSION=1.5.5
DUCKDB_NPM=@duckdb/node-bindings-linux-x64@1.5.5-r.5
DUCKDB_SHA256=86d2bda909785550e8a14a57a8a4584827aff0e268d8f1a58c3fd48559f7020e
DUCKDB_HEADER_FILE=duckdb-1.5.5.tar.gz
DUCKDB_HEADER_SHA256=72f33ee57ca7595b23957671a2cc7f7fe2be0ecc2d68f63abedcfcaa3a5c1238
SIMDJSON_VERSION=3.12.3
SIMDJSON_FILE=pysimdjson-7.0.2.tar.gz
SIMDJSON_SHA256=44cf276e48912a3b9c7ca362c14da8420a7ac15a9f1a16ec95becff86db3904a

# Raised when the recipe in tools/deps.sh changes what a folder holds.
ARROW_RECIPE=1
RDKAFKA_RECIPE=2
DUCKDB_RECIPE=1
SIMDJSON_RECIPE=1
