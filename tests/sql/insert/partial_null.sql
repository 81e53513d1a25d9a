-- A column that is not named is NULL, a computed value goes where it is named.
CREATE TABLE wide (a INT, b STRING, c DECIMAL(8, 2), d TIMESTAMP(3)) WITH ('connector' = 'print');
INSERT INTO wide (d, a) SELECT ts, i FROM (VALUES (1, TIMESTAMP '2021-01-02 03:04:05.000'), (2, CAST(NULL AS TIMESTAMP(3)))) AS t(i, ts);
-- rows
-- +I[2, null, null, null]
-- +I[1, null, null, 2021-01-02T03:04:05]
