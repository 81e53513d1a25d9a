-- The truth tables of AND, OR and NOT with UNKNOWN.
CREATE TABLE truth (a BOOLEAN, b BOOLEAN, c BOOLEAN, d BOOLEAN, e BOOLEAN) WITH ('connector' = 'print');
INSERT INTO truth SELECT a, b, a AND b, a OR b, NOT a
FROM (VALUES (TRUE, TRUE), (TRUE, FALSE), (TRUE, CAST(NULL AS BOOLEAN)), (FALSE, TRUE), (FALSE, FALSE), (FALSE, CAST(NULL AS BOOLEAN)),
  (CAST(NULL AS BOOLEAN), TRUE), (CAST(NULL AS BOOLEAN), FALSE), (CAST(NULL AS BOOLEAN), CAST(NULL AS BOOLEAN))) AS t(a, b);
-- rows
-- +I[true, true, true, true, false]
-- +I[true, false, false, true, false]
-- +I[true, null, null, true, false]
-- +I[false, true, false, true, true]
-- +I[false, false, false, false, true]
-- +I[false, null, false, null, true]
-- +I[null, true, null, true, null]
-- +I[null, false, false, null, null]
-- +I[null, null, null, null, null]
