-- Aggregates OVER: all rows of the partition without ORDER BY, equals together in RANGE, a number of rows in ROWS.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE o (g STRING, x INT, whole INT, ranged INT, one_before INT) WITH ('connector' = 'print');
INSERT INTO o
SELECT g, x, SUM(x) OVER (PARTITION BY g), SUM(x) OVER (PARTITION BY g ORDER BY x),
  SUM(x) OVER (PARTITION BY g ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
FROM (VALUES ('a', 1), ('a', 2), ('a', 2), ('a', 8), ('b', 16)) AS t(g, x);
-- rows
-- +I[a, 1, 13, 1, 1]
-- +I[a, 2, 13, 5, 3]
-- +I[a, 2, 13, 5, 4]
-- +I[a, 8, 13, 13, 10]
-- +I[b, 16, 16, 16, 16]
