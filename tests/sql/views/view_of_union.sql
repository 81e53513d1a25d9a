-- A view may hold a UNION ALL, and be read twice.
CREATE TABLE out1 (a INT) WITH ('connector' = 'print');
CREATE VIEW both_sides AS SELECT a FROM (VALUES (1), (2)) AS t(a) UNION ALL SELECT b * 10 FROM (VALUES (1), (2)) AS u(b);
INSERT INTO out1 SELECT a FROM both_sides WHERE a > 1 UNION ALL SELECT a + 100 FROM both_sides WHERE a < 10;
-- rows
-- +I[10]
-- +I[20]
-- +I[2]
-- +I[101]
-- +I[102]
