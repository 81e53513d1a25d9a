-- RESET takes a setting back.
SET 'table.local-time-zone' = 'Asia/Tokyo';
RESET 'table.local-time-zone';
SET 'table.local-time-zone' = 'UTC';
CREATE TABLE shown (a STRING) WITH ('connector' = 'print');
INSERT INTO shown SELECT CAST(TO_TIMESTAMP_LTZ(ms, 3) AS STRING) FROM (VALUES (CAST(0 AS BIGINT))) AS t(ms);
-- rows
-- +I[1970-01-01 00:00:00.000]
