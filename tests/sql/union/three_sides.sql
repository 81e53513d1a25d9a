-- Names come from the first side; filters apply to each side alone.
CREATE TABLE merged (a INT, side STRING) WITH ('connector' = 'print');
INSERT INTO merged SELECT a, s FROM (
  SELECT a, 'first' AS s FROM (VALUES (1), (2)) AS t(a) WHERE a > 1 UNION ALL SELECT a, 'second' FROM (VALUES (1), (2)) AS t(a) WHERE a < 2
  UNION ALL SELECT a, 'third' FROM (VALUES (CAST(NULL AS INT))) AS t(a)) WHERE a IS NULL OR a < 5;
-- rows
-- +I[2, first]
-- +I[1, second]
-- +I[null, third]
