-- The rows of VALUES meet in one type per column.
CREATE TABLE out1 (a STRING, b STRING, c STRING) WITH ('connector' = 'print');
INSERT INTO out1 SELECT CAST(a AS STRING), CAST(b AS STRING), c FROM (VALUES (1, 1.5, 'abc'), (2, 22.25, 'x'), (3, 3, CAST(NULL AS STRING))) AS t(a, b, c);
-- rows
-- +I[1, 1.50, abc]
-- +I[2, 22.25, x]
-- +I[3, 3.00, null]
