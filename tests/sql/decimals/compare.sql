-- DECIMALs of different scale are compared as numbers, also with whole numbers beyond DOUBLE.
CREATE TABLE seen (a BOOLEAN, b BOOLEAN, c BOOLEAN) WITH ('connector' = 'print');
INSERT INTO seen SELECT m = CAST(1.5 AS DECIMAL(10, 4)), m > 1, m < CAST(9007199254740993 AS BIGINT)
FROM (VALUES (CAST(1.50 AS DECIMAL(20, 2))), (CAST(9007199254740993.00 AS DECIMAL(20, 2))), (CAST(9007199254740992.99 AS DECIMAL(20, 2)))) AS t(m);
-- rows
-- +I[true, true, true]
-- +I[false, true, false]
-- +I[false, true, true]
