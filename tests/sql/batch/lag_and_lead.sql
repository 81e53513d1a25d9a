-- LAG and LEAD with offset and default.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE o (x INT, a INT, b INT, c INT, d INT) WITH ('connector' = 'print');
INSERT INTO o
SELECT x, LAG(x) OVER w, LAG(x, 2, -1) OVER w, LEAD(x) OVER w, LEAD(x, 2, -1) OVER w
FROM (VALUES (1), (2), (4)) AS t(x) WINDOW w AS (ORDER BY x);
-- rows
-- +I[1, null, -1, 2, 4]
-- +I[2, 1, -1, 4, -1]
-- +I[4, 2, 1, null, -1]
