# SPDX-License-Identifier: Apache-2.0
"""The Nexmark benchmark: see README.md."""
import argparse
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(os.path.dirname(HERE))
NEXMARK = os.path.join(TESTS, "nexmark")
sys.path.insert(0, os.path.join(TESTS, "harness"))
import where  # noqa: E402
from world import SLUICE, Score, World, free_ports  # noqa: E402

BROKER_CPU, ENGINE_CPU = "0", "1"
QUERIES = ["q0", "q1", "q2", "q3", "q4", "q5", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15", "q16", "q17",
           "q18", "q19", "q20", "q21", "q22", "q23"]
# As the guide of the public benchmark sets Flink, where it has a setting for one node.
FLINK_SETTINGS = [("execution.checkpointing.interval", "10 s"), ("pipeline.object-reuse", "true"),
                  ("table.exec.mini-batch.enabled", "true"), ("table.exec.mini-batch.allow-latency", "2 s"),
                  ("table.exec.mini-batch.size", "50000"), ("table.optimizer.distinct-agg.split.enabled", "true")]

# What takes one large group off one shard.
SPREAD = [("table.exec.mini-batch.enabled", "true"), ("table.exec.mini-batch.allow-latency", "1 s"),
          ("table.exec.mini-batch.size", "50000"), ("table.optimizer.distinct-agg.split.enabled", "true")]


def cpu_of(pid):
    fields = open(f"/proc/{pid}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(command, world, cpus):
    """Runs a child pinned to `cpus`: wall and CPU seconds, peak RSS in MiB, its last JSON line."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(["taskset", "-c", cpus, *command], cwd=world.folder, stdout=out, stderr=err,
                                 env=world.env)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - start
        out.seek(0)
        err.seek(0)
        lines, errors = out.read().decode().splitlines(), err.read().decode()
    if status != 0:
        raise RuntimeError(errors[-1500:])
    last = next((json.loads(line) for line in reversed(lines) if line.startswith("{")), {})
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "rss": usage.ru_maxrss / 1024, "last": last}


class Bench:
    def __init__(self, world, options):
        self.world, self.options, self.score, self.runs = world, options, Score(), 0
        generator = world.path("nexmark_gen")
        subprocess.run(["g++", "-std=c++20", "-O2", "-o", generator, os.path.join(NEXMARK, "nexmark_gen.cpp")],
                       check=True)
        env = dict(world.env, NEXMARK_GEN=generator, BOOTSTRAP=world.bootstrap)
        for topic, parts, events in (("bench", 2, options.events), ("flink", 2, options.flink_events)):
            if topic == "bench" or (options.flink and options.flink_events != options.events):
                subprocess.run([os.path.join(NEXMARK, "load.sh"), topic, str(parts), "--count", str(events)], env=env,
                               check=True, stdout=subprocess.DEVNULL)
        with open(world.path("side_input.csv"), "w", encoding="utf-8") as f:
            f.writelines(f"{i},{i}\n" for i in range(10000))

    def script(self, name, query, topic, settings):
        done = subprocess.run([os.path.join(NEXMARK, "render.sh"), query], text=True,
                              stdout=subprocess.PIPE, check=True,
                              env=dict(self.world.env, BOOTSTRAP=self.world.bootstrap, TOPIC=topic,
                                       SIDE=self.world.path("side_input.csv"),
                                       SET="\n".join(f"SET '{k}' = '{v}';" for k, v in settings)))
        return self.world.write(f"{name}.sql", done.stdout)

    def built_in(self, sql):
        """The script with the process's own events, in two splits, instead of the topic."""
        own = (f"'connector' = 'nexmark', 'events.num' = '{self.options.cores_events}', 'next-event.rate' = '100000', "
               "'first-event.rate' = '100000', 'scan.parallelism' = '2'\n")
        with open(sql, encoding="utf-8") as f:
            text = f.read()
        text, replaced = re.subn(r"'connector' = 'kafka',.*?'format' = 'json'\n", lambda _: own, text, flags=re.S)
        if replaced != 1:
            raise RuntimeError("ddl.sql has another form: its Kafka table was not found")
        return self.world.write(os.path.basename(sql), text)

    def sluice(self, query, cpus=ENGINE_CPU, interval="10 s", shards="1", built_in=False, state="hashmap",
               settings=()):
        self.runs += 1  # each run a state folder of its own: else it would go on where the last one ended
        sql = self.script(f"{query}-{shards}-{self.runs}", query, "bench",
                          [("execution.checkpointing.interval", interval), ("parallelism.default", shards),
                           ("state.backend.type", state),
                           ("execution.checkpointing.dir", self.world.path(f"state-{self.runs}")), *settings])
        done = measured([SLUICE, "run", self.built_in(sql) if built_in else sql], self.world, cpus)
        shutil.rmtree(self.world.path(f"state-{self.runs}"), ignore_errors=True)
        return done

    def in_turn(self, what, *variants):
        """The least of `what` that each variant took, run in turn so that a slow minute of the machine meets all."""
        seen = [[variant()[what] for variant in variants] for _ in range(self.options.repeat)]
        return [min(column) for column in zip(*seen)]

    def flink(self, query, state):
        topic = "bench" if self.options.flink_events == self.options.events else "flink"
        sql = self.script(f"flink-{query}", query, topic, FLINK_SETTINGS + [("state.backend.type", state)])
        pid = int(open(self.world.path("peers", "taskmanager.pid"), encoding="utf-8").read())
        before = cpu_of(pid)
        self.world.peer("flink.sh", "run", sql)
        return (cpu_of(pid) - before) / (self.options.flink_events / 1e6)

    def row(self, query, backends, ratios):
        """One line: sluice and Flink with the same setting of where state is kept."""
        million = self.options.events / 1e6
        line = f"{query:6}"
        for backend in backends:
            ours = min((self.sluice(query, state=backend) for _ in range(self.options.repeat)),
                       key=lambda done: done["cpu"])
            cpu = ours["cpu"] / million
            line += f" {cpu:8.3f} {million / ours['wall']:7.2f} {ours['rss']:6.0f}"
            if self.options.flink:
                theirs = self.flink(query, backend)
                ratios[backend].append((query, theirs / cpu))
                line += f" {theirs:9.2f} {theirs / cpu:6.1f}"
        print(line, flush=True)

    def table(self, queries, backends):
        ratios = {backend: [] for backend in backends}
        theirs = f" {'Flink':>9} {'ratio':>6}" if self.options.flink else ""
        print(" " * 6 + "".join(f" {backend:>{24 + len(theirs)}}" for backend in backends))
        print(f"{'query':6}" + f" {'CPU-s/M':>8} {'M ev/s':>7} {'MiB':>6}{theirs}" * len(backends))
        for query in queries:
            try:
                self.row(query, backends, ratios)
            except RuntimeError as error:
                self.score.check(False, query, str(error))
        for backend, seen in ratios.items():
            if not seen:
                continue
            mean = math.exp(sum(math.log(ratio) for _, ratio in seen) / len(seen))
            least = min(seen, key=lambda pair: pair[1])
            self.score.check(mean >= 10, f"geometric mean against Flink with {backend}: {mean:.1f}x (goal >= 10)")
            self.score.check(least[1] >= 5, f"least against Flink, {backend}: {least[0]} {least[1]:.1f}x (goal >= 5)")

    def costs(self, queries):
        """What checkpoints every second cost; two cores against one, with events that need no broker beside them."""
        both = f"{BROKER_CPU},{ENGINE_CPU}"
        for query in queries:
            ten, one = self.in_turn("cpu", lambda q=query: self.sluice(q),
                                    lambda q=query: self.sluice(q, interval="1 s"))
            self.score.check(one / ten <= 1.10,
                             f"{query}: checkpoints of 1 s against 10 s: {one / ten:.2f} (goal <= 1.10)")
            alone, two = self.in_turn("wall", lambda q=query: self.sluice(q, built_in=True),
                                      lambda q=query: self.sluice(q, both, shards="2", built_in=True))
            self.score.check(alone / two >= 1.6,
                             f"{query}: two cores against one, built-in events: {alone / two:.2f}x (goal >= 1.6)")

    def large_groups(self, queries):
        """Two shards where one group has most rows: as they are, and with rows folded and DISTINCT split."""
        for query in queries:
            cpus = f"{BROKER_CPU},{ENGINE_CPU}"
            plain, spread = self.in_turn("wall", *(
                lambda q=query, s=settings: self.sluice(q, cpus, shards="2", built_in=True, settings=s)
                for settings in ((), SPREAD)))
            print(f"{query}: two shards, built-in events, spread: {plain / spread:.2f}x the events per second "
                  f"({plain:.2f} s, {spread:.2f} s)", flush=True)

    def profiles(self, queries):
        """Where the time of each query goes, as a row of a table."""
        print("| query | " + " | ".join(part for part, _ in where.PARTS) + " | other |")
        for query in queries:
            self.runs += 1
            sql = self.script(f"{query}-profile", query, "bench",
                              [("parallelism.default", "1"),
                               ("execution.checkpointing.dir", self.world.path(f"state-{self.runs}"))])
            found = dict(where.shares(["taskset", "-c", ENGINE_CPU, SLUICE, "run", sql],
                                      self.world.path("perf.data"), self.world.env, self.world.folder))
            cells = [found.get(part, 0) for part in [part for part, _ in where.PARTS] + ["other"]]
            print(f"| {query} | " + " | ".join(f"{100 * cell:.0f}" if cell >= 0.005 else "" for cell in cells) + " |",
                  flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--cores-events", type=int, default=6_000_000,
                        help="built-in events for two cores against one: so many that the start counts little")
    parser.add_argument("--flink-events", type=int, default=2_000_000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--only", default=",".join(QUERIES))
    parser.add_argument("--no-flink", dest="flink", action="store_false")
    parser.add_argument("--state", default="hashmap", help="state.backend.type of both engines: hashmap,rocksdb")
    parser.add_argument("--profile", default="", help="queries whose CPU time to take apart, with perf")
    parser.add_argument("--costs", default="q4,q5,q17", help="queries for checkpoints of 1 s and two cores")
    parser.add_argument("--spread", default="", help="queries to run on two shards with rows folded and DISTINCT split")
    options = parser.parse_args()
    os.environ["KAFKA_CPUS"] = BROKER_CPU
    with World() as world:
        if options.flink:
            world.env.update({"FLINK_CPUS": ENGINE_CPU, "FLINK_JM_CPUS": BROKER_CPU, "FLINK_HEAP": "2048",
                              "FLINK_PORT": str(free_ports(4))})
            world.peer("flink.sh", "start")
        try:
            bench = Bench(world, options)
            if options.flink:
                for _ in range(2):
                    bench.flink("q0", "hashmap")  # warm
            if options.only:
                bench.table([query for query in options.only.split(",") if query], options.state.split(","))
            bench.costs([query for query in options.costs.split(",") if query])
            bench.large_groups([query for query in options.spread.split(",") if query])
            bench.profiles([query for query in options.profile.split(",") if query])
        finally:
            if options.flink:
                world.peer("flink.sh", "stop")
    return bench.score.close()


if __name__ == "__main__":
    sys.exit(main())
