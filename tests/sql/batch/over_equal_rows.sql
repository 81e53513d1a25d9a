-- Rows that are equal in the order stand as they came, as in a stream.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE o (n BIGINT, x INT, sum_so_far INT, before INT) WITH ('connector' = 'print');
INSERT INTO o
SELECT ROW_NUMBER() OVER (ORDER BY t), x, SUM(x) OVER (ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
  LAG(x) OVER (ORDER BY t)
FROM (VALUES (1, 9), (1, 5), (0, 7), (1, 9), (1, 2)) AS v(t, x);
-- rows
-- +I[1, 7, 7, null]
-- +I[2, 9, 16, 7]
-- +I[3, 5, 21, 9]
-- +I[4, 9, 30, 5]
-- +I[5, 2, 32, 9]
