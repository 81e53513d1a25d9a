-- INSERT does not count the computed columns of its table.
CREATE TABLE out1 (a INT, b AS a + 1, c STRING) WITH ('connector' = 'print');
INSERT INTO out1 SELECT x, y FROM (VALUES (1, 'p'), (2, 'q')) AS t(x, y);
-- skip table: a table in a catalog has physical columns only
-- skip restart: a table in a catalog has physical columns only
-- rows
-- +I[1, p]
-- +I[2, q]
