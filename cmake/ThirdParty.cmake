# SPDX-License-Identifier: Apache-2.0
# Third-party libraries as imported targets. The pinned ones lie where tools/deps.sh put them; the
# others are Debian packages. Each target is named third::<library>.
foreach(library ARROW RDKAFKA DUCKDB SIMDJSON)
  file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/../tools/versions.sh" line REGEX "^${library}_VERSION=")
  string(REPLACE "${library}_VERSION=" "" ${library}_VERSION "${line}")
endforeach()
set_property(DIRECTORY APPEND PROPERTY
  CMAKE_CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/../tools/versions.sh")

execute_process(COMMAND "${CMAKE_CURRENT_LIST_DIR}/../tools/deps.sh" --where
  OUTPUT_VARIABLE SLUICE_DEPS OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
if(NOT EXISTS "${SLUICE_DEPS}/arrow-${ARROW_VERSION}/.recipe")
  message(FATAL_ERROR "pinned libraries are missing in ${SLUICE_DEPS}: run tools/deps.sh")
endif()

# third_shared(NAME FILE INCLUDE_FOLDER): one shared library of the pinned ones.
function(third_shared name file include)
  add_library(third::${name} SHARED IMPORTED GLOBAL)
  file(REAL_PATH "${SLUICE_DEPS}/${file}" location)
  set_target_properties(third::${name} PROPERTIES IMPORTED_LOCATION "${location}")
  target_include_directories(third::${name} SYSTEM INTERFACE "${SLUICE_DEPS}/${include}")
endfunction()

set(arrow "arrow-${ARROW_VERSION}")
third_shared(arrow ${arrow}/lib/libarrow.so ${arrow}/include)
third_shared(arrow_compute ${arrow}/lib/libarrow_compute.so ${arrow}/include)
third_shared(parquet ${arrow}/lib/libparquet.so ${arrow}/include)
target_link_libraries(third::arrow_compute INTERFACE third::arrow)
target_link_libraries(third::parquet INTERFACE third::arrow)
third_shared(rdkafka librdkafka-${RDKAFKA_VERSION}/lib/librdkafka.so
  librdkafka-${RDKAFKA_VERSION}/include)
if(SLUICE_SANITIZE MATCHES "thread")
  add_library(tsan_c11_threads OBJECT "${CMAKE_CURRENT_LIST_DIR}/tsan_c11_threads.c")
  target_link_libraries(third::rdkafka INTERFACE $<TARGET_OBJECTS:tsan_c11_threads>)
endif()
# Loaded when it is first asked something (src/query/duckdb.h), so programs know its folder and are
# not linked with it: that cost every start a third of its time.
add_library(third::duckdb INTERFACE IMPORTED GLOBAL)
target_include_directories(third::duckdb SYSTEM INTERFACE
  "${SLUICE_DEPS}/duckdb-${DUCKDB_VERSION}/include")
target_link_options(third::duckdb INTERFACE
  "LINKER:-rpath,${SLUICE_DEPS}/duckdb-${DUCKDB_VERSION}/lib")

add_library(third::simdjson STATIC IMPORTED GLOBAL)
set_target_properties(third::simdjson PROPERTIES
  IMPORTED_LOCATION "${SLUICE_DEPS}/simdjson-${SIMDJSON_VERSION}/lib/libsimdjson.a")
target_include_directories(third::simdjson SYSTEM INTERFACE
  "${SLUICE_DEPS}/simdjson-${SIMDJSON_VERSION}/include")
target_compile_definitions(third::simdjson INTERFACE
  SIMDJSON_DEVELOPMENT_CHECKS=$<IF:$<CONFIG:Release>,0,1>)

# third_system(NAME LIBRARY...): libraries of Debian packages under the name sluice gives them.
function(third_system name)
  add_library(third::${name} INTERFACE IMPORTED GLOBAL)
  target_link_libraries(third::${name} INTERFACE ${ARGN})
endfunction()

find_package(Threads REQUIRED)
third_system(threads Threads::Threads)
third_system(sqlite sqlite3)
third_system(crypto ssl crypto)
third_system(postgres pq)
target_include_directories(third::postgres SYSTEM INTERFACE /usr/include/postgresql)
third_system(zstd zstd)
third_system(lz4 lz4)
third_system(snappy snappy)
third_system(zlib z)
third_system(xxhash xxhash)
third_system(re2 re2)
# As an archive: as a shared library its 20,000 symbols are looked up by name at every start.
third_system(rocksdb librocksdb.a gflags snappy z bz2 lz4 zstd)
third_system(jemalloc jemalloc)
third_system(date date-tz)
third_system(gtest gmock gtest Threads::Threads)
third_system(rapidcheck rapidcheck)
third_system(benchmark benchmark Threads::Threads)
