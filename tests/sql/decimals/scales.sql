-- Precision and scale of results: sum, difference, product, quotient, remainder.
CREATE TABLE made (s DECIMAL(38, 3), d DECIMAL(38, 3), p DECIMAL(38, 5), q DECIMAL(38, 10), r DECIMAL(38, 3)) WITH ('connector' = 'print');
INSERT INTO made SELECT a + b, a - b, a * b, a / b, MOD(a, b)
FROM (VALUES (CAST(1.10 AS DECIMAL(6, 2)), CAST(2.205 AS DECIMAL(6, 3))), (CAST(-7.25 AS DECIMAL(6, 2)), CAST(3 AS DECIMAL(6, 3))),
  (CAST(9999.99 AS DECIMAL(6, 2)), CAST(0.001 AS DECIMAL(6, 3))), (CAST(NULL AS DECIMAL(6, 2)), CAST(1 AS DECIMAL(6, 3)))) AS t(a, b);
-- rows
-- +I[3.305, -1.105, 2.42550, 0.4988662130, 1.100]
-- +I[-4.250, -10.250, -21.75000, -2.4166666670, -1.250]
-- +I[9999.991, 9999.989, 9.99999, 9999990.0000000000, 0.000]
-- +I[null, null, null, null, null]
