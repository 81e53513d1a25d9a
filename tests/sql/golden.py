# SPDX-License-Identifier: Apache-2.0
"""Golden SQL cases: golden.py [--only TEXT] [--mode MODE]. See README.md."""
import argparse
import collections
import concurrent.futures
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "harness"))
from world import SLUICE, Score  # noqa: E402

MODES = ["whole", "batch 1", "table", "restart", "spill"]
ENDINGS = {"-- rows": "rows", "-- rows in order": "ordered", "-- error": "error", "-- fails": "fails"}
KILLED = -signal.SIGKILL
SETTINGS = {  # of the modes that run a case once, as it is
    "whole": [],
    "batch 1": ["sluice.batch-rows=1"],
    "spill": ["sluice.batch-rows=2", "state.backend.type=rocksdb", "taskmanager.memory.managed.size=0 b"],
}
spilled_cases = {}  # name -> bytes of state that went to disk, in mode spill
STARTS_MAX = 200

Case = collections.namedtuple("Case", "name script kind expected skips")
Ran = collections.namedtuple("Ran", "code out err")


def parse(path):
    """The script, how it must end, and which modes it leaves out."""
    script, kind, expected, skips = [], None, [], {}
    with open(path, encoding="utf-8") as f:
        for line in f.read().splitlines():
            skip = re.fullmatch(r"-- skip (.+?): (.+)", line)
            if skip:
                skips[skip.group(1)] = skip.group(2)
            elif line in ENDINGS:
                kind = ENDINGS[line]
            elif kind:
                if not line.startswith("--"):
                    raise ValueError(f"{path}: after the ending only comments, not {line!r}")
                expected.append(line[3:])
            else:
                script.append(line)
    if kind is None:
        raise ValueError(f"{path}: no ending ({', '.join(ENDINGS)})")
    return Case(os.path.relpath(path, HERE)[:-4], "\n".join(script) + "\n", kind, expected, skips)


def run(folder, script, settings=(), kill_at=None):
    with open(os.path.join(folder, "case.sql"), "w", encoding="utf-8") as f:
        f.write(script)
    env = dict(os.environ, NO_COLOR="1", TZ="UTC")
    env.pop("SLUICE_KILL_AT", None)
    if kill_at:
        env["SLUICE_KILL_AT"] = kill_at
    done = subprocess.run([SLUICE, "run", "case.sql", *(a for s in settings for a in ("-D", s))], cwd=folder, env=env,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    return Ran(done.returncode, done.stdout, done.stderr)


def as_tables(folder, script):
    """The script with its print tables as Iceberg tables; their names in order."""
    names = re.findall(r"CREATE TABLE (\w+)\s*\([^;]*?\)\s*WITH\s*\(\s*'connector'\s*=\s*'print'\s*\)", script)
    script = re.sub(r"\)\s*WITH\s*\(\s*'connector'\s*=\s*'print'\s*\)", ")", script)
    for name in names:
        script = re.sub(rf"CREATE TABLE {name}\b", f"CREATE TABLE IF NOT EXISTS lake.db.{name}", script)
        script = re.sub(rf"INSERT INTO {name}\b", f"INSERT INTO lake.db.{name}", script)
    head = ("CREATE CATALOG lake WITH ('type' = 'iceberg', 'catalog-type' = 'jdbc', "
            f"'uri' = 'jdbc:sqlite:{folder}/catalog.db', 'warehouse' = 'file://{folder}/warehouse'); "
            "CREATE DATABASE IF NOT EXISTS lake.db;\n")
    return head + script, names


def rows_of(folder, names):
    """The rows of all tables as PyIceberg reads them, as sorted tuples."""
    from pyiceberg.catalog.sql import SqlCatalog
    catalog = SqlCatalog("lake", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}/warehouse")
    rows = []
    for name in names:
        for row in catalog.load_table(f"db.{name}").scan().to_arrow().to_pylist():
            rows.append((name, repr(list(row.values()))))
    return sorted(rows)


def differing(kind, want, got):
    if kind == "rows":
        want, got = sorted(want), sorted(got)
    if want == got:
        return ""
    return "\n      wanted " + "\n             ".join(want) + "\n      got    " + "\n             ".join(got)


def check_print(case, folder, settings):
    ran = run(folder, case.script, settings)
    spilled = sum(map(int, re.findall(r'"event":"end".*"spilled_bytes":(\d+)', ran.out + ran.err)))
    if spilled:
        spilled_cases[case.name] = spilled
    if case.kind == "error":
        if ran.code != 78:
            return f"exit code {ran.code}, not 78: {ran.err}"
        return differing("ordered", case.expected, ran.err.splitlines())
    if case.kind == "fails":
        missing = [line for line in case.expected if line not in ran.err]
        if ran.code != 1 or missing:
            return f"exit code {ran.code}, not in stderr: {missing}; stderr: {ran.err}"
        return ""
    if ran.code != 0:
        return f"exit code {ran.code}: {ran.err}"
    return differing(case.kind, case.expected, ran.out.splitlines())


def check_table(case, folder):
    script, names = as_tables(folder, case.script)
    ran = run(folder, script)
    if ran.code != 0:
        return f"exit code {ran.code}: {ran.err}"
    rows = rows_of(folder, names)
    if len(rows) != len(case.expected):
        return f"{len(rows)} rows, not {len(case.expected)}: {rows}"
    return ""


def check_restart(case, folder):
    """Killed after every commit until an undisturbed end; the same rows as in one run."""
    whole = os.path.join(folder, "whole")
    os.mkdir(whole)
    script, names = as_tables(whole, case.script)
    ran = run(whole, script)
    if ran.code != 0:
        return f"exit code {ran.code}: {ran.err}"
    broken = os.path.join(folder, "broken")
    os.mkdir(broken)
    script, names = as_tables(broken, case.script)
    settings = ["sluice.batch-rows=1", "sluice.epoch-rows=1"]
    for starts in range(1, STARTS_MAX + 1):
        ran = run(broken, script, settings, kill_at="after-ack")
        if ran.code != KILLED:
            break
    if ran.code != 0:
        return f"start {starts}, exit code {ran.code}: {ran.err}"
    if starts == 1 and case.expected:
        return "never killed: no commit was made"
    want, got = rows_of(whole, names), rows_of(broken, names)
    return "" if want == got else f"after {starts} starts: wanted {want}, got {got}"


def check(case, mode):
    folder = tempfile.mkdtemp(prefix="sluice-sql-")
    try:
        if mode == "table":
            return check_table(case, folder)
        if mode == "restart":
            return check_restart(case, folder)
        return check_print(case, folder, SETTINGS[mode])
    except subprocess.TimeoutExpired:
        return "still running after 60 s"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def modes_of(case):
    if case.kind in ("error", "fails"):
        return ["whole"]
    return MODES


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--mode", choices=MODES)
    options = parser.parse_args()
    score = Score()
    paths = sorted(glob.glob(os.path.join(HERE, "*", "*.sql")))
    cases = [case for case in map(parse, paths) if options.only in case.name]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        todo = []
        for case in cases:
            for mode in modes_of(case):
                if options.mode not in (None, mode):
                    continue
                if mode in case.skips:
                    score.skip(f"{case.name} [{mode}]", case.skips[mode])
                else:
                    todo.append((case, mode, pool.submit(check, case, mode)))
        for case, mode, result in todo:
            problem = result.result()
            score.check(not problem, f"{case.name} [{mode}]", problem)
    if not options.only and options.mode in (None, "spill"):
        score.check(bool(spilled_cases), f"state went to disk in {len(spilled_cases)} cases, "
                    f"{sum(spilled_cases.values())} bytes", "mode spill spilled nothing")
    return score.close()


if __name__ == "__main__":
    sys.exit(main())
