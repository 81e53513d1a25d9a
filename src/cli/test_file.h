// SPDX-License-Identifier: Apache-2.0
// A file of test cases: SQL, with lines of comment that say what each part is for.
//
//   -- include orders.sql            a script beside this one, taken as if it stood here
//   CREATE TABLE ...;                what all cases start from
//
//   -- test: totals per customer     a case begins
//   -- given orders (name, amount)   the next rows of a source, as a query; without a list: of all
//   VALUES ('ann', 10), ('bob', 5);  its columns, physical ones and metadata, as they are declared
//   -- run                           what is run; without it: the INSERTs from before the first
//   case INSERT INTO totals SELECT ...;
//   -- then totals                   the rows that a sink must hold, as a query; nothing: no row
//   VALUES ('ann', 10), ('bob', 5);
//
// `-- given T changelog` and `-- then T changelog`: the first column says +I, -U, +U or -D.
// `-- then fails: TEXT`: it must fail, with TEXT in what it says. `-- modes: whole, rows`: in these
// modes alone.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace sluice::cli {

/// Rows of one table, written as a query.
struct TestRows {
  std::string table;       // as it was written; empty behind `-- then`: the only sink
  std::string columns;     // "a, b": those that the query gives; empty: all
  bool changelog = false;  // the first column is the kind
  std::string query;       // may be empty
  int line = 0;            // of the comment, from 1
};

struct TestCase {
  std::string name;
  int line = 0;
  std::vector<TestRows> given;
  std::optional<std::string> run;  // statements
  std::vector<TestRows> then;
  std::optional<std::string> fails;
  std::vector<std::string> modes;  // empty: all
};

struct TestFile {
  std::string setup;  // statements
  std::vector<TestCase> cases;
};

/// `include`: the text of a script named by `-- include`. An error says the line.
Result<TestFile> ParseTestFile(
    const std::string& text,
    const std::function<Result<std::string>(const std::string& name)>& include);

}  // namespace sluice::cli
