# SPDX-License-Identifier: Apache-2.0
"""The kill loop of jobs with state and several tables: stateful.py [--long] [--kills N] [--seed S]. See README.md."""
import datetime
import json
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "harness")]
import killed  # noqa: E402
from world import Running, Score, World  # noqa: E402

STATES = ["after-poll", "before-stage", "staged", "record-written", "before-commit", "before-swap", "after-swap",
          "commit-seen", "before-ack"]
SHARDS = [1, 3, 2]
PARTITIONS = 2
DELAY_MS = 2000
WINDOW_MS = 1000
TABLES = ["windows", "pairs", "windows_dead_letters"]


class Producer(killed.Producer):
    """Orders, and payments of them; `log[topic][partition]` are the lines in the order of their offsets."""

    def __init__(self, world, rng):
        super().__init__(world, rng, records_max=300, pause_s=0.1)
        self.log = {topic: [[] for _ in range(PARTITIONS)] for topic in ("orders", "payments")}
        self.order, self.payment, self.time_ms = 0, 0, 1_700_000_000_000

    def _order(self):
        self.order += 1
        if self.rng.random() < 0.01:  # cannot be decoded: belongs to the dead letters
            return b'{"id": %d, "k": "cut off' % self.order
        self.time_ms += self.rng.randrange(8)
        return json.dumps({"id": self.order, "k": self.rng.randrange(200), "amount": self.rng.randrange(1000),
                           "ts": self.time_ms - self.rng.randrange(DELAY_MS - 500)}).encode()

    def _payment(self):
        self.payment += 1
        return json.dumps({"id": self.payment, "order_id": self.rng.randrange(1, self.order + 200)}).encode()

    def _send(self, topic, partition, lines):
        self.log[topic][partition].extend(lines)  # logged before it is sent
        self.world.produce(topic, partition, lines)

    def burst(self, count):
        for partition in range(PARTITIONS):
            self._send("orders", partition, [self._order() for _ in range(count)])
            self._send("payments", partition, [self._payment() for _ in range(count // 4 + 1)])

    def stop(self):
        """And lets time pass: every window before closes."""
        super().stop()
        self.time_ms += 10 * DELAY_MS
        last = json.dumps({"id": 0, "k": -1, "amount": 0, "ts": self.time_ms}).encode()
        for partition in range(PARTITIONS):
            self._send("orders", partition, [last])


def pipeline(world, shards, spills):
    topic = f"'connector' = 'kafka', 'properties.bootstrap.servers' = '{world.bootstrap}'"
    reads = "'scan.startup.mode' = 'earliest-offset', 'format' = 'json'"
    return world.write(f"pipeline-{shards}.sql", f"""
SET 'execution.checkpointing.interval' = '200ms';
SET 'execution.checkpointing.dir' = 'file://{world.path("state")}';
SET 'parallelism.default' = '{shards}';
SET 'pipeline.name' = 'stateful';
{"SET 'sluice.memory' = '160 mb';" if spills else ""}
{world.catalog_sql()}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.windows (opens TIMESTAMP(3), k INT, orders BIGINT, amount BIGINT);
CREATE TABLE IF NOT EXISTS lake.db.pairs (order_id BIGINT, payment_id BIGINT, amount BIGINT);
CREATE TABLE orders (
  id BIGINT, k INT, amount BIGINT, ts BIGINT, t AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR t AS t - INTERVAL '{DELAY_MS // 1000}' SECOND
) WITH ({topic}, 'topic' = 'orders', {reads});
CREATE TABLE payments (id BIGINT, order_id BIGINT) WITH ({topic}, 'topic' = 'payments', {reads});
CREATE TABLE sums (k INT, orders BIGINT, amount BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'sums', 'properties.bootstrap.servers' = '{world.bootstrap}',
  'key.format' = 'json', 'value.format' = 'json');
EXECUTE STATEMENT SET BEGIN
INSERT INTO lake.db.windows
  SELECT window_start, k, COUNT(*), SUM(amount)
  FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(t), INTERVAL '{WINDOW_MS // 1000}' SECOND))
  GROUP BY window_start, window_end, k;
INSERT INTO lake.db.pairs
  SELECT o.id, p.id, o.amount FROM orders AS o JOIN payments AS p ON o.id = p.order_id;
INSERT INTO sums SELECT k, COUNT(*), SUM(amount) FROM orders GROUP BY k;
END;
""")


class Oracle:
    """What the tables hold when so much has been read, from the producer's log; DuckDB computes it."""

    def __init__(self, log):
        import duckdb
        import pyarrow as pa
        self.db = duckdb.connect()
        self.dead = {(p, o, bytes(line)) for p, lines in enumerate(log["orders"]) for o, line in enumerate(lines)
                     if not line.endswith(b"}")}
        for topic, names in (("orders", ["id", "k", "amount", "ts"]), ("payments", ["id", "order_id"])):
            rows = [(p, o, json.loads(line)) for p, lines in enumerate(log[topic]) for o, line in enumerate(lines)
                    if line.endswith(b"}")]
            columns = {"p": [r[0] for r in rows], "o": [r[1] for r in rows]}
            columns.update({name: [r[2][name] for r in rows] for name in names})
            self.db.register("arrow_" + topic, pa.table(columns))
            self.db.execute(f"CREATE TABLE {topic} AS SELECT * FROM arrow_{topic}")

    def _read(self, topic, upto):
        bounds = " OR ".join(f"(p = {p} AND o < {o})" for p, o in enumerate(upto[topic]))
        return f"(SELECT * FROM {topic} WHERE {bounds})"

    def windows(self, upto):
        orders = self._read("orders", upto)
        seen = self.db.execute(f"SELECT p, MAX(ts) FROM {orders} GROUP BY p").fetchall()
        if len(seen) < PARTITIONS:
            return []
        watermark = min(ts for _, ts in seen) - DELAY_MS
        return self.db.execute(
            f"SELECT opens, k, COUNT(*), SUM(amount)::BIGINT FROM (SELECT *, ts // {WINDOW_MS} * {WINDOW_MS} AS opens "
            f"FROM {orders}) WHERE opens + {WINDOW_MS} - 1 <= {watermark} GROUP BY opens, k ORDER BY ALL").fetchall()

    def pairs(self, upto):
        return self.db.execute(
            f"SELECT o.id, p.id, o.amount FROM {self._read('orders', upto)} o JOIN {self._read('payments', upto)} p "
            "ON o.id = p.order_id ORDER BY ALL").fetchall()

    def sums(self, upto):
        return self.db.execute(f"SELECT k, COUNT(*), SUM(amount)::BIGINT FROM {self._read('orders', upto)} "
                               "GROUP BY k ORDER BY k").fetchall()

    def dead_letters(self, upto):
        return sorted(one for one in self.dead if one[1] < upto["orders"][one[0]])


def snapshots_of(world, name):
    """(snapshot id, lower, upper) of each epoch that gave the table something, in order."""
    found = []
    for snapshot in world.iceberg("db." + name).snapshots():
        summary = snapshot.summary.additional_properties
        if "sluice.upper" in summary:
            found.append((snapshot.snapshot_id, summary["sluice.lower"], summary["sluice.upper"]))
    return found


def upto_of(upper):
    """{topic: [offset per partition]} of a position as tables record it."""
    upto = {"orders": [0] * PARTITIONS, "payments": [0] * PARTITIONS}
    for source, position in json.loads(upper).items():
        topic = "orders" if "orders" in source else "payments"
        for split, offset in position["splits"].items():
            upto[topic][int(split.rpartition("-")[2])] = int(offset)
    return upto


def rows_of(world, name, snapshot_id=None):
    rows = world.iceberg("db." + name).scan(snapshot_id=snapshot_id).to_arrow().to_pylist()
    if name == "windows_dead_letters":
        return sorted((row["partition"], row["offset"], bytes(row["payload"])) for row in rows)
    for row in rows if name == "windows" else []:
        row["opens"] = int(row["opens"].replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)
    return sorted(tuple(row.values()) for row in rows)


def latest_sums(world):
    """The upsert topic as a table."""
    done = subprocess.run(["kcat", "-C", "-b", world.bootstrap, "-t", "sums", "-e", "-q", "-K", "\\t",
                           "-X", "isolation.level=read_committed"], stdout=subprocess.PIPE, check=True)
    sums = {}
    for line in done.stdout.splitlines():
        key, _, value = line.partition(b"\t")
        sums[key] = json.loads(value) if value else None
    return sorted((row["k"], row["orders"], row["amount"]) for row in sums.values() if row is not None)


def kill_loop(world, score, producer, kills, rng):
    scripts = {shards: pipeline(world, shards, spills=shards == 2) for shards in SHARDS}
    hit, stuck = {}, ""
    for n in range(kills):
        script = scripts[SHARDS[n % len(SHARDS)]]
        state = rng.choice(STATES) if n % 2 else None
        at = f"{state}:{rng.randrange(1, 4)}" if state else None
        run, code = killed.run_until_killed(world, script, at, patience_s=5 if state else 0.3 + rng.random())
        if code == -9:
            hit[state or "random"] = hit.get(state or "random", 0) + 1
        else:
            stuck = f"after {state}: {code} {run.errors[-600:]}"
            break
    score.check(not stuck, f"{kills} kills at 1, 3 and 2 shards: every start goes on", stuck)
    print(f"      killed at {hit}")


def offsets(upper):
    upto = upto_of(upper)
    return tuple(upto["orders"] + upto["payments"])


def windows_behind(world, oracle, uppers):
    """The epochs whose windows are fewer, or more, than their position closes."""
    totals = [(offsets(summary["sluice.upper"]), int(summary["total-records"])) for summary in
              (one.summary.additional_properties for one in world.iceberg("db.windows").snapshots())
              if "sluice.upper" in summary]
    behind = []
    for upper in uppers:
        upto = {"orders": upper[:PARTITIONS], "payments": upper[PARTITIONS:]}
        rows = next((total for at, total in reversed(totals) if at <= upper), 0)
        if rows != len(oracle.windows(upto)):
            behind.append(f"{upper}: {rows} rows, expected {len(oracle.windows(upto))}")
    return behind


def check_epochs(world, score, oracle, samples, rng):
    """At each epoch the tables stand at one position, and hold the rows of that position."""
    tables = {name: snapshots_of(world, name) for name in TABLES}
    gaps = [f"{name}: {before[2]} -> {after[1]}" for name, found in tables.items()
            for before, after in zip(found, found[1:])
            if any(a > b for a, b in zip(offsets(before[2]), offsets(after[1])))]
    score.check(not gaps, "positions of each table only grow", str(gaps[:2]))
    uppers = sorted({offsets(upper) for found in tables.values() for _, _, upper in found})
    crossed = [pair for pair in zip(uppers, uppers[1:]) if any(a > b for a, b in zip(*pair))]
    score.check(not crossed, f"the tables share one line of {len(uppers)} epochs", str(crossed[:2]))
    late = windows_behind(world, oracle, uppers)
    score.check(not late, f"at each of {len(uppers)} epochs those windows have closed that its position closes",
                str(late[:3]))
    wrong = []
    chosen = sorted(set(rng.sample(uppers, min(samples, len(uppers))) + uppers[-1:]))
    for upper in chosen:
        upto = {"orders": upper[:PARTITIONS], "payments": upper[PARTITIONS:]}
        expected = {"windows": oracle.windows(upto), "pairs": oracle.pairs(upto),
                    "windows_dead_letters": oracle.dead_letters(upto)}
        for name, found in tables.items():
            # Of an epoch in which the table got nothing, the snapshot before.
            upto_here = [snapshot for snapshot, _, at in found if offsets(at) <= upper]
            rows = rows_of(world, name, upto_here[-1]) if upto_here else []
            if rows != expected[name]:
                apart = next((pair for pair in zip(rows, expected[name]) if pair[0] != pair[1]), None)
                wrong.append(f"{name} at {upper}: {len(rows)} rows, expected {len(expected[name])}; {apart}")
    score.check(not wrong, f"windows, pairs and dead letters are those of their position, at {len(chosen)} epochs",
                str(wrong[:3]))


def main():
    options = killed.parse(kills=24, kills_long=600)
    rng = random.Random(options.seed)
    score = Score()
    with World() as world:
        for topic in ("orders", "payments", "sums"):
            world.topic(topic, PARTITIONS)
        producer = Producer(world, random.Random(options.seed + 1))
        producer.burst(200)
        producer.start()
        kill_loop(world, score, producer, options.kills, rng)
        producer.stop()
        final = Running(world, world.path("pipeline-1.sql"), "--once")
        score.check(final.wait(120) == 0, "the last run drains and exits 0", final.errors[-800:])
        oracle = Oracle(producer.log)
        sent = {topic: [len(lines) for lines in partitions] for topic, partitions in producer.log.items()}
        print(f"      sent {sent}")
        for name, expected in (("windows", oracle.windows(sent)), ("pairs", oracle.pairs(sent)),
                               ("windows_dead_letters", oracle.dead_letters(sent))):
            rows = rows_of(world, name)
            score.check(rows == expected and rows, f"{name} hold what was sent: {len(expected)} rows",
                        f"{len(rows)} rows; missing {len(set(expected) - set(rows))}, "
                        f"too many {len(set(rows) - set(expected))}, doubled {len(rows) - len(set(rows))}")
        sums = latest_sums(world)
        score.check(sums == oracle.sums(sent), "sums hold what was sent",
                    str([pair for pair in zip(sums, oracle.sums(sent)) if pair[0] != pair[1]][:3]))
        check_epochs(world, score, oracle, 40 if options.long else 8, rng)
    return score.close()


if __name__ == "__main__":
    sys.exit(main())
