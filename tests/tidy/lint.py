# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy on the files that changed, within a time budget.

A file found clean is remembered by the hash of its own text, of every header of ours behind it
and of the rules, in build/tidy/, so that an unchanged file costs nothing.
"""

import concurrent.futures
import hashlib
import os
import subprocess
import time

from cpp import includes
from tree import Problem

BUDGET_S = 120
DATABASES = ("build/release", "build/dev")


def changed_paths(root):
    """Paths that differ from the commit before the current one, or are not committed."""
    found = set()
    for command in ("diff --name-only HEAD~1", "diff --name-only HEAD",
                    "ls-files --others --exclude-standard"):
        listed = subprocess.run(["git", *command.split()], cwd=root, capture_output=True,
                                text=True, check=False)
        found.update(listed.stdout.split())
    return found


def fingerprint(tree, path, rules):
    """The hash of a file, what it includes of ours, and the rules."""
    digest, seen, waiting = hashlib.sha256(rules), {path}, [path]
    while waiting:
        text = tree.text[waiting.pop()]
        digest.update(text.encode())
        for _, target, quoted in includes(text):
            target = f"src/{target}"
            if quoted and target in tree.text and target not in seen:
                seen.add(target)
                waiting.append(target)
    return digest.hexdigest()


def check(root, tree, everything):
    """(problems, files checked, files left out for lack of time)."""
    database = next((folder for folder in DATABASES
                     if os.path.exists(os.path.join(root, folder, "compile_commands.json"))), None)
    if database is None:
        return [], 0, 0
    with open(os.path.join(root, database, "compile_commands.json"), encoding="utf-8") as file:
        known = file.read()
    changed = None if everything else changed_paths(root)
    waiting = [path for path, _ in tree.cpp()
               if path.endswith(".cc") and os.path.join(root, path) in known
               and (changed is None or path in changed)]
    clean_folder = os.path.join(root, "build/tidy")
    os.makedirs(clean_folder, exist_ok=True)
    rules = tree.text.get(".clang-tidy", "").encode()
    deadline = time.monotonic() + BUDGET_S if not everything else float("inf")

    def one(path):
        clean = os.path.join(clean_folder, fingerprint(tree, path, rules))
        if os.path.exists(clean):
            return path, []
        if time.monotonic() > deadline:
            return path, None
        ran = subprocess.run(
            ["clang-tidy-19", "--quiet", "-p", database, "--extra-arg=-Wno-unknown-warning-option",
             "--extra-arg=-Wno-deprecated-declarations",
             # g++ alone takes these of the release's options: it reads headers precompiled.
             "--extra-arg=-Wno-ignored-gch", "--extra-arg=-Wno-unused-command-line-argument",
             path], cwd=root, capture_output=True, text=True, check=False)
        found = [line for line in ran.stdout.splitlines() if ": error:" in line or
                 ": warning:" in line]
        if ran.returncode and not found:
            found = [f"{path}:0: {(ran.stderr or 'clang-tidy failed').strip()[-300:]}"]
        if not found:
            with open(clean, "w", encoding="utf-8"):
                pass
        return path, found

    problems, left_out = {}, 0
    workers = int(os.environ.get("SLUICE_JOBS", os.cpu_count() or 1))
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for _, found in pool.map(one, waiting):
            left_out += found is None
            problems.update(dict.fromkeys(line.replace(root + "/", "") for line in found or []))
    return [Problem(line, 0, "clang-tidy") for line in problems], len(waiting) - left_out, left_out
