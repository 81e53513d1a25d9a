-- DOUBLE follows IEEE 754: division by zero is infinite or no number.
CREATE TABLE made (id INT, q DOUBLE) WITH ('connector' = 'print');
INSERT INTO made SELECT id, a / b
FROM (VALUES (1, CAST(1 AS DOUBLE), CAST(0 AS DOUBLE)), (2, CAST(-1 AS DOUBLE), CAST(0 AS DOUBLE)), (3, CAST(0 AS DOUBLE), CAST(0 AS DOUBLE)),
  (4, CAST(5.5 AS DOUBLE), CAST(2 AS DOUBLE))) AS t(id, a, b);
-- rows
-- +I[1, Infinity]
-- +I[2, -Infinity]
-- +I[3, NaN]
-- +I[4, 2.75]
