-- LAG and LEAD whose offset or default differs from row to row; an offset may be 0 or point the other way.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE o (g STRING, x INT, back INT, ahead INT, big INT, own INT) WITH ('connector' = 'print');
INSERT INTO o
SELECT g, x, LAG(x, n) OVER w, LEAD(x, n, -1) OVER w, LAG(x, CAST(n AS BIGINT) - 1, 0) OVER w, LAG(x, -2, x) OVER w
FROM (VALUES ('a', 1, 0), ('a', 2, 1), ('a', 4, -1), ('a', 8, 2), ('b', 16, 3), ('b', 32, 1)) AS t(g, x, n)
WINDOW w AS (PARTITION BY g ORDER BY x);
-- rows
-- +I[a, 1, 1, 1, 2, 4]
-- +I[a, 2, 1, 4, 2, 8]
-- +I[a, 4, 8, 2, 0, 4]
-- +I[a, 8, 2, -1, 4, 8]
-- +I[b, 16, null, -1, 0, 16]
-- +I[b, 32, 16, -1, 32, 32]
