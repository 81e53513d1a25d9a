-- * and t.* stand for all columns, in order; a column may be named twice.
CREATE TABLE out1 (a INT, b STRING, c INT, d INT, e STRING) WITH ('connector' = 'print');
CREATE VIEW v AS SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS t(a, b);
INSERT INTO out1 SELECT *, a + 1, v.* FROM v;
-- rows
-- +I[1, x, 2, 1, x]
-- +I[2, y, 3, 2, y]
