-- A row of NULLs is no NULL; fields of a NULL row are NULL.
CREATE TABLE seen (a BOOLEAN, b BOOLEAN, c BOOLEAN, d INT) WITH ('connector' = 'print');
INSERT INTO seen SELECT u.r IS NULL, u.r.x IS NULL, u.l[1] IS NULL, CARDINALITY(u.l) FROM (
  SELECT CASE WHEN i = 1 THEN CAST(ROW(CAST(NULL AS INT)) AS ROW<x INT>) WHEN i = 2 THEN CAST(ROW(i) AS ROW<x INT>) END AS r,
    CASE WHEN i = 1 THEN ARRAY[CAST(NULL AS INT), 1] END AS l FROM (VALUES (1), (2), (3)) AS t(i)) AS u;
-- rows
-- +I[false, true, true, 2]
-- +I[false, false, true, null]
-- +I[true, true, true, null]
