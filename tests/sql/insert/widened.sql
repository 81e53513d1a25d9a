-- A value goes into a column of a wider type by itself.
CREATE TABLE wide (a BIGINT, b DOUBLE, c DECIMAL(12, 4), d TIMESTAMP(6), e STRING) WITH ('connector' = 'print');
INSERT INTO wide SELECT i, i, m, ts, s
FROM (VALUES (1, CAST(1.25 AS DECIMAL(5, 2)), TIMESTAMP '2021-01-02 03:04:05.129', CAST('abc' AS CHAR(5)))) AS t(i, m, ts, s);
-- rows
-- +I[1, 1.0, 1.2500, 2021-01-02T03:04:05.129, abc  ]
