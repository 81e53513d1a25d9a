# SPDX-License-Identifier: Apache-2.0
"""The map is the law: src/README.md's table says which folder may include which."""

import posixpath
import re

from cpp import includes
from tree import Problem, test_files

MAP = "src/README.md"
HEADERS_BEHIND_MAX = 40
# Heavy or wide interfaces: a header that includes one is included by its own folder only.
WALLED_IN = ("librdkafka/", "parquet/", "duckdb.h", "sqlite3.h", "curl/", "simdjson.h", "openssl/",
             "nlohmann/", "CLI/", "spdlog/", "arrow/api.h", "arrow/compute/api.h")


def table(tree):
    """Folder -> (folders it may use, line), in the order of the table."""
    rows = {}
    for number, line in enumerate(tree.text.get(MAP, "").split("\n"), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and re.fullmatch(r"`\w+`", cells[0]):
            rows[cells[0].strip("`")] = (re.findall(r"`(\w+)`", cells[1]), number)
    return rows


def folder_of(path):
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "src" else None


def check_map(tree):
    """The table is ordered, complete, and the build has the same edges."""
    rows = table(tree)
    if not rows:
        yield Problem(MAP, 0, "no layer table `| folder | may use | what it is |`")
        return
    present = {folder_of(path) for path in tree.text} - {None}
    above = set()
    for folder, (used, line) in rows.items():
        for name in used:
            if name not in above:
                yield Problem(MAP, line, f"`{folder}` may use `{name}`, which is not above it")
        if folder not in present:
            yield Problem(MAP, line, f"there is no folder src/{folder}")
        above.add(folder)
    for folder in sorted(present - set(rows)):
        yield Problem(MAP, 0, f"src/{folder} has no row in the layer table")
    yield from _check_build(tree, rows)


def _check_build(tree, rows):
    build = tree.text.get("src/CMakeLists.txt", "")
    edges = {}
    for match in re.finditer(r"^sluice_folder\((\w+)([^)]*)\)", build, re.MULTILINE):
        used = re.search(r"\bDEPS\s+((?:(?!LIBS\b)\w+\s*)*)", match.group(2))
        edges[match.group(1)] = set(used.group(1).split()) if used else set()
    for folder, (used, line) in rows.items():
        if folder not in edges:
            yield Problem("src/CMakeLists.txt", 0, f"no sluice_folder({folder} ...)")
        elif edges[folder] != set(used):
            differing = ", ".join(sorted(edges[folder] ^ set(used)))
            yield Problem(MAP, line, f"`{folder}`: src/CMakeLists.txt differs in {differing}")


def check_includes(tree):
    """Each include of ours goes to a folder the table allows, by its path from src/."""
    rows = table(tree)
    tests = test_files(tree)
    users = _users(tree)
    for path, text in tree.cpp():
        folder = folder_of(path)
        for line, target, quoted in includes(text):
            outside = target.split("/")[0] not in (*rows, "..") and not tree.exists(
                f"{path.rsplit('/', 1)[0]}/{target}")
            if not quoted or outside:
                if folder and path.endswith(".h") and path not in tests:
                    yield from _check_wall(users, path, line, target)
                continue
            yield from _check_include(tree, rows, path, folder, line, target)
            if path.rsplit("/", 1)[1].startswith("decide") and target.startswith("io/") and \
                    path not in tests:
                yield Problem(path, line, "a decision is pure: facts come in as values")


def _users(tree):
    """Header -> the files that include it."""
    users = {}
    for path, text in tree.cpp():
        for _, target, quoted in includes(text):
            if quoted:
                users.setdefault(f"src/{target}", set()).add(path)
    return users


def _check_wall(users, path, line, target):
    folder = path.rsplit("/", 1)[0] + "/"
    outside = sorted(user for user in users.get(path, ()) if not user.startswith(folder))
    if target.startswith(WALLED_IN) and outside:
        yield Problem(path, line, f"<{target}> in a header that {outside[0]} includes: move it to "
                                  "the .cc; for Arrow take arrow/type_fwd.h")


def _check_include(tree, rows, path, folder, line, target):
    if f"src/{target}" not in tree.text:
        beside = posixpath.normpath(f"{posixpath.dirname(path)}/{target}")
        if beside.startswith("tests/") and tree.exists(beside):
            return  # a test takes what lies among the tests
        if folder or not tree.exists(f"{path.rsplit('/', 1)[0]}/{target}"):
            yield Problem(path, line, f'"{target}" is not a path from src/')
        return
    used = target.split("/")[0]
    if folder and used != folder and used not in rows.get(folder, ((), 0))[0]:
        yield Problem(path, line, f"{folder} may not use {used} (table in {MAP})")
    if target.endswith("_internal.h") and folder and used != folder:
        yield Problem(path, line, f"{target} is internal to {used}")


def check_closure(tree):
    """No header drags in more than a bounded number of ours."""
    direct = {path[4:]: {target for _, target, quoted in includes(text) if quoted}
              for path, text in tree.cpp() if path.startswith("src/")}
    for header in sorted(name for name in direct if name.endswith(".h")):
        seen, waiting = set(), [header]
        while waiting:
            for target in direct.get(waiting.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        if header in seen:
            yield Problem(f"src/{header}", 0, "includes itself through other headers")
        if len(seen) > HEADERS_BEHIND_MAX:
            yield Problem(f"src/{header}", 0, f"pulls in {len(seen)} own headers "
                                              f"(limit {HEADERS_BEHIND_MAX}): declare forward")
