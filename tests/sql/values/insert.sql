-- INSERT INTO ... VALUES with expressions, and a NULL.
CREATE TABLE out1 (a INT, b STRING, c DOUBLE, d BOOLEAN) WITH ('connector' = 'print');
INSERT INTO out1 VALUES (1, 'x', 1.5, TRUE), (1 + 1, UPPER('y'), 2, FALSE), (3, CAST(NULL AS STRING), CAST(NULL AS DOUBLE), 1 > 2);
-- rows
-- +I[1, x, 1.5, true]
-- +I[2, Y, 2.0, false]
-- +I[3, null, null, false]
