-- LIMIT without ORDER BY over groups, which only a batch can answer.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE o (n BIGINT) WITH ('connector' = 'print');
INSERT INTO o SELECT COUNT(*) FROM (SELECT x, COUNT(*) AS n FROM (VALUES (1), (1), (2), (3)) AS t(x) GROUP BY x LIMIT 2) AS g;
-- rows
-- +I[2]
