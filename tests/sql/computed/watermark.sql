-- A watermark on a computed column is kept and changes no row.
CREATE TABLE events (id INT, ms AS CAST(id AS BIGINT) * 1000, ts AS TO_TIMESTAMP_LTZ(CAST(id AS BIGINT) * 1000, 3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
WITH ('connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '3');
CREATE TABLE out1 (id INT, ms BIGINT, shown STRING) WITH ('connector' = 'print');
INSERT INTO out1 SELECT id, ms, CAST(ts AS STRING) FROM events;
-- rows
-- +I[1, 1000, 1970-01-01 00:00:01.000]
-- +I[2, 2000, 1970-01-01 00:00:02.000]
-- +I[3, 3000, 1970-01-01 00:00:03.000]
