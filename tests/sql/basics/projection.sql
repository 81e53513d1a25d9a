-- Columns computed from VALUES, in the order of the INSERT.
CREATE TABLE sums (a INT, b STRING) WITH ('connector' = 'print');
INSERT INTO sums SELECT a + 1, UPPER(b) FROM (VALUES (1, 'x'), (2, 'y')) AS t(a, b);
-- rows in order
-- +I[2, X]
-- +I[3, Y]
