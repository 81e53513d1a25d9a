# SPDX-License-Identifier: Apache-2.0
"""Random worlds: some tables with rows, of all kinds that a source can give."""

import dataclasses

from values import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INT,
    MONEY,
    SECOND,
    SMALLINT,
    STRING,
    TIMESTAMP,
    TINYINT,
    WIDE,
    Column,
    Table,
    random_value,
)

KEY_TYPES = [INT, INT, BIGINT, STRING, STRING, SMALLINT, MONEY, DATE, BOOLEAN]
VALUE_TYPES = [
    INT,
    INT,
    BIGINT,
    BIGINT,
    DOUBLE,
    DOUBLE,
    STRING,
    STRING,
    MONEY,
    WIDE,
    BOOLEAN,
    DATE,
    TIMESTAMP,
    SMALLINT,
    TINYINT,
]


@dataclasses.dataclass
class World:
    tables: list
    late: bool = False  # rows come behind the watermark: only one row at a time is foreseeable
    before_1970: bool = False
    in_order: bool = False  # one split: what depends on the order of arrival may be asked


def make_world(random):
    late = random.random() < 0.15
    in_order = late or random.random() < 0.5
    size = random.choice([0, 1, 3, 10, 25, 40, 40, 40])
    key_types = [random.choice(KEY_TYPES) for _ in range(2)]
    base = random.choice([1_700_000_000, 1_700_000_000, 1_709_164_795, 86_390, -30, -86_500]) * SECOND
    tables = []
    for i in range(2):
        tables.append(append_table(random, f"e{i}", key_types, size, base, late))
    tables.append(append_table(random, "p0", key_types, size, None, False))
    for i in range(random.choice([1, 2, 2])):
        tables.append(keyed_table(random, f"k{i}", key_types, size, base or 0))
    tables.append(retract_table(random, "r0", key_types, size))
    for table in tables:
        deal_splits(random, table)
    return World(tables, late, base < 0, in_order)


def columns_of(random, key_types):
    columns = [Column("seq", BIGINT)]
    columns += [Column(f"k{i + 1}", type_) for i, type_ in enumerate(key_types)]
    columns += [Column(f"v{i + 1}", random.choice(VALUE_TYPES)) for i in range(random.choice([2, 3, 4]))]
    return columns


def row_of(random, columns, nulls):
    row = []
    for column in columns:
        few = column.name.startswith("k")
        row.append(None if random.random() < nulls else random_value(random, column.type, few))
    return row


def append_table(random, name, key_types, size, base, late):
    columns = columns_of(random, key_types)
    nulls = random.choice([0, 0.1, 0.1, 0.4])
    delay_s = random.choice([0, 2, 10])
    changes, newest, rows = [], base, []
    for i in range(random.randrange(size // 2, size + 1)):
        row = list(random.choice(rows)) if rows and random.random() < 0.1 else row_of(random, columns, nulls)
        row[0] = i
        if base is not None:
            newest += random.choice([0, 1, 250, 1000, 1000, 3000, 20000 if random.random() < 0.2 else 500]) * 1000
            back = random.randrange(0, (40 if late else max(delay_s, 1))) * SECOND
            time = newest - (back if random.random() < 0.4 else 0)
            if not late and delay_s == 0:
                time = newest + i * 1000  # must be after the watermark, which is the newest time
            row = row[: len(columns)] + [time]
        rows.append(row)
        changes.append(["+I"] + row)
    if base is not None:
        columns = columns + [Column("ts", TIMESTAMP)]
    return Table(name, columns, changes, watermark_s=delay_s)


def keyed_table(random, name, key_types, size, base):
    """One row a key, updated and deleted; its times go forward."""
    columns = [dataclasses.replace(c, nullable=c.name != "k1") for c in columns_of(random, key_types)]
    columns.append(Column("ts", TIMESTAMP))
    upsert, deletes = random.random() < 0.5, random.random() < 0.6
    nulls = random.choice([0, 0.1, 0.3])
    rows, changes, time = {}, [], base
    for i in range(random.randrange(size // 2, size + 1)):
        time += random.choice([1, 500, 1000, 4000]) * 1000
        row = row_of(random, columns[:-1], nulls) + [time]
        row[0] = i
        row[1] = random_value(random, columns[1].type, True)
        old = rows.get(row[1])
        if old is not None and deletes and random.random() < 0.3:
            changes.append(["-D"] + old)
            del rows[row[1]]
            continue
        if old is not None and not upsert:
            changes.append(["-U"] + old)
        changes.append(["+U" if old is not None else "+I"] + row)
        rows[row[1]] = row
    return Table(
        name, columns, changes, "I,UA,D" if upsert else "I,UB,UA,D", ("k1",), watermark_s=random.choice([0, 2])
    )


def retract_table(random, name, key_types, size):
    """No key: any row may be taken back."""
    columns = columns_of(random, key_types)
    nulls = random.choice([0, 0.2])
    rows, changes = [], []
    for i in range(random.randrange(size // 2, size + 1)):
        row = list(random.choice(rows)) if rows and random.random() < 0.2 else row_of(random, columns, nulls)
        if not rows or row is not None and random.random() < 0.7:
            if random.random() < 0.8:
                row[0] = i
            rows.append(row)
            changes.append(["+I"] + row)
            continue
        old = rows.pop(random.randrange(len(rows)))
        if random.random() < 0.5:
            changes.append(["-D"] + old)
        else:
            changes += [["-U"] + old, ["+U"] + row]
            rows.append(row)
    return Table(name, columns, changes, "I,UB,UA,D")


def deal_splits(random, table):
    """Changes of one row stay in one split."""
    if table.key:
        table.splits = [abs(hash_of(change[2])) % 3 for change in table.changes]
    elif table.append:
        table.splits = [random.randrange(3) for _ in table.changes]
    else:
        table.splits = [hash_of(repr(change[1:])) % 3 for change in table.changes]


def hash_of(value):
    """The same in every process."""
    return sum(ord(c) * (i + 7) for i, c in enumerate(str(value)))
