# SPDX-License-Identifier: Apache-2.0
"""Seeded rows of every type: as JSON for the topic, and as the canonical text every reader's rows are turned into."""
import base64
import datetime as dt
import decimal
import json
import math
import struct

D = decimal.Decimal
COLUMNS = """
  id BIGINT, b BOOLEAN, ti TINYINT, si SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE,
  dec1 DECIMAL(9, 2), dec2 DECIMAL(18, 4), dec3 DECIMAL(38, 10), s STRING, bin BYTES, dt DATE,
  ts TIMESTAMP(6), tsl TIMESTAMP_LTZ(6), r ROW<a INT, b STRING>, arr ARRAY<INT>, m MAP<STRING, BIGINT>,
  nested ARRAY<ROW<x INT, y ARRAY<STRING>>>"""
UTC = dt.timezone.utc


def float32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def maybe(rng, value):
    return None if rng.random() < 0.15 else value


def integer(rng, bits):
    top = 2 ** (bits - 1)
    return rng.choice([0, 1, -1, top - 1, -top, rng.randrange(-top, top)])


def text(rng):
    return "".join(rng.choice("abcXYZ \"\\/\n\tåß漢字🙂\u0001") for _ in range(rng.choice([0, 1, 5, 15, 16, 17, 40])))


def day(rng):
    days = rng.choice([0, -1, 1, 19000, -719162, 2932896, rng.randrange(-20000, 40000)])
    return dt.date(1970, 1, 1) + dt.timedelta(days=days)


def moment(rng):
    return dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=rng.choice(
        [0, -1, 1, 999_999, -62_135_596_800_000_000, 253_402_300_799_999_999, rng.randrange(-10**16, 4 * 10**16)]))


def number(rng, precision, scale):
    top = 10 ** precision
    digits = rng.choice([0, 1, -1, top - 1, 1 - top, rng.randrange(-top + 1, top)])
    return D(digits).scaleb(-scale, decimal.Context(prec=60))


def row(rng, serial):
    return {
        "id": serial, "b": maybe(rng, rng.random() < 0.5), "ti": maybe(rng, integer(rng, 8)),
        "si": maybe(rng, integer(rng, 16)), "i": maybe(rng, integer(rng, 32)), "l": maybe(rng, integer(rng, 64)),
        "f": maybe(rng, float32(rng.choice([0.0, -0.0, 1.5, -3.25e10, 1e-30, rng.uniform(-1e6, 1e6)]))),
        "d": maybe(rng, rng.choice([0.0, -0.0, 0.1, 1e300, -5e-324, rng.uniform(-1e9, 1e9)])),
        "dec1": maybe(rng, number(rng, 9, 2)),
        "dec2": maybe(rng, number(rng, 18, 4)), "dec3": maybe(rng, number(rng, 38, 10)),
        "s": maybe(rng, text(rng)), "bin": maybe(rng, rng.randbytes(rng.choice([0, 1, 7, 33]))),
        "dt": maybe(rng, day(rng)),
        "ts": maybe(rng, moment(rng)), "tsl": maybe(rng, moment(rng).replace(tzinfo=UTC)),
        "r": maybe(rng, {"a": maybe(rng, integer(rng, 32)), "b": maybe(rng, text(rng))}),
        "arr": maybe(rng, [maybe(rng, integer(rng, 32)) for _ in range(rng.randrange(4))]),
        "m": maybe(rng, {text(rng) + str(n): maybe(rng, integer(rng, 64)) for n in range(rng.randrange(3))}),
        "nested": maybe(rng, [{"x": maybe(rng, n), "y": maybe(rng, [maybe(rng, text(rng))] * rng.randrange(3))}
                              for n in range(rng.randrange(3))]),
    }


def plain(value):
    """A value as Flink's json format takes it."""
    if isinstance(value, D):
        return RawNumber(format(value, "f"))
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dt.datetime):
        body = f"{value.year:04d}-{value:%m-%d %H:%M:%S}.{value.microsecond:06d}"
        return body + "Z" if value.tzinfo else body
    if isinstance(value, dt.date):
        return f"{value.year:04d}-{value:%m-%d}"
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value


class RawNumber(float):
    """A number whose JSON text is kept digit for digit."""

    def __new__(cls, digits):
        self = super().__new__(cls, digits)
        self.digits = digits
        return self


def to_json(values):
    return encode(plain(values)).encode()


def encode(value):
    if isinstance(value, RawNumber):
        return value.digits
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(k, ensure_ascii=False) + ":" + encode(v) for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(encode(v) for v in value) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)


def canonical(value):
    """One text per value, whatever Python type a reader gives it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "x" + bytes(value).hex()
    if isinstance(value, D):  # readers differ in the zeros they keep
        return "0" if value == 0 else format(value.normalize(decimal.Context(prec=60)), "f")
    if isinstance(value, float):
        if math.isnan(value):
            return "nan"
        return "-0.0" if value == 0 and math.copysign(1, value) < 0 else repr(float(value))
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(UTC)
            return f"{value.year:04d}-{value:%m-%dT%H:%M:%S}.{value.microsecond:06d}Z"
        return f"{value.year:04d}-{value:%m-%dT%H:%M:%S}.{value.microsecond:06d}"
    if isinstance(value, dt.date):
        return f"{value.year:04d}-{value:%m-%d}"
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(str(k))}:{canonical(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, (list, tuple)):
        # Arrow gives maps as lists of pairs.
        if value and all(isinstance(v, tuple) and len(v) == 2 for v in value):
            return canonical(dict(value))
        return "[" + ",".join(canonical(v) for v in value) + "]"
    raise TypeError(type(value))


def canonical_row(values):
    # An empty map and an empty list look the same to a reader that gives pairs.
    if values.get("m") in ([], {}):
        values = dict(values, m={})
    if isinstance(values.get("m"), list):
        values = dict(values, m=dict(values["m"]))
    return canonical(values)
