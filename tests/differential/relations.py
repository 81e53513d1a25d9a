# SPDX-License-Identifier: Apache-2.0
"""Queries as trees. A node gives columns with names of their own in the whole query, and its text in both dialects.

What may be left out stands in lists (`items`, `where`, `having`, ...), what may take a node's place in `children`: the
shrinker (shrink.py) tries both, and keeps what still differs."""

import copy
import itertools

from values import Column, Table

FLINK, DUCK = 0, 1

rules = {"batch": False}  # the text is for batch mode: nothing is late


class Node:
    """items: [(Column, (flink, duck))], what SELECT gives."""

    lists = ("items", "where")  # what the shrinker may thin out

    def __init__(self, children=()):
        self.children = list(children)
        self.items = []
        self.where = []
        self.append = all(c.append for c in self.children)
        self.arrival = any(c.arrival for c in self.children)  # depends on the order of arrival
        self.late_only = any(c.late_only for c in self.children)
        self.streaming_only = any(c.streaming_only for c in self.children)

    @property
    def columns(self):
        return [column for column, _ in self.items]

    def select(self, d):
        return ", ".join(f"{pair[d]} AS {column.name}" for column, pair in self.items)

    def conditions(self, d, word="WHERE", conditions=None):
        conditions = self.where if conditions is None else conditions
        return f" {word} " + " AND ".join(pair[d] for pair in conditions) if conditions else ""

    def use(self, table):
        """Reads this one in place of the table of its name."""
        for name, value in vars(self).items():
            if isinstance(value, Table) and value.name == table.name:
                setattr(self, name, table)
            elif isinstance(value, Node):
                value.use(table)

    def tables(self):
        for value in vars(self).values():
            if isinstance(value, Table):
                yield value
            elif isinstance(value, Node):
                yield from value.tables()

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


_names = itertools.count()


def source(node, d):
    """A node as something to stand in FROM."""
    return f"({node.sql(d)}) AS r{next(_names)}"


def passed(node, names):
    """The node's columns under new names."""
    return [(Column(names(), c.type, c.nullable), (c.name, c.name)) for c in node.columns]


class Scan(Node):
    def __init__(self, table, alias):
        super().__init__()
        self.table, self.alias = table, alias
        self.append = table.append

    def sql(self, d):
        return f"SELECT {self.select(d)} FROM {self.table.name} AS {self.alias}" + self.conditions(d)


class Values(Node):
    """Rows written in the text."""

    def __init__(self, rows, columns):
        super().__init__()
        self.rows = rows
        self.items = [(c, (c.name, c.name)) for c in columns]

    def sql(self, d):
        rows = ", ".join("(" + ", ".join(value[d] for value in row) + ")" for row in self.rows)
        names = ", ".join(c.name for c in self.columns)
        return f"SELECT {names} FROM (VALUES {rows}) AS r{next(_names)} ({names})"


class Select(Node):
    def __init__(self, child):
        super().__init__([child])
        self.distinct = False

    def sql(self, d):
        word = "SELECT DISTINCT " if self.distinct else "SELECT "
        return word + self.select(d) + " FROM " + source(self.children[0], d) + self.conditions(d)


class Group(Node):
    """keys: pairs; sets: None, or the word ROLLUP, CUBE, or lists of places among the keys."""

    lists = ("items", "where", "having")

    def __init__(self, child, keys, sets=None):
        super().__init__([child])
        self.keys, self.sets, self.having = keys, sets, []
        self.append = False

    def grouping(self, d):
        keys = [pair[d] for pair in self.keys]
        if not keys:
            return ""
        if isinstance(self.sets, str):
            return f" GROUP BY {self.sets} ({', '.join(keys)})"
        if self.sets is not None:
            sets = ", ".join("(" + ", ".join(keys[i] for i in one) + ")" for one in self.sets)
            return f" GROUP BY GROUPING SETS ({sets})"
        return " GROUP BY " + ", ".join(keys)

    def sql(self, d):
        having = list(self.having)
        empty_set = self.sets is not None or (not self.keys and not rules["batch"])
        if d == DUCK and empty_set:
            having.append(("", "COUNT(*) > 0"))
        return (
            "SELECT "
            + self.select(d)
            + " FROM "
            + source(self.children[0], d)
            + self.conditions(d)
            + self.grouping(d)
            + self.conditions(d, "HAVING", having)
        )


class Join(Node):
    lists = ("items", "where", "on")

    def __init__(self, left, right, kind):
        super().__init__([left, right])
        self.kind, self.on = kind, []
        self.append = self.append and kind in ("INNER JOIN", "CROSS JOIN")

    def sql(self, d):
        left, right = self.children
        on = self.conditions(d, "ON", self.on)
        if not on and self.kind != "CROSS JOIN":
            on = " ON TRUE"
        return (
            "SELECT "
            + self.select(d)
            + " FROM "
            + source(left, d)
            + f" {self.kind} "
            + source(right, d)
            + on
            + self.conditions(d)
        )


class Semi(Node):
    """IN, NOT IN, EXISTS, NOT EXISTS over a second query; `outer`: its columns as the first names them."""

    lists = ("items", "where", "on")

    def __init__(self, child, inner, word, operand=None):
        super().__init__([child, inner])
        self.word, self.operand, self.on = word, operand, []
        self.append = self.append and not word.startswith("NOT")

    def sql(self, d):
        child, inner = self.children
        inside = source(inner, d)
        if self.operand is not None:
            inside_text = f"SELECT {inner.columns[0].name} FROM {inside}" + self.conditions(d, "WHERE", self.on)
            test = f"{self.operand[d]} {self.word} ({inside_text})"
        else:
            test = f"{self.word} (SELECT * FROM {inside}" + self.conditions(d, "WHERE", self.on) + ")"
        more = "".join(" AND " + pair[d] for pair in self.where)
        return f"SELECT {self.select(d)} FROM {source(child, d)} WHERE {test}{more}"


class Scalar(Node):
    """A column compared with, or shown beside, the only value of a second query."""

    def __init__(self, child, inner, template):
        super().__init__([child, inner])
        self.template = template  # None: shown as the last item; else a condition with {} for the subquery
        self.shown = None  # the Column
        self.append = False

    @property
    def columns(self):
        return [column for column, _ in self.items] + ([self.shown] if self.shown else [])

    def sql(self, d):
        child, inner = self.children
        value = f"({inner.sql(d)})"
        items = self.select(d)
        if self.shown:
            items += (", " if items else "") + f"{value} AS {self.shown.name}"
        where = [pair[d] for pair in self.where]
        if self.template:
            where.append(self.template[d].replace("{}", value))
        return f"SELECT {items} FROM {source(child, d)}" + (" WHERE " + " AND ".join(where) if where else "")


class SetOp(Node):
    lists = ()

    def __init__(self, left, right, word, names):
        super().__init__([left, right])
        self.word = word
        self.items = [(Column(names(), c.type), (c.name, c.name)) for c in left.columns]
        self.append = self.append and word == "UNION ALL"

    def sql(self, d):
        left, right = self.children
        names = ", ".join(f"{a.name} AS {b.name}" for a, b in zip(left.columns, self.columns))
        return (
            f"SELECT {names} FROM {source(left, d)} {self.word} SELECT "
            + ", ".join(c.name for c in right.columns)
            + f" FROM {source(right, d)}"
        )


class TopN(Node):
    """order: [(name, DESC, nulls)] over all columns of the child, so that rows equal in the order are the same."""

    def __init__(self, child, partition, order, first, last, rank):
        super().__init__([child])
        self.partition, self.order, self.first, self.last, self.rank = partition, order, first, last, rank
        self.append = False

    @property
    def columns(self):
        return [column for column, _ in self.items] + ([self.rank] if self.rank else [])

    def sql(self, d):
        order = ", ".join(order_text(o, d) for o in self.order)
        over = (f"PARTITION BY {', '.join(self.partition)} " if self.partition else "") + f"ORDER BY {order}"
        number = f"n{next(_names)}"
        inner = f"SELECT *, ROW_NUMBER() OVER ({over}) AS {number} FROM {source(self.children[0], d)}"
        items = self.select(d)
        if self.rank:
            items += (", " if items else "") + f"{number} AS {self.rank.name}"
        bounds = f"{number} <= {self.last}" + (f" AND {number} >= {self.first}" if self.first > 1 else "")
        return f"SELECT {items} FROM ({inner}) AS r{next(_names)} WHERE {bounds}"


class Limit(Node):
    """The same without partitions, by ORDER BY and LIMIT."""

    lists = ()

    def __init__(self, child, order, limit, offset):
        super().__init__([child])
        self.order, self.limit, self.offset = order, limit, offset
        self.items = [(c, (c.name, c.name)) for c in child.columns]
        self.append = False

    def sql(self, d):
        order = ", ".join(order_text(o, d) for o in self.order)
        names = ", ".join(c.name for c in self.columns)
        return f"SELECT {names} FROM {source(self.children[0], d)} ORDER BY {order} LIMIT {self.limit}" + (
            f" OFFSET {self.offset}" if self.offset else ""
        )


def order_text(order, d):
    name, descending, nulls = order
    text = f"{name} DESC" if descending else f"{name} ASC"
    if d == DUCK and nulls is None:  # NULL is the least in Flink
        return text + (" NULLS LAST" if descending else " NULLS FIRST")
    return text + (f" NULLS {nulls}" if nulls else "")


class Shared(Node):
    """A query of WITH, read in several places."""

    lists = ("items",)

    def __init__(self, child, name, names):
        super().__init__([child])
        self.name = name
        self.items = passed(child, names)

    def sql(self, d):
        return f"SELECT {self.select(d)} FROM {self.name}"


def query_text(root, d):
    """The whole query, with what its parts share in front."""
    shared = {}
    for node in root.walk():
        if isinstance(node, Shared):
            shared.setdefault(node.name, node.children[0])
    text = root.sql(d)
    if not shared:
        return text
    # A shared query may read another: the inner ones come first.
    parts = sorted(shared.items(), key=lambda item: sum(isinstance(n, Shared) for n in item[1].walk()))
    return "WITH " + ", ".join(f"{name} AS ({node.sql(d)})" for name, node in parts) + " " + text


def clone(root):
    """A copy whose shared queries are still shared; tables are the same."""
    return copy.deepcopy(root, {id(table): table for node in root.walk() for table in node.tables()})
