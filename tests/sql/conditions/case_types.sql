-- The branches of CASE, IF and COALESCE meet in one type.
CREATE TABLE chosen (a STRING, b STRING, c STRING, d STRING) WITH ('connector' = 'print');
INSERT INTO chosen SELECT CAST(CASE WHEN x = 1 THEN 1 ELSE 2.50 END AS STRING), CAST(CASE WHEN x = 1 THEN x ELSE CAST(2.5 AS DOUBLE) END AS STRING),
  CAST(COALESCE(CAST(NULL AS INT), CAST(x AS BIGINT)) AS STRING), IF(x > 1, 'yes', 'no')
FROM (VALUES (1), (2), (CAST(NULL AS INT))) AS t(x);
-- rows
-- +I[1.00, 1.0, 1, no]
-- +I[2.50, 2.5, 2, yes]
-- +I[2.50, 2.5, null, no]
