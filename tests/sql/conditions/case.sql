-- CASE with conditions and with a value; without ELSE it is NULL; the first match wins.
CREATE TABLE chosen (x INT, a STRING, b STRING, c STRING) WITH ('connector' = 'print');
INSERT INTO chosen SELECT x, CASE WHEN x > 10 THEN 'big' WHEN x > 1 THEN 'mid' ELSE 'small' END, CASE x WHEN 1 THEN 'one' WHEN 2 THEN 'two' END,
  CASE WHEN x IS NULL THEN 'none' WHEN x IN (1, 2) THEN 'few' ELSE 'many' END
FROM (VALUES (1), (2), (11), (CAST(NULL AS INT))) AS t(x);
-- rows
-- +I[1, small, one, few]
-- +I[2, mid, two, few]
-- +I[11, big, null, many]
-- +I[null, small, null, none]
