-- A cast to a narrower whole number keeps the low bits; from a fraction it cuts, and stops at the ends of INT and BIGINT.
CREATE TABLE casted (id INT, b BIGINT, d DOUBLE, low INT, mid INT, narrow INT, cut INT, big BIGINT) WITH ('connector' = 'print');
INSERT INTO casted SELECT id, b, d, CAST(CAST(b AS TINYINT) AS INT), CAST(CAST(b AS SMALLINT) AS INT), CAST(b AS INT),
  CAST(d AS INT), CAST(d AS BIGINT)
FROM (VALUES (1, CAST(300 AS BIGINT), CAST(1.9 AS DOUBLE)), (2, CAST(-300 AS BIGINT), CAST(-1.9 AS DOUBLE)),
  (3, 4294967297, CAST(1E10 AS DOUBLE)), (4, -2147483649, CAST(-1E10 AS DOUBLE)), (5, 9223372036854775807, CAST(1E18 AS DOUBLE)),
  (6, CAST(NULL AS BIGINT), CAST(NULL AS DOUBLE))) AS t(id, b, d);
-- rows
-- +I[1, 300, 1.9, 44, 300, 300, 1, 1]
-- +I[2, -300, -1.9, -44, -300, -300, -1, -1]
-- +I[3, 4294967297, 1.0E10, 1, 1, 1, 2147483647, 10000000000]
-- +I[4, -2147483649, -1.0E10, -1, -1, 2147483647, -2147483648, -10000000000]
-- +I[5, 9223372036854775807, 1.0E18, -1, -1, -1, 2147483647, 1000000000000000000]
-- +I[6, null, null, null, null, null, null, null]
