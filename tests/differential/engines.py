# SPDX-License-Identifier: Apache-2.0
"""The two sides of a comparison: sluice in a process of its own that takes many scripts, and DuckDB in this one."""

import json
import os
import pathlib
import select
import subprocess
import time

import duckdb
import relations
from expressions import MACROS
from values import from_duck, from_sluice

BUILD = pathlib.Path(__file__).parents[2] / "build" / os.environ.get("SLUICE_PRESET", "release")
PROGRAM = BUILD / "tests/differential"
PATIENCE_S = 60


class Crash(Exception):
    """The process ended, or took too long."""


class Sluice:
    def __init__(self):
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def run(self, script, tables, runs):
        """The answer to each run: {"sinks": {name: {"rows", "problem"}}} or {"error": text}."""
        if self.process is None:
            self.start()
        request = {
            "script": script,
            "runs": runs,
            "tables": {t.name: {"rows": t.changes, "splits": t.splits} for t in tables},
        }
        try:
            self.process.stdin.write((json.dumps(request) + "\n").encode())
            self.process.stdin.flush()
            return json.loads(self.read())["runs"]
        except (BrokenPipeError, ValueError) as error:
            self.process.wait(10)
            text = f"the process ended with {self.process.returncode}"
            self.stop()
            raise Crash(text) from error

    def read(self):
        parts, end = [], time.monotonic() + PATIENCE_S
        while True:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            if not ready:
                self.stop()
                raise Crash(f"no answer within {PATIENCE_S} s")
            part = self.process.stdout.read1(1 << 20)
            parts.append(part)
            if not part or part.endswith(b"\n"):
                return b"".join(parts)


# Over a few rows, most of DuckDB's time would be its optimizer's.
OPTIMIZERS = {"filter_pushdown", "filter_pullup", "deliminator", "unused_columns"}


class Duck:
    """One world's tables."""

    def __init__(self, tables):
        self.connection = duckdb.connect(config={"threads": 1})
        names = {row[0] for row in self.connection.execute("SELECT * FROM duckdb_optimizers()").fetchall()}
        self.connection.execute(f"SET disabled_optimizers = '{','.join(sorted(names - OPTIMIZERS))}'")
        for macro in MACROS:
            self.connection.execute(macro)
        for table in tables:
            for statement in table.duck():
                self.connection.execute(statement)

    def rows(self, text, types):
        """Sorted, or duckdb.Error."""
        rows = self.connection.execute(text).fetchall()
        return in_order([tuple(from_duck(v, t) for v, t in zip(row, types)) for row in rows])

    def close(self):
        self.connection.close()


def in_order(rows):
    return sorted(rows, key=lambda row: [(v is not None, str(v)) for v in row])


def sluice_rows(sink, types):
    return in_order([tuple(from_sluice(v, t) for v, t in zip(row, types)) for row in sink["rows"]])


def texts(node):
    """What Flink reads, what DuckDB reads, and what it reads where a stream is a batch."""
    flink = relations.query_text(node, relations.FLINK)
    duck = relations.query_text(node, relations.DUCK)
    relations.rules["batch"] = True
    batch = relations.query_text(node, relations.DUCK)
    relations.rules["batch"] = False
    return flink, duck, batch


def sink_ddl(name, types):
    columns = ", ".join(f"c{i} {t.flink}" for i, t in enumerate(types))
    return f"CREATE TABLE {name} ({columns}) WITH ('connector' = 'memory');\n"
