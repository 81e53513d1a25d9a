# SPDX-License-Identifier: Apache-2.0
"""Queries about event time: windows, OVER, first and last rows, joins within a time and as of a time.

DuckDB has no streams: its text says the same by plain SQL over all rows, and over those that are not late."""

import re

from relations import FLINK, Node, order_text, rules
from values import SECOND


class Timed(Node):
    """Over one table with a watermark, read whole; `table` columns keep their names."""

    def __init__(self, table):
        super().__init__()
        self.table = table


def without_time_attribute(items, d):
    """Rows of a window come when it ends, behind their own time: a join by that time finds them late, as in Flink."""
    if d != FLINK:
        return items
    return re.sub(r"(?<![\w.])((?:[ab]\.)?[ab]?ts) AS (c\d+)", r"CAST(\1 AS TIMESTAMP(3)) AS \2", items)


class Window(Timed):
    """An aggregate over windows of a table function. `step_s` is HOP's slide and CUMULATE's step; SESSION has a gap."""

    lists = ("items", "where", "having")

    def __init__(self, table, kind, size_s, step_s, offset_s, keys, late):
        super().__init__(table)
        self.kind, self.size_s, self.step_s, self.offset_s, self.keys, self.late = (
            kind,
            size_s,
            step_s,
            offset_s,
            keys,
            late,
        )
        self.having = []

    def grouped(self, d, text):
        keys = "".join(", " + key for key in self.keys)
        return (
            f"SELECT {self.select(d)} FROM {text}"
            + self.conditions(d)
            + f" GROUP BY window_start, window_end{keys}"
            + self.conditions(d, "HAVING", self.having)
        )

    def sql(self, d):
        return self.grouped(d, flink_window(self) if d == FLINK else f"({duck_window(self)}) AS w")


def interval(seconds):
    return f"INTERVAL '{seconds}' SECOND"


def flink_window(node):
    name = f"TABLE {node.table.name}"
    if node.kind == "SESSION":
        keys = f" PARTITION BY ({', '.join(node.keys)})" if node.keys else ""
        return f"TABLE(SESSION({name}{keys}, DESCRIPTOR(ts), {interval(node.size_s)}))"
    sizes = interval(node.size_s) if node.kind == "TUMBLE" else f"{interval(node.step_s)}, {interval(node.size_s)}"
    offset = f", {interval(node.offset_s)}" if node.offset_s else ""
    return f"TABLE({node.kind}({name}, DESCRIPTOR(ts), {sizes}{offset}))"


def duck_window(node):
    """Each row in each of its windows."""
    table = node.table.name
    if node.kind == "SESSION":
        partition = f"PARTITION BY {', '.join(node.keys)} " if node.keys else ""
        gap = f"INTERVAL '{node.size_s}' SECOND"
        begins = f"CASE WHEN ts - lag(ts) OVER ({partition}ORDER BY ts) <= {gap} THEN 0 ELSE 1 END"
        numbered = (
            f"SELECT *, sum(_begins) OVER ({partition}ORDER BY ts ROWS UNBOUNDED PRECEDING) AS _session "
            f"FROM (SELECT *, {begins} AS _begins FROM {table})"
        )
        whole = f"PARTITION BY {''.join(k + ', ' for k in node.keys)}_session"
        return (
            f"SELECT *, min(ts) OVER ({whole}) AS window_start, max(ts) OVER ({whole}) + {gap} AS window_end "
            f"FROM ({numbered})"
        )
    size, step = node.size_s * SECOND, (node.step_s or node.size_s) * SECOND
    offset = node.offset_s * SECOND
    if node.kind == "CUMULATE":
        start = f"down(epoch_us(ts) - {offset}, {size}) + {offset}"
        end = f"_start + {step} * (_k + 1)"
        inside = "epoch_us(ts) < _end"
    else:
        start = f"down(epoch_us(ts) - {offset}, {step}) + {offset} - _k * {step}"
        end = f"_start + {size}"
        inside = "epoch_us(ts) < _end"
    count = size // step
    text = f"SELECT *, {start} AS _start, {end} AS _end FROM {table} CROSS JOIN (SELECT unnest(range({count})) AS _k)"
    late = " AND _end - 1000 > _wm" if node.late and not rules["batch"] else ""
    return (
        f"SELECT *, make_timestamp(_start::BIGINT) AS window_start, make_timestamp(_end::BIGINT) AS window_end "
        f"FROM ({text}) WHERE {inside}{late}"
    )


class WindowRank(Node):
    """Top-N of each window, over the rows of a table (or, through Window, over its results)."""

    def __init__(self, table, window, partition, order, last):
        super().__init__()
        self.table, self.window, self.partition, self.order, self.last = table, window, partition, order, last

    def sql(self, d):
        inner = flink_window(self.window) if d == FLINK else f"({duck_window(self.window)}) AS w"
        order = ", ".join(order_text(o, d) for o in self.order)
        partition = "".join(", " + name for name in self.partition)
        ranked = (
            f"SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end{partition} ORDER BY {order}) AS _n "
            f"FROM {inner}"
        ).replace("_n ", "rn ")
        selected = without_time_attribute(self.select(d), d)
        return f"SELECT {selected} FROM ({ranked}) AS w2 WHERE rn <= {self.last}" + "".join(
            " AND " + pair[d] for pair in self.where
        )


class WindowJoin(Node):
    """Rows of two tables in the same window, with an equal key."""

    lists = ("items", "on")

    def __init__(self, left, right, kind):
        super().__init__()
        self.left, self.right, self.kind, self.on = left, right, kind, []
        self.table = left.table

    def side(self, window, prefix, d):
        columns = ", ".join(f"{c.name} AS {prefix}{c.name}" for c in window.table.columns)
        inner = flink_window(window) if d == FLINK else f"({duck_window(window)}) AS w{prefix}"
        return f"(SELECT {columns}, window_start, window_end FROM {inner}) AS {prefix}"

    def sql(self, d):
        on = "".join(" AND " + pair[d] for pair in self.on)
        selected = without_time_attribute(self.select(d), d)
        return (
            f"SELECT {selected} FROM {self.side(self.left, 'a', d)} {self.kind} {self.side(self.right, 'b', d)} "
            f"ON a.window_start = b.window_start AND a.window_end = b.window_end{on}"
        )


class Over(Timed):
    """Aggregates over the rows before; rows of one time come as they arrived (`seq`)."""

    lists = ("items", "where")

    def __init__(self, table, partition, frame, mode):
        super().__init__(table)
        self.partition, self.frame, self.mode = partition, frame, mode
        self.calls = []  # (Column, pair)
        self.arrival = mode == "ROWS"

    @property
    def columns(self):
        return [column for column, _ in self.items + self.calls]

    lists = ("items", "where", "calls")

    def sql(self, d):
        partition = f"PARTITION BY {', '.join(self.partition)} " if self.partition else ""
        order = "ts" if d == FLINK or self.mode == "RANGE" else "ts, seq"
        over = f"OVER ({partition}ORDER BY {order} {self.frame})"
        calls = [f"{pair[d].replace('{over}', over)} AS {column.name}" for column, pair in self.calls]
        items = [f"{pair[d]} AS {column.name}" for column, pair in self.items]
        # The condition stands below: OVER must not see the rows that it drops.
        inner = f"SELECT * FROM {self.table.name}" + self.conditions(d)
        return f"SELECT {', '.join(items + calls)} FROM ({inner}) AS o"


class Deduplicate(Timed):
    """The first or the last row of each key by event time."""

    def __init__(self, table, partition, last):
        super().__init__(table)
        self.partition, self.last = partition, last
        self.arrival = True
        self.append = False

    def sql(self, d):
        word = "DESC" if self.last else "ASC"
        order = f"ts {word}" if d == FLINK else f"ts {word}, seq {word}"
        inner = (
            f"SELECT *, ROW_NUMBER() OVER (PARTITION BY {', '.join(self.partition)} ORDER BY {order}) AS rn "
            f"FROM {self.table.name}"
        )
        return f"SELECT {self.select(d)} FROM ({inner}) AS o WHERE rn = 1" + "".join(
            " AND " + p[d] for p in self.where
        )


class IntervalJoin(Node):
    lists = ("items", "on")

    def __init__(self, left, right, kind, before_s, after_s, key):
        super().__init__()
        self.table, self.right, self.kind, self.on = left, right, kind, []
        self.before_s, self.after_s, self.key = before_s, after_s, key

    def sql(self, d):
        between = f"a.ts BETWEEN b.ts - {interval(self.before_s)} AND b.ts + {interval(self.after_s)}"
        on = "".join(" AND " + pair[d] for pair in self.on)
        on = f"a.{self.key} = b.{self.key} AND {between}{on}"
        if self.kind in ("EXISTS", "NOT EXISTS"):
            return (
                f"SELECT {self.select(d)} FROM {self.table.name} AS a WHERE {self.kind} (SELECT 1 FROM "
                f"{self.right.name} AS b WHERE {on})"
            )
        return f"SELECT {self.select(d)} FROM {self.table.name} AS a {self.kind} {self.right.name} AS b ON {on}"


class TemporalJoin(Node):
    """Each row with the version of its key that was in force at its time."""

    lists = ("items", "on")

    def __init__(self, left, right, kind):
        super().__init__()
        self.table, self.right, self.kind, self.on = left, right, kind, []

    def sql(self, d):
        if d == FLINK:
            version = f"{self.right.name} FOR SYSTEM_TIME AS OF a.ts AS b"
            on = "".join(" AND " + pair[d] for pair in self.on)
            return f"SELECT {self.select(d)} FROM {self.table.name} AS a {self.kind} {version} ON a.k1 = b.k1{on}"
        newest = (
            f"(SELECT max(h._n) FROM {self.right.name}_h AS h WHERE h.k1 = a.k1 AND h.ts <= a.ts AND h.ts = "
            f"(SELECT max(g.ts) FROM {self.right.name}_h AS g WHERE g.k1 = a.k1 AND g.ts <= a.ts))"
        )
        rows = f"(SELECT *, {newest} AS _v FROM {self.table.name} AS a) AS a"
        on = "".join(" AND " + pair[d] for pair in self.on)
        return (
            f"SELECT {self.select(d)} FROM {rows} {self.kind} {self.right.name}_h AS b "
            f"ON a._v = b._n AND b._kind <> '-D'{on}"
        )
