-- A DECIMAL with fewer digits behind the point is rounded half away from zero; with too few before it, it is NULL.
CREATE TABLE casted (m DECIMAL(10, 3), tenth DECIMAL(4, 1), whole DECIMAL(4, 0), small DECIMAL(3, 2), i INT) WITH ('connector' = 'print');
INSERT INTO casted SELECT m, CAST(m AS DECIMAL(4, 1)), CAST(m AS DECIMAL(4, 0)), CAST(m AS DECIMAL(3, 2)), CAST(m AS INT)
FROM (VALUES (CAST(1.250 AS DECIMAL(10, 3))), (CAST(-1.250 AS DECIMAL(10, 3))), (CAST(2.500 AS DECIMAL(10, 3))), (CAST(-2.500 AS DECIMAL(10, 3))),
  (CAST(999.949 AS DECIMAL(10, 3))), (CAST(999.950 AS DECIMAL(10, 3))), (CAST(9.994 AS DECIMAL(10, 3))), (CAST(1234567.999 AS DECIMAL(10, 3))), (CAST(NULL AS DECIMAL(10, 3)))) AS t(m);
-- rows
-- +I[1.250, 1.3, 1, 1.25, 1]
-- +I[2.500, 2.5, 3, 2.50, 2]
-- +I[999.949, 999.9, 1000, null, 999]
-- +I[-2.500, -2.5, -3, -2.50, -2]
-- +I[-1.250, -1.3, -1, -1.25, -1]
-- +I[999.950, null, 1000, null, 999]
-- +I[9.994, 10.0, 10, 9.99, 9]
-- +I[1234567.999, null, null, null, 1234567]
-- +I[null, null, null, null, null]
