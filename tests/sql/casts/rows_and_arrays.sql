-- A cast of a ROW or an ARRAY casts what is in it.
CREATE TABLE seen (a BIGINT, b STRING, c DOUBLE, d INT) WITH ('connector' = 'print');
INSERT INTO seen SELECT u.r.x, u.r.y, u.l[1], CARDINALITY(u.l) FROM (
  SELECT CAST(ROW(i, i) AS ROW<x BIGINT, y STRING>) AS r, CAST(ARRAY[i, i + 1] AS ARRAY<DOUBLE>) AS l FROM (VALUES (1), (2)) AS t(i)) AS u;
-- rows
-- +I[1, 1, 1.0, 2]
-- +I[2, 2, 2.0, 2]
