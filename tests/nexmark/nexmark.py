# SPDX-License-Identifier: Apache-2.0
"""Every Nexmark query on sluice, over a real broker, against the rows that Flink gives: see README.md."""
import argparse
import csv
import hashlib
import os
import re
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "harness"))
from world import Running, Score, World  # noqa: E402

RANK_ONLY = re.compile(rb'^(\{"auction":[0-9]+).*(,"price":[0-9]+),"channel".*(,"rank_number":[0-9]+\})$')
GOLDEN = ["--count", "100000", "--rate", "1000", "--base-ms", "1436918340000"]


def manifest():
    """query -> (rows, sha256 of the sorted rows)."""
    with open(os.path.join(HERE, "golden", "manifest.tsv"), encoding="utf-8") as f:
        return {row[0]: (int(row[1]), row[3]) for row in csv.reader(f, delimiter="\t")}


class Suite:
    def __init__(self, world):
        self.world, self.score, self.golden = world, Score(), manifest()
        generator = world.path("nexmark_gen")
        subprocess.run(["g++", "-std=c++20", "-O2", "-o", generator, os.path.join(HERE, "nexmark_gen.cpp")],
                       check=True)
        env = dict(world.env, NEXMARK_GEN=generator, BOOTSTRAP=world.bootstrap)
        subprocess.run([os.path.join(HERE, "load.sh"), "golden", "2", *GOLDEN], env=env, check=True,
                       stdout=subprocess.DEVNULL)
        with open(world.path("side_input.csv"), "w", encoding="utf-8") as f:
            f.writelines(f"{i},{i}\n" for i in range(10000))

    def script(self, name, query, sink, settings=()):
        """The query's file with its sink; `settings` are SET statements."""
        done = subprocess.run([os.path.join(HERE, "render.sh"), query], text=True, stdout=subprocess.PIPE, check=True,
                              env=dict(self.world.env, BOOTSTRAP=self.world.bootstrap, TOPIC="golden", SINK=sink,
                                       SIDE=self.world.path("side_input.csv"),
                                       SET="\n".join(f"SET '{k}' = '{v}';" for k, v in settings)))
        return self.world.write(f"{name}.sql", done.stdout)

    def kafka_sink(self, topic):
        return (f"'connector' = 'kafka', 'topic' = '{topic}', 'properties.bootstrap.servers' = "
                f"'{self.world.bootstrap}', 'format' = 'debezium-json', "
                "'debezium-json.encode.decimal-as-plain-number' = 'true'")

    def rows_of(self, topic):
        """The rows that remain of the changes in a topic, as one text; None after a change that cannot be."""
        changes = subprocess.run(["kcat", "-C", "-q", "-e", "-b", self.world.bootstrap, "-t", topic, "-o", "beginning"],
                                 stdout=subprocess.PIPE, check=True).stdout
        folded = subprocess.run([sys.executable, os.path.join(HERE, "fold.py")], input=changes, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)
        return folded.stdout if folded.returncode == 0 else None

    def compare(self, what, query, rows):
        if rows is not None and query == "q19":
            rows = b"".join(sorted(RANK_ONLY.sub(rb"\1\2\3", line) + b"\n" for line in rows.splitlines()))
        count, digest = self.golden[query]
        got = (0, "") if rows is None else (rows.count(b"\n"), hashlib.sha256(rows).hexdigest())
        self.score.check(got == (count, digest), f"{query} {what}: {count} rows",
                         f"{got[0]} rows" + ("" if got[0] != count else ", other ones"))

    def whole(self, query, what, settings):
        topic = f"{query}-{what.replace(' ', '-')}"
        self.world.topic(topic, 1)
        # Each run begins anew: one pipeline's second run would go on where the first ended.
        settings = (*settings, ("execution.checkpointing.dir", self.world.path(f"state-{topic}")))
        sql = self.script(topic, query, self.kafka_sink(topic), settings)
        done = self.world.sluice("run", sql, timeout=300)
        if done.returncode != 0:
            self.score.check(False, f"{query} {what}", done.stderr[-600:])
            return
        self.compare(what, query, self.rows_of(topic))

    def killed(self, query):
        """An append query into Iceberg, ended by kill -9 after a commit, five times, and started again until its input
        is read: no row may be missing or doubled."""
        table = f"k_{query}"
        sql = self.script(table, query, "'connector' = 'blackhole'",
                          (("execution.checkpointing.interval", "100 ms"),))
        text = open(sql, encoding="utf-8").read()
        text = text.replace("WITH (\n  'connector' = 'blackhole'\n)", "").replace(
            f"CREATE TABLE nexmark_{query}", f"CREATE TABLE IF NOT EXISTS lake.db.nexmark_{query}").replace(
            f"INSERT INTO nexmark_{query}", f"INSERT INTO lake.db.nexmark_{query}")
        text = re.sub(r"\)\s*WITH\s*\(\s*'connector'\s*=\s*'blackhole'\s*\)\s*;", ");", text)
        text = self.world.catalog_sql() + "CREATE DATABASE IF NOT EXISTS lake.db;\n" + text
        sql = self.world.write(f"{table}.sql", text)
        kills = 0
        for _ in range(60):
            running = Running(self.world, sql)
            alive = running.wait_for_commit(timeout_s=60)
            if alive and kills < 5 and running.process.poll() is None:
                running.kill(signal.SIGKILL)
                running.wait()
                kills += 1
                continue
            code = running.wait(120)
            if code == 0:
                break
            if code != -signal.SIGKILL:
                self.score.check(False, f"{query} killed", running.errors[-600:])
                return
        rows = self.world.iceberg(f"db.nexmark_{query}").scan().to_arrow().num_rows
        self.score.check(rows == self.golden[query][0], f"{query} killed {kills} times: {self.golden[query][0]} rows",
                         f"{rows} rows")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="queries, separated by commas")
    parser.add_argument("--long", action="store_true", help="also small batches, and kills for every append query")
    options = parser.parse_args()
    with World() as world:
        suite = Suite(world)
        queries = [q for q in options.only.split(",") if q] or sorted(suite.golden, key=lambda q: int(q[1:]))
        for query in queries:
            suite.whole(query, "one core", (("parallelism.default", "1"),))
        for query in queries:
            suite.whole(query, "two cores", (("parallelism.default", "2"),))
        if options.long:
            for query in queries:
                suite.whole(query, "small batches", (("sluice.batch-rows", "7"),
                                                     ("execution.checkpointing.interval", "50 ms")))
        appends = ["q0", "q3", "q5", "q7", "q8", "q11", "q20"]
        for query in [q for q in queries if q in (appends if options.long else ["q5", "q8", "q11"])]:
            suite.killed(query)
        refused = world.sluice("check", suite.script("q6", "q6", "'connector' = 'blackhole'"))
        if not options.only:
            suite.score.check(refused.returncode != 0, "q6 is refused, as Flink refuses it", refused.stdout)
    return suite.score.close()


if __name__ == "__main__":
    sys.exit(main())
