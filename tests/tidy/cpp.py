# SPDX-License-Identifier: Apache-2.0
"""Just enough C++ reading for tidy: code without comments and strings, includes, functions."""

import re

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/'
    r'|R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL)
_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
_SCOPE = re.compile(r"\s*(?:(?:inline|typedef|static|const|constexpr)\s+)*"
                    r"(?:(?:namespace|class|struct|union|enum)\b|extern\s*\"[^\"]*\"\s*$)")
_CONTROL = re.compile(r"\b(?:if|for|while|switch|catch|do|else|try)\b")


def _blank(match):
    found = match.group(0)
    if found.startswith("/"):
        return re.sub(r"[^\n]", " ", found)
    return '"' + re.sub(r"[^\n]", " ", found[1:-1]) + '"'


def code_only(text):
    """The text with comments, strings and characters blanked; line numbers stay."""
    return _TOKEN.sub(_blank, text)


def comments_only(text):
    """The text of comments alone; line numbers stay."""
    kept, at = [], 0
    for match in _TOKEN.finditer(text):
        kept.append(re.sub(r"[^\n]", " ", text[at:match.start()]))
        found = match.group(0)
        kept.append(found if found.startswith("/") else re.sub(r"[^\n]", " ", found))
        at = match.end()
    return "".join(kept)


def includes(text):
    """(line, path, whether it is quoted) of each #include."""
    for match in _INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start(2)) + 1, match.group(2), match.group(1) == '"'


def _without(text, opening, closing):
    """The text without what lies inside the outermost opening-closing pairs."""
    kept, depth = [], 0
    for char in text:
        if char == closing and depth > 0:
            depth -= 1
        if depth == 0:
            kept.append(char)
        if char == opening:
            depth += 1
    return "".join(kept)


def _kind(head):
    """What the block after `head` is: a scope, a function body, or other (an initialiser)."""
    head = re.sub(r"\[\[[^\]]*\]\]", " ", head)
    bare = _without(head, "(", ")")
    while re.match(r"\s*template\s*<", bare):
        inside = _without(bare, "<", ">")
        bare = inside[inside.index(">") + 1:] if ">" in inside else ""
    if _SCOPE.match(bare) and "(" not in re.sub(r"alignas\s*\(\)", "", bare.split(":")[0]):
        return "scope"
    if "(" not in bare:
        return "other"
    if "=" in re.sub(r"operator\s*[^\s(]+", "", bare):
        return "other"
    return "body"


def _is_value(head):
    """Whether the brace after `head` only gives a value: a default argument or a member's."""
    if head.count("(") > head.count(")"):
        return True
    members = re.search(r"\)\s*(?:noexcept\s*)?:(?!:)", head)
    return bool(members) and bool(re.search(r"[\w>]\s*$", head))


def functions(text):
    """(first line, last line, head, statements) of each outermost function body."""
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                  code_only(text), flags=re.MULTILINE)
    stack, head_at, line = [], 0, 1
    for at, char in enumerate(code):
        if char == "\n":
            line += 1
        elif char == "{":
            head = code[head_at:at]
            inside = bool(stack) and stack[-1][0] != "scope"
            kind = "other" if inside else "value" if _is_value(head) else _kind(head)
            stack.append((kind, line, head.strip(), head_at))
            head_at = at + 1
        elif char == "}":
            kind, first, head, began = stack.pop() if stack else ("other", line, "", at + 1)
            head_at = began if kind == "value" else at + 1
            if kind == "body" and not _CONTROL.match(head):
                yield first, line, " ".join(head.split()), code.count(";", began, at)
        elif char == ";":
            head_at = at + 1
