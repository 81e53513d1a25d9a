-- WITH names a query for one statement; one may use another.
CREATE TABLE out1 (a INT, b STRING) WITH ('connector' = 'print');
INSERT INTO out1 WITH v AS (SELECT * FROM (VALUES (1, 'x'), (2, 'y'), (3, 'z')) AS t(a, b)), w (p, q) AS (SELECT a, b FROM v WHERE a > 1)
SELECT p * 10, q || '!' FROM w;
-- rows
-- +I[20, y!]
-- +I[30, z!]
