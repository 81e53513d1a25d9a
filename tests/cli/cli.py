# SPDX-License-Identifier: Apache-2.0
"""Exit codes, messages, JSON lines, signals and restarts of the sluice binary."""
import json
import os
import re
import shlex
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "harness"))
from world import ROOT, Running, Score, World  # noqa: E402


def counted(world, name="t"):
    """Rows of a table, and how many different keys they have."""
    rows = world.iceberg(f"db.{name}").scan(selected_fields=("id",)).to_arrow()["id"].to_pylist()
    return len(rows), len(set(rows))


def endless(world, name, rows_per_second=20000):
    """A script that writes numbers into lake.db.NAME until it is stopped."""
    return world.write(f"{name}.sql", f"""
SET 'pipeline.name' = '{name}';
SET 'execution.checkpointing.interval' = '200 ms';
{world.catalog_sql()}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.{name} (id BIGINT);
CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '{rows_per_second}',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '100000000');
INSERT INTO lake.db.{name} SELECT id FROM numbers;
""")


def files_below(folder):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)


def usage(world, score):
    for args, code in (((), 2), (("--help",), 0), (("--version",), 0), (("run", "--help"), 0), (("fly",), 2),
                       (("run",), 2), (("run", "nothing.sql"), 2), (("run", "x.sql", "--often"), 2)):
        ran = world.sluice(*args)
        score.check(ran.returncode == code, f"sluice {' '.join(args)}: exit code {code}",
                    f"{ran.returncode}: {ran.stderr}")
    for args, verb in (((), "doctor"), (("table",), "history")):
        ran = world.sluice(*args)
        score.check(ran.returncode == 2 and verb in ran.stderr, f"sluice {' '.join(args)} alone: says what there is",
                    f"{ran.returncode}: {ran.stderr}")
    ran = world.sluice("version")
    score.check(ran.stdout.startswith("sluice "), "sluice version says what it is", ran.stdout)
    ran = world.sluice("version", env={"LD_TRACE_LOADED_OBJECTS": "1"})  # the loader says what it would load
    score.check("libarrow" in ran.stdout and "libduckdb" not in ran.stdout, "a start does not load DuckDB", ran.stdout)
    for pool, code in ((None, 0), ("mimalloc", 1)):
        ran = world.sluice("doctor", env={"ARROW_DEFAULT_MEMORY_POOL": pool} if pool else None)
        score.check(ran.returncode == code, f"doctor, Arrow's pool {pool or 'as built'}: exit code {code}", ran.stdout)


def mistakes(world, score):
    sql = world.write("wrong.sql", "CREATE TABLE a (x INT) WITH ('connector' = 'print');\n"
                                   "INSERT INTO a SELECT y FROM (VALUES (1)) AS t(x);\nSELEC 1;\n")
    for verb in ("run", "check", "explain"):
        ran = world.sluice(verb, sql)
        score.check(ran.returncode == 78 and ":2:" in ran.stderr and ":3:1" in ran.stderr and "^" in ran.stderr,
                    f"{verb}: both mistakes with their places, exit code 78", f"{ran.returncode}: {ran.stderr}")
        score.check("\033" not in ran.stderr, f"{verb}: no colour where there is no terminal")
    good = world.write("set.sql", "SET 'sluice.dead-leter' = 'drop';\n")
    ran = world.sluice("check", good)
    score.check(ran.returncode == 78 and "sluice.dead-letter" in ran.stderr, "a slip in SET is offered its key",
                ran.stderr)


def once_and_again(world, score):
    sql = world.write("bounded.sql", f"""
SET 'pipeline.name' = 'bounded';
{world.catalog_sql()}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.bounded (id BIGINT);
CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '5000',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '5000');
INSERT INTO lake.db.bounded SELECT id FROM numbers;
""")
    first = Running(world, sql)
    score.check(first.wait() == 0, "a bounded run ends by itself", first.errors)
    ends = [event for _, event in first.events if event["event"] == "end"]
    score.check(len(ends) == 1 and ends[0]["rows"] == 5000, "its end line counts the rows", str(ends))
    commit = first.commits()[-1]
    wanted = {"pipeline", "epoch", "rows", "rows_per_s", "mb_per_s", "lag", "freshness_ms", "files", "commit_ms",
              "dead_letters", "snapshot"}
    score.check(wanted <= commit.keys(), "a commit line has all its keys", str(wanted - commit.keys()))
    found = counted(world, "bounded")
    score.check(found == (5000, 5000), "the table has each row once", str(found))
    again = Running(world, sql)
    score.check(again.wait() == 0 and not again.commits(), "the same file again adds nothing", again.errors)
    score.check(counted(world, "bounded") == (5000, 5000), "and the table is as it was")


def partitioned(world, score):
    sql = world.write("partitioned.sql", f"""
{world.catalog_sql()}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.parted (id BIGINT, ts TIMESTAMP(3), s STRING)
  PARTITIONED BY (day(ts), BUCKET(4, `id`), s)
  WITH ('sluice.provenance-columns' = 'id', 'write.parquet.compression-codec' = 'snappy');
ALTER TABLE lake.db.parted SET ('sluice.parquet.integer-encoding' = 'plain');
INSERT INTO lake.db.parted VALUES (1, TIMESTAMP '2021-01-01 00:00:00', 'a'), (2, TIMESTAMP '2021-01-02 00:00:00', 'b');
""")
    ran = world.sluice("run", sql)
    score.check(ran.returncode == 0, "PARTITIONED BY takes transforms and columns", ran.stderr)
    fields = [(f.name, str(f.transform)) for f in world.iceberg("db.parted").spec().fields]
    wanted = [("ts_day", "day"), ("id_bucket", "bucket[4]"), ("s", "identity")]
    score.check(fields == wanted, "the table is partitioned as it says", str(fields))
    properties = world.iceberg("db.parted").properties
    kept = {key: properties.get(key) for key in ("sluice.provenance-columns", "sluice.parquet.integer-encoding")}
    score.check(list(kept.values()) == ["id", "plain"], "its own properties can be set", str(kept))
    forged = world.write("forged.sql", f"{world.catalog_sql()}\n"
                                       "ALTER TABLE lake.db.parted SET ('sluice.p.position' = '{{}}');\n")
    ran = world.sluice("run", forged)
    score.check(ran.returncode == 78 and "kept by the pipelines" in ran.stderr, "a pipeline's record cannot",
                ran.stderr)


def signals(world, score):
    for number in (signal.SIGINT, signal.SIGTERM):
        name = f"stopped_{number.name.lower()}"
        run = Running(world, endless(world, name))
        run.wait_for_commit(count=2)
        time.sleep(0.1)
        run.kill(number)
        code = run.wait()
        ends = [event for _, event in run.events if event["event"] == "end"]
        score.check(code == 0 and len(ends) == 1, f"{number.name}: commits and exits 0", f"{code} {run.errors}")
        rows, keys = counted(world, name)
        score.check(ends and rows == keys == ends[0]["rows_written"],
                    f"{number.name}: all that was read is in the table", f"{rows} {keys} {ends}")


def killed_and_again(world, score):
    name = "killed"
    sql = endless(world, name)
    for _ in range(5):
        run = Running(world, sql)
        run.wait_for_commit()
        run.kill()
        run.wait()
    run = Running(world, sql)
    run.wait_for_commit()
    run.kill(signal.SIGINT)
    score.check(run.wait() == 0, "starts again after kill -9", run.errors)
    rows, keys = counted(world, name)
    top = max(world.iceberg(f"db.{name}").scan(selected_fields=("id",)).to_arrow()["id"].to_pylist())
    score.check(rows == keys == top, "no number missing, none doubled", f"{rows} rows, {keys} numbers up to {top}")


def two_writers(world, score):
    name = "fought_over"
    sql = endless(world, name)
    first = Running(world, sql)
    first.wait_for_commit()
    second = Running(world, sql)
    second.wait_for_commit()
    code = first.wait()
    score.check(code == 1, "the older of two writers stops with exit code 1", f"{code}: {first.errors}")
    second.kill(signal.SIGINT)
    score.check(second.wait() == 0, "the newer goes on", second.errors)
    rows, keys = counted(world, name)
    score.check(rows == keys, "and no row is there twice", f"{rows} rows, {keys} numbers")


ROW_BY_ROW = "SET 'sluice.batch-rows' = '1';\nSET 'sluice.epoch-rows' = '1';"
ON_EVENT = ", 'scan.watermark.emit.strategy' = 'on-event'"


def late_script(world, name, shards, insert="INSERT INTO lake.db.{name}", on_event=False):
    """A windowed sum over a file in which two rows come too late; the late table is on."""
    rows = [("a", 1, 1), ("b", 2, 2), ("a", 4, 12), ("b", 8, 3), ("a", 16, 13), ("b", 32, 25), ("a", 64, 11),
            ("b", 128, 24), ("a", 256, 31)]
    world.write(f"{name}.csv", "".join(f"{k},{v},2024-01-01 00:00:{second:02}\n" for k, v, second in rows))
    return world.write(f"{name}.sql", f"""
SET 'pipeline.name' = '{name}';
SET 'sluice.late-rows' = 'table';
{"" if on_event else ROW_BY_ROW}
SET 'parallelism.default' = '{shards}';
SET 'execution.checkpointing.dir' = '{world.path(name + "_state")}';
{world.catalog_sql()}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.{name} (k STRING, window_start TIMESTAMP(3), v INT);
CREATE TABLE events (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = '{world.path(name + ".csv")}', 'format' = 'csv'
        {ON_EVENT if on_event else ""});
{insert.format(name=name)} SELECT k, window_start, SUM(v) FROM
  TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end;
""")


def late_rows(world, score):
    """Rows in windows and late rows are all rows, each once, killed after every commit or not."""
    for name, kill, shards in (("late_whole", None, 1), ("late_on_event", None, 1), ("late_killed", "after-ack", 1),
                               ("late_torn", "between-commits", 1), ("late_shards", "between-commits", 2)):
        sql, starts, code = late_script(world, name, shards, on_event=name == "late_on_event"), 0, None
        while code is None or (kill and code == -signal.SIGKILL and starts < 60):
            ran = world.sluice("run", sql, env={"SLUICE_KILL_AT": kill} if kill else None)
            code, starts = ran.returncode, starts + 1
        score.check(code == 0 and (starts > 5 or not kill), f"{name}: ends after {starts} starts", ran.stderr)
        late = world.iceberg(f"db.{name}_late_rows").scan().to_arrow().to_pylist()
        rows = sorted((json.loads(row["payload"])["v"], row["kind"], row["input"], str(row["event_time"])[11:19],
                       str(row["watermark"])[11:19]) for row in late)
        windows = sum(world.iceberg(f"db.{name}").scan().to_arrow()["v"].to_pylist())
        score.check(sum(row[0] for row in rows) + windows == 511, f"{name}: each row is in a window or late, once",
                    f"{rows} {windows}")
        if shards > 1:  # what is late depends on when the shard without a split says that it has none
            continue
        wanted = [(8, "+I", 0, "00:00:03", "00:00:11"), (64, "+I", 0, "00:00:11", "00:00:24")]
        score.check(rows == wanted, f"{name}: the late table says when they came", str(late))
        score.check({row["operator"] for row in late} == {"WindowAggregate"} and len({row["uid"] for row in late}) == 1,
                    f"{name}: and which operator left them out", str(late))
    alone = late_script(world, "late_print", 1, insert="")
    ran = world.sluice("run", alone)
    score.check(ran.returncode == 78 and "sluice.late-rows.table" in ran.stderr,
                "a job without a table has to name the late table", f"{ran.returncode}: {ran.stderr}")
    ran = world.sluice("run", alone, "-D", "sluice.late-rows.table=lake.db.of_print")
    score.check(ran.returncode == 0 and world.iceberg("db.of_print").scan().to_arrow().num_rows == 2,
                "and writes it there", ran.stderr)


def counting(world, name, settings=""):
    """Counts per window of an hour, over numbers that are milliseconds: no window closes by itself."""
    return world.write(f"{name}.sql", f"""
SET 'pipeline.name' = '{name}';
SET 'execution.checkpointing.interval' = '200 ms';
{settings}
{world.catalog_sql()}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.{name} (window_start TIMESTAMP(3), n BIGINT);
CREATE TABLE numbers (id BIGINT, ts AS TO_TIMESTAMP_LTZ(id, 3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen',
  'rows-per-second' = '1000', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '100000000');
INSERT INTO lake.db.{name} SELECT window_start, COUNT(*) FROM
  TABLE(TUMBLE(TABLE numbers, DESCRIPTOR(ts), INTERVAL '1' HOUR)) GROUP BY window_start, window_end;
""")


def job_of(world, name):
    """The id of a running job, as soon as it can be seen."""
    for _ in range(100):
        ran = world.sluice("stop", "--output", "json")
        for line in ran.stdout.splitlines():
            if json.loads(line)["job name"] == name:
                return json.loads(line)["job id"]
        time.sleep(0.1)
    return None


def stop_job(world, score):
    """STOP JOB from another process; savepoints that a job goes on from; DRAIN."""
    sql = counting(world, "stopped_job")
    run = Running(world, sql)
    run.wait_for_commit(count=2)
    job = job_of(world, "stopped_job")
    ran = world.sluice("run", "-e", "SHOW JOBS")
    score.check(ran.returncode == 0 and job and job in ran.stdout and "RUNNING" in ran.stdout, "SHOW JOBS shows it",
                f"{ran.stdout} {ran.stderr}")
    ran = world.sluice("run", "-e", "STOP JOB 'nobody'")
    score.check(ran.returncode != 0 and job in ran.stderr, "STOP JOB of another name says which there are", ran.stderr)
    ran = world.sluice("run", "-e", f"STOP JOB '{job}' WITH SAVEPOINT WITH SAVED")
    score.check(ran.returncode == 78 and "SAVEPOINT or DRAIN" in ran.stderr, "a mistake in STOP JOB has its place",
                ran.stderr)
    ran = world.sluice("run", "-e", f"SET 'execution.checkpointing.savepoint-dir' = '{world.path('saved')}'; "
                                    f"STOP JOB '{job}' WITH SAVEPOINT;")
    code = run.wait()
    ends = [event for _, event in run.events if event["event"] == "end"]
    path = ends[0].get("savepoint") if ends else None
    score.check(ran.returncode == 0 and code == 0 and path and path in ran.stdout,
                "STOP JOB WITH SAVEPOINT stops it and shows the path", f"{code} {run.errors} {ran.stdout} {ran.stderr}")
    score.check(not os.listdir(world.path("sluice_data", "jobs")), "nothing of it stays in the registry",
                str(os.listdir(world.path("sluice_data", "jobs"))))
    read = ends[0]["rows"] if ends else 0
    again = Running(world, sql, "-D", f"execution.state-recovery.path={path}")
    again.wait_for_commit()
    job = job_of(world, "stopped_job")
    ran = world.sluice("stop", "stopped_job", "--drain", "--output", "json")
    code = again.wait()
    ends = [event for _, event in again.events if event["event"] == "end"]
    read += ends[0]["rows"] if ends else 0
    counted = sum(world.iceberg("db.stopped_job").scan().to_arrow()["n"].to_pylist())
    score.check(ran.returncode == 0 and code == 0 and counted == read > 0,
                "drained, its windows have every row of both runs", f"{counted} of {read}; {ran.stderr} {again.errors}")


CASES = """
-- include pipeline_of_cases.sql

-- test: totals
-- given orders (customer, amount)
VALUES ('ann', 10), ('bob', 5);
-- given orders (customer, amount)
VALUES ('ann', 2);
-- then totals
VALUES ('ann', 12), ('bob', 5);
-- then totals changelog
VALUES ('+I', 'ann', 10), ('+I', 'bob', 5), ('+U', 'ann', 12);

-- test: late rows are left out
-- given orders (customer, amount, ts)
VALUES ('ann', 1, TIMESTAMP '2024-01-01 00:00:01'), ('ann', 2, TIMESTAMP '2024-01-01 00:01:00');
-- given orders (customer, amount, ts)
VALUES ('ann', 4, TIMESTAMP '2024-01-01 00:00:02');
-- run
SELECT window_start, SUM(amount) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, window_end;
-- then
VALUES (TIMESTAMP '2024-01-01 00:00:00', 1), (TIMESTAMP '2024-01-01 00:01:00', 2);

-- test: text is no number
-- given orders (customer)
VALUES ('ann');
-- run
SELECT CAST(customer AS INT) FROM orders;
-- then fails: ann
"""


def sql_cases(world, score):
    """sluice test: a pipeline that reads Kafka and writes a catalog, without either."""
    world.write("pipeline_of_cases.sql", """
CREATE TABLE orders (customer STRING, amount INT, ts TIMESTAMP(3),
  arrived TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL, WATERMARK FOR ts AS ts)
  WITH ('connector' = 'kafka', 'topic' = 'orders', 'format' = 'json',
  'properties.bootstrap.servers' = 'nowhere:9092', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE totals (customer STRING, total INT, PRIMARY KEY (customer) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'totals', 'properties.bootstrap.servers' = 'nowhere:9092',
  'key.format' = 'json', 'value.format' = 'json');
INSERT INTO totals SELECT customer, SUM(amount) FROM orders GROUP BY customer;
""")
    cases = world.write("good.test.sql", CASES)
    ran = world.sluice("test", cases)
    score.check(ran.returncode == 0 and ran.stdout.endswith("9 passed, 0 failed\n"), "good cases pass in three modes",
                f"{ran.returncode}: {ran.stdout} {ran.stderr}")
    bad = world.write("bad.test.sql", CASES.replace("VALUES ('ann', 12)", "VALUES ('ann', 13)"))
    ran = world.sluice("test", bad, "--only", "totals", "--mode", "whole")
    score.check(ran.returncode == 1 and "      - [ann, 13]\n      + [ann, 12]\n" in ran.stdout and
                ran.stdout.endswith("0 passed, 1 failed\n"), "a wrong one shows what differs", ran.stdout + ran.stderr)
    broken = world.write("broken.test.sql", CASES.replace("-- given orders (customer)", "-- given ordres (customer)"))
    ran = world.sluice("test", broken)
    score.check(ran.returncode == 78 and "ordres" in ran.stderr, "a file that is wrong is said so",
                f"{ran.returncode}: {ran.stderr}")


def batch_check(world, score):
    """--check-against-batch: equal where they must be, late rows as what differs."""
    head = f"""
SET 'pipeline.name' = 'checked';
SET 'execution.checkpointing.dir' = '{world.path("checked_state")}';
{world.catalog_sql()}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.checked (k STRING, window_start TIMESTAMP(3), v INT);
CREATE TABLE sums (k STRING, v INT) WITH ('connector' = 'print');
CREATE TABLE events (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = '{world.path("checked.csv")}', 'format' = 'csv');
INSERT INTO lake.db.checked SELECT k, window_start, SUM(v) FROM
  TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end;
INSERT INTO sums SELECT k, SUM(v) FROM events GROUP BY k;
"""
    sql = world.write("checked.sql", head)
    world.write("checked.csv", "".join(f"{'ab'[i % 2]},{i},2024-01-01 00:00:{i % 60:02}\n" for i in range(60)))
    ran = world.sluice("run", sql, "--check-against-batch")
    score.check(ran.returncode == 0 and ran.stdout.count("holds what a batch gives") == 2,
                "what a batch gives is what the sinks hold", f"{ran.returncode}: {ran.stdout} {ran.stderr}")
    ran = world.sluice("run", sql, "--check-against-batch")
    score.check(ran.returncode == 0 and "did not begin anew" in ran.stdout and
                ran.stdout.count("holds what a batch gives") == 1,
                "a table is compared whoever wrote it, a print is not", f"{ran.returncode}: {ran.stdout} {ran.stderr}")
    late = world.write("late_checked.sql", head.replace("checked", "late_checked"))
    world.write("late_checked.csv", "a,1,2024-01-01 00:00:01\na,2,2024-01-01 00:00:30\na,4,2024-01-01 00:00:02\n")
    ran = world.sluice("run", late, "-D", "sluice.batch-rows=1", "-D", "parallelism.default=1", "--check-against-batch")
    score.check(ran.returncode == 1 and "DIFFERS" in ran.stdout and "- [a, 2024-01-01 00:00:00, 5]" in ran.stdout and
                "+ [a, 2024-01-01 00:00:00, 1]" in ran.stdout, "a late row is a difference",
                f"{ran.returncode}: {ran.stdout} {ran.stderr}")


def first_with_spill(world, score):
    """State that may leave memory, where no run has made the state's folder before."""
    sql = world.write("first_with_spill.sql", f"""
SET 'state.backend.type' = 'rocksdb';
SET 'execution.checkpointing.dir' = '{world.path("not", "there", "yet")}';
CREATE TABLE numbers (k INT) WITH ('connector' = 'datagen', 'fields.k.min' = '1', 'fields.k.max' = '3',
  'fields.k.kind' = 'random', 'number-of-rows' = '1000');
CREATE TABLE counts (k INT, n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'blackhole');
INSERT INTO counts SELECT k, COUNT(*) FROM numbers GROUP BY k;
""")
    ran = world.sluice("run", sql)
    score.check(ran.returncode == 0, "rocksdb, in a folder that is not there yet", ran.stderr)


def other_aggregates(world, score):
    """Options that make other operators of a GROUP BY: state goes on where it means the same, and is refused else."""
    def counts(name, call):
        return world.write(f"{name}.sql", f"""
SET 'pipeline.name' = '{name}';
SET 'execution.checkpointing.dir' = '{world.path("other_aggregates")}';
CREATE TABLE numbers (k INT, v INT) WITH ('connector' = 'datagen', 'fields.k.min' = '1', 'fields.k.max' = '3',
  'fields.k.kind' = 'random', 'number-of-rows' = '1000');
CREATE TABLE counts (k INT, n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'blackhole');
INSERT INTO counts SELECT k, COUNT({call}) FROM numbers GROUP BY k;
""")
    distinct, plain = counts("distinct_counts", "DISTINCT v"), counts("plain_counts", "v")
    folded = ("-D", "table.exec.mini-batch.enabled=true", "-D", "table.exec.mini-batch.allow-latency=1 s",
              "-D", "table.exec.mini-batch.size=100", "-D", "table.optimizer.agg-phase-strategy=TWO_PHASE")
    split = ("-D", "table.optimizer.distinct-agg.split.enabled=true")
    for sql in (distinct, plain):
        ran = world.sluice("run", sql)
        score.check(ran.returncode == 0, "a GROUP BY that keeps its state", ran.stderr)
    ran = world.sluice("run", plain, *folded)
    score.check(ran.returncode == 0, "goes on with it in two phases", ran.stderr)
    ran = world.sluice("run", distinct, *split)
    score.check(ran.returncode == 78 and "has changed since epoch" in ran.stderr and
                "new, and without state" in ran.stderr,
                "but not by buckets, whose state is another", f"{ran.returncode}: {ran.stderr}")
    ran = world.sluice("run", distinct)
    score.check(ran.returncode == 0, "and as before once more", ran.stderr)


def small_memory(world, score):
    """State larger than memory goes to disk where that is allowed, and is an error that says so where not."""
    rows = """
SET 'sluice.memory' = '64 mb';
SET 'parallelism.default' = '1';
CREATE TABLE numbers (id BIGINT, text STRING, k AS MOD(id, 20000), ts AS TO_TIMESTAMP_LTZ(id, 3),
  WATERMARK FOR ts AS ts)
  WITH ('connector' = 'datagen', 'rows-per-second' = '100000000', 'number-of-rows' = '200000',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1',
  'fields.id.end' = '200000', 'fields.text.length' = '100');
"""
    match = """
CREATE TABLE results (k BIGINT, first_id BIGINT, last_text STRING) WITH ('connector' = 'print');
INSERT INTO results SELECT * FROM numbers MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts
  MEASURES FIRST(b.id) AS first_id, LAST(b.text) AS last_text ONE ROW PER MATCH
  PATTERN (b+ c) DEFINE c AS c.id < 0) AS m;
"""
    in_memory = rows.replace("sluice.memory", "taskmanager.memory.process.size")
    ran = world.sluice("run", world.write("match_in_memory.sql", in_memory + match))
    said = ("state does not fit its memory", "'state.backend.type' = 'rocksdb'", "Match holds",
            " MiB, there is room for 16.0 MiB")
    score.check(ran.returncode == 1 and all(part in ran.stderr for part in said),
                "state that has to stay in memory and does not fit: what holds how much, and what to set",
                f"{ran.returncode}: {ran.stderr[-800:]}")
    ran = world.sluice("run", world.write("match.sql", rows + match))
    ends = [json.loads(line) for line in ran.stderr.splitlines() if line.startswith('{"event":"end"')]
    score.check(ran.returncode == 0 and ends and ends[0]["spilled_bytes"] > 10_000_000,
                "MATCH_RECOGNIZE over more rows than memory holds goes on, with the help of the disk",
                f"{ran.returncode}: {ran.stderr[-800:]}")
    sql = world.write("sort.sql", rows + """
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE results (id BIGINT, size INT) WITH ('connector' = 'print');
INSERT INTO results SELECT id, CHAR_LENGTH(text) FROM numbers ORDER BY MOD(id * 7919, 200003), text;
""")
    ran = world.sluice("run", sql)
    ids = [int(line[3:].split(",")[0]) for line in ran.stdout.splitlines() if line.startswith("+I[")]
    ends = [json.loads(line) for line in ran.stderr.splitlines() if line.startswith('{"event":"end"')]
    score.check(ran.returncode == 0 and ids == sorted(range(1, 200001), key=lambda i: i * 7919 % 200003),
                "ORDER BY of more than memory holds: all rows in order", f"{ran.returncode}: {ran.stderr[-800:]}")
    score.check(bool(ends) and ends[0]["spilled_bytes"] > 10 << 20, "and they were on disk", str(ends))


def read_me(world, score):
    """README's way to a first table, as it stands there; its other scripts with the catalog that it made."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as f:
        text = f.read()
    first, *others = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    world.write("bids.sql", first)
    commands = [shlex.split(line, comments=True) for line in text.splitlines() if line.startswith("sluice ")]
    score.check(len(commands) == 5 and len(others) == 2, "README has its commands and scripts", str(commands))
    for command in commands:
        ran = world.sluice(*command[1:])
        score.check(ran.returncode == 0, f"README: {' '.join(command[:2])}", f"{ran.stdout[-500:]} {ran.stderr[-500:]}")
    catalog = first[first.index("CREATE CATALOG"):first.index("CREATE TABLE IF NOT EXISTS")]
    for number, script in enumerate(others):
        ran = world.sluice("check", world.write(f"readme{number}.sql", catalog + script))
        score.check(ran.returncode == 0, f"README: script {number + 2} has no mistake", ran.stderr)


def left_out_early(world, score):
    """A condition that the decoder looks at gives the rows, counts and dead letters that it gives behind it."""
    lines = []
    for i in range(20000):
        sub = "null" if i % 7 == 0 else json.dumps({"x": i % 50, "text": f"t{i % 3}"})
        row = f'{{"kind": {"null" if i % 11 == 0 else i % 5}, "n": {i}, "sub": {sub}}}'
        lines.append('{"kind": 3, "n": oops}' if i % 997 == 0 else f"[{row}, {row}]" if i % 501 == 0 else row)
    world.write("left_out.json", "\n".join(lines) + "\n")
    seen = {}
    for name, push in (("early", "true"), ("behind", "false")):
        sql = world.write(f"{name}.sql", f"""
SET 'table.optimizer.source.predicate-pushdown-enabled' = '{push}';
{world.catalog_sql()}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.{name} (n BIGINT, x INT, a STRING);
CREATE TABLE events (kind INT, n BIGINT, sub ROW<x INT, text STRING>)
  WITH ('connector' = 'filesystem', 'path' = '{world.path("left_out.json")}', 'format' = 'json');
INSERT INTO lake.db.{name} SELECT n, sub.x, CASE kind WHEN 3 THEN sub.text ELSE 'never' END FROM events
WHERE kind = 3 AND sub.x > 20 AND sub.text <> 't1';
""")
        plan = world.sluice("explain", sql).stdout
        score.check(("filter=[kind = 3 AND sub.x > 20 AND sub.text <> 't1']" in plan) == (push == "true"),
                    f"{name}: the plan says what the source hears", plan)
        ran = world.sluice("run", sql)
        end = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith('{"event":"end"')]
        score.check(ran.returncode == 0 and len(end) == 1, f"{name}: ends", ran.stderr)
        rows = world.iceberg(f"db.{name}").scan().to_arrow().to_pylist()
        seen[name] = (sorted(row["n"] for row in rows), {row["a"] for row in rows}, end[0]["rows"],
                      end[0]["rows_written"], end[0]["dead_letters"], end[0]["skipped"])
        proof = world.sluice("verify", "-i", sql, f"lake.db.{name}", "--source", sql)
        score.check(proof.returncode == 0, f"{name}: verify finds each row in the source", proof.stdout + proof.stderr)
        dead = world.iceberg(f"db.{name}_dead_letters").scan().to_arrow().num_rows
        score.check(dead == end[0]["dead_letters"] == len(lines) // 997 + 1, f"{name}: what is no JSON is no row",
                    f"{dead} {end[0]}")
    score.check(seen["early"] == seen["behind"] and len(seen["early"][0]) > 1000 and seen["early"][1] == {"t0", "t2"},
                "rows left out early are those left out behind", str({k: v[1:] for k, v in seen.items()}))


def read_again(world, score):
    """verify --source of a job that writes two tables from two sources touches nothing of the job, and finds a row
    that is not from the source."""
    for name in ("left", "right"):
        world.write(f"{name}.json", "".join(f'{{"n": {n}, "side": "{name}"}}\n' for n in range(3000)))
    source = "".join(f"CREATE TABLE `{name}` (n BIGINT, side STRING) WITH ('connector' = 'filesystem', "
                     f"'path' = '{world.path(name + '.json')}', 'format' = 'json');\n" for name in ("left", "right"))
    head = f"{world.catalog_sql()}CREATE DATABASE IF NOT EXISTS lake.db;\n{source}"
    both = "(SELECT n, side FROM `left` UNION ALL SELECT n, side FROM `right`)"
    sql = world.write("two.sql", f"""{head}
SET 'pipeline.name' = 'two';
CREATE TABLE IF NOT EXISTS lake.db.one_side (n BIGINT, side STRING);
CREATE TABLE IF NOT EXISTS lake.db.both_sides (n BIGINT, side STRING);
INSERT INTO lake.db.one_side SELECT n, side FROM {both} WHERE n < 1000;
INSERT INTO lake.db.both_sides SELECT n, side FROM {both};
""")
    ran = world.sluice("run", sql)
    score.check(ran.returncode == 0, "two tables from two sources", ran.stderr)
    before = files_below(world.path("sluice_data"))
    for name, rows in (("one_side", 2000), ("both_sides", 6000)):
        proof = world.sluice("verify", "-i", sql, f"lake.db.{name}", "--source", sql)
        score.check(proof.returncode == 0 and f" {rows} rows" in proof.stdout, f"verify reads {name}'s sources again",
                    proof.stdout + proof.stderr)
    score.check(files_below(world.path("sluice_data")) == before, "and leaves nothing behind")
    ran = world.sluice("run", world.write("more.sql", f"{head}\nINSERT INTO lake.db.one_side VALUES (7, 'odd');"))
    proof = world.sluice("verify", "-i", sql, "lake.db.one_side", "--source", sql)
    score.check(proof.returncode != 0 and "'two'" in proof.stderr + proof.stdout,
                "a table that two pipelines wrote is not proven by the script of one", proof.stdout + proof.stderr)
    sql = world.write("grouped.sql", f"""{head}
SET 'execution.runtime-mode' = 'batch';
SET 'pipeline.name' = 'grouped';
CREATE TABLE IF NOT EXISTS lake.db.grouped (side STRING, n BIGINT);
INSERT INTO lake.db.grouped SELECT side, SUM(n) FROM {both} GROUP BY side;
""")
    ran = world.sluice("run", sql)
    proof = world.sluice("verify", "-i", sql, "lake.db.grouped", "--source", sql)
    score.check(ran.returncode == 0 and proof.returncode != 0 and "--check-against-batch" in proof.stderr,
                "a job with state is not read again, and verify says what else there is",
                ran.stderr + proof.stdout + proof.stderr)


def demo(world, score):
    ran = world.sluice("demo")
    score.check(ran.returncode == 0 and "channel" in ran.stdout and "file_path" in ran.stdout,
                "demo: a table, an answer, its files", f"{ran.returncode}: {ran.stderr} {ran.stdout[-500:]}")
    again = world.sluice("demo")
    lines = [json.loads(line) for line in again.stdout.splitlines() if line.startswith('{"event":"end"')]
    score.check(again.returncode == 0 and lines and lines[0]["rows"] == 0, "demo again: adds nothing", str(lines))


def main():
    score = Score()
    with World(kafka=False) as world:
        for part in (usage, mistakes, once_and_again, partitioned, signals, killed_and_again, two_writers, late_rows,
                     stop_job, sql_cases, batch_check, first_with_spill, other_aggregates,
                     small_memory, left_out_early, read_again, demo, read_me):
            part(world, score)
    return score.close()


if __name__ == "__main__":
    sys.exit(main())
