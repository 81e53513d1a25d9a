-- A key that is not there gives NULL.
CREATE TABLE flat (a INT, b INT, c INT, d STRING) WITH ('connector' = 'print');
INSERT INTO flat SELECT m['a'], m['b'], CARDINALITY(m), CAST(m['zz'] AS STRING)
FROM (SELECT CAST(MAP['a', x, k, 2] AS MAP<STRING, INT>) AS m FROM (VALUES (1, 'b'), (7, 'c')) AS v(x, k)) AS t;
-- rows
-- +I[1, 2, 2, null]
-- +I[7, null, 2, null]
