# SPDX-License-Identifier: Apache-2.0
"""Makes a failing query and its rows smaller while the same kind of failure stays."""

import copy
import dataclasses

import duckdb
from comparison import Comparison, Query
from engines import texts
from relations import Select, Shared, clone


class Shrinker:
    def __init__(self, sluice, finding, patience=1500):
        self.sluice, self.finding, self.tries = sluice, finding, patience

    def still_fails(self, node, tables, mode):
        """The finding of the smaller thing, or None."""
        self.tries -= 1
        if self.tries < 0 or not node.columns:
            return None
        try:
            query = Query(*texts(node), [c.type for c in node.columns], node)
        except IndexError:  # nothing is left in a place that needs something
            return None
        used = [
            t
            for t in tables
            if any(name in query.flink for name in (f" {t.name} ", f"TABLE {t.name}"))
            or f" {t.name} " in query.flink + " "
            or f" {t.name})" in query.flink
        ]
        try:
            comparison = Comparison(self.sluice, used, [mode])
        except duckdb.Error:
            return None
        try:
            for found in comparison.check([query]):
                if found.kind == self.finding.kind and same_error(found, self.finding):
                    return found
        finally:
            comparison.duck.close()
        return None

    def take(self, node, tables, mode):
        found = self.still_fails(node, tables, mode)
        if found is None:
            return False
        found.query.node = node
        self.finding = found
        return True

    def shrink(self):
        for mode in ({"name": "one by one", "batch": 1}, {"name": "whole"}):
            if self.finding.mode["name"] not in ("one by one", "batch"):
                self.take(self.finding.query.node, self.finding.tables, mode)
        while True:
            before = self.size()
            self.tree()
            self.rows()
            self.columns()
            if self.size() >= before or self.tries < 0:
                return self.finding

    def size(self):
        return len(self.finding.query.flink) + sum(len(str(t.changes)) for t in self.finding.tables)

    # The query.

    def tree(self):
        progress = True
        while progress and self.tries > 0:
            progress = False
            for candidate in smaller_trees(self.finding.query.node):
                if self.take(candidate, self.finding.tables, self.finding.mode):
                    progress = True
                    break

    # The rows, in ever smaller pieces.

    def rows(self):
        for i in range(len(self.finding.tables)):
            if i >= len(self.finding.tables):  # a smaller finding reads fewer tables
                return
            piece = max(len(self.finding.tables[i].changes) // 2, 1)
            while piece >= 1:
                at = 0
                while i < len(self.finding.tables) and at < len(self.finding.tables[i].changes):
                    if not self.without(i, at, piece):
                        at += piece
                piece //= 2

    def without(self, i, at, piece):
        tables = list(self.finding.tables)
        table = dataclasses.replace(tables[i])
        table.changes = table.changes[:at] + table.changes[at + piece :]
        table.splits = table.splits[:at] + table.splits[at + piece :]
        tables[i] = table
        return valid(table) and self.take(self.finding.query.node, tables, self.finding.mode)

    def columns(self):
        for i in range(len(self.finding.tables)):
            if i >= len(self.finding.tables):
                return
            for name in [c.name for c in self.finding.tables[i].columns]:
                if i >= len(self.finding.tables):
                    return
                table = self.finding.tables[i]
                if name in ("ts", "seq") + tuple(table.key) or len(table.columns) < 2:
                    continue
                place = [c.name for c in table.columns].index(name)
                tables, node = list(self.finding.tables), clone(self.finding.query.node)
                thin = dataclasses.replace(
                    table,
                    columns=table.columns[:place] + table.columns[place + 1 :],
                    changes=[c[: place + 1] + c[place + 2 :] for c in table.changes],
                )
                tables[i] = thin
                for one in node.walk():
                    one.use(thin)
                if valid(thin):
                    self.take(node, tables, self.finding.mode)


def same_error(found, finding):
    return finding.kind == "wrong" or finding.kind == "crash" or core(found.text) == core(finding.text)


def core(text):
    return "".join(c for c in text.split("\n")[0].split("error:")[-1] if c.isalpha() or c == " ")[:40]


def valid(table):
    """Its changes can be made one after another."""
    rows, places = [], [i + 1 for i, c in enumerate(table.columns) if c.name in table.key]
    keys = set()
    for i, change in enumerate(table.changes):
        key = tuple(change[i] for i in places)
        if change[0] == "-U" and (i + 1 == len(table.changes) or table.changes[i + 1][0] != "+U"):
            return False
        if change[0] in ("-U", "-D"):
            if change[1:] not in rows:
                return False
            rows.remove(change[1:])
            keys.discard(key)
        else:
            if places and key in keys:
                if "UB" in table.modes:
                    return False
                rows = [row for row in rows if tuple(row[i - 1] for i in places) != key]
            keys.add(key)
            rows.append(change[1:])
    return True


def smaller_trees(root):
    for child in root.children:
        yield clone(child)
    count = sum(1 for _ in root.walk())
    for index in range(count):
        yield from smaller_at(root, index)


def nth(root, index):
    for i, node in enumerate(root.walk()):
        if i == index:
            return node
    raise IndexError(index)


def smaller_at(root, index):
    node = nth(root, index)
    # A child, as the columns that the parent knows.
    for place, child in enumerate(node.children):
        names = {c.name for c in child.columns}
        plain = [(c, pair) for c, pair in node.items if pair[0] in names]
        if not plain or isinstance(node, Select) and plain == node.items and not node.where and not node.distinct:
            continue
        candidate = clone(root)
        copy_node = nth(candidate, index)
        select = Select(copy_node.children[place])
        select.items = [(c, pair) for c, pair in copy_node.items if pair[0] in names]
        yield replaced(candidate, index, select)
    for name in node.lists:
        entries = getattr(node, name)
        for i in range(len(entries)):
            candidate = clone(root)
            del getattr(nth(candidate, index), name)[i]
            yield candidate
    for name, value in (("distinct", False), ("sets", None), ("rank", None), ("template", None)):
        if getattr(node, name, value) != value:
            candidate = clone(root)
            setattr(nth(candidate, index), name, value)
            yield candidate
    if getattr(node, "keys", None):
        for i in range(len(node.keys)):
            if getattr(node, "sets", None) is None:
                candidate = clone(root)
                del nth(candidate, index).keys[i]
                yield candidate
    yield from merged(root, index, node)


def merged(root, index, node):
    """A Select of plain columns goes away where its child gives them."""
    if not isinstance(node, (Select, Shared)) or getattr(node, "distinct", False) or node.where:
        return
    child = node.children[0]
    if not all(pair[0] in {c.name for c in child.columns} for _, pair in node.items) or not hasattr(child, "items"):
        return
    candidate = clone(root)
    old = nth(candidate, index)
    inner = old.children[0]
    pairs = {c.name: (c, pair) for c, pair in inner.items}
    if any(pair[0] not in pairs for _, pair in old.items):
        return
    inner.items = [(c, pairs[pair[0]][1]) for c, pair in old.items]
    yield replaced(candidate, index, inner)


def replaced(root, index, node):
    if index == 0:
        return node
    old = nth(root, index)
    for parent in root.walk():
        for i, child in enumerate(parent.children):
            if child is old:
                parent.children[i] = node
                return root
    return root


def shrunk(sluice, finding):
    finding = copy.copy(finding)
    return Shrinker(sluice, finding).shrink()
