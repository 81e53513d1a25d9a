-- Roots, powers, logarithms.
CREATE TABLE made (a DOUBLE, b DOUBLE, c DOUBLE, d DOUBLE, e STRING, f STRING) WITH ('connector' = 'print');
INSERT INTO made SELECT SQRT(i), POWER(i, 2), LOG10(i), LOG2(i), BIN(i), HEX(i) FROM (VALUES (16), (1), (1024)) AS t(i);
-- rows
-- +I[4.0, 256.0, 1.2041199826559248, 4.0, 10000, 10]
-- +I[1.0, 1.0, 0.0, 0.0, 1, 1]
-- +I[32.0, 1048576.0, 3.010299956639812, 10.0, 10000000000, 400]
