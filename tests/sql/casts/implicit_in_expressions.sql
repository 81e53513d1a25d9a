-- Numbers, and points in time, meet in the wider type by themselves.
CREATE TABLE seen (a STRING, b STRING, c STRING, d STRING, e BOOLEAN) WITH ('connector' = 'print');
INSERT INTO seen SELECT CAST(i + b AS STRING), CAST(i + f AS STRING), CAST(i * m AS STRING), CAST(COALESCE(NULLIF(i, 1), b) AS STRING), CAST(i AS SMALLINT) = b
FROM (VALUES (1, CAST(5000000000 AS BIGINT), CAST(0.5 AS FLOAT), CAST(2.50 AS DECIMAL(5, 2))), (2, CAST(2 AS BIGINT), CAST(1.5 AS FLOAT), CAST(-1 AS DECIMAL(5, 2)))) AS t(i, b, f, m);
-- rows
-- +I[5000000001, 1.5, 2.50, 5000000000, false]
-- +I[4, 3.5, -2.00, 2, true]
