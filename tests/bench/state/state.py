# SPDX-License-Identifier: Apache-2.0
"""State that is large: state.py [--only LINE,...] [--scale X]. See README.md.

Rows are numbers 0 to N-1 and keys a permutation of them, so that every answer is arithmetic.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "harness"))
from world import SLUICE, Score  # noqa: E402

MIB = 1 << 20
STEP = 7919  # prime: key i * STEP mod K goes through all keys, far apart
LINES = ["group by on disk", "join on disk", "by time on disk", "groups in memory", "restore"]
# Of a process without state: binary, batches, files being written; and of RocksDB beside the budget.
BASE_MIB, ROCKS_MIB = 160, 96


class Run:
    """`sluice run` whose rows, JSON lines and usage are read when it has ended."""

    def __init__(self, folder, script):
        self.out, self.err = os.path.join(folder, "out"), os.path.join(folder, "err")
        self.started = time.monotonic()
        with open(self.out, "w", encoding="utf-8") as out, open(self.err, "w", encoding="utf-8") as err:
            self.process = subprocess.Popen([SLUICE, "run", script], cwd=folder, stdout=out, stderr=err)
        self.code = None

    def events(self):
        with open(self.err, encoding="utf-8") as f:
            return [json.loads(line) for line in f if line.startswith("{") and line.endswith("}\n")]

    def wait(self, until=None):
        """To its end; or killed with -9 as soon as `until` holds for a commit."""
        while self.code is None:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                self.seconds = time.monotonic() - self.started
                self.code = self.process.returncode = os.waitstatus_to_exitcode(status)
                self.rss_mib = usage.ru_maxrss / 1024
                self.cpu_s = usage.ru_utime + usage.ru_stime
            elif until and any(e.get("event") == "commit" and until(e) for e in self.events()):
                self.process.kill()
                until = None
            else:
                time.sleep(0.02)
        return self

    def last_row(self):
        """The numbers of the last row that was printed."""
        with open(self.out, encoding="utf-8") as f:
            rows = re.findall(r"(?m)^\+[UI]\[(.*)\]$", f.read())
        return [int(number) for number in rows[-1].split(", ")] if rows else []

    def end(self):
        ends = [e for e in self.events() if e.get("event") == "end"]
        return ends[-1] if ends else {}

    def errors(self):
        with open(self.err, encoding="utf-8") as f:
            return f.read()[-1500:]


def settings(folder, name, budget_mib=None, interval="5 s"):
    text = (f"SET 'pipeline.name' = '{name}';\nSET 'parallelism.default' = '1';\n"
            f"SET 'execution.checkpointing.interval' = '{interval}';\n"
            f"SET 'execution.checkpointing.dir' = 'file://{folder}/state';\n")
    if budget_mib:
        text += ("SET 'state.backend.type' = 'rocksdb';\n"
                 f"SET 'taskmanager.memory.managed.size' = '{budget_mib} mb';\n")
    return text


def numbers(name, rows):
    return (f"CREATE TABLE {name} (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100000000',\n"
            f"  'number-of-rows' = '{rows}', 'fields.id.kind' = 'sequence', 'fields.id.start' = '0',\n"
            f"  'fields.id.end' = '{rows - 1}');\n")


def state_mib(folder):
    """Of all files of the last checkpoint; what was replaced is gone."""
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(os.path.join(folder, "state"))
               for name in names if name.endswith(".state")) / MIB


def write(folder, text):
    path = os.path.join(folder, "job.sql")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def spilled(score, name, script, expected, rows, budget_mib, floor_mib, scale):
    """Killed in the middle, and again to the end; `floor_mib` is what its state takes in memory at least."""
    folder = tempfile.mkdtemp(prefix="sluice-state-")
    interval = f"{max(200, int(5000 * scale))} ms"  # several of them in a small run too
    try:
        path = write(folder, settings(folder, name.replace(" ", "-"), budget_mib, interval) + script)
        first = Run(folder, path).wait(until=lambda commit: commit["total_rows"] > rows * 0.5)
        score.check(first.code == -9, f"{name}: killed in the middle", f"{first.code} {first.errors()}")
        second = Run(folder, path).wait()
        end = second.end()
        score.check(second.code == 0, f"{name}: goes on from its checkpoint and ends", second.errors())
        score.check(second.last_row() == expected, f"{name}: the answer is {expected}", str(second.last_row()))
        went = end.get("spilled_bytes", 0) / MIB
        score.check(went > 0 and floor_mib >= 10 * budget_mib,
                    f"{name}: state of {floor_mib:.0f} MiB or more with {budget_mib} MiB for it, "
                    f"{end.get('state_rows', 0):,} entries, {state_mib(folder):.0f} MiB in files; {went:.0f} MiB went "
                    "to disk in the second run")
        most = max(first.rss_mib, second.rss_mib)
        bound = budget_mib + ROCKS_MIB + BASE_MIB
        score.check(most <= bound, f"{name}: memory at most {most:.0f} MiB of {bound}, in both runs", "")
        cpu_s = first.cpu_s + second.cpu_s
        print(f"      {name}: {cpu_s / rows * 1e6:.2f} CPU-s per million rows, "
              f"{first.seconds + second.seconds:.0f} s in both runs, {rows:,} rows")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def group_by_on_disk(score, scale):
    """Each key has two rows, far apart."""
    budget_mib = max(1, int(64 * scale))
    keys = int(12_000_000 * scale)
    rows = 2 * keys
    script = numbers("numbers", rows) + f"""
CREATE TABLE results (ks BIGINT, n BIGINT, nn BIGINT, s BIGINT) WITH ('connector' = 'print');
INSERT INTO results SELECT COUNT(*), SUM(c), SUM(c * c), SUM(s) FROM (
  SELECT k, COUNT(*) AS c, SUM(id) AS s FROM (SELECT MOD(id * {STEP}, {keys}) AS k, id FROM numbers) GROUP BY k);
"""
    # An entry: 16 bytes of head and key, 24 of count and sum, 12 of the index.
    spilled(score, "group by on disk", script, [keys, rows, 4 * keys, rows * (rows - 1) // 2], rows, budget_mib,
            keys * 60 / MIB, scale)


def join_on_disk(score, scale):
    """Each row has one partner, somewhere in the other input."""
    budget_mib = max(1, int(64 * scale))
    rows = int(3_600_000 * scale)
    script = numbers("lefts", rows) + numbers("rights", rows) + f"""
CREATE TABLE results (n BIGINT, l BIGINT, r BIGINT) WITH ('connector' = 'print');
INSERT INTO results SELECT COUNT(*), SUM(l.id), SUM(r.id) FROM
  (SELECT id, id AS k FROM lefts) AS l JOIN (SELECT id, MOD(id * {STEP}, {rows}) AS k FROM rights) AS r ON l.k = r.k;
"""
    total = rows * (rows - 1) // 2
    # A key of a side: 16 bytes of head and key, its rows in a buffer of 64 or more, 12 of the index.
    spilled(score, "join on disk", script, [rows, total, total], 2 * rows, budget_mib, 2 * rows * 96 / MIB,
            scale)


def by_time_on_disk(score, scale):
    """Rows that wait for their time, or that a match holds, with a tenth of the memory they would take."""
    budget_mib = max(1, int(12 * scale))
    rows = int(1_200_000 * scale)
    total = rows * (rows - 1) // 2
    text = "CHAR_LENGTH(MAX(body) OVER w)"
    pattern = "ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW PATTERN"
    # The watermark comes behind all rows, but in the last one: there it follows each row.
    for name, delay, query, expected in (
            ("ORDER BY", rows, "SELECT id, id, CHAR_LENGTH(body) FROM numbers ORDER BY ts, body",
             [rows - 1, rows - 1, 120 + len(str(rows - 1))]),
            ("OVER", rows, f"SELECT COUNT(*), SUM(s), MAX(l) FROM (SELECT SUM(id) OVER w AS s, {text} AS l "
             "FROM numbers WINDOW w AS (PARTITION BY MOD(id, 100) ORDER BY ts "
             "ROWS BETWEEN 0 PRECEDING AND CURRENT ROW))",
             [rows, total, 120 + len(str(rows - 1))]),
            ("MATCH_RECOGNIZE of waiting rows", rows, "SELECT COUNT(*), SUM(x), MAX(y) FROM numbers MATCH_RECOGNIZE ("
             f"ORDER BY ts MEASURES FIRST(A.id) AS x, LAST(B.id) AS y {pattern} (A B) DEFINE A AS MOD(A.id, 2) = 0)",
             [rows // 2, total // 2 - rows // 4, rows - 1]),
            ("MATCH_RECOGNIZE of one long match", 1, "SELECT COUNT(*), SUM(x), MAX(y) FROM numbers MATCH_RECOGNIZE ("
             f"ORDER BY ts MEASURES FIRST(A.id) AS x, COUNT(B.body) AS y {pattern} (A B+ C) "
             f"DEFINE B AS B.id < {rows - 1}, C AS C.id = {rows - 1})", [1, 0, rows - 2])):
        folder = tempfile.mkdtemp(prefix="sluice-state-")
        try:
            script = settings(folder, "by-time", budget_mib) + numbers("numbers", rows).replace(
                "(id BIGINT)", "(id BIGINT, ts AS TO_TIMESTAMP_LTZ(id, 3), body AS CONCAT(CAST(id AS STRING), "
                f"REPEAT('x', 120)), WATERMARK FOR ts AS ts - INTERVAL '{delay}' SECOND(9))") + f"""
CREATE TABLE results (a BIGINT, b BIGINT, c BIGINT) WITH ('connector' = 'print');
INSERT INTO results {query};
"""
            ran = Run(folder, write(folder, script)).wait()
            went = ran.end().get("spilled_bytes", 0) / MIB
            score.check(ran.code == 0 and ran.last_row() == expected, f"{name} on disk: the answer is {expected}",
                        f"{ran.last_row()} {ran.errors()}")
            score.check(went > budget_mib and ran.rss_mib <= budget_mib + ROCKS_MIB + BASE_MIB,
                        f"{name} on disk: {rows:,} rows of 140 bytes with {budget_mib} MiB for them, {went:.0f} MiB "
                        f"went to disk; {ran.rss_mib:.0f} MiB at most, "
                        f"{ran.cpu_s / rows * 1e6:.0f} CPU-s per million rows", "")
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def groups_in_memory(score, scale):
    keys = int(10_000_000 * scale)
    folder = tempfile.mkdtemp(prefix="sluice-state-")
    try:
        script = settings(folder, "groups") + numbers("numbers", keys) + f"""
CREATE TABLE results (ks BIGINT, s BIGINT) WITH ('connector' = 'print');
INSERT INTO results SELECT COUNT(*), SUM(s) FROM (
  SELECT k, COUNT(*) AS c, SUM(id) AS s FROM (SELECT MOD(id * {STEP}, {keys}) AS k, id FROM numbers) GROUP BY k);
"""
        ran = Run(folder, write(folder, script)).wait()
        score.check(ran.code == 0 and ran.last_row() == [keys, keys * (keys - 1) // 2],
                    f"groups in memory: {keys:,} keys, the answer is right", ran.errors())
        held = ran.end().get("state_bytes", 0) / MIB
        score.check(ran.rss_mib <= 1536, f"groups in memory: {ran.rss_mib:.0f} MiB at most, state {held:.0f} MiB, "
                    f"{held * MIB / keys:.0f} bytes a key; {ran.cpu_s / keys * 1e6:.2f} CPU-s per million rows with "
                    f"checkpoints every 5 s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def restore(score, scale):
    """A job that has read everything, started again: it restores its state, indexes it and ends."""
    keys = int(18_000_000 * scale)
    folder = tempfile.mkdtemp(prefix="sluice-state-")
    try:
        sums = ", ".join(f"SUM(id + {i}) AS s{i}" for i in range(7))
        script = settings(folder, "restore", interval="1 min") + numbers("numbers", keys) + f"""
CREATE TABLE results (ks BIGINT, s BIGINT) WITH ('connector' = 'print');
INSERT INTO results SELECT COUNT(*), SUM(s0) + SUM(s6) FROM (
  SELECT k, COUNT(*) AS c, {sums} FROM (SELECT MOD(id * {STEP}, {keys}) AS k, id FROM numbers) GROUP BY k);
"""
        path = write(folder, script)
        ran = Run(folder, path).wait()
        total = keys * (keys - 1) + 6 * keys
        score.check(ran.code == 0 and ran.last_row() == [keys, total], f"restore: {keys:,} keys were counted",
                    f"{ran.last_row()} {ran.errors()}")
        files = state_mib(folder)
        again = [Run(folder, path).wait() for _ in range(3)]
        score.check(all(one.code == 0 and one.end().get("state_rows", 0) >= keys for one in again),
                    "restore: the state is back", again[-1].errors())
        best = min(again, key=lambda one: one.seconds)
        score.check(best.seconds <= 3 * max(scale, 0.1),
                    f"restore: {files:.0f} MiB of files, {best.end().get('state_bytes', 0) / MIB:.0f} MiB in memory: "
                    f"{best.seconds:.2f} s from start to end, {best.cpu_s:.2f} CPU-s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default=",".join(LINES), help="lines, by name: " + ", ".join(LINES))
    parser.add_argument("--scale", type=float, default=1, help="0.25: a quarter of the rows and of the budget")
    options = parser.parse_args()
    score = Score()
    functions = [group_by_on_disk, join_on_disk, by_time_on_disk, groups_in_memory, restore]
    for line, function in zip(LINES, functions):
        if line in options.only.split(","):
            function(score, options.scale)
    return score.close()


if __name__ == "__main__":
    sys.exit(main())
