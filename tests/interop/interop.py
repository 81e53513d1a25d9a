# SPDX-License-Identifier: Apache-2.0
"""Independent readers and writers against sluice: see README.md."""
import argparse
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "harness"))
sys.path.insert(0, HERE)
os.environ["TZ"] = "UTC"
from evolve import check_evolution  # noqa: E402
from expire import check_expiry  # noqa: E402
from rows import COLUMNS, canonical_row, row, to_json  # noqa: E402
from world import Score, World  # noqa: E402


def job(world, name, table, with_options="", partitions=""):
    options = f" WITH ({with_options})" if with_options else ""
    return world.write(name, f"""
{world.catalog_sql()}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.{table} ({COLUMNS}){partitions}{options};
CREATE TABLE src ({COLUMNS}) WITH ('connector' = 'kafka', 'topic' = 'rows',
  'properties.bootstrap.servers' = '{world.bootstrap}', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
INSERT INTO lake.db.{table} SELECT * FROM src;
""")


def differences(name, got, want):
    if got == want:
        return ""
    for a, b in zip(got, want):
        if a != b:
            return f"{name}: {len(got)} rows, wanted {len(want)}; first difference\n  got  {a}\n  want {b}"
    return f"{name}: {len(got)} rows, wanted {len(want)}"


def as_pyiceberg(values):
    """PyIceberg 0.12 gives a list of structs that is NULL as an empty one; DuckDB and Spark tell them apart."""
    return canonical_row(dict(values, nested=values["nested"] or []))


def pyiceberg_rows(world, table, **scan):
    return sorted(map(as_pyiceberg, world.iceberg(f"db.{table}").scan(**scan).to_arrow().to_pylist()))


def duckdb_table(world, table, where=""):
    import duckdb
    from duckdb_extensions import import_extension
    con = duckdb.connect()
    for extension in ("avro", "iceberg"):
        import_extension(extension)
        con.execute(f"LOAD {extension}")
    con.execute("SET TimeZone = 'UTC'")
    return con.execute(f"SELECT * FROM iceberg_scan('{metadata(world, table)}') {where}").to_arrow_table().to_pylist()


def duckdb_rows(world, table, where=""):
    return sorted(map(canonical_row, duckdb_table(world, table, where)))


def metadata(world, table):
    return world.iceberg(f"db.{table}").metadata_location.removeprefix("file://")


def spark_rows(world, table, where=None):
    out = world.path(f"spark-{table}.txt")
    world.peer("spark.sh", "python", os.path.join(HERE, "spark_rows.py"), metadata(world, table), out,
               *([where] if where else []))
    return sorted(line.rstrip("\n") for line in open(out, encoding="utf-8"))


def check_readers(world, score, rows, spark):
    want = sorted(map(canonical_row, rows))
    for table in ("types", "parts"):
        score.check(*verdict(f"PyIceberg reads {table}", pyiceberg_rows(world, table),
                             sorted(map(as_pyiceberg, rows))))
        score.check(*verdict(f"DuckDB reads {table}", duckdb_rows(world, table), want))
        if spark:
            score.check(*verdict(f"Spark reads {table}", spark_rows(world, table), want))
        else:
            score.skip(f"Spark reads {table}", "--no-spark")


def verdict(what, got, want):
    problem = differences(what, got, want)
    return not problem, what, problem


def check_types(world, score):
    want = {"id": "long", "b": "boolean", "ti": "int", "si": "int", "i": "int", "l": "long",
            "f": "float", "d": "double",
            "dec1": "decimal(9, 2)", "dec2": "decimal(18, 4)", "dec3": "decimal(38, 10)",
            "s": "string", "bin": "binary",
            "dt": "date", "ts": "timestamp", "tsl": "timestamptz", "arr": "list<int>", "m": "map<string, long>"}
    schema = world.iceberg("db.types").schema()
    got = {name: str(schema.find_type(name)) for name in want}
    score.check(got == want, "types as in Iceberg's Flink mapping", str(got))


def check_statistics(world, score):
    """Counts and bounds of every file are those of its rows."""
    import pyarrow.parquet as pq
    from pyiceberg.conversions import from_bytes
    table = world.iceberg("db.parts")
    schema, wrong, bounds = table.schema(), [], 0
    for task in table.scan().plan_files():
        file = task.file
        data = pq.read_table(file.file_path.removeprefix("file://"))
        if data.num_rows != file.record_count or os.path.getsize(file.file_path.removeprefix("file://")) != file.file_size_in_bytes:
            wrong.append((file.file_path, "record_count or size"))
        for field in schema.fields:
            if not field.field_type.is_primitive:
                continue
            column = data[field.name]
            if file.null_value_counts.get(field.field_id) != column.null_count:
                wrong.append((field.name, "null count", file.null_value_counts.get(field.field_id), column.null_count))
            if file.value_counts.get(field.field_id) != data.num_rows:
                wrong.append((field.name, "value count"))
            values = [v for v in column.to_pylist() if v is not None]
            lower, upper = file.lower_bounds.get(field.field_id), file.upper_bounds.get(field.field_id)
            if not values or lower is None or upper is None:
                if values and str(field.field_type) in ("long", "int", "date", "boolean"):
                    wrong.append((field.name, "no bounds"))
                continue
            bounds += 1
            low, high = from_bytes(field.field_type, lower), from_bytes(field.field_type, upper)
            kind = str(field.field_type)
            if kind in ("timestamp", "timestamptz"):
                values = [micros(v) for v in values]
            elif kind == "date":
                values = [v.toordinal() - 719163 for v in values]
            elif kind == "string":
                values = [v.encode() for v in values]
                low, high = low.encode(), high.encode()
            if not (low <= min(values) and max(values) <= high):
                wrong.append((field.name, "bounds", low, min(values), max(values), high))
            exact = kind in ("int", "long", "date", "timestamp", "timestamptz")
            if exact and (low, high) != (min(values), max(values)):
                wrong.append((field.name, "loose bounds", low, min(values), max(values), high))
    score.check(not wrong and bounds > 100, f"statistics of every file are right ({bounds} bounds)", str(wrong[:3]))


def micros(value):
    import datetime as dt
    epoch = dt.datetime(1970, 1, 1, tzinfo=value.tzinfo)
    delta = value - epoch
    return (delta.days * 86400 + delta.seconds) * 10**6 + delta.microseconds


def check_partitions(world, score):
    """The tuple of every file is what PyIceberg's transforms give for each of its rows."""
    import pyarrow.parquet as pq
    table = world.iceberg("db.parts")
    spec, schema = table.spec(), table.schema()
    wrong, files = [], 0
    for task in table.scan().plan_files():
        files += 1
        data = pq.read_table(task.file.file_path.removeprefix("file://"))
        for position, field in enumerate(spec.fields):
            source = schema.find_field(field.source_id)
            transform = field.transform.transform(source.field_type)
            values = data[source.name].to_pylist()
            if str(source.field_type).startswith("timestamp"):
                values = [None if v is None else micros(v) for v in values]
            if {transform(v) for v in values} != {task.file.partition[position]}:
                wrong.append((field.name, {transform(v) for v in values}, task.file.partition[position]))
    names = [field.name for field in spec.fields]
    score.check(not wrong and files > 5, f"partition tuples of {files} files, {names}", str(wrong[:3]))


def check_filters(world, score, rows, spark):
    """Readers prune by our tuples and bounds: an equality must still find its rows."""
    some = [r for r in rows if r["l"] is not None and r["s"]][:1] + [r for r in rows if r["l"] is not None][-1:]
    for n, pick in enumerate(some):
        want = sorted(canonical_row(r) for r in rows if r["l"] == pick["l"])
        found = duckdb_rows(world, "parts", f"WHERE l = {pick['l']}")
        score.check(*verdict(f"DuckDB finds l = {pick['l']}", found, want))
        from pyiceberg.expressions import EqualTo
        score.check(*verdict(f"PyIceberg finds l = {pick['l']}",
                             pyiceberg_rows(world, "parts", row_filter=EqualTo("l", pick["l"])),
                             sorted(as_pyiceberg(r) for r in rows if r["l"] == pick["l"])))
        if spark and n == 0:
            score.check(*verdict(f"Spark finds l = {pick['l']}", spark_rows(world, "parts", f"l = {pick['l']}"), want))
        mine = world.sluice("query", "-i", world.path("parts.sql"), "--output", "json", "--scans",
                            f"SELECT count(*) AS n FROM lake.db.parts WHERE l = {pick['l']}")
        score.check(f'"n":{len(want)}' in mine.stdout, f"sluice query finds l = {pick['l']}",
                    mine.stdout + mine.stderr[-300:])


def foreign_writers(world, score, rng, rows):
    """PyIceberg makes the catalog and a table; sluice fills it; PyIceberg appends; sluice goes on."""
    import pyarrow as pa
    from pyiceberg.catalog.sql import SqlCatalog
    from pyiceberg.schema import Schema
    from pyiceberg.types import LongType, NestedField, StringType
    catalog = SqlCatalog("lake", uri=f"sqlite:///{world.path('catalog.db')}", warehouse=f"file://{world.path('warehouse')}")
    catalog.create_namespace_if_not_exists("theirs")
    catalog.create_table("theirs.t", Schema(NestedField(1, "id", LongType(), required=False),
                                            NestedField(2, "s", StringType(), required=False)))
    sql = world.write("theirs.sql", f"""
{world.catalog_sql()}
CREATE TABLE src (id BIGINT, s STRING) WITH ('connector' = 'kafka', 'topic' = 'rows',
  'properties.bootstrap.servers' = '{world.bootstrap}', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
INSERT INTO lake.theirs.t SELECT id, s FROM src;
""")
    first = world.sluice("run", sql, "--once")
    score.check(first.returncode == 0, "sluice fills a table that PyIceberg made", first.stderr[-400:])
    catalog.load_table("theirs.t").append(pa.table({"id": [-1, -2], "s": ["theirs", None]}, schema=pa.schema(
        [("id", pa.int64()), ("s", pa.string())])))
    more = [row(rng, 10**6 + n) for n in range(100)]
    world.produce("rows", 0, [to_json(r) for r in more])
    second = world.sluice("run", sql, "--once")
    score.check(second.returncode == 0, "and goes on after PyIceberg appended", second.stderr[-400:])
    got = sorted((r["id"], r["s"] or "") for r in catalog.load_table("theirs.t").scan().to_arrow().to_pylist())
    want = sorted([(r["id"], r["s"] or "") for r in rows + more] + [(-1, "theirs"), (-2, "")])
    score.check(got == want, "every row once, theirs too", f"{len(got)} != {len(want)}")
    verified = world.sluice("verify", "-i", sql, "lake.theirs.t")
    score.check(verified.returncode == 0, "sluice verify agrees", verified.stdout[-500:] + verified.stderr[-300:])


def flink_reads(world, score, count):
    os.environ.setdefault("FLINK_HEAP", "512")
    from world import free_ports
    world.env["FLINK_PORT"] = str(free_ports(4))
    world.peer("flink.sh", "start")
    try:
        sql = world.write("flink.sql", "SET 'execution.runtime-mode' = 'batch';\n" + world.catalog_sql() +
                          "SELECT COUNT(*) AS n, COUNT(DISTINCT id) AS d FROM lake.db.types;\n")
        out = world.peer("flink.sh", "run", sql)
        score.check(out.count(str(count)) >= 2, "Flink reads through the same CREATE CATALOG", out[-500:])
        flink_deletes(world, score)
    finally:
        world.peer("flink.sh", "stop")


def flink_deletes(world, score):
    """A table that Flink upserts into: commits bring equality deletes, a key that comes twice position deletes."""
    inserts = "\n".join(f"INSERT INTO lake.db.upserted VALUES {values};" for values in (
        "(1, 'a'), (2, 'b'), (3, 'c'), (3, 'cc')", "(2, 'B'), (4, 'd'), (5, CAST(NULL AS STRING))",
        "(4, 'D'), (1, 'A')"))
    world.peer("flink.sh", "run", world.write("flink-upserts.sql", f"""{world.catalog_sql()}
CREATE TABLE lake.db.upserted (id BIGINT, s STRING, PRIMARY KEY (id) NOT ENFORCED) WITH (
  'format-version' = '2', 'write.upsert.enabled' = 'true');
{inserts}
"""))
    kinds = {file["content"] for file in world.iceberg("db.upserted").inspect.files().to_pylist()}
    done = world.sluice("run", world.write("read-upserts.sql", f"""{world.catalog_sql()}
CREATE TABLE numbers (n BIGINT, p AS PROCTIME()) WITH ('connector' = 'datagen', 'number-of-rows' = '6',
  'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '6');
CREATE TABLE shown (id BIGINT, s STRING) WITH ('connector' = 'print');
CREATE TABLE counted (n BIGINT) WITH ('connector' = 'print');
INSERT INTO shown SELECT id, s FROM lake.db.upserted;
INSERT INTO shown SELECT n + 10, s FROM numbers AS o JOIN lake.db.upserted FOR SYSTEM_TIME AS OF o.p AS u ON o.n = u.id;
INSERT INTO counted SELECT COUNT(*) FROM (SELECT s FROM lake.db.upserted) WHERE s IS NULL OR s <> 'x';"""))
    rows = [(1, "A"), (2, "B"), (3, "cc"), (4, "D"), (5, "null")]
    want = {f"+I[{id + plus}, {s}]" for id, s in rows for plus in (0, 10)}
    got = [line for line in done.stdout.splitlines() if line.startswith("+I[") and "," in line]
    score.check(kinds == {0, 1, 2}, "Flink's upserts are position and equality deletes", str(kinds))
    score.check(done.returncode == 0 and set(got) == want and len(got) == 10, "sluice reads what they leave",
                f"{sorted(got)} {done.stderr[-300:]}")
    score.check("[5]" in done.stdout, "and without the key column", done.stdout[-300:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--no-spark", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    rng = random.Random(options.seed)
    rows = [row(rng, n) for n in range(20000 if options.long else 3000)]
    score = Score()
    with World() as world:
        world.topic("rows", 2)
        for partition in range(2):
            world.produce("rows", partition, [to_json(r) for r in rows[partition::2]])
        spec = "'sluice.partition-spec' = 'years(ts), bucket(4, l), truncate(1, s)'"
        for name, partitions in (("types", ""), ("parts", spec)):
            done = world.sluice("run", job(world, f"{name}.sql", name, partitions), "--once")
            score.check(done.returncode == 0, f"sluice writes {name}", done.stderr[-800:])
        if score.failed == 0:
            check_types(world, score)
            check_readers(world, score, rows, not options.no_spark)
            check_statistics(world, score)
            check_partitions(world, score)
            check_filters(world, score, rows, not options.no_spark)
            for table in ("types", "parts"):
                done = world.sluice("verify", "-i", world.path("types.sql"), f"lake.db.{table}")
                score.check(done.returncode == 0, f"sluice verify {table}", done.stdout[-600:] + done.stderr[-300:])
            foreign_writers(world, score, rng, rows)
            check_evolution(world, score, lambda table: duckdb_table(world, table))
            check_expiry(world, score, lambda table: duckdb_table(world, table))
            if options.long:
                flink_reads(world, score, len(rows))
    return score.close()


if __name__ == "__main__":
    sys.exit(main())
