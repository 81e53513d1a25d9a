# SPDX-License-Identifier: Apache-2.0
"""Types, random values, tables with their changes, and how both engines see them.

A table is a list of changes in the order in which they come; DuckDB gets what remains of them. `seq` numbers the rows
as they come, so that what depends on that order can be said in plain SQL; `_wm` is the watermark before the row."""

import dataclasses
import datetime
import decimal

SECOND = 1_000_000  # times are microseconds, as in the columns of both


@dataclasses.dataclass(frozen=True)
class Type:
    kind: str
    precision: int = 0
    scale: int = 0

    @property
    def flink(self):
        if self.kind == "DECIMAL":
            return f"DECIMAL({self.precision}, {self.scale})"
        return {"TIMESTAMP": "TIMESTAMP(3)", "INEXACT": "DOUBLE"}.get(self.kind, self.kind)

    @property
    def duck(self):
        if self.kind == "DECIMAL":
            return f"DECIMAL({self.precision}, {self.scale})"
        return {"INT": "INTEGER", "STRING": "VARCHAR", "INEXACT": "DOUBLE"}.get(self.kind, self.kind)

    def is_integer(self):
        return self.kind in BITS


BITS = {"TINYINT": 8, "SMALLINT": 16, "INT": 32, "BIGINT": 64}
TINYINT, SMALLINT, INT, BIGINT = (Type(kind) for kind in BITS)
BOOLEAN, STRING, DOUBLE, DATE, TIMESTAMP = (Type(k) for k in ("BOOLEAN", "STRING", "DOUBLE", "DATE", "TIMESTAMP"))
INEXACT = Type(
    "INEXACT"
)  # a DOUBLE whose last digits depend on the order of the rows: it is passed on, not computed with
MONEY = Type("DECIMAL", 10, 2)
WIDE = Type("DECIMAL", 18, 4)

TEXTS = [
    "",
    "a",
    "b",
    "ab",
    "A",
    "aB%",
    "x_y",
    " a",
    "b ",
    "10",
    "-3",
    "zz",
    "\u00e4\u00df",
    "\u65e5\u672c",
    "\U0001f600",
    "a longer text that does not fit into a few bytes",
    "null",
    "a''b".replace("''", "'"),
]


@dataclasses.dataclass(frozen=True)
class Column:
    name: str
    type: Type
    nullable: bool = True


@dataclasses.dataclass
class Table:
    name: str
    columns: list
    changes: list  # [kind, value...]
    modes: str = "I"  # of the source: I,UB,UA,D
    key: tuple = ()  # names
    watermark_s: int = 0  # delay of the watermark on `ts`, where there is one
    splits: list = dataclasses.field(default_factory=list)

    @property
    def has_time(self):
        return any(c.name == "ts" for c in self.columns)

    @property
    def append(self):
        return self.modes == "I"

    def ddl(self):
        lines = [f"{c.name} {c.type.flink}" for c in self.columns]
        if self.has_time:
            lines.append(f"WATERMARK FOR ts AS ts - INTERVAL '{self.watermark_s}' SECOND")
        if self.key:
            lines.append(f"PRIMARY KEY ({', '.join(self.key)}) NOT ENFORCED")
        options = f"'connector' = 'memory', 'changes' = '{self.modes}'"
        return f"CREATE TABLE {self.name} ({', '.join(lines)}) WITH ({options});\n"

    def final(self):
        """The rows that remain."""
        if self.key:
            places = [i + 1 for i, c in enumerate(self.columns) if c.name in self.key]
            rows = {}
            for change in self.changes:
                key = tuple(change[i] for i in places)
                if change[0] in ("+I", "+U"):
                    rows[key] = change[1:]
                elif change[0] == "-D":
                    rows.pop(key, None)
            return list(rows.values())
        rows = []
        for change in self.changes:
            if change[0] in ("+I", "+U"):
                rows.append(change[1:])
            else:
                rows.remove(change[1:])
        return rows

    def watermarks(self):
        """Before each row, when each row makes one."""
        place = [c.name for c in self.columns].index("ts") + 1
        watermark, all_of_them = -(1 << 62), []
        for change in self.changes:
            all_of_them.append(watermark)
            watermark = max(watermark, change[place] - self.watermark_s * SECOND)
        return all_of_them

    def duck(self):
        """Statements that make the table, and with its changes NAME_h."""
        columns = ", ".join(f"{c.name} {c.type.duck}" for c in self.columns)
        rows = self.final()
        types = [c.type for c in self.columns]
        if self.append and self.has_time:
            columns += ", _wm BIGINT"
            types = types + [BIGINT]
            rows = [row + [wm] for row, wm in zip(rows, self.watermarks())]
        yield f"CREATE TABLE {self.name} ({columns})"
        yield from inserts(self.name, types, rows)
        if self.key and self.has_time:
            yield f"CREATE TABLE {self.name}_h ({columns}, _kind VARCHAR, _n INTEGER)"
            history = [change[1:] + [change[0], n] for n, change in enumerate(self.changes) if change[0] != "-U"]
            yield from inserts(f"{self.name}_h", types + [STRING, INT], history)

    def to_json(self):
        return {
            "name": self.name,
            "columns": [[c.name, c.type.kind, c.type.precision, c.type.scale] for c in self.columns],
            "changes": self.changes,
            "modes": self.modes,
            "key": list(self.key),
            "watermark_s": self.watermark_s,
            "splits": self.splits,
        }

    @staticmethod
    def from_json(value):
        columns = [Column(name, Type(kind, p, s)) for name, kind, p, s in value["columns"]]
        return Table(
            value["name"],
            columns,
            value["changes"],
            value["modes"],
            tuple(value["key"]),
            value["watermark_s"],
            value["splits"],
        )


def inserts(name, types, rows):
    if rows:
        lines = ", ".join("(" + ", ".join(literal(v, t) for v, t in zip(row, types)) + ")" for row in rows)
        yield f"INSERT INTO {name} VALUES {lines}"


def literal(value, type_):
    """A value as DuckDB reads it."""
    if value is None:
        return "NULL"
    if type_.kind == "STRING":
        return "'" + value.replace("'", "''") + "'"
    if type_.kind == "TIMESTAMP":
        return f"make_timestamp({value})"
    if type_.kind == "DATE":
        return f"DATE '1970-01-01' + {value}"
    return str(value)


EPOCH = datetime.datetime(1970, 1, 1)


def from_duck(value, type_):
    """A value of DuckDB's as one that can be compared."""
    if value is None:
        return None
    if type_.kind == "TIMESTAMP":
        return (value - EPOCH) // datetime.timedelta(microseconds=1)
    if type_.kind == "DATE":
        return (value - EPOCH.date()).days
    return comparable(value, type_)


def from_sluice(value, type_):
    return None if value is None else comparable(value, type_)


def comparable(value, type_):
    if type_.kind == "DECIMAL":
        number = decimal.Decimal(value)
        return "0" if number == 0 else format(number.normalize(), "f")
    if type_.kind == "INEXACT":
        return f"{value:.9g}"
    if type_.kind == "DOUBLE":
        return repr(float(value) + 0.0)
    if type_.kind == "BOOLEAN":
        return bool(value)
    return value


def random_value(random, type_, few):
    """One of few values where `few`, so that keys meet; NULLs are the caller's."""
    kind = type_.kind
    if kind in BITS:
        top = 1 << (BITS[kind] - 1)
        if few:
            return random.randrange(0, 5)
        if random.random() < 0.06:
            return random.choice([top - 1, -top, top - 2, -top + 1])
        return random.randrange(-100, 101)
    if kind == "BOOLEAN":
        return random.random() < 0.5
    if kind == "STRING":
        return random.choice(TEXTS[:5] if few else TEXTS)
    if kind == "DOUBLE":
        return random.randrange(-4, 5) / 2 if few else random.randrange(-400, 401) / 4
    if kind == "DECIMAL":
        unscaled = random.randrange(0, 5) * 50 if few else random.randrange(-20000, 20001)
        if not few and random.random() < 0.04:
            unscaled = random.choice([1, -1]) * (10**type_.precision - 1)
        return str(decimal.Decimal(unscaled).scaleb(-type_.scale))
    if kind == "DATE":
        return random.randrange(10, 14) if few else random.randrange(-1000, 20000)
    if kind == "TIMESTAMP":
        step = SECOND if few else 1000
        return 1_700_000_000 * SECOND + random.randrange(0, 4 if few else 100000) * step
    raise AssertionError(kind)
