# SPDX-License-Identifier: Apache-2.0
"""Run by Spark: canonical rows of a table's metadata file, one a line: spark_rows.py METADATA OUT [FILTER]"""
import datetime as dt
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pyspark.sql import Row, SparkSession  # noqa: E402

from rows import canonical_row  # noqa: E402


def plain(value):
    if isinstance(value, Row):
        return {k: plain(v) for k, v in value.asDict().items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value


os.environ["TZ"] = "UTC"
spark = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
frame = spark.read.format("iceberg").load(sys.argv[1])
if len(sys.argv) > 3:
    frame = frame.where(sys.argv[3])
EPOCH = dt.datetime(1970, 1, 1)
kinds = {f.name: f.dataType.typeName() for f in frame.schema.fields}
# PySpark turns times into Python's by way of the local zone, which fails near year 1: fetch them as numbers.
number = {"timestamp": "unix_micros(`%s`)", "timestamp_ntz": "unix_micros(CAST(`%s` AS TIMESTAMP))",
          "date": "unix_date(`%s`)"}
frame = frame.selectExpr(*[number.get(kind, "`%s`") % name + f" AS `{name}`" for name, kind in kinds.items()])


def restored(kind, value):
    if value is None:
        return None
    if kind == "date":
        return (EPOCH + dt.timedelta(days=value)).date()
    if kind in ("timestamp", "timestamp_ntz"):
        moment = EPOCH + dt.timedelta(microseconds=value)
        return moment.replace(tzinfo=dt.timezone.utc) if kind == "timestamp" else moment
    return bytes(value) if isinstance(value, bytearray) else value


with open(sys.argv[2], "w", encoding="utf-8") as out:
    for row in frame.collect():
        out.write(canonical_row({name: restored(kinds[name], value) for name, value in plain(row).items()}) + "\n")
