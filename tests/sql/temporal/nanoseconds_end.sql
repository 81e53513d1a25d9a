-- What more than 6 digits after the second cannot hold is NULL, never another time.
CREATE TABLE o (x STRING) WITH ('connector' = 'print');
INSERT INTO o
SELECT CAST(TRY_CAST(t AS TIMESTAMP(9)) AS STRING)
FROM (VALUES (TIMESTAMP '1600-01-01 00:00:00.5'), (TIMESTAMP '2000-01-01 00:00:00.5'), (TIMESTAMP '2300-01-01 00:00:00.5')) AS v(t);
-- rows
-- +I[null]
-- +I[2000-01-01 00:00:00.500000000]
-- +I[null]
