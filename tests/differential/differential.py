# SPDX-License-Identifier: Apache-2.0
"""Random queries: the stream's final result, the batch's, and DuckDB's must be the same."""

import argparse
import json
import pathlib
import sys
import time

from comparison import QUERIES_PER_WORLD, run_case, run_worlds
from engines import Sluice
from shrink import shrunk

CASES = pathlib.Path(__file__).parent / "cases"


def show(finding):
    return (
        f"{finding.kind} in mode {finding.mode['name']}: {finding.text[:800]}\n    sluice: {finding.query.flink}\n"
        f"    DuckDB: {finding.query.duck}"
    )


def run_cases(paths):
    sluice, passed, failed = Sluice(), 0, 0
    for path in paths:
        findings = run_case(sluice, json.loads(path.read_text()))
        for finding in findings[:1]:
            print(f"FAIL  case {path.name}, {show(finding)}", flush=True)
        passed, failed = passed + (not findings), failed + bool(findings)
    sluice.stop()
    return passed, failed


class Findings:
    """Shrinks what fails to case files in a folder; the first ones, for one fault is found many times."""

    def __init__(self, folder, most):
        self.folder, self.most, self.count, self.sluice = folder, most, 0, Sluice()

    def take(self, seed, finding):
        self.count += 1
        if finding is None:
            return
        if self.count > self.most:
            print(
                f"FAIL  seed {seed}, {finding.kind} in mode {finding.mode['name']}: {finding.text[:200]}", flush=True
            )
            return
        small = shrunk(self.sluice, finding)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{small.kind}-{seed}-{self.count}.json"
        path.write_text(json.dumps(small.to_case(small.text[:300]), ensure_ascii=False, indent=1) + "\n")
        print(f"FAIL  seed {seed}, {path}, {show(small)}", flush=True)
        for table in small.tables:
            print(f"    {table.ddl().strip()}\n    {table.changes}", flush=True)


# Some dozens are left out, as what Flink refuses: 20,000 stay.
QUERIES = 20_200


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="another one, other queries")
    parser.add_argument("--queries", type=int, help="20200, with --long 200000")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", default="build/log/differential", help="where what fails is left as a case file")
    parser.add_argument("--shrink", type=int, default=20, help="so many failures are made small")
    parser.add_argument("--case", nargs="+", type=pathlib.Path, help="these case files alone")
    options = parser.parse_args()
    began = time.monotonic()
    passed, failed = run_cases(options.case or sorted(CASES.glob("*.json")))
    if not options.case:
        worlds = -(-(options.queries or (200_000 if options.long else QUERIES)) // QUERIES_PER_WORLD)
        findings = Findings(pathlib.Path(options.keep), options.shrink)
        total, skipped, spilled_bytes = run_worlds(options.seed * 1_000_000, worlds, options.workers, findings.take)
        findings.sluice.stop()
        for text, count in skipped.most_common(15):
            print(f"left out {count}: {text}")
        seconds = time.monotonic() - began
        print(f"{total} queries in {worlds} worlds, {seconds:.0f} s; {spilled_bytes} bytes of state went to disk")
        passed, failed = passed + total - findings.count, failed + findings.count
        if total == 0 or (worlds >= 50 and spilled_bytes == 0):
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
