# SPDX-License-Identifier: Apache-2.0
"""Run by Spark: canonical rows of a table's metadata file, one a line: spark_rows.py METADATA OUT [FILTER]"""
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
fields = {f.name: f.dataType.typeName() for f in frame.schema.fields}
import datetime as dt  # noqa: E402

with open(sys.argv[2], "w", encoding="utf-8") as out:
    for row in frame.collect():
        values = plain(row)
        for name, kind in fields.items():
            if kind == "timestamp" and values[name] is not None:  # PySpark gives local (here UTC) time without a zone
                values[name] = values[name].replace(tzinfo=dt.timezone.utc)
            if isinstance(values[name], bytearray):
                values[name] = bytes(values[name])
        out.write(canonical_row(values) + "\n")
