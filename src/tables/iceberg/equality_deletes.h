// SPDX-License-Identifier: Apache-2.0
// Equality deletes of one data file: delete files whose rows, by some columns, name the rows that
// are gone. NULL equals NULL there. The keys of all of them are held in memory while the data file
// is read; which delete files apply to it, the scan has decided (scan.h).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "arrow/type_fwd.h"
#include "base/result.h"
#include "io/file_system.h"
#include "tables/iceberg/manifest.h"

namespace arrow::compute {
class Grouper;
}

namespace sluice::tables::iceberg {

/// The Parquet field id of a column of a file; -1 if it has none.
int FieldIdOf(const arrow::Field& field);

class EqualityDeletes {
 public:
  EqualityDeletes();
  EqualityDeletes(EqualityDeletes&&) noexcept;
  EqualityDeletes& operator=(EqualityDeletes&&) noexcept;
  ~EqualityDeletes();

  /// `data`: of the data file, with field ids. A column that it lacks is NULL in every row.
  /// kCorrupt: a delete file without the columns that its manifest names. kUnsupported: one that is
  /// not Parquet.
  static Result<EqualityDeletes> Read(io::FileSystem& files, const std::vector<DataFile>& deletes,
                                      const arrow::Schema& data);

  /// Fields of the data file that have to be read to know what is gone.
  const std::vector<int>& ids() const { return ids_; }
  bool empty() const { return sets_.empty(); }
  /// Sets `(*gone)[row]` for each row that is deleted. `columns`: by field id; those that the file
  /// lacks are not there.
  Status Mark(const std::map<int, std::shared_ptr<arrow::Array>>& columns, int64_t rows,
              std::vector<uint8_t>* gone) const;

 private:
  /// The keys of all delete files with the same columns.
  struct Set {
    std::vector<int> ids;
    std::vector<std::shared_ptr<arrow::DataType>> types;  // that both sides are compared as
    std::unique_ptr<arrow::compute::Grouper> keys;
  };

  Status Add(io::FileSystem& files, const DataFile& file, const arrow::Schema& data);
  Result<Set*> SetOf(const std::vector<int>& ids,
                     const std::vector<std::shared_ptr<arrow::DataType>>& types);

  std::vector<int> ids_;
  std::vector<Set> sets_;
};

}  // namespace sluice::tables::iceberg
