# SPDX-License-Identifier: Apache-2.0
"""Documents: their links resolve, the folders that need one have one, nothing lies about unused."""

import re
import posixpath

from cpp import includes
from tree import Problem, is_code, lines

CONNECTORS = ("sources", "sinks")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
_PATH_IN_TEXT = re.compile(r"`((?:src|tests|tools|docs|examples|cmake)/[\w./-]*\w/?)`")
MACHINE = re.compile(r"(?<![\w.$}])/(?:work|root|home/\w+)/|/tmp/brief|/tmp/bash_jobs")
REGISTRY = re.compile(
    r"py" r"pi\.org|pythonhosted\.org|repo1?\.maven|maven\.org|npmjs\.(?:org|com)|crates\.io"
    r"|deb\.debian\.org|archive\.apache\.org")
WORK = re.compile(r"\b(?:issues? #?\d+\b|helper session|pull request #\d+)", re.IGNORECASE)


def documents(tree):
    return [(path, text) for path, text in tree.text.items() if path.endswith(".md")]


def without_fences(text):
    """The text with fenced code blanked."""
    return re.sub(r"^(```|~~~).*?^\1", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text,
                  flags=re.MULTILINE | re.DOTALL)


def anchors(text):
    """The link targets the headings of a document make."""
    made = set()
    for heading in re.findall(r"^#+\s+(.*?)\s*#*$", without_fences(text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        made.add(re.sub(r"[^\w\- ]", "", plain.lower()).strip().replace(" ", "-"))
    return made


def check_links(tree):
    """Each link and each path a document names is there; one title a document."""
    for path, text in documents(tree):
        prose = without_fences(text)
        titles = len(re.findall(r"^# ", prose, re.MULTILINE))
        if titles != 1:
            yield Problem(path, 1, f"{titles} '# Title' lines, one is right")
        for number, line in lines(prose):
            for target in _LINK.findall(line):
                yield from _check_link(tree, path, text, number, target)
            for named in _PATH_IN_TEXT.findall(line):
                if re.search(r"/[A-Z]+(?:_\w+)?(?:[/.]|$)", named.replace("README.md", "")):
                    continue  # NAME stands for any
                if not tree.exists(named) and not tree.exists(f"{posixpath.dirname(path)}/{named}"):
                    yield Problem(path, number, f"names {named}, which is not there")


def _check_link(tree, path, text, number, target):
    if re.match(r"[a-z]+:", target):
        return
    file, _, anchor = target.partition("#")
    found = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
    if not tree.exists(found):
        yield Problem(path, number, f"link to {target}: no such file")
    elif anchor and found in tree.text and anchor not in anchors(tree.text[found]):
        yield Problem(path, number, f"link to {target}: no such heading")


def check_readmes(tree):
    """A folder of src/ and a connector say what they are; a connector is tested."""
    folders = {tuple(path.split("/")[:-1]) for path in tree.text if path.startswith("src/")}
    for folder in sorted(folders):
        place = "/".join(folder)
        is_connector = len(folder) == 3 and folder[1] in CONNECTORS
        if (len(folder) == 2 or is_connector) and f"{place}/README.md" not in tree.text:
            yield Problem(place, 0, "no README.md")
        if is_connector and not any(path.startswith(place + "/") and path.endswith("_test.cc")
                                    for path in tree.text):
            yield Problem(place, 0, "a connector without a test")


def check_places(tree):
    """The repository runs anywhere: no path of one machine, no registry's address."""
    for path, text in tree.text.items():
        if path.startswith("tests/tidy/"):
            continue
        for number, line in lines(text):
            for pattern, why in ((MACHINE, "a path of one machine"),
                                 (REGISTRY, "a registry's address: mirrors are configured"),
                                 (WORK, "speaks of how work is organised")):
                match = pattern.search(line)
                if match and (pattern is not WORK or is_code(path, text)):
                    yield Problem(path, number, f"'{match.group(0)}': {why}")


def check_dead(tree):
    """Each header is included, each script and document is named by another file."""
    included = {}
    for path, text in tree.cpp():
        for _, target, quoted in includes(text):
            if quoted:
                included.setdefault(target, set()).add(path)
    for path, _ in tree.cpp():
        if path.startswith("src/") and path.endswith(".h"):
            stem = path[:-2]
            users = {user for user in included.get(path[4:], ())
                     if not re.fullmatch(re.escape(stem) + r"(_\w+)?\.\w+", user)}
            if not users:
                yield Problem(path, 0, "no other file includes this header: remove it")
    everything = list(tree.text.items())
    for path, text in everything:
        name = posixpath.basename(path)
        is_paper = path.endswith(".md") and name not in ("README.md", "SOURCE.md") and "/" in path
        is_script = is_code(path, text) and not path.endswith((".cc", ".h", ".c")) and \
            "/" in path and name not in ("CMakeLists.txt", "run")
        if not is_paper and not is_script:
            continue
        stem = name.rsplit(".", 1)[0] if path.endswith((".py", ".cmake")) else name
        wanted = re.compile(r"\b" + re.escape(stem) + r"\b")
        if not any(wanted.search(other) for where, other in everything if where != path):
            yield Problem(path, 0, "no other file names this one: remove it or link it")


def check_planted(tree):
    """The text that a planted bug changes stands once in its file: it can still be planted."""
    for path, text in tree.text.items():
        if not path.endswith(".mutant"):
            continue
        head, _, rest = text.partition("\n--- before\n")
        before = rest.partition("\n--- after\n")[0]
        named = re.search(r"^file: (.+)$", head, re.MULTILINE)
        count = tree.text.get(named.group(1), "").count(before) if named else 0
        if count != 1:
            yield Problem(path, 0, f"what it changes stands {count} times in its file: follow the "
                                   "code, or drop it with the row of its fault")
