-- RANGE frames where the rows are ordered by NULLs too: these have no distance to a value, and 0 to each other.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE o (g STRING, x INT, around BIGINT, down BIGINT, last BIGINT, ahead BIGINT, rest BIGINT, up_to BIGINT, behind BIGINT) WITH ('connector' = 'print');
INSERT INTO o
SELECT g, x, COUNT(*) OVER (PARTITION BY g ORDER BY x RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING),
  COUNT(*) OVER (PARTITION BY g ORDER BY x DESC RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING),
  COUNT(*) OVER (PARTITION BY g ORDER BY x NULLS LAST RANGE BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING),
  COUNT(*) OVER (PARTITION BY g ORDER BY x RANGE BETWEEN 1 FOLLOWING AND 2 FOLLOWING),
  COUNT(*) OVER (PARTITION BY g ORDER BY x RANGE BETWEEN 0 PRECEDING AND UNBOUNDED FOLLOWING),
  COUNT(*) OVER (PARTITION BY g ORDER BY x RANGE BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING),
  COUNT(*) OVER (PARTITION BY g ORDER BY x NULLS LAST RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
FROM (VALUES ('a', 1), ('a', 2), ('a', 4), ('a', CAST(NULL AS INT)), ('a', CAST(NULL AS INT)), ('b', CAST(NULL AS INT)), ('b', 7)) AS t(g, x);
-- rows
-- +I[a, 1, 2, 2, 5, 1, 3, 4, 0]
-- +I[a, 2, 3, 2, 5, 1, 2, 4, 1]
-- +I[a, 4, 1, 2, 3, 0, 1, 5, 2]
-- +I[a, null, 2, 2, 2, 0, 5, 2, 2]
-- +I[a, null, 2, 2, 2, 0, 5, 2, 2]
-- +I[b, 7, 1, 1, 2, 0, 1, 2, 0]
-- +I[b, null, 1, 1, 1, 0, 2, 1, 0]
