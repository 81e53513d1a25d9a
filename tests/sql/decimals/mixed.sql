-- With a whole number the result is DECIMAL, with a DOUBLE it is DOUBLE.
CREATE TABLE made (a STRING, b STRING, c STRING, d STRING) WITH ('connector' = 'print');
INSERT INTO made SELECT CAST(m + i AS STRING), CAST(m * i AS STRING), CAST(m + d AS STRING), CAST(0.908 * i AS STRING)
FROM (VALUES (CAST(1.10 AS DECIMAL(6, 2)), 3, CAST(0.5 AS DOUBLE)), (CAST(-0.01 AS DECIMAL(6, 2)), -1, CAST(1E3 AS DOUBLE))) AS t(m, i, d);
-- rows
-- +I[4.10, 3.30, 1.6, 2.724]
-- +I[-1.01, 0.01, 999.99, -0.908]
