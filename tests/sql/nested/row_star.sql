-- A row's fields taken one by one from a subquery, under new names.
CREATE TABLE flat (q STRING, p INT, n INT) WITH ('connector' = 'print');
INSERT INTO flat (p, q, n) SELECT u.r.a, u.r.b, u.n FROM (
  SELECT CAST(ROW(x, s) AS ROW<a INT, b STRING>) AS r, x * 10 AS n FROM (VALUES (1, 'one'), (2, 'two')) AS v(x, s)) AS u WHERE u.r.a > 1;
-- rows
-- +I[two, 2, 20]
