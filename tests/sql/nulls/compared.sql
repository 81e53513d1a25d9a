-- IS NULL and IS DISTINCT FROM know NULL; = does not.
CREATE TABLE seen (id INT, eq BOOLEAN, ne BOOLEAN, isnull BOOLEAN, notnull BOOLEAN, dist BOOLEAN, same BOOLEAN) WITH ('connector' = 'print');
INSERT INTO seen SELECT id, x = y, x <> y, x IS NULL, x IS NOT NULL, x IS DISTINCT FROM y, x IS NOT DISTINCT FROM y
FROM (VALUES (1, 1, 1), (2, 1, 2), (3, CAST(NULL AS INT), 2), (4, 1, CAST(NULL AS INT)), (5, CAST(NULL AS INT), CAST(NULL AS INT))) AS t(id, x, y);
-- rows
-- +I[1, true, false, false, true, false, true]
-- +I[2, false, true, false, true, true, false]
-- +I[3, null, null, true, false, true, false]
-- +I[4, null, null, false, true, true, false]
-- +I[5, null, null, true, false, false, true]
