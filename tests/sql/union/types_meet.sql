-- The sides of UNION ALL meet in a type that holds both.
CREATE TABLE merged (a STRING, b STRING) WITH ('connector' = 'print');
INSERT INTO merged SELECT CAST(a AS STRING), CAST(b AS STRING) FROM (
  SELECT a, b FROM (VALUES (1, CAST(1.5 AS DECIMAL(3, 1)))) AS t(a, b) UNION ALL SELECT c, d FROM (VALUES (CAST(2 AS BIGINT), CAST(0.25 AS DECIMAL(4, 2)))) AS u(c, d));
-- rows
-- +I[1, 1.50]
-- +I[2, 0.25]
