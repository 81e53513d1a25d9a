-- Numbers of different types are compared as numbers.
CREATE TABLE seen (a BOOLEAN, b BOOLEAN, c BOOLEAN, d BOOLEAN) WITH ('connector' = 'print');
INSERT INTO seen SELECT i = m, i < d, b > i, m = d
FROM (VALUES (1, CAST(1.00 AS DECIMAL(5, 2)), CAST(1.5 AS DOUBLE), 5000000000), (-2, CAST(-2.5 AS DECIMAL(5, 2)), CAST(-2.5 AS DOUBLE), -5000000000)) AS t(i, m, d, b);
-- rows
-- +I[true, true, true, false]
-- +I[false, false, false, true]
