-- Outer joins and unions of updating branches are folded too.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE o (x INT, y STRING, z BIGINT) WITH ('connector' = 'print');
INSERT INTO o
SELECT t.x, u.y, CAST(0 AS BIGINT) FROM (VALUES (1), (2)) AS t(x) LEFT JOIN (VALUES (2, 'b'), (2, 'c')) AS u(x, y) ON t.x = u.x
UNION ALL
SELECT x, 'n', COUNT(*) FROM (VALUES (7), (7), (8)) AS v(x) GROUP BY x;
-- rows
-- +I[1, null, 0]
-- +I[2, b, 0]
-- +I[2, c, 0]
-- +I[7, n, 2]
-- +I[8, n, 1]
