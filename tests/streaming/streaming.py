# SPDX-License-Identifier: Apache-2.0
"""Streaming SQL cases with Flink's own answers, in every mode: see README.md.

    streaming.py [--only TEXT] [--mode MODE] [--show]
    streaming.py --record [--again] [--only TEXT]     asks Flink, and writes its answers into the cases
"""
import argparse
import collections
import dataclasses
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(TESTS, "harness"))
from world import BUILD, Score  # noqa: E402

DRIVER = os.path.join(BUILD, "tests", "flink_programs")
MODES = {  # of this suite -> the driver's words
    "batch 1": ["--mode", "whole", "--batch-rows", "1"],
    "whole": ["--mode", "whole", "--batch-rows", "1000", "--fold"],
    "restart": ["--mode", "steps", "--batch-rows", "1"],
    "kill": ["--mode", "kill", "--batch-rows", "1"],
    "rescale": ["--mode", "rescale", "--batch-rows", "1"],
    "spill": ["--mode", "spill", "--batch-rows", "1"],
    "bounded": ["--mode", "bounded", "--batch-rows", "1000"],
}
# What Flink throws when it is the query that is wrong; anything else says nothing about the query.
REFUSALS = ("SqlValidatorException", "ValidationException", "TableException", "SqlParserException", "ParseException",
            "CalciteException", "CalciteContextException", "SqlParseException", "UnsupportedOperationException",
            "CodeGenException", "ArithmeticException", "NumberFormatException", "DateTimeException",
            "FlinkRuntimeException",
            "AssertionError", "IllegalArgumentException", "MalformedPatternException",
            "SqlParserEOFException", "TableRuntimeException", "SqlExecutionException", "RuntimeException")
SECTION = re.compile(r"-- (columns|flink refuses|sluice takes|sluice|fold|skip ([a-z0-9, ]+)): (.*)|-- (flink)$")


@dataclasses.dataclass
class Case:
    name: str  # topic/case
    head: str  # the line that opens it
    statements: list
    written: str  # as it stands in the file
    columns: str = ""
    flink: list = None  # its changelog; None: not asked yet
    refusal: str = ""  # what Flink says when it refuses
    sluice: list = None  # another answer on purpose
    reason: str = ""
    takes: str = ""  # why it runs although Flink refuses it
    fold: str = ""  # why another changelog with the same remains is as good
    skips: dict = dataclasses.field(default_factory=dict)

    def text(self):
        lines = [self.head] + self.statements
        reasons = list(dict.fromkeys(self.skips.values()))
        lines += ["-- skip " + ", ".join(m for m in self.skips if self.skips[m] == why) + f": {why}" for why in reasons]
        if self.fold:
            lines.append(f"-- fold: {self.fold}")
        if self.refusal:
            lines.append(f"-- flink refuses: {self.refusal}")
            if self.takes:
                lines.append(f"-- sluice takes: {self.takes}")
        elif self.flink is not None:
            lines += [f"-- columns: {self.columns}", "-- flink"] + [f"-- {row}" for row in self.flink]
        if self.reason:
            lines += [f"-- sluice: {self.reason}"] + [f"-- {row}" for row in self.sluice]
        return "\n".join(lines) + "\n"


def parse(path):
    """The comment that opens a topic, and its cases."""
    topic = os.path.basename(path)[:-4]
    with open(path, encoding="utf-8") as f:
        head, *blocks = re.split(r"(?m)^(?=-- case )", f.read())
    cases = []
    for block in blocks:
        first, *lines = block.rstrip("\n").split("\n")
        named = re.fullmatch(r"-- case (\w+): .+", first)
        if not named:
            raise ValueError(f"{path}: a case begins '-- case NAME: what it shows', not {first!r}")
        case, rows = Case(f"{topic}/{named.group(1)}", first, [], block.rstrip("\n") + "\n"), None
        for line in lines:
            section = SECTION.fullmatch(line)
            if not section:
                (case.statements if rows is None else rows).append(line if rows is None else line[3:])
            elif section.group(4):
                rows = case.flink = []
            elif section.group(2):
                case.skips.update({mode: section.group(3) for mode in section.group(2).split(", ")})
            elif section.group(1) == "columns":
                case.columns = section.group(3)
            elif section.group(1) == "fold":
                case.fold = section.group(3)
            elif section.group(1) == "sluice takes":
                case.takes = section.group(3)
            elif section.group(1) == "sluice":
                rows, case.reason = [], section.group(3)
                case.sluice = rows
            else:
                case.refusal = section.group(3)
        cases.append(case)
    return head, cases


def tables():
    with open(os.path.join(HERE, "tables.jsonl"), encoding="utf-8") as f:
        return {table["name"]: table for table in map(json.loads, f)}


def split(lines):
    """(settings, statements) of a case; the last statement is its query."""
    texts = [text.strip() for text in re.split(r";[ \t]*(?:\n|$)", "\n".join(lines)) if text.strip()]
    config, rest = {}, []
    for text in texts:
        setting = re.fullmatch(r"SET '([^']+)' = '([^']*)'", text)
        if setting:
            config[setting.group(1)] = setting.group(2)
        else:
            rest.append(text)
    return config, rest


def used(statements, known):
    words = set(re.findall(r"\w+", " ".join(statements)))
    return [table for name, table in known.items() if name in words]


def ways(statements, known):
    """How often tables are read, or views and common tables that may be read twice."""
    text = " ".join(statements)
    views = [name for pair in re.findall(r"(?i)(\w+) AS \(\s*SELECT|CREATE VIEW (\w+)", text) for name in pair if name]
    read = [len(re.findall(rf"\b{name}\b(?!\.)", text)) for name in known]
    return sum(read) + sum(len(re.findall(rf"\b{name}\b(?!\.)", text)) > 2 for name in views)


def program(case, known):
    config, statements = split(case.statements)
    sources = used(statements, known)
    alone = bool(case.refusal) and case.sluice is None
    # Between rows that come on several ways there is no order, so that only what remains is certain.
    exact = ways(statements, known) <= 1 and not case.fold
    sink = {"name": "sink_t", "schema": [case.columns or "a INT"], "changelog": exact,
            "expected": case.flink if case.sluice is None else case.sluice}
    # A query that is refused stands alone: a sink with other columns would be refused as well.
    last = statements[-1] if alone else "INSERT INTO sink_t\n" + statements[-1]
    return {"id": case.name, "order": "any", "config": config, "refused": alone and not case.takes, "sources": sources,
            "sinks": [] if alone else [sink], "statements": statements[:-1] + [last]}


def modes_of(case):
    if split(case.statements)[0].get("execution.runtime-mode") == "batch":
        return ["bounded"]
    return ["batch 1"] if case.refusal and case.sluice is None else list(MODES)


def run_mode(mode, cases, known, score, show, narrowed):
    """One process for all cases of a mode; `narrowed`: they are those of --only, which may keep no state."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as f:
        for case in cases:
            f.write(json.dumps(program(case, known)) + "\n")
        f.flush()
        done = subprocess.run([DRIVER, f.name, *MODES[mode], *(["--show"] if show else [])], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=600)
    if show:
        print(done.stdout)
    found = dict(re.findall(r"(?ms)^FAIL  (\S+)\n(.*?)(?=^FAIL  |^\d+ passed)", done.stdout))
    ended = re.search(r"(?m)^\d+ passed, \d+ failed, \d+ skipped$", done.stdout)
    for case in cases:
        score.check(case.name not in found, f"{case.name} [{mode}]", "\n" + found.get(case.name, ""))
    if mode == "spill" and not narrowed:
        spilled = re.search(r"(?m)^spilled: (\d+) programs, (\d+) bytes$", done.stdout)
        score.check(spilled and int(spilled.group(1)) > len(cases) / 2,
                    f"state went to disk: {spilled.group(0) if spilled else 'never'}", f"of {len(cases)} cases")
    score.check(bool(ended), f"all cases [{mode}]", f"it ended early ({done.returncode}): {done.stdout[-2000:]}")


def record(paths, only, again):
    """Asks Flink what is not known yet. A case that is not asked stays as it is written, and so does its file."""
    known = tables()
    java = [os.path.join(TESTS, "peers", "flink.sh"), "java", os.path.join(HERE, "FlinkAnswers.java")]
    flink = subprocess.Popen(java, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    for path in paths:
        (head, cases), changed = parse(path), False
        for case in cases:
            if only not in case.name or (not again and (case.flink is not None or case.refusal)):
                continue
            config, statements = split(case.statements)
            flink.stdin.write(json.dumps({"tables": used(statements, known), "config": config,
                                          "statements": statements}) + "\n")
            flink.stdin.flush()
            answer = json.loads(flink.stdout.readline())
            error = " ".join(answer.get("error", "").split())[:300]
            if error and not error.startswith(REFUSALS):
                print(f"{case.name}: NOT RECORDED: {error}", flush=True)
                continue
            case.refusal, case.columns, case.flink = error, answer.get("columns", ""), answer.get("rows")
            print(f"{case.name}: {case.refusal or len(case.flink)}", flush=True)
            changed |= case.text() != case.written
            case.written = case.text()
        if changed:
            with open(path, "w", encoding="utf-8") as f:
                f.write(head + "\n".join(case.written for case in cases))
    flink.stdin.close()
    flink.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--mode", choices=list(MODES))
    parser.add_argument("--show", action="store_true", help="the statements as sluice gets them")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--again", action="store_true", help="ask also for what is recorded")
    parser.add_argument("--long", action="store_true", help="nothing more here")
    options = parser.parse_args()
    paths = sorted(glob.glob(os.path.join(HERE, "topics", "*.sql")))
    if options.record:
        record(paths, options.only, options.again)
        return 0
    score, known = Score(), tables()
    cases = [case for path in paths for case in parse(path)[1] if options.only in case.name]
    names = collections.Counter(case.name for case in cases)
    for name, count in names.items():
        if count > 1:
            score.check(False, name, "two cases of one name")
    for mode in MODES:
        if options.mode not in (None, mode):
            continue
        wanted = [case for case in cases if mode in modes_of(case)]
        for case in wanted:
            if mode in case.skips:
                score.skip(f"{case.name} [{mode}]", case.skips[mode])
        wanted = [case for case in wanted if mode not in case.skips]
        for case in [case for case in wanted if case.flink is None and not case.refusal]:
            score.check(False, case.name, "Flink's answer is missing: --record")
        wanted = [case for case in wanted if case.flink is not None or case.refusal]
        if wanted:
            run_mode(mode, wanted, known, score, options.show, bool(options.only))
    return score.close()


if __name__ == "__main__":
    sys.exit(main())
