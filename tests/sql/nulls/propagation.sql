-- NULL in, NULL out: operators and most functions.
CREATE TABLE seen (id INT, a INT, b STRING, c STRING, d BOOLEAN, e BOOLEAN, f INT) WITH ('connector' = 'print');
INSERT INTO seen SELECT id, i + 1, s || 'x', CONCAT(s, 'x', CAST(i AS STRING)), i > 1, s LIKE 'a%', CHAR_LENGTH(s)
FROM (VALUES (1, 1, 'a'), (2, CAST(NULL AS INT), 'b'), (3, 3, CAST(NULL AS STRING)), (4, CAST(NULL AS INT), CAST(NULL AS STRING))) AS t(id, i, s);
-- rows
-- +I[1, 2, ax, ax1, false, true, 1]
-- +I[2, null, bx, null, null, false, 1]
-- +I[3, 4, null, null, true, null, null]
-- +I[4, null, null, null, null, null, null]
