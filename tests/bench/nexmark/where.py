# SPDX-License-Identifier: Apache-2.0
"""Where the CPU time of a query goes: samples of perf, each counted for the first part below that its stack names."""
import collections
import subprocess

# From the outermost call that decides to the library calls whose callers have no frame pointers.
PARTS = [
    ("state to files", ["Operator::Snapshot", "::Snapshot(", "SnapshotFileWriter", "LZ4_compress", "Checkpointer::"]),
    ("JSON to columns", ["formats::json", "RowMaker::"]),
    ("fetch", ["sources::kafka", "__libc_recv", "LZ4_decompress"]),
    ("join", ["Join::Process", "JoinOperator", "PairOutput"]),
    ("Top-N, deduplicate", ["Rank::", "Deduplicate::"]),
    ("aggregate", ["GroupAggregate::", "WindowAggregate::", "SessionAggregate::", "Pane::"]),
    ("other operators", ["operators::"]),
    ("expressions, filters", ["functions::"]),
    ("memory from kernel", ["clear_page_erms", "exc_page_fault"]),
    ("start of process", ["_dl_", "do_lookup_x", "__libc_start", "main"]),
]


def samples(data):
    """Per sample: command, symbols from the innermost out."""
    text = subprocess.run(["perf", "script", "-i", data, "-F", "comm,ip,sym"], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True).stdout
    for block in text.split("\n\n"):
        lines = block.strip("\n").split("\n")
        if len(lines) > 1:
            yield lines[0].strip(), [line.strip().split(" ", 1)[-1] for line in lines[1:]]


def part_of(stack):
    # The call nearest to the leaf that belongs to a part: an operator calls the next one.
    for symbol in stack:
        for part, names in PARTS:
            if any(name in symbol for name in names):
                if part == "memory from kernel" and any("Snapshot" in s for s in stack):
                    return "state to files"
                return part
    return "other"


def shares(command, data, env, folder):
    """Runs a command under perf; the share of each part, the largest first."""
    subprocess.run(["perf", "record", "-q", "-F", "999", "-g", "-o", data, *command], check=True, env=env, cwd=folder,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    counts = collections.Counter(part_of(stack) for _, stack in samples(data))
    total = sum(counts.values())
    return [(part, count / total) for part, count in counts.most_common()]
