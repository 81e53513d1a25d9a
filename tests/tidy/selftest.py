# SPDX-License-Identifier: Apache-2.0
"""Tidy tested by small planted trees: each rule finds its violation and lets the right form be."""

import layers
import papers
import style
from tree import Tree

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
HEAD = SPDX + "// What this file is.\n"
MAP = ("# Tree\n| folder | may use | what |\n|---|---|---|\n"
       "| `base` | | a |\n| `io` | `base` | b |\n| `sql` | `base` | c |\n")
BUILD = ("# SPDX-License-Identifier: Apache-2.0\nsluice_folder(base LIBS fmt)\n"
         "sluice_folder(io DEPS base LIBS z)\nsluice_folder(sql DEPS base)\n")


def tree(**changes):
    """A small tree in order, with files replaced by keyword (`__` is `/`, `_dot_` a dot)."""
    files = {
        "src/README.md": MAP,
        "src/CMakeLists.txt": BUILD,
        "src/base/a.h": HEAD + "#pragma once\n",
        "src/io/b.h": HEAD + "#pragma once\n#include \"base/a.h\"\n",
        "src/sql/c.cc": HEAD + "#include \"base/a.h\"\n",
    }
    for name, text in changes.items():
        files[name.replace("__", "/").replace("_dot_", ".")] = text
    return Tree(files)


def cpp(text, path="src__sql__c_dot_cc"):
    return tree(**{path: HEAD + text})


def body(lines):
    return "void Run() {\n" + "  Step();\n" * (lines - 2) + "}\n"


LONG_TABLE = "constexpr int kTable[] = {\n" + "  1,\n" * 90 + "};\n"
LONG_SCOPE = ("namespace sluice {\nclass Reader final : public Base<int> {\n" +
              "  int x_;\n" * 90 + "};\n}\n")
LONG_CTOR = "Reader::Reader(int a)\n    : a_(a), b_{a} {\n" + "  Step();\n" * 90 + "}\n"
LONG_TEMPLATE = ("template <class T, typename U = int>\nauto Walk(T x) -> U {\n" +
                 "  Step();\n" * 90 + "}\n")
PLANTED = "Why.\nfile: src/sql/c.cc\n--- before\n  Step();\n--- after\n  Skip();\n"
LONG_METHOD = "class A {\n  int Get() const override {\n" + "    f();\n" * 80 + "  }\n};"

# (check, tree, part of the expected problem; None: no problem)
CASES = [
    (papers.check_planted, tree(**{"m.mutant": PLANTED, "src/sql/c.cc": HEAD + body(3)}), None),
    (papers.check_planted, tree(**{"m.mutant": PLANTED, "src/sql/c.cc": HEAD + body(4)}),
     "stands 2 times"),
    (papers.check_planted, tree(**{"m.mutant": PLANTED}), "stands 0 times"),
    (layers.check_map, tree(), None),
    (layers.check_map, tree(src__README_dot_md=MAP.replace("| `base` | b", "| `sql` | b")),
     "`io` may use `sql`, which is not above it"),
    (layers.check_map, tree(src__plan__x_dot_cc=HEAD), "src/plan has no row"),
    (layers.check_map, tree(src__README_dot_md=MAP + "| `ghost` | | d |\n"), "no folder src/ghost"),
    (layers.check_map, tree(src__CMakeLists_dot_txt=BUILD.replace("sql DEPS base", "sql DEPS io")),
     "differs in base, io"),
    (layers.check_map, tree(src__README_dot_md="# Tree\n"), "no layer table"),
    (layers.check_includes, tree(), None),
    (layers.check_includes, cpp('#include "io/b.h"\n'), "sql may not use io"),
    (layers.check_includes, cpp('#include "c.cc"\n'), "is not a path from src/"),
    (layers.check_includes, cpp('#include "../base/a.h"\n'), "is not a path from src/"),
    (layers.check_includes, cpp('#include "parquet/api.h"\n'), None),
    (layers.check_includes, cpp('#include "sql/gone.h"\n'), "is not a path from src/"),
    (layers.check_includes, cpp("#include <parquet/api.h>\n", "src__base__a_dot_h"),
     "in a header that src/io/b.h includes"),
    (layers.check_includes, cpp("#include <parquet/api.h>\n", "src__sql__d_internal_dot_h"), None),
    (layers.check_includes, tree(src__base__d_internal_dot_h=HEAD, src__sql__c_dot_cc=HEAD +
                                 '#include "base/d_internal.h"\n'), "is internal to base"),
    (layers.check_includes, cpp('#include "io/b.h"\n', "src__io__decide_dot_cc"), "pure"),
    (layers.check_closure, tree(), None),
    (layers.check_closure, cpp('#include "base/d.h"\n', "src__base__d_dot_h"), "includes itself"),
    (layers.check_closure,
     tree(**{f"src__base__h{i}_dot_h": f'#include "base/h{i + 1}.h"\n' for i in range(42)}),
     "pulls in 42 own headers"),
    (style.check_sizes, cpp(body(70)), None),
    (style.check_sizes, cpp(body(71)), "71 lines in void Run()"),
    (style.check_sizes, cpp(LONG_CTOR), "lines in Reader::Reader"),
    (style.check_sizes, cpp("void Run(Options options = {}) {\n" + "  Step();\n" * 90 + "}\n"),
     "lines in void Run"),
    (style.check_sizes, cpp("Table Make() {\n  return {\n" + "    1,\n" * 90 + "  };\n}\n"), None),
    (style.check_sizes, cpp(LONG_TEMPLATE), "lines in template"),
    (style.check_sizes, cpp(LONG_TABLE + LONG_SCOPE), None),
    (style.check_sizes, cpp(LONG_METHOD), "82 lines in int Get()"),
    (style.check_sizes, cpp("int x;\n" * 900), "lines (limit 800)"),
    (style.check_sizes, cpp("// " + "x" * 99 + "\n"), "102 columns"),
    (style.check_sizes, tree(tools__a_dot_py="def f():\n" + "    g()\n" * 80), "81 lines in f"),
    (style.check_names, cpp("class RowBatch {};\nstruct DataFile {};\n"), None),
    (style.check_names, cpp("class StringUtil {};\n"), "'util' in the type name"),
    (style.check_names, cpp("struct TopicInfo final {\n};\n"), "'info' in the type name"),
    (style.check_names, cpp("using Data = int;\n"), "'data' in the type name"),
    (style.check_names, cpp("", "src__sql__parse_helpers_dot_cc"), "'helpers' in a file name"),
    (style.check_names, cpp("", "src__sql__data_dot_h"), "'data' in a file name"),
    (style.check_names, cpp("", "src__sql__ParseTree_dot_h"), "snake_case"),
    (style.check_names, cpp("// class StringUtil {}\nauto x = \"struct Info {\";\n"), None),
    (style.check_calls, cpp("auto t = time(nullptr);\n"), "time: use io/clock.h"),
    (style.check_calls, cpp("auto t = std::chrono::steady_clock::now();\n"), "use io/clock.h"),
    (style.check_calls, cpp("batch.time(); Runtime(3); row->open(); x::time(y);\n"), None),
    (style.check_calls, cpp("std::thread worker(Run);\n"), "use io/thread.h"),
    (style.check_calls, cpp("std::ofstream out(path);\n"), "use io/file_system.h"),
    (style.check_calls, cpp("#include <fstream>\n"), "use io/file_system.h"),
    (style.check_calls, cpp("int f = ::open(path, O_RDONLY);\n"), "use io/file_system.h"),
    (style.check_calls, cpp("auto home = std::getenv(\"HOME\");\n"), "getenv"),
    (style.check_calls, cpp("std::random_device seed;\n"), "seeded"),
    (style.check_calls, cpp("throw Error(1);\n"), "return a Status"),
    (style.check_calls, cpp("std::thread worker(Run);\n", "src__io__thread_dot_cc"), None),
    (style.check_calls, cpp("std::ofstream out(path);\n", "src__sql__c_test_dot_cc"), None),
    (style.check_calls, tree(src__sql__d_dot_h=HEAD + "std::ofstream out;\n",
                             src__sql__c_test_dot_cc='#include "sql/d.h"\n'), None),
    (style.check_calls, cpp("// time(nullptr)\nauto s = \"rand()\"; auto r = R\"(open(x))\";\n"),
     None),
    (style.check_leftovers, cpp("// TO" "DO: later\n"), "do it"),
    (style.check_leftovers, cpp("int x; // good enough for now\n"), "do it"),
    (style.check_leftovers, cpp("auto s = \"XXX\";\n"), None),
    (style.check_leftovers, tree(README_dot_md="# A\nFIX" "ME\n"), "do it"),
    (style.check_heads, cpp("int x;\n"), None),
    (style.check_heads, tree(src__sql__c_dot_cc="int x;\n"), "SPDX"),
    (style.check_heads, tree(src__sql__c_dot_cc=SPDX + "int x;\n"), "what this file is"),
    (style.check_heads, tree(src__base__a_dot_cc=SPDX + '#include "base/a.h"\n'), None),
    (style.check_heads, tree(src__base__a_dot_h=HEAD), "#pragma once"),
    (papers.check_links, tree(README_dot_md="# A\n[b](src/README.md) `src/base/a.h` [c](#a)\n"),
     None),
    (papers.check_links, tree(README_dot_md="# A\n[b](src/gone.md)\n"), "no such file"),
    (papers.check_links, tree(README_dot_md="# A\n[b](src/README.md#gone)\n"), "no such heading"),
    (papers.check_links, tree(README_dot_md="# A\nsee `src/base/gone.h`\n"), "is not there"),
    (papers.check_links, tree(README_dot_md="# A\n# B\n"), "2 '# Title' lines"),
    (papers.check_readmes,
     tree(**{f"src__{name}__README_dot_md": "# X\n" for name in ("base", "io", "sql")}), None),
    (papers.check_readmes, tree(), "no README.md"),
    (papers.check_readmes, tree(src__sources__kafka__source_dot_cc=HEAD), "sources/kafka: no README.md"),
    (papers.check_readmes, tree(src__sources__kafka__source_dot_cc=HEAD), "without a test"),
    (papers.check_links, tree(README_dot_md="# A\n`tests/NAME/run` `tests/a/NAME_main.cc`\n"),
     None),
    (papers.check_places, tree(README_dot_md="# A\nsee docs/work/x and https://kafka.apache.org\n"),
     None),
    (papers.check_places, tree(README_dot_md="# A\ncd /ro" "ot/x\n"), "one machine"),
    (papers.check_places, tree(README_dot_md="# A\nhttps://py" "pi.org/simple\n"), "registry"),
    (papers.check_dead, tree(src__sql__d_dot_cc=HEAD + '#include "io/b.h"\n'), None),
    (papers.check_dead, cpp("", "src__sql__c_dot_h"), "no other file includes"),
    (papers.check_dead, tree(tools__lost_dot_py="x = 1\n"), "no other file names"),
    (papers.check_dead, tree(docs__lost_dot_md="# A\n"), "no other file names"),
]


def run():
    """The planted cases that went wrong, as text."""
    for check, planted, expected in CASES:
        found = [str(problem) for problem in check(planted)]
        if expected is None and found:
            yield f"{check.__name__}: unexpected: {found[0]}"
        elif expected is not None and not any(expected in problem for problem in found):
            yield f"{check.__name__}: not found: {expected!r} (found {found})"
