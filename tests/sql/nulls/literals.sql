-- NULL of a type, in VALUES, in CASE and as an argument.
CREATE TABLE seen (a INT, b STRING, c BOOLEAN, d STRING) WITH ('connector' = 'print');
INSERT INTO seen SELECT CASE WHEN i > 1 THEN i END, COALESCE(s, CAST(NULL AS STRING), 'none'), s IS NULL AND i IS NOT NULL, IF(s IS NULL, 'n', s)
FROM (VALUES (1, CAST(NULL AS STRING)), (2, 'x')) AS t(i, s);
-- rows
-- +I[null, none, true, n]
-- +I[2, x, false, x]
