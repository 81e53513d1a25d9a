# SPDX-License-Identifier: Apache-2.0
"""Connectors against the real systems: see README.md."""
import argparse
import json
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "harness"))
from world import Running, Score, World, free_ports  # noqa: E402

EVENTS = 200_000
CONNECTORS = ["kafka", "kafka_changes", "kafka_once", "kafka_alignment", "jdbc", "filesystem", "lakehouse", "alignment"]


class Suite:
    def __init__(self, world):
        self.world, self.score = world, Score()

    def run(self, name, text, *args):
        done = self.world.sluice("run", self.world.write(f"{name}.sql", text), *args, timeout=180)
        self.score.check(done.returncode == 0, f"{name} runs", done.stderr[-600:])
        return done

    def consume(self, topic):
        """(partition, key, value) of each record; a null is None."""
        out = subprocess.run(["kcat", "-C", "-q", "-e", "-J", "-b", self.world.bootstrap, "-t", topic, "-o",
                              "beginning"],
                             stdout=subprocess.PIPE, check=True).stdout
        return [(r["partition"], r["key"], r["payload"]) for r in map(json.loads, out.splitlines())]

    def kafka_options(self, topic, *more):
        return ", ".join([f"'topic' = '{topic}'", f"'properties.bootstrap.servers' = '{self.world.bootstrap}'", *more])

    # ------------------------------------------------------------------ Kafka

    def kafka(self):
        world = self.world
        for topic, partitions in (("plain", 3), ("keyed", 3), ("upserts", 1), ("changes", 1)):
            world.topic(topic, partitions)
        values = "(VALUES (1, 'a', 10), (2, 'b', 20), (1, 'c', 30), (3, CAST(NULL AS STRING), 40)) AS t(k, s, n)"
        self.run("kafka-write", f"""
CREATE TABLE plain (k INT, s STRING, n INT) WITH ('connector' = 'kafka',
  {self.kafka_options('plain', "'format' = 'json'", "'sink.partitioner' = 'round-robin'")});
CREATE TABLE keyed (k INT, s STRING, n INT, ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp') WITH ('connector' = 'kafka',
  {self.kafka_options('keyed', "'key.format' = 'json'", "'key.fields' = 'k'", "'value.format' = 'json'",
                      "'value.fields-include' = 'EXCEPT_KEY'")});
EXECUTE STATEMENT SET BEGIN
INSERT INTO plain SELECT k, s, n FROM {values};
INSERT INTO keyed SELECT k, s, n, TO_TIMESTAMP_LTZ(CAST(n AS BIGINT) * 1000, 3) FROM {values};
END;""")
        plain = self.consume("plain")
        self.score.check(sorted(v for _, _, v in plain) == sorted(
            ['{"k":1,"s":"a","n":10}', '{"k":2,"s":"b","n":20}', '{"k":1,"s":"c","n":30}', '{"k":3,"s":null,"n":40}']),
            "kafka: rows as json", str(plain))
        self.score.check(len({p for p, _, _ in plain}) == 3, "kafka: round-robin uses every partition", str(plain))
        keyed = self.consume("keyed")
        self.score.check(len({p for p, k, _ in keyed if k == '{"k":1}'}) == 1 and
                         sorted(v for _, k, v in keyed if k == '{"k":1}') == ['{"s":"a","n":10}', '{"s":"c","n":30}'],
                         "kafka: one key, one partition; the key is not in the value", str(keyed))
        self.run("kafka-upsert", f"""
CREATE TABLE keyed (k INT, s STRING, n INT) WITH ('connector' = 'kafka',
  {self.kafka_options('keyed', "'key.format' = 'json'", "'key.fields' = 'k'", "'value.format' = 'json'",
                      "'value.fields-include' = 'EXCEPT_KEY'", "'scan.startup.mode' = 'earliest-offset'",
                      "'scan.bounded.mode' = 'latest-offset'")});
CREATE TABLE upserts (k INT, total BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert-kafka',
  {self.kafka_options('upserts', "'key.format' = 'json'", "'value.format' = 'json'")});
CREATE TABLE changes (k INT, total BIGINT) WITH ('connector' = 'kafka',
  {self.kafka_options('changes', "'format' = 'debezium-json'")});
EXECUTE STATEMENT SET BEGIN
INSERT INTO upserts SELECT k, SUM(n) FROM keyed GROUP BY k;
INSERT INTO changes SELECT k, SUM(n) FROM keyed GROUP BY k;
END;""")
        last = {}
        for _, key, value in self.consume("upserts"):
            last[key] = value
        self.score.check(last == {'{"k":1}': '{"k":1,"total":40}', '{"k":2}': '{"k":2,"total":20}',
                                  '{"k":3}': '{"k":3,"total":40}'}, "upsert-kafka: the last row of each key", str(last))
        self.world.produce("upserts", 0, [b'{"k":2}~'], ["-Z", "-K", "~"])  # a key without a value
        done = self.run("kafka-read-upserts", f"""
SET 'parallelism.default' = '1';
CREATE TABLE upserts (k INT, total BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'upsert-kafka',
  {self.kafka_options('upserts', "'key.format' = 'json'", "'value.format' = 'json'")});
CREATE TABLE shown (n BIGINT, s BIGINT) WITH ('connector' = 'print');
INSERT INTO shown SELECT COUNT(*), SUM(total) FROM upserts;""", "--once")
        self.score.check(done.stdout.strip().endswith("[2, 80]"), "upsert-kafka: rows read by key, one deleted",
                         done.stdout)
        done = self.run("kafka-read-changes", f"""
CREATE TABLE changes (k INT, total BIGINT) WITH ('connector' = 'kafka',
  {self.kafka_options('changes', "'format' = 'debezium-json'", "'scan.startup.mode' = 'earliest-offset'",
                      "'scan.bounded.mode' = 'latest-offset'")});
CREATE TABLE shown (n BIGINT, s BIGINT) WITH ('connector' = 'print');
INSERT INTO shown SELECT COUNT(*), SUM(total) FROM changes;""")
        self.score.check(done.stdout.strip().splitlines()[-1:] in (["+I[3, 100]"], ["+U[3, 100]"]),
                         "debezium-json: changes written and read again", done.stdout)

    def kafka_alignment(self):
        """Of two partitions the one whose time runs faster waits for the other, and not for ever."""
        self.world.topic("aligned", 2)
        for partition, step in ((0, 1000), (1, 10)):
            self.world.produce("aligned", partition, [json.dumps({"p": partition, "ms": n * step}).encode()
                                                      for n in range(1, 4001)])
        for client in ("native", "librdkafka"):
            done = self.run(f"kafka-alignment-{client}", f"""
SET 'parallelism.default' = '1';
SET 'sluice.kafka.client' = '{client}';
CREATE TABLE aligned (p INT, ms BIGINT, ts AS TO_TIMESTAMP_LTZ(ms, 3), WATERMARK FOR ts AS ts) WITH (
  'connector' = 'kafka', {self.kafka_options('aligned', "'format' = 'json'", "'scan.startup.mode' = 'earliest-offset'",
                      "'scan.watermark.alignment.group' = 'g'", "'scan.watermark.alignment.max-drift' = '2 s'")});
CREATE TABLE shown (p INT, ms BIGINT) WITH ('connector' = 'print');
INSERT INTO shown SELECT p, ms FROM aligned;""", "--once")
            reached, ahead, rows = [0, 0], 0, 0
            for line in done.stdout.splitlines():
                if not line.startswith("+I"):
                    continue
                partition, ms = map(int, line[3:-1].split(", "))
                reached[partition] = ms
                rows += 1
                if reached[1] < 39_000:  # the slow one has not ended
                    ahead = max(ahead, reached[0] - reached[1])
            self.score.check(rows == 8000 and ahead < 1_000_000, f"kafka, {client}: a partition waits for the other",
                             f"{rows} rows, ahead by {ahead} of 4,000,000 ms")

    def kafka_changes(self):
        """What Debezium, Canal and Maxwell wrote, through a GROUP BY over a metadata column, into tables by key."""
        data = os.path.join(HERE, "..", "data", "cdc")
        with open(os.path.join(data, "expected.json"), encoding="utf-8") as file:
            expected = json.load(file)
        sql, inserts = "SET 'sluice.dead-letter' = 'drop';\nSET 'parallelism.default' = '1';\n", ""
        streams = (("debezium", "debezium-postgres-data-schema-exclude", "source.database", ""),
                   ("canal", "canal-data", "database", "'canal-json.table.include' = 'products2',"),
                   ("maxwell", "maxwell-data", "database", ""))
        for tool, stream, database, options in streams:
            with open(os.path.join(data, "streams", f"{stream}.txt"), "rb") as file:
                lines = file.read().splitlines()
            for topic in (tool, f"{tool}-counts"):
                self.world.topic(topic, 1)
            self.world.produce(tool, 0, lines[:5] + [b"{no change"] + lines[5:])
            self.world.produce(tool, 0, [b'{"id":111}~'], ["-Z", "-K", "~"])  # a tombstone
            sql += f"""
CREATE TABLE {tool} (id INT NOT NULL, name STRING, db STRING METADATA FROM 'value.{database}',
  PRIMARY KEY (id) NOT ENFORCED)
WITH ('connector' = 'kafka', {options} {self.kafka_options(tool, f"'format' = '{tool}-json'",
    "'scan.startup.mode' = 'earliest-offset'", "'scan.bounded.mode' = 'latest-offset'")});
CREATE TABLE {tool}_counts (db STRING, name STRING, n BIGINT, PRIMARY KEY (db, name) NOT ENFORCED)
WITH ('connector' = 'upsert-kafka', {self.kafka_options(f"{tool}-counts", "'key.format' = 'json'",
                                                        "'value.format' = 'json'")});"""
            inserts += f"INSERT INTO {tool}_counts SELECT db, name, COUNT(*) FROM {tool} GROUP BY db, name;\n"
        self.run("kafka-changes", f"{sql}\nEXECUTE STATEMENT SET BEGIN\n{inserts}END;")
        for tool, stream, _, _ in streams:
            counts = {}
            for kind, _, name, *_ in expected[f"streams/{stream}.txt"]["changelog"]:
                counts[name] = counts.get(name, 0) + (1 if kind[0] == "+" else -1)
            got, databases = {}, set()
            for _, key, value in self.consume(f"{tool}-counts"):
                name = json.loads(key)["name"]
                databases.add(json.loads(key)["db"])
                got[name] = json.loads(value)["n"] if value else 0
            # A name whose rows come and go in one batch may never be seen.
            got, counts = ({name: n for name, n in of.items() if n} for of in (got, counts))
            self.score.check(got == counts and len(databases) == 1 and None not in databases,
                             f"{tool}-json: counted by name", f"{got} {databases}, not {counts}")

    def kafka_once(self):
        """Transactions: appends and a GROUP BY, killed before, after and between commits; a read_committed reader."""
        for topic, partitions in (("once", 3), ("once-changes", 1)):
            self.world.topic(topic, partitions)
        sql = self.world.write("kafka-once.sql", f"""
SET 'execution.checkpointing.interval' = '100 ms';
SET 'pipeline.name' = 'once';
CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '20000', 'number-of-rows' = '60000',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '60000');
CREATE TABLE once (id BIGINT) WITH ('connector' = 'kafka', {self.kafka_options('once', "'format' = 'json'",
    "'sink.delivery-guarantee' = 'exactly-once'", "'sink.transactional-id-prefix' = 'a'")});
CREATE TABLE changes (k BIGINT, n BIGINT) WITH ('connector' = 'kafka',
  {self.kafka_options('once-changes', "'format' = 'debezium-json'", "'sink.delivery-guarantee' = 'exactly-once'",
                      "'sink.transactional-id-prefix' = 'b'")});
EXECUTE STATEMENT SET BEGIN
INSERT INTO once SELECT id FROM numbers;
INSERT INTO changes SELECT MOD(id, 10), COUNT(*) FROM numbers GROUP BY MOD(id, 10);
END;""")
        ends = ["kafka-before-commit:1", "kafka-after-commit:1", "kafka-before-commit:4", "kafka-after-commit:5", ""]
        kills, code, running = 0, 1, None
        for at in ends + [None]:
            running = Running(self.world, sql, env={"SLUICE_KILL_AT": at} if at else None)
            if at == "":
                running.wait_for_commit(30)
                time.sleep(0.05 * kills)
                running.kill(signal.SIGKILL)
            code = running.wait(90)
            kills += code != 0
            if code == 0:
                break
        self.score.check(code == 0 and kills >= 5, f"kafka exactly once: {kills} kills, then to the end",
                         running.errors[-500:])
        ids = sorted(json.loads(value)["id"] for _, _, value in self.consume("once"))
        self.score.check(ids == list(range(1, 60_001)), "kafka exactly once: every row once for who reads committed",
                         f"{len(ids)} {len(set(ids))}")
        last = {}
        wrong = 0
        for _, _, value in self.consume("once-changes"):
            change = json.loads(value)
            before, after = change.get("before"), change.get("after")
            if before is not None:
                wrong += last.pop(before["k"], None) != before["n"]
            if after is not None:
                wrong += after["k"] in last
                last[after["k"]] = after["n"]
        self.score.check(wrong == 0 and last == {k: 6000 for k in range(10)},
                         "kafka exactly once: each change follows from the one before it", f"{wrong} {last}")
        done = self.run("kafka-once-again", open(sql, encoding="utf-8").read())
        self.score.check(len(self.consume("once")) == 60_000, "kafka exactly once: nothing is written twice",
                         done.stderr[-300:])

    # ------------------------------------------------------------- PostgreSQL

    def postgres(self, sql):
        return self.world.peer("postgres.sh", "sql", "-c", sql).strip()

    def jdbc(self):
        world = self.world
        world.env["PG_PORT"] = str(free_ports(1))
        world.peer("postgres.sh", "start")
        try:
            self.jdbc_rows()
            self.jdbc_read()
            self.jdbc_lookup()
            self.jdbc_lookup_async()
            self.jdbc_lookup_killed()
            self.jdbc_killed()
        finally:
            world.peer("postgres.sh", "wipe")

    def jdbc_options(self, table):
        return (f"'connector' = 'jdbc', 'url' = 'jdbc:postgresql://127.0.0.1:{self.world.env['PG_PORT']}/postgres', "
                f"'table-name' = '{table}', 'username' = 'postgres'")

    def jdbc_rows(self):
        self.postgres("CREATE TABLE plain (a int, b text, c numeric(10,2), d timestamp, e bytea, f boolean, g text[])")
        self.postgres("CREATE TABLE keyed (k int PRIMARY KEY, total bigint)")
        self.run("jdbc-types", f"""
CREATE TABLE plain (a INT, b STRING, c DECIMAL(10, 2), d TIMESTAMP(3), e BYTES, f BOOLEAN, g ARRAY<STRING>)
WITH ({self.jdbc_options('plain')});
INSERT INTO plain SELECT 1, CONCAT('tab', CHR(9), 'line', CHR(10), 'back', CHR(92)), 2.50,
  TIMESTAMP '2020-01-02 03:04:05.678', x'00ff', TRUE, ARRAY['x', 'y"z'];
""")
        got = self.postgres(r"SELECT a, b = E'tab\tline\nback\\', c, d, e, f, g FROM plain")
        self.score.check(got == r'1|t|2.50|2020-01-02 03:04:05.678|\x00ff|t|{x,"y\"z"}', "jdbc: types", got)
        self.run("jdbc-upsert", f"""
CREATE TABLE keyed (k INT, total BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ({self.jdbc_options('keyed')});
INSERT INTO keyed SELECT k, SUM(n) FROM (VALUES (1, 10), (2, 20), (1, 5)) AS t(k, n) GROUP BY k;
""")
        got = self.postgres("SELECT * FROM keyed ORDER BY k")
        self.score.check(got == "1|15\n2|20", "jdbc: upserts by key", got)
        done = self.world.sluice("run", self.world.write("jdbc-wrong.sql", f"""
CREATE TABLE keyed (k INT, totl BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ({self.jdbc_options('keyed')});
INSERT INTO keyed VALUES (1, CAST(2 AS BIGINT));"""))
        self.score.check(done.returncode != 0 and "totl" in done.stderr, "jdbc: a wrong column is named",
                         done.stderr[-300:])

    def jdbc_read(self):
        """A table as a bounded source, whole and in parts, types and NULLs; killed on its way into a lakehouse."""
        self.postgres("CREATE TABLE types (i smallint, n numeric, c char(3), u uuid, t timestamptz, d date, tm time, "
                      "x double precision, b boolean, y bytea, a int[])")
        self.postgres("INSERT INTO types VALUES (7, 1.005, 'x', '00000000-0000-0000-0000-000000000001', "
                      "'2020-01-02 03:04:05.678+02', '1969-12-31', '01:02:03', 1.5, true, '\\x00ff', '{1,NULL,3}'), "
                      "(NULL, 123456, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)")
        done = self.run("jdbc-read", f"""
CREATE TABLE types (i INT, n DECIMAL(5, 2), c STRING, u STRING, t TIMESTAMP_LTZ(3), d DATE, tm TIME, x DOUBLE,
  b BOOLEAN, y BYTES, a ARRAY<INT>) WITH ({self.jdbc_options('types')});
CREATE TABLE shown (i INT, n DECIMAL(5, 2), c STRING, u STRING, t STRING, d DATE, tm TIME, x DOUBLE, b BOOLEAN,
  y BYTES, a ARRAY<INT>) WITH ('connector' = 'print');
INSERT INTO shown SELECT i, n, c, u, CAST(t AS STRING), d, tm, x, b, y, a FROM types;""")
        rows = sorted(line for line in done.stdout.splitlines() if line.startswith("+I"))
        self.score.check(rows == ["+I[7, 1.01, x  , 00000000-0000-0000-0000-000000000001, 2020-01-02 01:04:05.678, "
                                  "1969-12-31, 01:02:03, 1.5, true, [0, -1], [1, null, 3]]",
                                  "+I[null, null, null, null, null, null, null, null, null, null, null]"],
                         "jdbc: types read", str(rows))
        self.postgres("CREATE TABLE numbers (id bigint PRIMARY KEY, note text)")
        self.postgres("INSERT INTO numbers SELECT i, repeat('x', 20) FROM generate_series(1, 300000) AS i")
        sql = self.world.write("jdbc-parts.sql", f"""
SET 'execution.checkpointing.interval' = '100 ms';
{self.world.catalog_sql()}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.numbers (id BIGINT);
CREATE TABLE numbers (id BIGINT, note STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ({self.jdbc_options('numbers')},
  'scan.partition.column' = 'id', 'scan.partition.num' = '7', 'scan.partition.lower-bound' = '1000',
  'scan.partition.upper-bound' = '90000', 'scan.fetch-size' = '50');
INSERT INTO lake.db.numbers SELECT id FROM numbers WHERE note IS NOT NULL;""")
        kills = 0
        for _ in range(20):
            running = Running(self.world, sql)
            if kills < 3 and running.wait_for_commit(30) and running.process.poll() is None:
                running.kill(signal.SIGKILL)
                running.wait()
                kills += 1
                continue
            if running.wait(60) == 0:
                break
            self.score.check(False, "jdbc: read in parts", running.errors[-600:])
            return
        rows = self.world.iceberg("db.numbers").scan().to_arrow().column("id").to_pylist()
        got = f"{len(rows)},{len(set(rows))},{sum(rows)}"
        self.score.check(got == "300000,300000,45000150000",
                         f"jdbc: read in parts, exactly once after {kills} kills", got)

    def jdbc_lookup(self):
        """Lookup joins: keys of all kinds, batches, caches; what the server was asked is counted there."""
        self.postgres("CREATE TABLE sellers (id bigint PRIMARY KEY, name text, code uuid, kind varchar(5))")
        self.postgres("INSERT INTO sellers SELECT i, 'seller ' || i, "
                      "('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid, "
                      "CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END FROM generate_series(0, 999) AS i")
        events = f"""
CREATE TABLE numbers (n BIGINT, p AS PROCTIME()) WITH ('connector' = 'datagen', 'number-of-rows' = '50000',
  'rows-per-second' = '10000000', 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '50000');
CREATE TABLE shown (n BIGINT, s BIGINT, names BIGINT) WITH ('connector' = 'print');
"""
        expected = (50_000, sum(i % 2000 for i in range(1, 50_001) if i % 2000 < 1000), 25_000)
        for name, cache in (("none", ""),
                            ("partial", "'lookup.cache' = 'PARTIAL', 'lookup.partial-cache.max-rows' = '5000',"),
                            ("full", "'lookup.cache' = 'FULL', 'lookup.full-cache.periodic-reload.interval' = '1 h',")):
            before = self.asked()
            done = self.run(f"jdbc-lookup-{name}", f"""
SET 'parallelism.default' = '1';
{events}
CREATE TABLE sellers (id BIGINT, name STRING, code STRING, kind STRING) WITH ({cache}{self.jdbc_options('sellers')});
INSERT INTO shown SELECT COUNT(*), SUM(s.id), COUNT(s.name) FROM (SELECT MOD(n, 2000) AS k, p FROM numbers) AS o
LEFT JOIN sellers FOR SYSTEM_TIME AS OF o.p AS s ON o.k = s.id;""")
            last = done.stdout.strip().splitlines()[-1:]
            self.score.check(last and last[0].endswith(str(list(expected))), f"jdbc lookup, cache {name}", str(last))
            asked = self.asked() - before
            # 50,000 rows; the transactions of connecting and counting are among them.
            limit = {"none": 60, "partial": 30, "full": 30}[name]
            self.score.check(asked <= limit, f"jdbc lookup, cache {name}: {asked} questions", f"more than {limit}")
        done = self.run("jdbc-lookup-keys", f"""
{events}
CREATE TABLE sellers (id BIGINT, name STRING, code STRING, kind STRING) WITH ({self.jdbc_options('sellers')});
INSERT INTO shown SELECT /*+ LOOKUP('table' = 's', 'async' = 'true', 'output-mode' = 'allow_unordered') */
  COUNT(*), SUM(s.id), COUNT(s.name) FROM
(SELECT CONCAT('00000000-0000-0000-0000-', LPAD(CAST(n AS STRING), 12, '0')) AS k, MOD(n, 10) AS r, p FROM numbers) AS o
JOIN sellers FOR SYSTEM_TIME AS OF o.p AS s ON o.k = s.code AND s.kind = 'odd' AND s.id > o.r;""")
        last = done.stdout.strip().splitlines()[-1:]
        odd = [i for i in range(1, 1000, 2) if i > i % 10]
        self.score.check(last and last[0].endswith(str([len(odd), sum(odd), len(odd)])), "jdbc lookup by a uuid",
                         str(last))
        done = self.world.sluice("run", self.world.write("jdbc-lookup-wrong.sql", f"""
{events}
CREATE TABLE sellers (id BIGINT, nam STRING) WITH ({self.jdbc_options('sellers')});
INSERT INTO shown SELECT COUNT(*), SUM(s.id), COUNT(s.nam) FROM numbers AS o
JOIN sellers FOR SYSTEM_TIME AS OF o.p AS s ON o.n = s.id;"""))
        self.score.check(done.returncode != 0 and "has no column 'nam'" in done.stderr,
                         "jdbc lookup: a wrong column is named", done.stderr[-300:])

    def slow_sellers(self):
        """The sellers of jdbc_lookup by a server that takes 4 ms for each row that it gives."""
        return f"""
CREATE TABLE slow (id BIGINT, name STRING) WITH ({self.jdbc_options('slow_sellers')});"""

    def jdbc_lookup_async(self):
        """A slow server: rows are read on while it works; order; what is not answered in time."""
        self.postgres("CREATE FUNCTION slowly(t text, s float) RETURNS text LANGUAGE plpgsql IMMUTABLE AS "
                      "$$ BEGIN PERFORM pg_sleep(s); RETURN t; END $$")
        self.postgres("CREATE VIEW slow_sellers AS SELECT id, slowly(name, 0.004) AS name FROM sellers")
        self.postgres("CREATE VIEW stuck_sellers AS SELECT id, slowly(name, 30) AS name FROM sellers")
        rows = 2000
        took, lines = {}, {}
        for mode in ("", ", 'async' = 'true'", ", 'async' = 'true', 'output-mode' = 'allow_unordered'"):
            began = time.monotonic()
            done = self.run(f"jdbc-lookup-async-{len(took)}", f"""
SET 'parallelism.default' = '1';
SET 'sluice.batch-rows' = '250';
CREATE TABLE numbers (n BIGINT, p AS PROCTIME()) WITH ('connector' = 'datagen', 'number-of-rows' = '{rows}',
  'rows-per-second' = '10000000', 'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '{rows}');
CREATE TABLE shown (n BIGINT, name STRING) WITH ('connector' = 'print');
{self.slow_sellers()}
INSERT INTO shown SELECT /*+ LOOKUP('table' = 's'{mode}) */ o.n, s.name FROM numbers AS o
JOIN slow FOR SYSTEM_TIME AS OF o.p AS s ON MOD(o.n, 1000) = s.id;""")
            took[mode] = time.monotonic() - began
            lines[mode] = [line for line in done.stdout.splitlines() if line.startswith("+I")]
        expected = [f"+I[{n}, seller {n % 1000}]" for n in range(1, rows + 1)]
        blocking, ordered, unordered = took.values()
        self.score.check(list(lines.values())[:2] == [expected, expected], "jdbc lookup, async: in order",
                         f"{[len(of) for of in lines.values()]}")
        self.score.check(sorted(list(lines.values())[2]) == sorted(expected), "jdbc lookup, async: unordered")
        figures = f"{blocking:.1f} s blocking, {ordered:.1f} s in order, {unordered:.1f} s unordered"
        self.score.check(max(ordered, unordered) * 3 < blocking, f"jdbc lookup, async: {figures}", "not 3 times faster")
        began = time.monotonic()
        done = self.world.sluice("run", self.world.write("jdbc-lookup-stuck.sql", f"""
CREATE TABLE numbers (n BIGINT, p AS PROCTIME()) WITH ('connector' = 'datagen', 'number-of-rows' = '1',
  'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '1');
CREATE TABLE shown (n BIGINT, name STRING) WITH ('connector' = 'print');
CREATE TABLE stuck (id BIGINT, name STRING) WITH ({self.jdbc_options('stuck_sellers')});
INSERT INTO shown SELECT /*+ LOOKUP('table' = 's', 'async' = 'true', 'timeout' = '300 ms') */ o.n, s.name
FROM numbers AS o JOIN stuck FOR SYSTEM_TIME AS OF o.p AS s ON o.n = s.id;"""))
        took_s = time.monotonic() - began
        self.score.check(done.returncode != 0 and "not answered within 300 ms" in done.stderr and took_s < 15,
                         f"jdbc lookup, async: what is stuck ends after {took_s:.1f} s", done.stderr[-400:])

    def jdbc_lookup_killed(self):
        """kill -9 while look-ups are under way, and after commits: each row once, with its answer."""
        rows = 20_000
        self.postgres("CREATE TABLE asking (id bigint PRIMARY KEY)")
        self.postgres(f"INSERT INTO asking SELECT i FROM generate_series(1, {rows}) AS i")
        sql = self.world.write("jdbc-lookup-killed.sql", f"""
SET 'execution.checkpointing.interval' = '100 ms';
{self.world.catalog_sql()}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.answered (id BIGINT, name STRING);
CREATE TABLE asking (id BIGINT, p AS PROCTIME(), PRIMARY KEY (id) NOT ENFORCED) WITH ({self.jdbc_options('asking')},
  'scan.fetch-size' = '200');
{self.slow_sellers()}
INSERT INTO lake.db.answered SELECT /*+ LOOKUP('table' = 's', 'async' = 'true', 'output-mode' = 'allow_unordered') */
  o.id, s.name FROM asking AS o LEFT JOIN slow FOR SYSTEM_TIME AS OF o.p AS s ON MOD(o.id, 2000) = s.id;""")
        kills = 0
        for _ in range(20):
            asked = {"SLUICE_KILL_AT": f"lookup-asked:{4 + 3 * kills}"} if kills < 3 else None
            running = Running(self.world, sql, env=asked)
            if 3 <= kills < 6 and running.wait_for_commit(30) and running.process.poll() is None:
                running.kill(signal.SIGKILL)
            ended = running.wait(60)
            if ended == 0:
                break
            kills += ended == -signal.SIGKILL
            if ended != -signal.SIGKILL:
                break
        found = self.world.iceberg("db.answered").scan().to_arrow().to_pylist()
        wrong = [row for row in found
                 if row["name"] != (f"seller {row['id'] % 2000}" if row["id"] % 2000 < 1000 else None)]
        got = f"{len(found)} rows, {len({row['id'] for row in found})} ids, {len(wrong)} wrong"
        self.score.check(ended == 0 and kills >= 4 and got == f"{rows} rows, {rows} ids, 0 wrong",
                         f"jdbc lookup, async: exactly once after {kills} kills", got + running.errors[-400:])

    def asked(self):
        """Transactions of PostgreSQL since it began."""
        time.sleep(0.6)  # the server's counters come late
        return int(self.postgres("SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'"))

    def jdbc_killed(self):
        """Appends and a GROUP BY into PostgreSQL, killed after commits: no event missing or doubled."""
        self.postgres("CREATE TABLE bids (auction bigint, price bigint)")
        self.postgres("CREATE TABLE counts (channel text PRIMARY KEY, n bigint, total bigint)")
        sql = self.world.write("jdbc-kill.sql", f"""
SET 'execution.checkpointing.interval' = '100 ms';
CREATE TABLE events (event_type INT, bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING,
  `dateTime` TIMESTAMP(3), extra STRING>)
WITH ('connector' = 'nexmark', 'events.num' = '{EVENTS}', 'first-event.rate' = '100000');
CREATE TABLE bids (auction BIGINT, price BIGINT) WITH ({self.jdbc_options('bids')});
CREATE TABLE counts (channel STRING, n BIGINT, total BIGINT, PRIMARY KEY (channel) NOT ENFORCED)
WITH ({self.jdbc_options('counts')});
EXECUTE STATEMENT SET BEGIN
INSERT INTO bids SELECT bid.auction, bid.price FROM events WHERE event_type = 2;
INSERT INTO counts SELECT bid.channel, COUNT(*), SUM(bid.price) FROM events WHERE event_type = 2 GROUP BY bid.channel;
END;""")
        kills = 0
        for _ in range(40):
            running = Running(self.world, sql)
            if kills < 6 and running.wait_for_commit(30) and running.process.poll() is None:
                time.sleep(0.03 * kills)
                running.kill(signal.SIGKILL)
                running.wait()
                kills += 1
                continue
            if running.wait(120) == 0:
                break
            self.score.check(False, "jdbc killed", running.errors[-600:])
            return
        bids = EVENTS * 46 // 50
        got = self.postgres("SELECT count(*), sum(price) FROM bids")
        sums = self.postgres("SELECT sum(n), sum(total) FROM counts")
        self.score.check(got.startswith(f"{bids}|") and got == sums,
                         f"jdbc: {bids} rows and their sums agree after {kills} kills", f"{got} {sums}")

    # -------------------------------------------------------- tables of a catalog

    def lakehouse(self):
        self.lakehouse_bounded()
        self.lakehouse_stream()
        self.lakehouse_changes()

    def lake_rows(self, table, column="id"):
        return self.world.iceberg(f"db.{table}").scan(selected_fields=(column,)).to_arrow().column(column).to_pylist()

    def lakehouse_bounded(self):
        """A table read once: all types, a column that came later, a snapshot of the past, a lookup join."""
        columns = ("id BIGINT, i INT, f FLOAT, d DECIMAL(20, 3), s STRING, b BYTES, `day` DATE, t TIMESTAMP(3), "
                   "z TIMESTAMP_LTZ(3), a ARRAY<INT>, m MAP<STRING, BIGINT>, r ROW<x INT, y ROW<z STRING>>")
        catalog = self.world.catalog_sql()
        self.run("lake-types-write", f"""{catalog}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE lake.db.types ({columns}) PARTITIONED BY (i);
INSERT INTO lake.db.types VALUES
 (1, 7, CAST(1.5 AS FLOAT), 2.125, 'x', x'00ff', DATE '2020-01-02', TIMESTAMP '2020-01-02 03:04:05.678',
  TO_TIMESTAMP_LTZ(1000, 3), ARRAY[1, CAST(NULL AS INT)], MAP['k', 5], ROW(1, ROW('deep'))),
 (2, 8, CAST(NULL AS FLOAT), CAST(NULL AS DECIMAL(20, 3)), CAST(NULL AS STRING), CAST(NULL AS BYTES),
  CAST(NULL AS DATE), CAST(NULL AS TIMESTAMP(3)), CAST(NULL AS TIMESTAMP_LTZ(3)), CAST(NULL AS ARRAY<INT>),
  CAST(NULL AS MAP<STRING, BIGINT>), CAST(NULL AS ROW<x INT, y ROW<z STRING>>));""")
        table = self.world.iceberg("db.types")
        with table.update_schema() as update:
            from pyiceberg.types import LongType, StringType
            update.add_column("later", StringType())
            update.rename_column("s", "renamed")
            update.update_column("i", LongType())
        shown = "CREATE TABLE shown (line STRING) WITH ('connector' = 'print');"
        done = self.run("lake-types-read", f"""{catalog}
CREATE TABLE shown (id BIGINT, i BIGINT, f FLOAT, d DECIMAL(20, 3), s STRING, b BYTES, `day` DATE, t STRING, z STRING,
  a ARRAY<INT>, m MAP<STRING, BIGINT>, r ROW<x INT, y ROW<z STRING>>, later STRING) WITH ('connector' = 'print');
INSERT INTO shown SELECT id, i, f, d, renamed, b, `day`, CAST(t AS STRING), CAST(z AS STRING), a, m, r, later
FROM lake.db.types;""")
        rows = sorted(line for line in done.stdout.splitlines() if line.startswith("+I"))
        self.score.check(rows == [
            "+I[1, 7, 1.5, 2.125, x, [0, -1], 2020-01-02, 2020-01-02 03:04:05.678000, 1970-01-01 00:00:01.000000, "
            "[1, null], {k=5}, +I[1, +I[deep]], null]",
            "+I[2, 8, null, null, null, null, null, null, null, null, null, null, null]"],
            "lakehouse: types, a renamed, a widened and a later column", str(rows))
        first = table.current_snapshot().snapshot_id
        self.run("lake-types-more", f"""{catalog}
SET 'pipeline.name' = 'more';
INSERT INTO lake.db.types (id, i) VALUES (3, CAST(9 AS BIGINT)), (4, CAST(9 AS BIGINT));""")
        for hints, want in (("", 4), (f"/*+ OPTIONS('snapshot-id'='{first}') */", 2),
                            (f"/*+ OPTIONS('start-snapshot-id'='{first}') */", 2)):
            done = self.run("lake-types-count", f"""{catalog}
CREATE TABLE shown (n BIGINT) WITH ('connector' = 'print');
SET 'execution.runtime-mode' = 'batch';
INSERT INTO shown SELECT COUNT(*) FROM lake.db.types {hints};""")
            self.score.check(f"[{want}]" in done.stdout, f"lakehouse: {want} rows of a bounded read {hints[:30]}",
                             done.stdout)
        done = self.run("lake-lookup", f"""{catalog}
{shown}
CREATE TABLE numbers (n BIGINT, p AS PROCTIME()) WITH ('connector' = 'datagen', 'number-of-rows' = '5',
  'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '4');
INSERT INTO shown SELECT CONCAT_WS('-', CAST(o.n AS STRING), CAST(t.i AS STRING)) FROM numbers AS o
LEFT JOIN lake.db.types FOR SYSTEM_TIME AS OF o.p AS t ON o.n = t.id;""")
        self.score.check(sorted(done.stdout.split()) == sorted(["+I[0]", "+I[1-7]", "+I[2-8]", "+I[3-9]", "+I[4-9]"]),
                         "lakehouse: looked up", done.stdout)

    def lakehouse_stream(self):
        """A table that grows is followed into another one; the follower is killed again and again."""
        catalog = self.world.catalog_sql()
        self.run("lake-tables", f"""{catalog}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE lake.db.grows (id BIGINT, s STRING);
CREATE TABLE lake.db.copy (id BIGINT, s STRING);""")
        writer_sql = self.world.write("lake-writer.sql", f"""{catalog}
SET 'execution.checkpointing.interval' = '200 ms';
SET 'pipeline.name' = 'writer';
CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '20000',
  'number-of-rows' = '120000', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '120000');
INSERT INTO lake.db.grows SELECT id, CONCAT('row ', CAST(id AS STRING)) FROM numbers;""")
        follower_sql = self.world.write("lake-follower.sql", f"""{catalog}
SET 'execution.checkpointing.interval' = '100 ms';
SET 'pipeline.name' = 'follower';
INSERT INTO lake.db.copy SELECT id, s FROM lake.db.grows
/*+ OPTIONS('streaming'='true', 'monitor-interval'='100ms',
  'starting-strategy'='INCREMENTAL_FROM_EARLIEST_SNAPSHOT') */;""")
        writer = Running(self.world, writer_sql)
        kills = 0
        while writer.process.poll() is None and kills < 30:
            follower = Running(self.world, follower_sql)
            follower.wait_for_commit(20)
            time.sleep(0.02 * (kills % 5))
            follower.kill(signal.SIGKILL)
            follower.wait()
            kills += 1
        writer.wait(60)
        done = self.run("lake-catch-up", open(follower_sql, encoding="utf-8").read(), "--once")
        ids = self.lake_rows("copy")
        self.score.check(sorted(ids) == list(range(1, 120_001)),
                         f"lakehouse: followed exactly once through {kills} kills",
                         f"{len(ids)} {len(set(ids))} {done.stderr[-300:]}")
        again = self.run("lake-nothing-more", open(follower_sql, encoding="utf-8").read(), "--once")
        self.score.check(len(self.lake_rows("copy")) == 120_000, "lakehouse: nothing is read twice",
                         again.stderr[-300:])

    def lakehouse_changes(self):
        """What another engine does to a table that is followed: deletes are named, or left out."""
        catalog = self.world.catalog_sql()
        follow = f"""{catalog}
SET 'pipeline.name' = 'follower2';
CREATE TABLE IF NOT EXISTS lake.db.copy2 (id BIGINT);
INSERT INTO lake.db.copy2 SELECT id FROM lake.db.changes /*+ OPTIONS('streaming'='true',
  'starting-strategy'='TABLE_SCAN_THEN_INCREMENTAL'HINTS) */;"""
        self.run("lake-changes", f"""{catalog}
CREATE TABLE lake.db.changes (id BIGINT);
INSERT INTO lake.db.changes VALUES (1), (2), (3);""")
        self.run("lake-changes-scan", follow.replace("HINTS", ""), "--once")
        table = self.world.iceberg("db.changes")
        table.delete("id = 2")
        self.run("lake-changes-more", f"""{catalog}
SET 'pipeline.name' = 'more';
INSERT INTO lake.db.changes VALUES (4);""")
        done = self.world.sluice("run", "--once", self.world.write("lake-refused.sql", follow.replace("HINTS", "")))
        self.score.check(done.returncode != 0 and "streaming-skip-" in done.stderr,
                         "lakehouse: a snapshot that takes rows back is named", done.stderr[-300:])
        skip = ", 'streaming-skip-overwrite-snapshots'='true', 'streaming-skip-delete-snapshots'='true'"
        # Columns and a watermark of its own, over a table of the catalog.
        self.run("lake-timed", f"""{catalog}
CREATE TABLE lake.db.timed (id BIGINT, t TIMESTAMP(6));
INSERT INTO lake.db.timed VALUES (1, TIMESTAMP '2020-01-02 03:04:05.678901'),
  (2, TIMESTAMP '2020-01-02 04:00:00');""")
        done = self.run("lake-declared", f"""{catalog}
CREATE TABLE declared (id BIGINT, t TIMESTAMP(3), WATERMARK FOR t AS t - INTERVAL '1' SECOND) WITH
('connector' = 'iceberg', 'catalog-name' = 'lake', 'catalog-database' = 'db', 'catalog-table' = 'timed');
CREATE TABLE shown (w STRING, n BIGINT, t STRING) WITH ('connector' = 'print');
INSERT INTO shown SELECT CAST(window_start AS STRING), COUNT(*), CAST(MAX(t) AS STRING)
FROM TABLE(TUMBLE(TABLE declared, DESCRIPTOR(t), INTERVAL '1' HOUR)) GROUP BY window_start, window_end;""")
        self.score.check("+I[2020-01-02 03:00:00.000, 1, 2020-01-02 03:04:05.678]" in done.stdout,
                         "lakehouse: a declared table with a watermark",
                         done.stdout)
        self.run("lake-skipped", follow.replace("HINTS", skip), "--once", "--force")
        self.score.check(sorted(self.lake_rows("copy2")) == [1, 2, 3, 4], "lakehouse: and left out where asked for",
                         str(self.lake_rows("copy2")))

    # ------------------------------------------------------------------ alignment

    def alignment(self):
        """Of two sources the one whose time runs faster waits for the other."""
        tables = "\n".join(f"""
CREATE TABLE {name} (n BIGINT, t AS TO_TIMESTAMP_LTZ(n * {step}, 3), WATERMARK FOR t AS t) WITH (
  'connector' = 'datagen', 'rows-per-second' = '2000', 'number-of-rows' = '{rows}',
  'fields.n.kind' = 'sequence', 'fields.n.start' = '1',
  'fields.n.end' = '{rows}'OPTIONS);""" for name, step, rows in (("slow", 10, 2000), ("fast", 1000, 2000)))
        ahead = {}
        for name, options in (("alone", ""), ("aligned", ", 'scan.watermark.alignment.group' = 'g', "
                                              "'scan.watermark.alignment.max-drift' = '2 s'")):
            done = self.run(f"alignment-{name}", f"""
SET 'parallelism.default' = '1';
{tables.replace("OPTIONS", options)}
CREATE TABLE shown (s STRING, ms BIGINT) WITH ('connector' = 'print');
INSERT INTO shown SELECT 'slow', n * 10 FROM slow UNION ALL SELECT 'fast', n * 1000 FROM fast;""")
            reached = {"slow": 0, "fast": 0}
            ahead[name] = 0
            for line in done.stdout.splitlines():
                source, ms = line[3:-1].split(", ")
                reached[source] = int(ms)
                if reached["slow"] < 20_000:  # the slow one has not ended
                    ahead[name] = max(ahead[name], reached["fast"] - reached["slow"])
        # Rows come in batches: some of the fast source's rows may come before it is looked at again.
        self.score.check(ahead["aligned"] < ahead["alone"] / 3, "alignment: the faster source waits", str(ahead))
        self.split_alignment()

    def split_alignment(self):
        """Of two splits of one source the one whose time runs faster waits for the other."""
        ahead = {}
        for name, options in (("alone", ""), ("aligned", ", 'scan.watermark.alignment.group' = 'g', "
                                              "'scan.watermark.alignment.max-drift' = '2 s'")):
            done = self.run(f"split-alignment-{name}", f"""
SET 'parallelism.default' = '1';
CREATE TABLE numbers (n BIGINT, ms AS CASE WHEN MOD(n, 2) = 0 THEN n * 1000 ELSE n * 10 END,
  t AS TO_TIMESTAMP_LTZ(CASE WHEN MOD(n, 2) = 0 THEN n * 1000 ELSE n * 10 END, 3), WATERMARK FOR t AS t) WITH (
  'connector' = 'datagen', 'rows-per-second' = '4000', 'number-of-rows' = '4000', 'scan.parallelism' = '2',
  'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '4000'{options});
CREATE TABLE shown (n BIGINT, ms BIGINT) WITH ('connector' = 'print');
INSERT INTO shown SELECT n, ms FROM numbers;""")
            reached, ahead[name], rows = [0, 0], 0, 0
            for line in done.stdout.splitlines():
                n, ms = map(int, line[3:-1].split(", "))
                reached[n % 2] = ms
                rows += 1
                if reached[1] < 39_000:  # the slow one has not ended
                    ahead[name] = max(ahead[name], reached[0] - reached[1])
            self.score.check(rows == 4000, f"alignment of splits, {name}: every row", str(rows))
        self.score.check(ahead["aligned"] < ahead["alone"] / 3, "alignment: the faster split waits", str(ahead))

    # ------------------------------------------------------------------ files

    def filesystem(self):
        folder = self.world.path("files")
        self.run("files-write", f"""
CREATE TABLE events (event_type INT, bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING,
  `dateTime` TIMESTAMP(3), extra STRING>,
  ts AS bid.`dateTime`, WATERMARK FOR ts AS ts - INTERVAL '4' SECOND)
WITH ('connector' = 'nexmark', 'events.num' = '20000');
CREATE TABLE files (auction BIGINT, price BIGINT, dt STRING, hm STRING) PARTITIONED BY (dt, hm)
WITH ('connector' = 'filesystem', 'path' = 'file://{folder}', 'format' = 'csv',
  'partition.time-extractor.timestamp-pattern' = '$dt $hm:00', 'sink.partition-commit.trigger' = 'partition-time',
  'sink.partition-commit.delay' = '1 min', 'sink.partition-commit.policy.kind' = 'success-file');
INSERT INTO files SELECT bid.auction, bid.price, DATE_FORMAT(ts, 'yyyy-MM-dd'), DATE_FORMAT(ts, 'HH:mm')
FROM events WHERE event_type = 2;""")
        lines = success = hidden = 0
        for at, _, names in os.walk(folder):
            for name in names:
                success += name == "_SUCCESS"
                hidden += name.startswith(".")
                if not name.startswith((".", "_")):
                    with open(os.path.join(at, name), encoding="utf-8") as f:
                        lines += sum(1 for _ in f)
        self.score.check(lines == 18400 and success > 0 and hidden == 0, "filesystem: rows, _SUCCESS, nothing hidden",
                         f"{lines} {success} {hidden}")
        done = self.run("files-read", f"""
CREATE TABLE files (auction BIGINT, price BIGINT, dt STRING, hm STRING) PARTITIONED BY (dt, hm)
WITH ('connector' = 'filesystem', 'path' = '{folder}', 'format' = 'csv');
CREATE TABLE shown (n BIGINT, days BIGINT) WITH ('connector' = 'print');
INSERT INTO shown SELECT COUNT(*), COUNT(DISTINCT dt) FROM files;""")
        self.score.check("[18400, 1]" in done.stdout, "filesystem: read again, with its partitions", done.stdout[-200:])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(CONNECTORS))
    parser.add_argument("--long", action="store_true")
    options = parser.parse_args()
    only = options.only.split(",")
    with World(kafka=any(name.startswith("kafka") for name in only)) as world:
        suite = Suite(world)
        for name in CONNECTORS:
            if name in only:
                getattr(suite, name)()
    return suite.score.close()


if __name__ == "__main__":
    sys.exit(main())
