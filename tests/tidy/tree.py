# SPDX-License-Identifier: Apache-2.0
"""The files tidy looks at: paths relative to the root, and their text."""

import os
import re
import subprocess
from dataclasses import dataclass, field

CPP_ENDINGS = (".cc", ".h", ".c")
CODE_ENDINGS = CPP_ENDINGS + (".py", ".sh", ".cmake")


@dataclass(frozen=True)
class Problem:
    """One broken rule, where it is broken, and what to do instead."""

    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


@dataclass
class Tree:
    """Text by path; `others` are the paths of files that are not text."""

    text: dict
    others: set = field(default_factory=set)

    @classmethod
    def of_checkout(cls, root):
        """Every file git tracks or would add."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, check=True, capture_output=True).stdout.decode().split("\0")
        tree = cls({})
        for path in sorted(filter(None, listed)):
            full = os.path.join(root, path)
            if not os.path.isfile(full):
                continue
            with open(full, "rb") as file:
                content = file.read()
            try:
                tree.text[path] = content.decode() if b"\0" not in content else None
            except UnicodeDecodeError:
                tree.text[path] = None
            if tree.text[path] is None:
                del tree.text[path]
                tree.others.add(path)
        return tree

    def exists(self, path):
        """Whether path is a file or a folder of the tree."""
        prefix = path.rstrip("/") + "/"
        return (path in self.text or path in self.others or
                any(known.startswith(prefix) for known in (*self.text, *self.others)))

    def cpp(self):
        """(path, text) of each C and C++ file."""
        return [(path, text) for path, text in self.text.items() if path.endswith(CPP_ENDINGS)]

    def code(self):
        """(path, text) of everything a program reads as code."""
        return [(path, text) for path, text in self.text.items() if is_code(path, text)]


def is_code(path, text):
    """Whether the file is a program or a part of one."""
    return (path.endswith(CODE_ENDINGS) or path.endswith("CMakeLists.txt") or
            text.startswith("#!"))


def is_test(path):
    """Whether a C++ file is a test, a fuzz target or a benchmark by its name."""
    stem = path.rsplit(".", 1)[0]
    return path.startswith("tests/") or stem.endswith(("_test", "_fuzz", "_bench"))


def test_files(tree):
    """Every C++ file that is a test, and each file that only tests include."""
    users = {}
    for path, text in tree.cpp():
        for target in re.findall(r'^\s*#\s*include\s*"([^"]+)"', text, re.MULTILINE):
            users.setdefault(f"src/{target}", set()).add(path)
    tests = {path for path, _ in tree.cpp() if is_test(path)}
    grown = True
    while grown:
        before = len(tests)
        for path, _ in tree.cpp():
            own = path.rsplit(".", 1)[0]
            using = {user for user in users.get(f"{own}.h", ())
                     if user.rsplit(".", 1)[0] != own}
            if using and using <= tests and path.endswith((".h", ".cc")):
                tests.add(path)
        grown = len(tests) > before
    return tests


def lines(text):
    """(number from 1, line) of a text."""
    return enumerate(text.split("\n"), 1)
