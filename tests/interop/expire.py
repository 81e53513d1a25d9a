# SPDX-License-Identifier: Apache-2.0
"""A writer that expires snapshots as it commits, beside PyIceberg's deletes and tags: what readers may still reach is
there, what nobody reaches is gone."""
import os

TABLE = "db.expiring"
JOB = """
SET 'execution.checkpointing.interval' = '100 ms';
SET 'pipeline.name' = 'expiring';
SET 'flink-maintenance.expire-snapshots.schedule.commit-count' = '5';
CREATE DATABASE IF NOT EXISTS lake.db;
CREATE TABLE IF NOT EXISTS lake.db.expiring (a BIGINT, b STRING) WITH (
  'flink-maintenance.expire-snapshots.enabled' = 'true',
  'flink-maintenance.expire-snapshots.max-snapshot-age-seconds' = '1',
  'write.metadata.previous-versions-max' = '3');
CREATE TABLE source (a BIGINT, b STRING) WITH ('connector' = 'datagen', 'rows-per-second' = '1000',
  'fields.a.kind' = 'sequence', 'fields.a.start' = '0', 'fields.a.end' = '{last}', 'fields.b.length' = '10');
INSERT INTO lake.db.expiring SELECT a, b FROM source WHERE a >= {first};
"""


def local(location):
    return location.removeprefix("file://")


def reached(table):
    """Every file that the kept snapshots and the metadata reach."""
    files = {local(table.metadata_location)}
    files |= {local(entry.metadata_file) for entry in table.metadata.metadata_log}
    for snapshot in table.metadata.snapshots:
        files.add(local(snapshot.manifest_list))
        for manifest in snapshot.manifests(table.io):
            files.add(local(manifest.manifest_path))
            files |= {local(entry.data_file.file_path) for entry in manifest.fetch_manifest_entry(table.io)}
    return files


def on_disk(table):
    return {os.path.join(folder, name) for folder, _, names in os.walk(local(table.location())) for name in names}


def check_expiry(world, score, duckdb_rows_of):
    """`duckdb_rows_of(table)` gives DuckDB's rows as dictionaries."""
    def run(first, last):
        text = JOB.format(first=first, last=last)
        text = text.replace("'pipeline.name' = 'expiring'", f"'pipeline.name' = 'expiring-{first}'")
        return world.sluice("run", world.write(f"expire-{first}.sql", world.catalog_sql() + text))

    done = run(0, 3999)
    score.check(done.returncode == 0, "a job that expires snapshots as it commits", done.stderr[-600:])
    if done.returncode != 0:
        return
    commits = done.stdout.count('"event":"commit"')
    table = world.iceberg(TABLE)
    kept = len(table.metadata.snapshots)
    score.check(commits > 25 and kept <= 20, "of its commits few snapshots are left", f"{kept} of {commits}")
    score.check(reached(table) == on_disk(table), "all files that are reached are there, and no others",
                f"{sorted(reached(table) ^ on_disk(table))[:5]}")

    # PyIceberg takes out whole files and writes one anew, and keeps what was before under a name.
    table.manage_snapshots().create_tag(table.metadata.current_snapshot_id, "before").commit()
    table = world.iceberg(TABLE)
    table.delete("a < 1050")
    table = world.iceberg(TABLE)
    replaced = reached(table)
    score.check(table.scan().to_arrow().num_rows == 2950, "PyIceberg deletes rows")
    done = run(4000, 7999)
    score.check(done.returncode == 0, "the writer goes on behind PyIceberg's snapshots", done.stderr[-600:])
    table = world.iceberg(TABLE)
    tagged = table.scan(snapshot_id=table.metadata.refs["before"].snapshot_id).to_arrow()
    score.check(sorted(tagged["a"].to_pylist()) == list(range(4000)), "a tagged snapshot keeps its rows")
    want = list(range(1050, 8000))
    score.check(sorted(table.scan().to_arrow()["a"].to_pylist()) == want, "PyIceberg reads the newest rows")
    score.check(sorted(row["a"] for row in duckdb_rows_of("expiring")) == want, "and so does DuckDB")

    # Without the tag, the next expiry takes the snapshot; its files went with the others' history.
    table.manage_snapshots().remove_tag("before").commit()
    table = world.iceberg(TABLE)
    table.delete("a < 2000")
    done = run(8000, 11999)
    score.check(done.returncode == 0, "and once more", done.stderr[-600:])
    table = world.iceberg(TABLE)
    want = list(range(2000, 12000))
    score.check(sorted(table.scan().to_arrow()["a"].to_pylist()) == want, "PyIceberg reads the rows after that")
    missing = sorted(reached(table) - on_disk(table))
    score.check(not missing, "every file that is reached is there", f"{missing[:3]}")
    gone = [path for path in replaced if path.endswith(".parquet") and not os.path.exists(path)]
    score.check(len(gone) > 5, "files that PyIceberg replaced are removed with the last snapshot that had them",
                f"{len(gone)} of {len(replaced)}")
    catalog = world.write("expire-catalog.sql", world.catalog_sql())
    verified = world.sluice("verify", "-i", catalog, "lake.db.expiring")
    score.check(verified.returncode == 0, "sluice verify agrees", verified.stdout[-500:] + verified.stderr[-300:])
