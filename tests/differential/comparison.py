# SPDX-License-Identifier: Apache-2.0
"""Random queries: the stream's final result, the batch's, and DuckDB's must be the same."""

import collections
import dataclasses
import multiprocessing
import random

import duckdb
from engines import Crash, Duck, Sluice, sink_ddl, sluice_rows, texts
from queries import Maker
from values import Table, Type
from worlds import make_world

QUERIES_PER_WORLD = 24


@dataclasses.dataclass
class Query:
    flink: str
    duck: str
    duck_batch: str
    types: list
    node: object = None


@dataclasses.dataclass
class Finding:
    kind: str  # wrong, refused, failed, crash
    mode: dict
    query: Query
    tables: list
    text: str

    def to_case(self, note):
        q = self.query
        return {
            "note": note,
            "flink": q.flink,
            "duck": q.duck,
            "duck_batch": q.duck_batch,
            "types": [[t.kind, t.precision, t.scale] for t in q.types],
            "found_in": self.mode,
            "tables": [t.to_json() for t in self.tables],
        }


def case_from(value):
    query = Query(value["flink"], value["duck"], value["duck_batch"], [Type(*t) for t in value["types"]])
    left_out = value.get("not_in", [])
    modes = [mode for mode in CASE_MODES if mode["name"] not in left_out] + (
        [value["found_in"]] if "found_in" in value else []
    )
    return query, [Table.from_json(t) for t in value["tables"]], modes


def run_case(sluice, value):
    """The findings: none where it is well."""
    query, tables, modes = case_from(value)
    comparison = Comparison(sluice, tables, modes)
    findings = list(comparison.check([query]))
    comparison.duck.close()
    if comparison.skipped:
        findings.append(Finding("skipped", modes[0], query, tables, str(dict(comparison.skipped))))
    return findings


ONE = {"name": "one by one", "batch": 1}
BATCH = {"name": "batch", "settings": {"execution.runtime-mode": "batch"}}
# GROUP BY in two phases, DISTINCT in few buckets; with one shard the first phase is left out.
FOLDED = {
    "table.exec.mini-batch.enabled": "true",
    "table.exec.mini-batch.allow-latency": "1 s",
    "table.exec.mini-batch.size": "5",
    "table.optimizer.distinct-agg.split.enabled": "true",
    "table.optimizer.distinct-agg.split.bucket-num": "4",
}
# What would leave memory when it is short does so after each batch; or could, and has room.
NO_MEMORY = {"state.backend.type": "rocksdb", "taskmanager.memory.managed.size": "0 b"}
ENOUGH_MEMORY = {"state.backend.type": "rocksdb"}
CASE_MODES = [
    ONE,
    {"name": "whole"},
    BATCH,
    {"name": "restart", "batch": 1, "stop_at": 0.5},
    {"name": "any sizes", "batch": 7, "random": True, "seed": 7},
    {"name": "3 shards", "batch": 2, "random": True, "seed": 9, "shards": 3},
    {"name": "rescale", "batch": 1, "shards_before": 1, "shards": 3, "stop_at": 0.5},
    {"name": "rescale, folded", "batch": 2, "shards_before": 1, "shards": 3, "stop_at": 0.5, "settings": FOLDED},
    {"name": "spill", "batch": 3, "stop_at": 0.5, "settings": NO_MEMORY},
    {"name": "spill, never", "batch": 3, "settings": ENOUGH_MEMORY},
]


def spilling(rnd, mode):
    name, memory = rnd.choice([(", spill", NO_MEMORY), (", spill, never", ENOUGH_MEMORY)])
    return mode | {"name": mode["name"] + name, "settings": mode.get("settings", {}) | memory}


def modes_of(rnd, world):
    """How one world is run: a row at a time, as a batch, and two more ways."""
    if world.late:
        return [ONE, {"name": "restart", "batch": 1, "stop_at": rnd.choice([0.2, 0.5, 0.8])}, BATCH]
    sizes = {"batch": rnd.choice([1, 3, 20, 1000]), "random": True, "seed": rnd.randrange(1 << 30)}
    shards = sizes | {"shards": 3, "one_split": world.in_order}
    alone = [{"name": "whole"}, sizes | {"name": "restart", "stop_at": rnd.choice([0.1, 0.3, 0.5, 0.9])}]
    together = [
        shards | {"name": "3 shards"},
        shards | {"name": "rescale", "shards_before": rnd.choice([1, 2, 3]), "stop_at": rnd.choice([0.3, 0.6])},
    ]
    together += [mode | {"name": mode["name"] + ", folded", "settings": FOLDED} for mode in together]
    if rnd.random() < 0.3:
        alone, together = [spilling(rnd, mode) for mode in alone], [spilling(rnd, mode) for mode in together]
    return [ONE, rnd.choice(alone), BATCH, rnd.choice(together)]


def script_of(tables, queries):
    text = "".join(t.ddl() for t in tables)
    for i, query in enumerate(queries):
        text += sink_ddl(f"s{i}", query.types)
    return text + "".join(f"INSERT INTO s{i} {query.flink};\n" for i, query in enumerate(queries))


# What Flink refuses too.
REFUSED = [
    f"StreamPhysical{join}Join doesn't support consuming {changes} changes"
    for join in ("Window", "Interval")
    for changes in ("update", "delete", "update and delete")
]


def known_refusal(text):
    return next((known for known in REFUSED if known in text), None)


class Comparison:
    """One world's queries in all modes."""

    def __init__(self, sluice, tables, modes):
        self.sluice, self.tables, self.modes = sluice, tables, modes
        self.duck = Duck(tables)
        self.answers = {}
        self.skipped = collections.Counter()
        self.spilled_bytes = 0

    def expected(self, query, batch):
        text = query.duck_batch if batch else query.duck
        if text not in self.answers:
            try:
                self.answers[text] = self.duck.rows(text, query.types)
            except duckdb.Error as error:
                self.answers[text] = error
        return self.answers[text]

    def check(self, queries):
        """Yields the findings."""
        fine = []
        for query in queries:
            answer = self.expected(query, False)
            if isinstance(answer, duckdb.Error):
                self.skipped["duckdb: " + str(answer).split("\n")[0][:90]] += 1
            else:
                fine.append(query)
        yield from self.together(fine)

    def together(self, queries):
        """All in one job; in halves when the job fails."""
        if not queries:
            return
        try:
            answers = self.sluice.run(script_of(self.tables, queries), self.tables, self.modes)
        except Crash as crash:
            if len(queries) == 1:
                yield from self.crash_mode(queries[0], str(crash))
                return
            answers = [{"error": "crash"}]
        errors = [(mode, a["error"]) for mode, a in zip(self.modes, answers) if "error" in a]
        if errors and len(queries) > 1:
            half = len(queries) // 2
            yield from self.together(queries[:half])
            yield from self.together(queries[half:])
            return
        if errors and known_refusal(errors[0][1]):
            self.skipped["refused: " + known_refusal(errors[0][1])] += 1
            return
        if errors:
            mode, text = errors[0]
            yield Finding(
                "refused" if "error:" in text[:40] or "differential.sql" in text else "failed",
                mode,
                queries[0],
                self.tables,
                text,
            )
            return
        for mode, answer in zip(self.modes, answers):
            self.spilled_bytes += answer["spilled_bytes"]
            yield from self.compare(queries, mode, answer["sinks"])

    def crash_mode(self, query, text):
        for mode in self.modes:
            try:
                self.sluice.run(script_of(self.tables, [query]), self.tables, [mode])
            except Crash as crash:
                yield Finding("crash", mode, query, self.tables, str(crash))
                return
        yield Finding("crash", self.modes[0], query, self.tables, "together: " + text)

    def compare(self, queries, mode, sinks):
        for i, query in enumerate(queries):
            expected = self.expected(query, mode["name"] == "batch")
            if isinstance(expected, duckdb.Error):
                continue
            sink = sinks.get(f"s{i}", {"rows": [], "problem": ""})
            got = sluice_rows(sink, query.types)
            if got != expected:
                yield Finding("wrong", mode, query, self.tables, difference(expected, got))
            elif sink["problem"]:
                yield Finding("wrong", mode, query, self.tables, sink["problem"])


def difference(expected, got):
    left, right = collections.Counter(expected), collections.Counter(got)
    missing, extra = list((left - right).elements()), list((right - left).elements())
    return f"missing {missing[:5]!r} ({len(missing)}), extra {extra[:5]!r} ({len(extra)})"


def make_queries(rnd, world, count):
    queries = []
    while len(queries) < count:
        node = Maker(rnd, world).query()
        if node.columns:
            queries.append(Query(*texts(node), [c.type for c in node.columns], node))
    return queries


def one_world(sluice, seed):
    """(queries run, skipped, bytes of state that went to disk, findings)"""
    rnd = random.Random(seed)
    world = make_world(rnd)
    queries = make_queries(rnd, world, QUERIES_PER_WORLD)
    comparison = Comparison(sluice, world.tables, modes_of(rnd, world))
    findings, seen = [], set()
    for finding in comparison.check(queries):
        if id(finding.query) not in seen:  # one mode of a query is enough
            seen.add(id(finding.query))
            findings.append(finding)
    comparison.duck.close()
    count = len(queries) - sum(comparison.skipped.values())
    return count, comparison.skipped, comparison.spilled_bytes, findings


def work(seeds, results):
    sluice = Sluice()
    try:
        while True:
            seed = seeds.get()
            if seed is None:
                break
            try:
                results.put((seed, *one_world(sluice, seed)))
            except Exception as error:  # noqa: BLE001: a bug of the generator ends the suite, with its seed
                results.put((seed, 0, {}, 0, error))
    finally:
        sluice.stop()
    results.put(None)


def run_worlds(first, count, workers, on_finding):
    seeds, results = multiprocessing.Queue(), multiprocessing.Queue()
    for seed in range(first, first + count):
        seeds.put(seed)
    processes = [multiprocessing.Process(target=work, args=(seeds, results)) for _ in range(workers)]
    for process in processes:
        seeds.put(None)
        process.start()
    total, skipped, spilled_bytes, left = 0, collections.Counter(), 0, workers
    while left:
        result = results.get()
        if result is None:
            left -= 1
            continue
        seed, count, skips, spilled, findings = result
        spilled_bytes += spilled
        if isinstance(findings, Exception):
            print(f"FAIL  seed {seed}: the generator: {findings!r}", flush=True)
            on_finding(seed, None)
            continue
        total += count
        skipped.update(skips)
        for finding in findings:
            on_finding(seed, finding)
    for process in processes:
        process.join()
    return total, skipped, spilled_bytes
