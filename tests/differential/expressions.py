# SPDX-License-Identifier: Apache-2.0
"""Random expressions as pairs of texts: Flink's and DuckDB's. Where both speak alike, the texts are the same; where
they do not (README.md lists it), DuckDB's says what Flink's documentation says, by the macros below."""

from values import (
    BIGINT,
    BITS,
    BOOLEAN,
    DATE,
    DOUBLE,
    INT,
    SMALLINT,
    STRING,
    TIMESTAMP,
    TINYINT,
    Type,
    literal,
    random_value,
)

# Whole numbers wrap around in Flink; dates and windows go down before 1970 too.
MACROS = [
    f"CREATE MACRO w{bits}(x) AS CAST((((x)::HUGEINT + {1 << (bits - 1)}) % {1 << bits} + {1 << bits}) % {1 << bits} "
    f"- {1 << (bits - 1)} AS {name})"
    for name, bits in (("TINYINT", 8), ("SMALLINT", 16), ("INTEGER", 32), ("BIGINT", 64))
] + [
    "CREATE MACRO down(x, unit) AS (x) - (((x) % (unit)) + (unit)) % (unit)",
    # The mean of decimals: six digits at least, rounded half up.
    "CREATE MACRO mean(total, n, more) AS sign(total) * ((2 * abs(total) * more + n) // (2 * n))",
    "CREATE MACRO bool_text(x) AS upper(CAST(x AS VARCHAR))",
    "CREATE MACRO time_text(x) AS strftime(x, '%Y-%m-%d %H:%M:%S.%g')",
]

SAME_KIND = [INT, BIGINT, SMALLINT, TINYINT, DOUBLE, STRING, BOOLEAN, DATE, TIMESTAMP]


def flink_literal(value, type_):
    if value is None:
        return f"CAST(NULL AS {type_.flink})"
    if type_.kind == "INT" and value > -2147483648:
        return str(value) if value >= 0 else f"({value})"
    if type_.kind in BITS or type_.kind in ("DOUBLE", "DECIMAL"):
        return f"CAST('{value}' AS {type_.flink})"
    if type_.kind == "STRING":
        return "CAST('" + value.replace("'", "''") + "' AS STRING)"
    if type_.kind == "BOOLEAN":
        return "TRUE" if value else "FALSE"
    if type_.kind == "DATE":
        return f"CAST(TIMESTAMPADD(DAY, {value}, DATE '1970-01-01') AS DATE)"
    seconds, micros = divmod(value, 1_000_000)
    return (
        f"CAST(TIMESTAMPADD(SECOND, {seconds}, TIMESTAMP '1970-01-01 00:00:00.{micros // 1000:03}') AS TIMESTAMP(3))"
    )


def duck_literal(value, type_):
    return f"CAST({literal(value, type_)} AS {type_.duck})"


def constant(random, type_):
    value = random_value(random, type_, random.random() < 0.7)
    return flink_literal(value, type_), duck_literal(value, type_)


def same(text, *pairs):
    """One text for both with {} where the parts go."""
    return text.format(*[p[0] for p in pairs]), text.format(*[p[1] for p in pairs])


def both(flink, duck, *pairs):
    return flink.format(*[p[0] for p in pairs]), duck.format(*[p[1] for p in pairs])


class Expressions:
    """Makes expressions over columns."""

    def __init__(self, random, columns):
        self.random = random
        self.columns = [c for c in columns if c.type.kind != "INEXACT"]

    def column(self, type_):
        fitting = [c for c in self.columns if c.type == type_]
        if not fitting:
            return None
        name = self.random.choice(fitting).name
        return name, name

    def leaf(self, type_):
        column = self.column(type_)
        if column is not None and self.random.random() < 0.85:
            return column
        return constant(self.random, type_)

    def any_type(self):
        if self.columns and self.random.random() < 0.8:
            return self.random.choice(self.columns).type
        return self.random.choice(SAME_KIND)

    def make(self, type_, depth):
        if depth <= 0 or self.random.random() < 0.25:
            return self.leaf(type_)
        makers = [self.case, self.coalesce, self.null_if, self.case]
        own = {
            "BOOLEAN": self.boolean,
            "STRING": self.text,
            "DOUBLE": self.double,
            "DATE": self.date,
            "TIMESTAMP": self.timestamp,
            "DECIMAL": self.decimal,
        }.get(type_.kind, self.integer)
        return self.random.choice(makers + [own] * 8)(type_, depth - 1)

    # Of any type.

    def case(self, type_, depth):
        if self.random.random() < 0.3:
            return both(
                "IF({}, {}, {})",
                "CASE WHEN {} THEN {} ELSE {} END",
                self.condition(depth),
                self.make(type_, depth),
                self.make(type_, depth),
            )
        if self.random.random() < 0.2:
            return same(
                "CASE WHEN {} THEN {} WHEN {} THEN {} END",
                self.condition(depth),
                self.make(type_, depth),
                self.condition(depth),
                self.make(type_, depth),
            )
        return same(
            "CASE WHEN {} THEN {} ELSE {} END",
            self.condition(depth),
            self.make(type_, depth),
            self.make(type_, depth),
        )

    def coalesce(self, type_, depth):
        return same("COALESCE({}, {})", self.make(type_, depth), self.make(type_, depth))

    def null_if(self, type_, depth):
        return same("NULLIF({}, {})", self.make(type_, depth), self.leaf(type_))

    def greatest(self, type_, depth):
        word = self.random.choice(["GREATEST", "LEAST"])
        a, b = self.make(type_, depth), self.make(type_, depth)
        return (
            f"{word}({a[0]}, {b[0]})",
            f"CASE WHEN ({a[1]}) IS NOT NULL AND ({b[1]}) IS NOT NULL THEN {word}({a[1]}, {b[1]}) END",
        )

    # Of one type.

    def condition(self, depth):
        return self.make(BOOLEAN, depth)

    def compare(self, depth):
        type_ = self.any_type()
        operator = self.random.choice(
            ["=", "=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"]
        )
        return same("({} " + operator + " {})", self.make(type_, depth), self.make(type_, depth))

    def boolean(self, _, depth):
        pick = self.random.randrange(12)
        if pick < 4:
            return self.compare(depth)
        if pick == 4:
            word = self.random.choice(["AND", "OR"])
            return same("({} " + word + " {})", self.condition(depth), self.condition(depth))
        if pick == 5:
            return same("(NOT {})", self.condition(depth))
        if pick == 6:
            word = self.random.choice(["IS NULL", "IS NOT NULL"])
            return same("({} " + word + ")", self.make(self.any_type(), depth))
        if pick == 7:
            word = self.random.choice(["IS TRUE", "IS NOT TRUE", "IS FALSE", "IS NOT FALSE"])
            return same("({} " + word + ")", self.condition(depth))
        if pick == 8:
            type_ = self.any_type()
            word = self.random.choice(["IN", "NOT IN"])
            items = [constant(self.random, type_) for _ in range(self.random.randrange(1, 5))]
            return same("({} " + word + " (" + ", ".join(["{}"] * len(items)) + "))", self.make(type_, depth), *items)
        if pick == 9:
            type_ = self.any_type()
            word = self.random.choice(["BETWEEN", "NOT BETWEEN"])
            return same("({} " + word + " {} AND {})", self.make(type_, depth), self.leaf(type_), self.leaf(type_))
        if pick == 10:
            pattern = self.random.choice(["%a%", "a%", "%b", "_", "", "%", "a_%", "%\u00e4%", "_\u672c"])
            word = self.random.choice(["LIKE", "NOT LIKE"])
            if pattern == "":
                pattern = "%a"
            return same("({} " + word + f" '{pattern}')", self.make(STRING, depth))
        return self.leaf(BOOLEAN)

    def integer(self, type_, depth):
        bits = BITS[type_.kind]
        pick = self.random.randrange(10)
        a, b = self.make(type_, depth), self.make(type_, depth)
        if pick < 5 and bits >= 32:
            sign = self.random.choice(["+", "-", "*"])
            return both("({} " + sign + " {})", f"w{bits}(({{}})::HUGEINT {sign} ({{}})::HUGEINT)", a, b)
        if pick == 5 and bits >= 32:
            return both(
                "({} / NULLIF({}, CAST(0 AS " + type_.flink + ")))",
                f"w{bits}(({{}})::HUGEINT // NULLIF({{}}, 0)::HUGEINT)",
                a,
                b,
            )
        if pick == 6 and bits >= 32:
            return both(
                "MOD({}, NULLIF({}, CAST(0 AS " + type_.flink + ")))",
                f"w{bits}(({{}})::HUGEINT % NULLIF({{}}, 0)::HUGEINT)",
                a,
                b,
            )
        if pick == 7:
            return both("ABS({})", f"w{bits}(abs(({{}})::HUGEINT))", a)
        if pick == 8:
            return self.to_integer(type_, depth)
        return self.greatest(type_, depth)

    def to_integer(self, type_, depth):
        bits = BITS[type_.kind]
        pick = self.random.randrange(4)
        if pick == 0 and type_ == INT:
            return both("CHAR_LENGTH({})", "CAST(length({}) AS INTEGER)", self.make(STRING, depth))
        if pick == 1 and type_ == INT:
            part = self.random.choice(["a", "b", "x_", "\u672c"])
            return both(
                "POSITION('" + part + "' IN {})",
                "CAST(position('" + part + "' IN {}) AS INTEGER)",
                self.make(STRING, depth),
            )
        if pick == 2 and type_ == BIGINT:
            unit = self.random.choice(["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "QUARTER"])
            return both(
                "EXTRACT(" + unit + " FROM {})", "CAST(extract(" + unit + " FROM {}) AS BIGINT)", self.leaf(TIMESTAMP)
            )
        other = self.random.choice([INT, BIGINT, SMALLINT, TINYINT])
        return both("CAST({} AS " + type_.flink + ")", f"w{bits}({{}})", self.make(other, depth))

    def double(self, type_, depth):
        pick = self.random.randrange(5)
        if pick < 2:  # small halves and quarters: sums are exact in any order
            return same("({} " + self.random.choice(["+", "-"]) + " {})", self.make(type_, depth), self.leaf(type_))
        if pick == 2:
            return both(
                "CAST({} AS DOUBLE)", "CAST({} AS DOUBLE)", self.leaf(self.random.choice([SMALLINT, TINYINT]))
            )
        if pick == 3:
            return same(self.random.choice(["ABS", "FLOOR"]) + "({})", self.make(type_, depth))
        return self.greatest(type_, depth)

    def decimal(self, type_, depth):
        pick = self.random.randrange(3)
        if pick == 0:
            return self.greatest(type_, depth)
        if pick == 1:
            return same("ABS({})", self.make(type_, depth))
        return self.leaf(type_)

    def text(self, type_, depth):
        pick = self.random.randrange(12)
        a = self.make(type_, depth)
        if pick < 2:
            return same("({} || {})", a, self.leaf(type_))
        if pick == 2:
            return same(self.random.choice(["UPPER", "LOWER"]) + "({})", ascii_only(a))
        if pick == 3:
            start, length = self.random.randrange(1, 4), self.random.randrange(0, 4)
            return same(f"SUBSTRING({{}} FROM {start} FOR {length})", a)
        if pick == 4:
            return same(
                self.random.choice(["TRIM({})", "TRIM(LEADING ' ' FROM {})", "TRIM(TRAILING ' ' FROM {})"]), a
            )
        if pick == 5:
            return same("REPLACE({}, 'a', 'xy')", a)
        if pick == 6:
            return same("REVERSE({})", ascii_only(a))
        if pick == 7:
            return both(
                "CAST({} AS STRING)",
                "CAST({} AS VARCHAR)",
                self.leaf(self.random.choice([INT, BIGINT, SMALLINT, DATE])),
            )
        if pick == 8:
            return both("CAST({} AS STRING)", "bool_text({})", self.leaf(BOOLEAN))
        if pick == 9:
            return both("CAST({} AS STRING)", "time_text({})", self.leaf(TIMESTAMP))
        if pick == 10:
            n = self.random.randrange(0, 4)
            return same(self.random.choice([f"LEFT({{}}, {n})", f"RIGHT({{}}, {n})"]), a)
        return self.greatest(type_, depth)

    def date(self, type_, depth):
        if self.random.random() < 0.5:
            return same("CAST({} AS DATE)", self.leaf(TIMESTAMP))
        return self.greatest(type_, depth)

    def timestamp(self, type_, depth):
        pick = self.random.randrange(4)
        if pick == 0:
            unit = self.random.choice(["SECOND", "MINUTE", "HOUR", "DAY"])
            return both("FLOOR({} TO " + unit + ")", f"date_trunc('{unit.lower()}', {{}})", self.leaf(type_))
        if pick == 1:
            n, unit = self.random.randrange(1, 100), self.random.choice(["SECOND", "MINUTE", "HOUR", "DAY"])
            sign = self.random.choice(["+", "-"])
            return same(f"({{}} {sign} INTERVAL '{n}' {unit})", self.make(type_, depth))
        return self.greatest(type_, depth)


def ascii_only(pair):
    """UPPER of \u00df is two letters for one and one for the other: such texts are left out."""
    cut = "'[^ -~]'"
    return f"REGEXP_REPLACE({pair[0]}, {cut}, '')", f"regexp_replace({pair[1]}, {cut}, '', 'g')"


AGGREGATES = ["COUNT", "COUNT", "SUM", "SUM", "AVG", "MIN", "MAX", "MIN", "MAX", "COUNT DISTINCT", "SUM DISTINCT"]


def aggregate(random, expressions, plain=False):
    """(type, pair) of one aggregate call; plain: without DISTINCT, FILTER, and over columns alone."""
    name = random.choice(AGGREGATES[:9] if plain else AGGREGATES)
    tail = ("", "")
    if not plain and random.random() < 0.25:
        tail = same(" FILTER (WHERE {})", expressions.condition(1))
    if name == "COUNT" and random.random() < 0.5:
        return BIGINT, ("COUNT(*)" + tail[0], "COUNT(*)" + tail[1])
    distinct = "DISTINCT " if name.endswith("DISTINCT") else ""
    name = name.split()[0]
    types = [c.type for c in expressions.columns]
    if name in ("SUM", "AVG"):
        types = [t for t in types if t.is_integer() or t.kind in ("DOUBLE", "DECIMAL") and t.precision < 20]
    elif name in ("MIN", "MAX"):
        types = [t for t in types if t.kind != "BOOLEAN"]
    if not types:
        return BIGINT, ("COUNT(*)" + tail[0], "COUNT(*)" + tail[1])
    type_ = random.choice(types)
    argument = expressions.column(type_) if plain or random.random() < 0.7 else expressions.make(type_, 1)
    return call(name, type_, distinct, argument, tail)


def call(name, type_, distinct, argument, tail):
    flink = f"{name}({distinct}{argument[0]}){tail[0]}"
    duck = f"{name}({distinct}{argument[1]}){tail[1]}"
    if name == "COUNT":
        return BIGINT, (flink, duck)
    if name in ("MIN", "MAX"):
        return type_, (flink, duck)
    total = f"SUM({distinct}{argument[1]}){tail[1]}"
    if name == "SUM":
        if type_.is_integer():
            return type_, (flink, f"w{BITS[type_.kind]}({total})")
        return (type_ if type_.kind == "DOUBLE" else Type("DECIMAL", 38, type_.scale)), (flink, total)
    count = f"NULLIF(COUNT({distinct}{argument[1]}){tail[1]}, 0)"
    if type_.is_integer():
        return type_, (flink, f"w{BITS[type_.kind]}(w64({total})::HUGEINT // {count})")
    if type_.kind == "DOUBLE":
        return Type("INEXACT"), (flink, duck)
    scale = max(6, type_.scale)
    whole = f"CAST(CAST({total} AS DECIMAL(28, {type_.scale})) * {10 ** type_.scale} AS HUGEINT)"
    mean = f"mean({whole}, {count}, {10 ** (scale - type_.scale)})"
    return Type("DECIMAL", 38, scale), (flink, f"CAST(CAST({mean} AS DECIMAL(28, 0)) * 0.000001 AS DECIMAL(38, 6))")
