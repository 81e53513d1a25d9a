-- A view over a view, each with a column list of its own.
CREATE TABLE out1 (c INT) WITH ('connector' = 'print');
CREATE VIEW v AS SELECT a, b FROM (VALUES (1, 10), (2, 20)) AS t(a, b);
CREATE VIEW w (s) AS SELECT a + b FROM v WHERE a > 1;
INSERT INTO out1 SELECT s FROM w;
-- rows in order
-- +I[22]
