# SPDX-License-Identifier: Apache-2.0
"""Columns of an Iceberg table that ALTER TABLE changes, between rows: field ids stay, and every reader agrees."""
import json


CREATE = """
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE lake.db.evolved (id BIGINT, v INT, s STRING, r ROW<a INT, b STRING>, l ARRAY<INT>, gone STRING)
  PARTITIONED BY (bucket(2, id));
INSERT INTO lake.db.evolved VALUES (1, 10, 'a', ROW(1, 'x'), ARRAY[1, 2], 'old'),
  (2, CAST(NULL AS INT), 'b', ROW(2, 'y'), ARRAY[3], 'old');
"""
ALTER = """
SET 'pipeline.name' = 'evolved-later';
ALTER TABLE lake.db.evolved ADD (d DECIMAL(5, 2) COMMENT 'money', top STRING FIRST);
ALTER TABLE lake.db.evolved RENAME s TO name;
ALTER TABLE lake.db.evolved MODIFY (v BIGINT AFTER name, r ROW<c DATE, a BIGINT, b STRING>, l ARRAY<BIGINT>);
ALTER TABLE lake.db.evolved DROP gone;
ALTER TABLE lake.db.evolved ADD gone INT;
DESCRIBE lake.db.evolved;
INSERT INTO lake.db.evolved
SELECT 'new', 3, 'c', 5000000000, ROW(DATE '2024-02-29', 5000000001, 'z'), ARRAY[5000000002], 1.25, 7;
ALTER DATABASE lake.db SET ('owner' = 'sluice');
DESCRIBE DATABASE EXTENDED lake.db;
"""
COLUMNS = "top, id, name, v, r.c AS c, r.a AS a, r.b AS b, l[1] AS l, d, gone"
REFUSED = (
    ("ADD e INT NOT NULL", "cannot be NOT NULL"),
    ("MODIFY v INT", "cannot become int"),
    ("MODIFY name STRING NOT NULL", "cannot become NOT NULL"),
    ("DROP id", "partition column `id`"),
    ("ADD WATERMARK FOR t AS t", "WATERMARK"),
    ("ADD e AS v + 1", "physical columns only"),
)


def flat(row):
    inner = row["r"]
    return (row["top"], row["id"], row["name"], row["v"], str(inner["c"]) if inner["c"] else None, inner["a"],
            inner["b"], row["l"], str(row["d"]) if row["d"] is not None else None, row["gone"])


def texts(values):
    return tuple(None if value is None else str(value) for value in values)


WANT = [(None, 1, "a", 10, None, 1, "x", [1, 2], None, None), (None, 2, "b", None, None, 2, "y", [3], None, None),
        ("new", 3, "c", 5000000000, "2024-02-29", 5000000001, "z", [5000000002], "1.25", 7)]


def check_evolution(world, score, duckdb_rows_of):
    """`duckdb_rows_of(table)` gives DuckDB's rows as dictionaries."""
    done = world.sluice("run", world.write("evolve-1.sql", world.catalog_sql() + CREATE))
    score.check(done.returncode == 0, "a table to change", done.stderr[-600:])
    before = world.iceberg("db.evolved").schema()
    done = world.sluice("run", world.write("evolve-2.sql", world.catalog_sql() + ALTER))
    score.check(done.returncode == 0, "ALTER TABLE changes columns of an Iceberg table", done.stderr[-900:])
    if done.returncode != 0:
        return
    score.check("property:owner" in done.stdout, "ALTER DATABASE SET is kept", done.stdout[-600:])
    table = world.iceberg("db.evolved")
    after = table.schema()
    kept = {old: before.find_field(old).field_id == after.find_field(new).field_id
            for old, new in (("id", "id"), ("v", "v"), ("s", "name"), ("r.a", "r.a"), ("r.b", "r.b"), ("l", "l"))}
    score.check(all(kept.values()), "columns keep their field ids", str(kept))
    fresh = [after.find_field(name).field_id for name in ("top", "d", "r.c", "gone")]
    score.check(min(fresh) > before.highest_field_id and len(set(fresh)) == 4, "new columns have ids of their own",
                f"{fresh} {before}")
    order = [field.name for field in after.fields]
    score.check(order == ["top", "id", "name", "v", "r", "l", "d", "gone"], "columns stand where they were put",
                str(order))

    by_id = {"key": lambda row: row[1]}
    rows = sorted(map(flat, table.scan().to_arrow().to_pylist()), **by_id)
    score.check(rows == WANT, "PyIceberg reads old and new rows", str(rows))
    rows = sorted(map(flat, duckdb_rows_of("evolved")), **by_id)
    score.check(rows == WANT, "DuckDB reads old and new rows", str(rows))
    catalog = world.write("evolve-catalog.sql", world.catalog_sql())
    asked = world.sluice("query", "-i", catalog, "--output", "json",
                         f"SELECT {COLUMNS} FROM lake.db.evolved ORDER BY id")
    rows = [texts(json.loads(line).values()) for line in asked.stdout.splitlines()]
    want = [texts((*row[:7], row[7][0], *row[8:])) for row in WANT]
    score.check(rows == want, "sluice query reads old and new rows", asked.stdout + asked.stderr)
    read = world.sluice("run", world.write("evolve-3.sql", f"""{world.catalog_sql()}
CREATE TABLE shown (top STRING, id BIGINT, name STRING, v BIGINT, c DATE, a BIGINT, b STRING, l BIGINT, d DECIMAL(5, 2),
  gone INT) WITH ('connector' = 'print');
INSERT INTO shown SELECT {COLUMNS} FROM lake.db.evolved;"""))
    lines = sorted(line for line in read.stdout.splitlines() if line.startswith("+I["))
    score.check(lines == ["+I[new, 3, c, 5000000000, 2024-02-29, 5000000001, z, 5000000002, 1.25, 7]",
                          "+I[null, 1, a, 10, null, 1, x, 1, null, null]",
                          "+I[null, 2, b, null, null, 2, y, 3, null, null]"], "and so does a job",
                str(lines) + read.stderr[-400:])
    location = table.metadata_location
    for change, said in REFUSED:
        done = world.sluice("run", world.write("evolve-no.sql", f"{world.catalog_sql()}\n"
                                               f"ALTER TABLE lake.db.evolved {change};\n"))
        score.check(done.returncode == 78 and said in done.stderr, f"{change} is refused", done.stderr[-400:])
    score.check(world.iceberg("db.evolved").metadata_location == location, "what is refused changes nothing")
    verified = world.sluice("verify", "-i", catalog, "lake.db.evolved")
    score.check(verified.returncode == 0, "sluice verify agrees", verified.stdout[-500:] + verified.stderr[-300:])
