-- Fields of rows, at any depth; a NULL row has NULL fields.
CREATE TABLE flat (a INT, b STRING, c STRING, d BOOLEAN) WITH ('connector' = 'print');
INSERT INTO flat SELECT t.r.x, t.r.y.z, UPPER(t.r.y.z), t.r IS NULL
FROM (SELECT CAST(ROW(id, ROW(s)) AS ROW<x INT, y ROW<z STRING>>) AS r FROM (VALUES (1, 'p'), (2, CAST(NULL AS STRING))) AS v(id, s)) AS t;
-- rows
-- +I[1, p, P, false]
-- +I[2, null, null, false]
