-- A text literal beside a point in time is read as one.
CREATE TABLE seen (a BOOLEAN, b BOOLEAN) WITH ('connector' = 'print');
INSERT INTO seen SELECT ts > '2021-01-02 00:00:00', CAST(ts AS DATE) = '2021-01-02'
FROM (VALUES (TIMESTAMP '2021-01-02 03:04:05.000'), (TIMESTAMP '2021-01-01 23:59:59.000')) AS t(ts);
-- rows
-- +I[true, true]
-- +I[false, false]
