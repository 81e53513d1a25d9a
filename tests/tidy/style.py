# SPDX-License-Identifier: Apache-2.0
"""Sizes, names, and calls that belong behind a door."""

import ast
import re

from cpp import code_only, comments_only, functions
from tree import CODE_ENDINGS, Problem, is_code, lines, test_files

FILE_LINES_MAX = 800
FUNCTION_LINES_MAX = 70
TABLE_STATEMENTS_MAX = 3  # a function of so few statements only holds a table
LINE_COLUMNS_MAX = 100
SCRIPT_COLUMNS_MAX = 120

BANNED_WORDS = {"util", "utils", "utility", "utilities", "helper", "helpers", "common", "misc",
                "manager", "managers", "info", "infos", "impl", "impls"}
BANNED_ALONE = {"data"}

# Calls that only io/ may make: (pattern, what to use instead).
DOOR = [
    (r"\b(?:system|steady|high_resolution)_clock\b", "io/clock.h"),
    (r"(?<![\w.>:])(?:std::|::)?(?:time|gettimeofday|clock_gettime|localtime|gmtime)\s*\(",
     "io/clock.h"),
    (r"(?<![\w.>:])(?:std::|::)?(?:usleep|nanosleep|sleep)\s*\(|\bsleep_(?:for|until)\b",
     "io/clock.h"),
    (r"(?<![\w.>:])(?:std::|::)?s?rand\s*\(|\brandom_device\b|\bgetrandom\s*\(",
     "the seeded generator of io, handed in by the caller"),
    (r"\bstd::(?:j?thread|async)\b(?!::(?:id|hardware))|\bpthread_create\b", "io/thread.h"),
    (r"\b(?:std::)?[io]?fstream\b|\bstd::filesystem\b|<fstream>|<filesystem>", "io/file_system.h"),
    (r"(?<![\w.>:])(?:std::|::)?(?:fopen|freopen|open|openat|creat|unlink|rename|mkdir|rmdir|"
     r"opendir|stat|fsync|mmap)\s*\(", "io/file_system.h"),
    (r"(?<![\w.>:])(?:::)?(?:socket|getaddrinfo|accept|bind|listen)\s*\(", "io/socket.h"),
    (r"\bcurl_easy_\w+|\bcurl_global_\w+", "the HTTP client of io"),
    (r"\bsqlite3_open\w*", "io/sql_database.h"),
    (r"(?<![\w.>])(?:std::|::)?(?:secure_)?getenv\s*\(", "the environment handed in by io"),
]
# Banned everywhere in the product: (pattern, what to use instead, paths where it is right).
ANYWHERE = [
    (r"\bthrow\b(?!\s*\()", "return a Status", ()),
    (r"(?<![\w.>])(?:assert|abort)\s*\(|\bstd::(?:abort|terminate)\b", "SLUICE_ASSERT",
     ("src/base/assert",)),
    (r"(?<![\w.>:])(?:std::|::)?(?:quick_)?_?exit\s*\(", "return an error to main",
     ("src/base/", "src/cli/", "src/io/")),
    (r"\bgoto\b|\bsetjmp\b", "structured control flow", ()),
    (r"\b(?:strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|strtok)\s*\(",
     "std::string, std::from_chars, snprintf", ()),
    (r"\busing\s+namespace\s+std\b", "the full name", ()),
]


def check_sizes(tree):
    """Files, functions and lines have a limit."""
    for path, text in tree.code():
        count = text.count("\n") + 1
        if count > FILE_LINES_MAX:
            yield Problem(path, 0, f"{count} lines (limit {FILE_LINES_MAX}): split by noun")
        limit = SCRIPT_COLUMNS_MAX if is_script(path, text) else LINE_COLUMNS_MAX
        for number, line in lines(text):
            if len(line) > limit and "://" not in line:
                yield Problem(path, number, f"{len(line)} columns (limit {limit})")
    for path, first, last, name in all_functions(tree):
        if last - first + 1 > FUNCTION_LINES_MAX:
            yield Problem(path, first, f"{last - first + 1} lines in {name[-60:]} "
                                       f"(limit {FUNCTION_LINES_MAX})")


def is_script(path, text):
    return path.endswith((".sh", ".py")) or text.startswith("#!")


def all_functions(tree):
    """(path, first line, last line, name) of each function in C++ and Python."""
    for path, text in tree.cpp():
        for first, last, head, statements in functions(text):
            if statements > TABLE_STATEMENTS_MAX:
                yield path, first, last, head
    for path, text in tree.code():
        if path.endswith(".py") or "python" in text.split("\n", 1)[0]:
            try:
                nodes = list(ast.walk(ast.parse(text)))
            except SyntaxError:
                continue
            for node in nodes:
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield path, node.lineno, node.end_lineno, node.name


def words(name):
    """The words of a snake_case or PascalCase name, in lower case."""
    return [word.lower() for word in
            re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z]+", name)]


def banned_words(name):
    found = words(name)
    return [word for word in found if word in BANNED_WORDS] + (
        found if len(found) == 1 and found[0] in BANNED_ALONE else [])


def check_names(tree):
    """Names say what a thing is."""
    for path, text in tree.code():
        stem = path.rsplit("/", 1)[-1].split(".")[0]
        for folder in path.split("/")[:-1] + [stem]:
            for word in banned_words(folder):
                yield Problem(path, 0, f"'{word}' in a file name says nothing: name the noun")
    for path, text in tree.cpp():
        if not path.endswith((".cc", ".h")):
            continue
        if not re.fullmatch(r"[a-z0-9_]+", path.rsplit("/", 1)[-1].split(".")[0]):
            yield Problem(path, 0, "file names are snake_case")
        code = code_only(text)
        types = (r"\b(?:class|struct|enum|enum\s+class|union|concept)\s+(?:alignas\([^)]*\)\s*)?"
                 r"(?:\[\[\w+\]\]\s*)?(\w+)\s*(?:final\s*)?[:{;=]|\busing\s+(\w+)\s*=")
        for match in re.finditer(types, code):
            name = match.group(1) or match.group(2)
            line = code.count("\n", 0, match.start()) + 1
            for word in banned_words(name):
                yield Problem(path, line, f"'{word}' in the type name {name}: name the noun")


def check_calls(tree):
    """Clock, randomness, disk, network and threads are behind io; errors are values."""
    tests = test_files(tree)
    for path, text in tree.cpp():
        if not path.startswith("src/") or path in tests:
            continue
        code = code_only(text)
        rules = [(pattern, instead) for pattern, instead, right in ANYWHERE
                 if not path.startswith(right or "\0")]
        if not path.startswith("src/io/"):
            rules += DOOR
        for pattern, instead in rules:
            for match in re.finditer(pattern, code):
                line = code.count("\n", 0, match.start()) + 1
                call = match.group(0).strip().rstrip("(").strip()
                yield Problem(path, line, f"{call}: use {instead}")


def check_leftovers(tree):
    """Nothing is put off in a comment."""
    put_off = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b"
                         r"|\bnot (?:yet )?implemented(?: yet)?\b|\bfor now\b|\bstub(?:bed)?\b"
                         r"|\bsimplified version\b", re.IGNORECASE)
    loud = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    for path, text in tree.text.items():
        if path.startswith("tests/tidy/") or not (is_code(path, text) or path.endswith(".md")):
            continue
        is_cpp = path.endswith((".cc", ".h", ".c"))
        pattern = put_off if is_cpp else loud
        for number, line in lines(comments_only(text) if is_cpp else text):
            match = pattern.search(line)
            if match:
                yield Problem(path, number, f"'{match.group(0)}': do it, or refuse by a named "
                                            "error and say so in docs/")


def _is_told_elsewhere(path, text):
    """Whether a source needs no head: a test, or its contract is a header of its own folder."""
    first = re.search(r'#include "(\w+)/', text)
    return path.endswith("_test.cc") or (
        path.endswith(".cc") and bool(first) and path.startswith(f"src/{first.group(1)}/"))


def check_heads(tree):
    """Each source names its licence in one line, and each header is included once."""
    for path, text in tree.code():
        if not path.endswith(CODE_ENDINGS) and not text.startswith("#!") \
                and not path.endswith("CMakeLists.txt"):
            continue
        head = "\n".join(text.split("\n")[:3])
        if "SPDX-License-Identifier: Apache-2.0" not in head:
            yield Problem(path, 1, "no line 'SPDX-License-Identifier: Apache-2.0' at the top")
        if path.endswith(".h") and "#pragma once" not in text:
            yield Problem(path, 1, "no '#pragma once'")
        if path.endswith((".cc", ".h")) and not re.match(r"(?://[^\n]*\n){2,}", text) \
                and not _is_told_elsewhere(path, text):
            yield Problem(path, 2, "the head says in a comment what this file is")
