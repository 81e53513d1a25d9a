-- Nested values as rows of a table.
CREATE TABLE deep (r ROW<a INT, b STRING>, l ARRAY<INT>, m MAP<STRING, INT>, rl ARRAY<ROW<p INT, q STRING>>) WITH ('connector' = 'print');
INSERT INTO deep SELECT CAST(ROW(x, s) AS ROW<a INT, b STRING>), ARRAY[x, 2], MAP[s, x], ARRAY[CAST(ROW(x, s) AS ROW<p INT, q STRING>)]
FROM (VALUES (1, 'one'), (2, 'two')) AS v(x, s);
-- rows
-- +I[+I[1, one], [1, 2], {one=1}, [+I[1, one]]]
-- +I[+I[2, two], [2, 2], {two=2}, [+I[2, two]]]
