-- Functions OVER all rows of a partition, ranks among equals.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE o (g STRING, x INT, n BIGINT, ranked BIGINT, dense BIGINT, p DOUBLE, cume DOUBLE, tile BIGINT)
WITH ('connector' = 'print');
INSERT INTO o
SELECT g, x, ROW_NUMBER() OVER w, RANK() OVER w, DENSE_RANK() OVER w, PERCENT_RANK() OVER w, CUME_DIST() OVER w, NTILE(2) OVER w
FROM (VALUES ('a', 1), ('a', 3), ('a', 3), ('a', 7), ('a', 9), ('b', 5)) AS t(g, x)
WINDOW w AS (PARTITION BY g ORDER BY x);
-- rows
-- +I[a, 1, 1, 1, 1, 0.0, 0.2, 1]
-- +I[a, 3, 2, 2, 2, 0.25, 0.6, 1]
-- +I[a, 3, 3, 2, 2, 0.25, 0.6, 1]
-- +I[a, 7, 4, 4, 3, 0.75, 0.8, 2]
-- +I[a, 9, 5, 5, 4, 1.0, 1.0, 2]
-- +I[b, 5, 1, 1, 1, 0.0, 1.0, 1]
