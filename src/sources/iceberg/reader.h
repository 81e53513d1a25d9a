// SPDX-License-Identifier: Apache-2.0
// Reads lanes of a table: of each part, every n-th file. Finds new parts by itself where the table
// is a stream.
#pragma once

#include <memory>
#include <vector>

#include "flow/source.h"
#include "sources/iceberg/history.h"
#include "sources/iceberg/options.h"
#include "sources/iceberg/place.h"
#include "tables/iceberg/data_reader.h"
#include "tables/iceberg/table.h"

namespace sluice::sources::iceberg {

/// What all readers of a source share; does not change once reading has begun.
struct Reading {
  tables::iceberg::Environment environment;
  tables::TableIdentifier identifier;
  std::string table_uuid;
  ReadOptions options;
  tables::iceberg::DataShape shape;
  flow::Schema output;
  std::vector<int> cut_to_digits;  // per column: digits of a second that a timestamp keeps
  int lanes = 1;
  bool follow = false;                             // parts appear as the table grows
  std::vector<std::shared_ptr<const Part>> parts;  // else these
  std::optional<Place> end;                        // a lane ends here
};

std::unique_ptr<flow::SourceReader> MakeReader(const Reading& reading);

}  // namespace sluice::sources::iceberg
