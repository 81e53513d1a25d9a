-- In batch mode a query that updates gives what is left, as rows that are added.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE o (y STRING, n BIGINT, total INT) WITH ('connector' = 'print');
INSERT INTO o SELECT y, COUNT(*), SUM(x) FROM (VALUES (1, 'a'), (2, 'a'), (4, 'b'), (8, CAST(NULL AS STRING))) AS t(x, y)
GROUP BY y;
-- rows
-- +I[a, 2, 3]
-- +I[b, 1, 4]
-- +I[null, 1, 8]
