# SPDX-License-Identifier: Apache-2.0
"""Random queries over a world."""

import itertools

import timed
from expressions import Expressions, aggregate, constant, same
from relations import Group, Join, Limit, Scan, Scalar, Select, Semi, SetOp, Shared, TopN, Values, passed
from values import BIGINT, BOOLEAN, DATE, DOUBLE, INT, STRING, TIMESTAMP, Column

JOINS = ["INNER JOIN", "INNER JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN"]
WINDOWS = ["TUMBLE", "TUMBLE", "HOP", "CUMULATE", "SESSION"]


class Maker:
    def __init__(self, random, world):
        self.random, self.world = random, world
        self.counter = itertools.count(1)
        self.shared = []

    def name(self, prefix="c"):
        return f"{prefix}{next(self.counter)}"

    def chance(self, probability):
        return self.random.random() < probability

    def expressions(self, columns):
        return Expressions(self.random, columns)

    def item(self, type_, pair, prefix="c"):
        return Column(self.name(prefix), type_), pair

    def query(self):
        return self.relation(self.random.choice([0, 1, 1, 2, 2, 2, 3, 3]))

    def relation(self, depth):
        if depth <= 0:
            return self.leaf()
        makers = [
            self.select,
            self.group,
            self.group,
            self.group,
            self.join,
            self.join,
            self.join,
            self.semi,
            self.semi,
            self.scalar,
            self.set_operation,
            self.top_n,
            self.limit,
            self.distinct,
            self.with_query,
            self.sets,
        ]
        return self.random.choice(makers)(depth - 1)

    # Leaves.

    def leaf(self):
        if self.chance(0.03):
            return self.values()
        if self.shared and self.chance(0.5):
            child, name = self.random.choice(self.shared)
            return Shared(child, name, self.name)
        if self.chance(0.4):
            return self.timed()
        return self.scan(self.random.choice(self.world.tables))

    def scan(self, table):
        node = Scan(table, self.name("t"))
        columns = [c for c in table.columns if c.name.startswith("k") or self.chance(0.7)]
        node.items = [self.item(c.type, (c.name, c.name)) for c in columns]
        if self.chance(0.4):
            node.where = [self.expressions(table.columns).condition(2) for _ in range(self.random.choice([1, 1, 2]))]
        self.random.shuffle(node.items)
        return node

    def values(self):
        types = [
            self.random.choice([INT, BIGINT, STRING, DOUBLE, BOOLEAN, DATE])
            for _ in range(self.random.randrange(1, 4))
        ]
        rows = [[constant(self.random, t) for t in types] for _ in range(self.random.randrange(1, 5))]
        return Values(rows, [Column(self.name(), t) for t in types])

    # One input.

    def items_of(self, child, count):
        """Columns of the child, and expressions over them."""
        expressions = self.expressions(child.columns)
        items = []
        for column in child.columns:
            if self.chance(0.6):
                items.append(self.item(column.type, (column.name, column.name)))
        for _ in range(count if items else count + 1):
            type_ = expressions.any_type()
            items.append(self.item(type_, expressions.make(type_, 3)))
        return items

    def select(self, depth):
        node = Select(self.relation(depth))
        node.items = self.items_of(node.children[0], self.random.choice([0, 1, 2]))
        if self.chance(0.5):
            node.where = [self.expressions(node.children[0].columns).condition(3)]
        return node

    def distinct(self, depth):
        child = self.relation(depth)
        node = Select(child)
        exact = [c for c in child.columns if c.type.kind != "INEXACT"]
        if not exact:
            return child
        columns = self.random.sample(exact, min(len(exact), self.random.choice([1, 2])))
        node.items = [self.item(c.type, (c.name, c.name)) for c in columns]
        node.distinct, node.append = True, False
        return node

    def keys_of(self, child, most):
        exact = [c for c in child.columns if c.type.kind not in ("INEXACT", "DOUBLE")]
        keys = []
        for column in self.random.sample(exact, min(len(exact), self.random.randrange(0, most + 1))):
            pair, type_ = (column.name, column.name), column.type
            if self.chance(0.1):
                pair = self.expressions([column]).integer(type_, 1) if type_.is_integer() else pair
            if pair not in [p for p, _ in keys] and column.name in pair[0]:
                keys.append((pair, type_))
        return keys

    def group(self, depth, child=None, most=2, sets=None):
        child = child or self.relation(depth)
        keys = self.keys_of(child, most)
        node = Group(child, [pair for pair, _ in keys], sets if keys else None)
        expressions = self.expressions(child.columns)
        for pair, type_ in keys:
            if self.chance(0.9):
                node.items.append(self.item(type_, pair))
        for _ in range(self.random.randrange(0 if node.items else 1, 4)):
            node.items.append(self.item(*aggregate(self.random, expressions)))
        if self.chance(0.3):
            node.where = [expressions.condition(2)]
        if self.chance(0.25):
            node.having = [self.having(expressions)]
        return node

    def having(self, expressions):
        for _ in range(5):
            type_, pair = aggregate(self.random, expressions)
            if type_.kind in ("INT", "BIGINT", "SMALLINT", "STRING", "DATE"):
                operator = self.random.choice(["=", "<>", "<", ">", ">=", "<="])
                return same("{} " + operator + " {}", pair, constant(self.random, type_))
        return "COUNT(*) > 1", "COUNT(*) > 1"

    def sets(self, depth):
        child = self.relation(depth)
        node = self.group(depth, child, 3)
        count = len(node.keys)
        if count == 0:
            return node
        node.sets = self.random.choice(["ROLLUP", "CUBE", "SETS"])
        if node.sets == "SETS":
            subsets = [[i for i in range(count) if bits >> i & 1] for bits in range(1 << count)]
            node.sets = self.random.sample(subsets, min(len(subsets), self.random.randrange(1, 4)))
            used = {i for one in node.sets for i in one}
            if used != set(range(count)):
                node.sets.append(list(range(count)))
        if self.chance(0.4):
            flink, duck = self.random.choice(node.keys)
            node.items.append(self.item(BIGINT, (f"GROUPING({flink})", f"GROUPING({duck})")))
        if self.chance(0.3):
            both_keys = [", ".join(pair[d] for pair in node.keys) for d in (0, 1)]
            node.items.append(self.item(BIGINT, (f"GROUPING_ID({both_keys[0]})", f"GROUPING({both_keys[1]})")))
        return node

    def order_of(self, columns):
        """All columns, so that rows which are equal in the order are equal."""
        columns = [c for c in columns if c.type.kind != "INEXACT"]
        self.random.shuffle(columns)
        return [(c.name, self.chance(0.4), self.random.choice([None, None, None, "FIRST", "LAST"])) for c in columns]

    def exact(self, depth):
        """A relation whose columns can all be compared, and that has some."""
        child = self.relation(depth)
        if all(c.type.kind != "INEXACT" for c in child.columns) and child.columns:
            return child
        node = Select(child)
        node.items = [self.item(c.type, (c.name, c.name)) for c in child.columns if c.type.kind != "INEXACT"]
        node.items = node.items or [self.item(*[INT, constant(self.random, INT)])]
        return node

    def top_n(self, depth):
        child = self.exact(depth)
        names = [c.name for c in child.columns]
        partition = self.random.sample(names, min(len(names), self.random.choice([0, 1, 1, 2])))
        first = 1 if self.chance(0.8) else 2
        node = TopN(
            child,
            partition,
            self.order_of(child.columns),
            first,
            self.random.choice([1, 1, 2, 3, 5]) + first - 1,
            Column(self.name(), BIGINT) if self.chance(0.4) else None,
        )
        node.items = passed(child, self.name)
        return node

    def limit(self, depth):
        child = self.exact(depth)
        return Limit(
            child,
            self.order_of(child.columns),
            self.random.choice([1, 3, 10]),
            0 if self.chance(0.8) else self.random.choice([1, 2]),
        )

    def with_query(self, depth):
        child = self.relation(depth)
        self.shared.append((child, self.name("w")))
        node = self.random.choice([self.join, self.set_operation, self.semi])(max(depth - 1, 0))
        self.shared.pop()
        return node

    # Two inputs.

    def join(self, depth):
        left, right = self.relation(depth), self.relation(self.random.randrange(0, depth + 1))
        node = Join(left, right, self.random.choice(JOINS))
        pairs = equal_types(left, right)
        if self.world.before_1970 or self.world.late:  # equal event times make an interval join
            pairs = [(a, b) for a, b in pairs if a.type != TIMESTAMP]
        self.random.shuffle(pairs)
        if node.kind != "CROSS JOIN":
            for a, b in pairs[: self.random.choice([1, 1, 1, 2])]:
                word = "=" if self.chance(0.95) else "IS NOT DISTINCT FROM"
                node.on.append((f"{a.name} {word} {b.name}",) * 2)
            if not node.on or self.chance(0.3):
                condition = self.expressions(left.columns + right.columns).condition(2)
                if node.on or node.kind == "INNER JOIN":
                    node.on.append(condition)
                else:
                    node.kind = "CROSS JOIN"
                    node.append = left.append and right.append
        node.items = passed(left, self.name) + passed(right, self.name)
        node.items = [item for item in node.items if self.chance(0.7)] or node.items[:1]
        if self.chance(0.25):
            node.where = [self.expressions(left.columns + right.columns).condition(2)]
        return node

    def semi(self, depth):
        child, inner = self.relation(depth), self.relation(self.random.randrange(0, depth + 1))
        pairs = equal_types(child, inner)
        if not pairs:
            return child
        a, b = self.random.choice(pairs)
        word = self.random.choice(["IN", "IN", "NOT IN", "EXISTS", "EXISTS", "NOT EXISTS"])
        if word.endswith("IN"):
            one = Select(inner)
            one.items = [self.item(b.type, (b.name, b.name))]
            node = Semi(child, one, word, (a.name, a.name))
        else:
            node = Semi(child, inner, word)
            node.on = [(f"{a.name} = {b.name}",) * 2]
            if self.chance(0.3):
                node.on.append(self.expressions(child.columns + inner.columns).compare(1))
        node.items = passed(child, self.name)
        if self.chance(0.2):
            node.where = [self.expressions(child.columns).condition(2)]
        return node

    def scalar(self, depth):
        child, inner = self.relation(depth), self.relation(self.random.randrange(0, depth + 1))
        one = Group(inner, [])
        type_, pair = aggregate(self.random, self.expressions(inner.columns))
        one.items = [self.item(type_, pair)]
        fitting = [c for c in child.columns if c.type == type_ and type_.kind != "INEXACT"]
        node = Scalar(child, one, None)
        if fitting and self.chance(0.6):
            column, operator = self.random.choice(fitting), self.random.choice(["=", "<", ">", "<=", ">=", "<>"])
            node.template = (f"{column.name} {operator} {{}}",) * 2
        else:
            node.shown = Column(self.name(), type_)
        node.items = passed(child, self.name)
        return node

    def set_operation(self, depth):
        left = self.exact(depth)
        if len(left.columns) > 3:
            thin = Select(left)
            thin.items = passed(left, self.name)[:3]
            left = thin
        other = self.relation(self.random.randrange(0, depth + 1))
        right = Select(other)
        expressions = self.expressions(other.columns)
        right.items = [
            self.item(c.type, expressions.column(c.type) or expressions.make(c.type, 1)) for c in left.columns
        ]
        words = ["UNION ALL", "UNION ALL", "UNION", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL"]
        return SetOp(left, right, self.random.choice(words), self.name)

    # Event time.

    def timed(self):
        tables = [t for t in self.world.tables if t.append and t.has_time]
        table, other = self.random.choice(tables), self.random.choice(tables)
        # A deletion has the time of the row that it deletes: what it hits depends on when it comes.
        versioned = [t for t in self.world.tables if t.key and all(change[0] != "-D" for change in t.changes)]
        makers = [lambda: self.window(table)] * 4
        if not self.world.late:
            makers += [
                lambda: self.window_rank(table),
                lambda: self.window_join(table, other),
                lambda: self.over(table),
                lambda: self.over(table),
            ]
            if not self.world.before_1970:  # where time begins for Flink's interval joins
                makers += [lambda: self.interval_join(table, other)] * 2
            if versioned:
                makers.append(lambda: self.temporal_join(table, self.random.choice(versioned)))
        if self.world.in_order:
            makers += [lambda: self.deduplicate(table)]
        return self.random.choice(makers)()

    def keys_in(self, table, most):
        return self.random.sample(["k1", "k2"], self.random.randrange(0, most + 1))

    def plain_window(self, table, kinds):
        kind = self.random.choice(kinds)
        step_s = self.random.choice([1, 2, 5, 10, 30])
        size_s, offset_s = step_s * self.random.choice([1, 2, 3, 6]), 0
        if kind in ("TUMBLE", "SESSION"):
            step_s = 0
        if kind != "SESSION" and self.chance(0.2):
            offset_s = self.random.randrange(-size_s, size_s)
        return timed.Window(table, kind, size_s, step_s, offset_s, [], self.world.late)

    def window(self, table):
        node = self.plain_window(table, WINDOWS[:4] if self.world.late else WINDOWS)
        node.keys = self.keys_in(table, 2)
        types = {c.name: c.type for c in table.columns}
        for name in ("window_start", "window_end"):
            if self.chance(0.8):
                node.items.append(self.item(TIMESTAMP, (name, name)))
        node.items += [self.item(types[key], (key, key)) for key in node.keys]
        expressions = self.expressions(table.columns)
        for _ in range(self.random.randrange(1, 4)):
            node.items.append(self.item(*aggregate(self.random, expressions)))
        if self.chance(0.2) and node.kind != "SESSION":
            node.where = [expressions.condition(1)]
        if self.chance(0.2):
            node.having = [self.having(expressions)]
        return node

    def window_rank(self, table):
        window = self.plain_window(table, WINDOWS[:4])
        node = timed.WindowRank(
            table, window, self.keys_in(table, 1), self.order_of(list(table.columns)), self.random.choice([1, 2, 3])
        )
        node.items = [self.item(c.type, (c.name, c.name)) for c in table.columns if self.chance(0.7)]
        node.items.append(self.item(TIMESTAMP, ("window_start", "window_start")))
        return node

    def window_join(self, table, other):
        window = self.plain_window(table, WINDOWS[:3])
        second = timed.Window(other, window.kind, window.size_s, window.step_s, window.offset_s, [], False)
        kind = self.random.choice(["INNER JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])
        node = timed.WindowJoin(window, second, kind)
        node.append = True
        keys = self.random.sample(["k1", "k2"], self.random.choice([1, 1, 2]))
        node.on = [(f"ak.{key}".replace("ak.", "a") + f" = b{key}",) * 2 for key in keys]
        node.items = [self.item(c.type, ("a" + c.name,) * 2) for c in table.columns if self.chance(0.6)]
        node.items += [self.item(c.type, ("b" + c.name,) * 2) for c in other.columns if self.chance(0.6)]
        node.items.append(self.item(TIMESTAMP, ("COALESCE(a.window_start, b.window_start)",) * 2))
        return node

    def over(self, table):
        mode = "ROWS" if self.world.in_order and self.chance(0.5) else "RANGE"
        start = "UNBOUNDED PRECEDING"
        if self.chance(0.6):
            start = f"{self.random.choice([0, 1, 2, 5])} PRECEDING"
            if mode == "RANGE":
                start = f"INTERVAL '{self.random.choice([1, 2, 5, 20])}' SECOND PRECEDING"
        node = timed.Over(table, self.keys_in(table, 2), f"{mode} BETWEEN {start} AND CURRENT ROW", mode)
        node.items = [self.item(c.type, (c.name, c.name)) for c in table.columns if self.chance(0.6)]
        expressions = self.expressions(table.columns)
        for _ in range(self.random.randrange(1, 4)):
            type_, pair = aggregate(self.random, expressions, plain=True)
            node.calls.append(self.item(type_, tuple(over_text(text) for text in pair)))
        if self.chance(0.2):
            node.where = [expressions.condition(1)]
        return node

    def deduplicate(self, table):
        keys = self.random.sample(["k1", "k2"], self.random.choice([1, 2]))
        # What is late for a first row depends on what was given before it.
        node = timed.Deduplicate(table, keys, self.world.late or self.chance(0.5))
        node.items = [self.item(c.type, (c.name, c.name)) for c in table.columns if self.chance(0.7)]
        node.items = node.items or [self.item(BIGINT, ("seq", "seq"))]
        if self.chance(0.2):
            node.where = [self.expressions(table.columns).condition(1)]
        return node

    def interval_join(self, table, other):
        kind = self.random.choice(["INNER JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "EXISTS", "NOT EXISTS"])
        before, after = self.random.choice([0, 1, 5, 30]), self.random.choice([0, 1, 5, 30])
        node = timed.IntervalJoin(table, other, kind, before, after, self.random.choice(["k1", "k2"]))
        node.items = [self.item(c.type, ("a." + c.name,) * 2) for c in table.columns if self.chance(0.6)]
        if kind.endswith("JOIN"):
            node.items += [self.item(c.type, ("b." + c.name,) * 2) for c in other.columns if self.chance(0.6)]
        node.items = node.items or [self.item(BIGINT, ("a.seq", "a.seq"))]
        if self.chance(0.2):
            node.on.append(("a.seq <= b.seq", "a.seq <= b.seq"))
        return node

    def temporal_join(self, table, versioned):
        node = timed.TemporalJoin(table, versioned, self.random.choice(["INNER JOIN", "LEFT JOIN"]))
        node.items = [self.item(c.type, ("a." + c.name,) * 2) for c in table.columns if self.chance(0.7)]
        node.items += [self.item(c.type, ("b." + c.name,) * 2) for c in versioned.columns if self.chance(0.7)]
        node.items = node.items or [self.item(BIGINT, ("a.seq", "a.seq"))]
        return node


def over_text(text):
    """An aggregate call with a place for OVER behind each call in it."""
    for name in ("COUNT(", "SUM(", "AVG(", "MIN(", "MAX("):
        start = 0
        while (at := text.find(name, start)) >= 0:
            end = at + text[at:].index(")") + 1
            text = text[:end] + " {over}" + text[end:]
            start = end
    return text


def equal_types(left, right):
    return [
        (a, b)
        for a in left.columns
        for b in right.columns
        if a.type == b.type and a.type.kind not in ("INEXACT", "DOUBLE", "BOOLEAN")
    ]
