-- COALESCE, IFNULL, NULLIF, CONCAT_WS, GREATEST and LEAST.
CREATE TABLE seen (id INT, a INT, b INT, c INT, d STRING, e INT, f INT) WITH ('connector' = 'print');
INSERT INTO seen SELECT id, COALESCE(x, y, 0), IFNULL(x, -1), NULLIF(x, 1), CONCAT_WS('-', CAST(x AS STRING), CAST(y AS STRING)), GREATEST(x, y), LEAST(x, y)
FROM (VALUES (1, 1, 2), (2, CAST(NULL AS INT), 5), (3, 7, CAST(NULL AS INT)), (4, CAST(NULL AS INT), CAST(NULL AS INT))) AS t(id, x, y);
-- rows
-- +I[1, 1, 1, null, 1-2, 2, 1]
-- +I[2, 5, -1, null, 5, null, null]
-- +I[3, 7, 7, 7, 7, null, null]
-- +I[4, 0, -1, null, , null, null]
