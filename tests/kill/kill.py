# SPDX-License-Identifier: Apache-2.0
"""The kill loop: kill.py [--long] [--kills N] [--seed S]. See README.md."""
import json
import os
import random
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "harness")]
import killed  # noqa: E402
from world import Running, Score, World  # noqa: E402

STATES = ["after-poll", "before-stage", "file-closed", "staged", "before-commit", "manifest-written",
          "manifest-list-written", "metadata-written", "before-swap", "after-swap", "commit-seen",
          "before-removal", "before-ack", "after-ack"]
PARTITIONS = 2


class Producer(killed.Producer):
    """Writes records to both partitions until stopped; its log is the oracle: log[partition][offset] = line."""

    def __init__(self, world, topic, rng):
        super().__init__(world, rng, records_max=400, pause_s=0.05)
        self.topic = topic
        self.log = [[] for _ in range(PARTITIONS)]
        self.serial = 0

    def _line(self):
        self.serial += 1
        if self.rng.random() < 0.01:  # cannot be decoded: belongs to the dead letters
            return b'{"id": %d, "note": "cut off' % self.serial
        note = "".join(self.rng.choice("abc äö\\\"\u4e16") for _ in range(self.rng.randrange(30)))
        return json.dumps({"id": self.serial, "note": note, "amount": self.rng.randrange(10**6) / 100},
                          ensure_ascii=self.rng.random() < 0.5).encode()

    def burst(self, count):
        for partition in range(PARTITIONS):
            lines = [self._line() for _ in range(count)]
            self.log[partition].extend(lines)  # logged before it is sent
            self.world.produce(self.topic, partition, lines)


def pipeline(world, topic):
    return world.write("pipeline.sql", f"""
SET 'execution.checkpointing.interval' = '200ms';
SET 'pipeline.name' = 'killed';
{world.catalog_sql()}
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.t (id BIGINT, note STRING, amount DECIMAL(10, 2), p INT, o BIGINT);
CREATE TABLE IF NOT EXISTS lake.db.expiring (id BIGINT, p INT, o BIGINT) WITH (
  'flink-maintenance.expire-snapshots.enabled' = 'true',
  'flink-maintenance.expire-snapshots.schedule.commit-count' = '1',
  'flink-maintenance.expire-snapshots.max-snapshot-age-seconds' = '1');
CREATE TABLE src (
  id BIGINT, note STRING, amount DECIMAL(10, 2),
  `partition` INT METADATA VIRTUAL, `offset` BIGINT METADATA VIRTUAL
) WITH ('connector' = 'kafka', 'topic' = '{topic}', 'properties.bootstrap.servers' = '{world.bootstrap}',
        'properties.group.id' = 'killed', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
INSERT INTO lake.db.t SELECT id, note, amount, `partition`, `offset` FROM src;
INSERT INTO lake.db.expiring SELECT id, `partition`, `offset` FROM src;
""")


def decoded(line):
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None


def compare(world, log):
    """(missing, doubled, altered, dead, rows) of the tables against the log below what was sent."""
    good, dead = {}, set()
    for partition, lines in enumerate(log):
        for offset, line in enumerate(lines):
            value = decoded(line)
            if value is None:
                dead.add((partition, offset, bytes(line)))
            else:
                good[partition, offset] = (value["id"], value["note"], f"{value['amount']:.2f}")
    missing, doubled, altered = 0, 0, 0
    seen = set()
    rows = world.iceberg("db.t").scan().to_arrow().to_pylist()
    for row in rows:
        key = row["p"], row["o"]
        doubled += key in seen
        seen.add(key)
        altered += good.get(key) != (row["id"], row["note"], str(row["amount"]))
    missing += len(good.keys() - seen)
    dead_seen = []
    if dead:
        for row in world.iceberg("db.t_dead_letters").scan().to_arrow().to_pylist():
            dead_seen.append((row["partition"], row["offset"], bytes(row["payload"])))
    doubled += len(dead_seen) - len(set(dead_seen))
    missing += len(dead - set(dead_seen))
    altered += len(set(dead_seen) - dead)
    return missing, doubled, altered, len(dead_seen), len(rows)


def check_expiring(world, score):
    """The table that expires as it is written has the rows of the other one, and all files that it names."""
    table = world.iceberg("db.expiring")
    rows = sorted((row["id"], row["p"], row["o"]) for row in table.scan().to_arrow().to_pylist())
    others = world.iceberg("db.t").scan(selected_fields=("id", "p", "o")).to_arrow().to_pylist()
    score.check(rows == sorted((row["id"], row["p"], row["o"]) for row in others),
                "the table that expires snapshots has the same rows", f"{len(rows)} and {len(others)}")
    kept, all_kept = len(table.snapshots()), len(world.iceberg("db.t").snapshots())
    score.check(kept * 4 < all_kept, "and few snapshots", f"{kept} of {all_kept}")
    missing = [manifest.manifest_path for snapshot in table.snapshots() for manifest in snapshot.manifests(table.io)
               if not os.path.exists(manifest.manifest_path.removeprefix("file://"))]
    score.check(not missing, "and every manifest of each", str(missing[:2]))


def check_chain(world, identifier):
    """Along the snapshots positions never go back, and each begins where the one before ended."""
    table = world.iceberg(identifier)
    last = None
    for snapshot in table.snapshots():
        summary = snapshot.summary.additional_properties
        lower, upper = summary.get("sluice.lower"), summary.get("sluice.upper")
        if lower is None:
            continue
        if last is not None and lower != last:
            return f"gap before snapshot {snapshot.snapshot_id}: {last} -> {lower}"
        last = upper
    return "" if last else "no position in any snapshot"


def kill_loop(world, score, kills, rng):
    topic = "killed"
    world.topic(topic, PARTITIONS)
    producer = Producer(world, topic, rng)
    producer.burst(200)
    sql = pipeline(world, topic)
    producer.start()
    delays, states_hit, stuck = [], {}, []
    since_kill = False
    for n in range(kills):
        state = STATES[n % len(STATES)] if n % 3 != 2 else None
        if state is None:
            run = Running(world, sql)
            if since_kill and n % 2:  # measure the way back to the first commit, then kill
                if run.wait_for_commit():
                    delays.append(run.first_commit_after_s())
            else:
                time.sleep(rng.random() * 0.6)
            run.kill()
            run.wait()
        else:
            run, code = killed.run_until_killed(world, sql, f"{state}:{rng.randrange(1, 4)}", patience_s=15)
            if code == -signal.SIGKILL:
                states_hit[state] = states_hit.get(state, 0) + 1
            elif code != 0:
                stuck.append((state, code, run.errors[-400:]))
        since_kill = True
        if stuck:
            break
    producer.stop()
    score.check(not stuck, f"{kills} kills: every start goes on", str(stuck[:1]))
    final = Running(world, sql, "--once")
    code = final.wait(120)
    score.check(code == 0, "the last run drains and exits 0", final.errors[-800:])
    missing, doubled, altered, dead, rows = compare(world, producer.log)
    sent = sum(len(lines) for lines in producer.log)
    print(f"      sent {sent}, rows {rows}, dead letters {dead}; killed at {states_hit}")
    score.check(missing == 0, "rows missing = 0", str(missing))
    score.check(doubled == 0, "rows doubled = 0", str(doubled))
    score.check(altered == 0, "rows altered = 0", str(altered))
    score.check(rows + dead == sent, "rows + dead letters = records sent", f"{rows} + {dead} != {sent}")
    unreached = [state for state in STATES if state not in states_hit]
    score.check(not unreached, "a kill happened at every announced state", str(unreached))
    check_expiring(world, score)
    for identifier in ("db.t", "db.expiring", "db.t_dead_letters"):
        problem = check_chain(world, identifier)
        score.check(not problem, f"positions of {identifier} form a chain", problem)
    if score.check(bool(delays), "some restarts were measured"):
        delays.sort()
        print(f"      start to first commit after kill -9: median {delays[len(delays) // 2]:.2f} s, "
              f"worst {delays[-1]:.2f} s of {len(delays)}")
        score.check(delays[-1] <= 3.0, "kill -9 to the next commit <= 3 s", f"{delays[-1]:.2f}")
    verified = world.sluice("verify", "lake.db.t", "-i", sql, "--source", sql, "--provenance", "p,o")
    score.check(verified.returncode == 0, "sluice verify agrees, reading the topic again",
                verified.stdout[-600:] + verified.stderr[-600:])
    return producer


def zombie(world, score, producer):
    """Two processes of one pipeline: the older one is fenced, nothing is doubled."""
    sql = world.path("pipeline.sql")
    older = Running(world, sql)
    producer.burst(100)
    score.check(older.wait_for_commit(), "the older writer commits", older.errors[-300:])
    younger = Running(world, sql)
    # The older one commits what comes until the younger one has taken over: so records keep coming.
    for _ in range(30):
        producer.burst(100)
        if younger.wait_for_commit(1):
            break
    score.check(younger.commits(), "the younger writer commits", younger.errors[-300:])
    producer.burst(100)
    code = older.wait(20)
    score.check(code == 1 and "token" in older.errors.lower(), "the older writer is fenced and says so",
                f"{code} {older.errors[-400:]}")
    time.sleep(0.6)
    younger.kill(signal.SIGTERM)
    code = younger.wait(20)
    score.check(code == 0, "SIGTERM drains, commits, exits 0", f"{code} {younger.errors[-300:]}")
    counts = compare(world, producer.log)
    score.check(counts[:3] == (0, 0, 0), "after the zombie: missing, doubled, altered = 0", str(counts))


def polite_stops(world, score, producer, rng, rounds):
    """SIGTERM and SIGINT at random moments, once or twice: never more than a clean stop."""
    sql = world.path("pipeline.sql")
    codes, stuck = set(), []
    for n in range(rounds):
        producer.burst(50)
        run = Running(world, sql)
        time.sleep(rng.random() * 0.5)
        run.kill(signal.SIGTERM if n % 2 else signal.SIGINT)
        if n % 5 == 4:
            time.sleep(rng.random() * 0.05)
            run.kill(signal.SIGTERM)
        code = run.wait(20)
        codes.add(code)
        if code == -signal.SIGKILL:
            stuck.append(f"round {n}: {run.stuck_in} {run.events[-2:]} {run.errors[-500:]}")
    # 130: the second signal; -2 and -15: the signal came before the program had set up to catch it.
    score.check(codes <= {0, 130, -signal.SIGTERM, -signal.SIGINT}, "polite stops end politely",
                f"{codes} {stuck}")
    final = Running(world, sql, "--once")
    score.check(final.wait(60) == 0, "and the next run drains", final.errors[-300:])
    counts = compare(world, producer.log)
    score.check(counts[:3] == (0, 0, 0), "after polite stops: missing, doubled, altered = 0", str(counts))


def main():
    options = killed.parse(kills=100, kills_long=2000)
    rng = random.Random(options.seed)
    score = Score()
    with World() as world:
        producer = kill_loop(world, score, options.kills, rng)
        if score.failed == 0:
            zombie(world, score, producer)
            polite_stops(world, score, producer, rng, 10)
    return score.close()


if __name__ == "__main__":
    sys.exit(main())
