#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what sluice is built from: Debian packages by name, and the pinned libraries of
# tools/versions.sh into one versioned folder each. A second call finds everything and does nothing.
#   tools/deps.sh            install what the binary needs and is missing
#   tools/deps.sh --clang    also clang: sanitizers, fuzzing, formatting, lint
#   tools/deps.sh --test     also that, and what the suites need to run real Kafka and other readers
#   tools/deps.sh --where    print the folder of the pinned libraries
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/versions.sh"
deps=${SLUICE_DEPS:-${XDG_CACHE_HOME:-$HOME/.cache}/sluice/deps}
[ "${1:-}" = --where ] && { echo "$deps"; exit; }

packages=(
  g++ cmake ninja-build ccache mold
  curl ca-certificates git unzip python3 python3-pip python3-venv
  libsqlite3-dev libssl-dev nlohmann-json3-dev libcli11-dev libgtest-dev libgmock-dev
  libbenchmark-dev librapidcheck-dev libzstd-dev liblz4-dev libsnappy-dev zlib1g-dev
  libxxhash-dev libpq-dev libre2-dev libhowardhinnant-date-dev librocksdb-dev
  libjemalloc-dev tzdata
)
case ${1:-} in
  --clang | --test)
    packages+=(
      clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev
      llvm-19 # its symbolizer: without it the reports of sanitizers name no lines
    )
    ;;
esac

# Runs a command as root.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs the packages of the list that are missing.
install_packages() {
  local missing=() name
  local installed
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n' "${packages[@]}" 2>/dev/null |
    awk '$2 == "ii" {print $1}') || true
  for name in "${packages[@]}"; do
    grep -qx "$name" <<<"$installed" || missing+=("$name")
  done
  if [ "${1:-}" = --test ]; then
    command -v java >/dev/null || missing+=(default-jdk-headless)
    command -v mvn >/dev/null || missing+=(maven)
    command -v kcat >/dev/null || missing+=(kcat)
  fi
  command -v npm >/dev/null || {
    ready "duckdb-$DUCKDB_VERSION" "$DUCKDB_RECIPE" &&
      ready "librdkafka-$RDKAFKA_VERSION" "$RDKAFKA_RECIPE"
  } || missing+=(npm)
  [ ${#missing[@]} = 0 ] && return
  echo "installing packages: ${missing[*]}" >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=600 \
    --no-install-recommends install "${missing[@]}" >/dev/null
}

# ready FOLDER RECIPE: whether that folder holds what this recipe makes.
ready() {
  [ "$(cat "$deps/$1/.recipe" 2>/dev/null)" = "$2" ]
}

# provide FOLDER RECIPE FUNCTION: fills deps/FOLDER by FUNCTION, which works in an empty folder
# and leaves the outcome in ./out; the finished folder appears at once, so a stop leaves no half.
provide() {
  if ready "$1" "$2"; then return; fi
  local work
  work=$(mktemp -d "$deps/.work-$1.XXXXXX")
  echo "preparing $1" >&2
  (
    cd "$work"
    mkdir out
    "$3"
    echo "$2" >out/.recipe
  )
  rm -rf "${deps:?}/$1"
  mv "$work/out" "$deps/$1"
  rm -rf "$work"
}

# npm_package NAME@VERSION SHA256: fetches ./package.tgz.
npm_package() {
  npm pack --silent "$1" >/dev/null
  mv ./*.tgz package.tgz
  echo "$2  package.tgz" | sha256sum --check --quiet
}

make_arrow() {
  "$here/fetch.py" pyarrow "$ARROW_FILE" "$ARROW_SHA256" "$PWD/wheel.whl"
  unzip -q wheel.whl -d wheel
  "$here/private_arrow.py" wheel/pyarrow out/lib
  mv wheel/pyarrow/include out/include
}

make_rdkafka() {
  "$here/fetch.py" confluent-kafka "$RDKAFKA_FILE" "$RDKAFKA_SHA256" "$PWD/wheel.whl"
  unzip -q wheel.whl -d wheel
  npm_package "$RDKAFKA_HEADER_NPM" "$RDKAFKA_HEADER_SHA256"
  mkdir -p out/lib out/include/librdkafka
  tar -xzf package.tgz --strip-components 4 -C out/include/librdkafka \
    package/deps/librdkafka/src/rdkafka.h package/deps/librdkafka/src/rdkafka_mock.h
  cp wheel/confluent_kafka.libs/librdkafka-*.so.1 out/lib/
  (cd out/lib && ln -s librdkafka-*.so.1 librdkafka.so)
}

make_duckdb() {
  npm_package "$DUCKDB_NPM" "$DUCKDB_SHA256"
  "$here/fetch.py" duckdb "$DUCKDB_HEADER_FILE" "$DUCKDB_HEADER_SHA256" "$PWD/header.tar.gz"
  mkdir out/lib out/include
  tar -xzf package.tgz --strip-components 1 -C out/lib package/libduckdb.so
  tar -xzf header.tar.gz --wildcards --to-stdout '*/src/include/duckdb.h' >out/include/duckdb.h
}

# The parser is compiled for the instruction set of the decoders that include its header.
make_simdjson() {
  "$here/fetch.py" pysimdjson "$SIMDJSON_FILE" "$SIMDJSON_SHA256" "$PWD/source.tar.gz"
  tar -xzf source.tar.gz --wildcards --strip-components 2 '*/simdjson.h' '*/simdjson.cpp'
  mkdir out/lib out/include
  g++ -std=c++20 -O3 -DNDEBUG -march=x86-64-v3 -fPIC -fvisibility=hidden -c simdjson.cpp
  ar rcs out/lib/libsimdjson.a simdjson.o
  mv simdjson.h out/include/
}

mkdir -p "$deps"
exec 9>"$deps/.lock"
flock 9 # several clones may share the folder
install_packages "$@"
provide "arrow-$ARROW_VERSION" "$ARROW_RECIPE" make_arrow
provide "librdkafka-$RDKAFKA_VERSION" "$RDKAFKA_RECIPE" make_rdkafka
provide "duckdb-$DUCKDB_VERSION" "$DUCKDB_RECIPE" make_duckdb
provide "simdjson-$SIMDJSON_VERSION" "$SIMDJSON_RECIPE" make_simdjson
