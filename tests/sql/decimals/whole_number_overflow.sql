-- Whole numbers wrap around, as in Java; a quotient is cut towards zero, a remainder has the sign of the dividend.
CREATE TABLE made (a INT, b BIGINT, c INT, d INT, e INT) WITH ('connector' = 'print');
INSERT INTO made SELECT i + 1, b * 2, i - 2147483647, i / 2, MOD(i, 10)
FROM (VALUES (2147483647, 9223372036854775807), (-2147483647, -9223372036854775807), (-7, 3000000000)) AS t(i, b);
-- rows
-- +I[-2147483648, -2, 0, 1073741823, 7]
-- +I[-2147483646, 2, 2, -1073741823, -7]
-- +I[-6, 6000000000, 2147483642, -3, -7]
