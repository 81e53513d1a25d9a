-- IN and NOT IN with a NULL in the list, or to the left.
CREATE TABLE seen (id INT, a BOOLEAN, b BOOLEAN, c BOOLEAN, d BOOLEAN) WITH ('connector' = 'print');
INSERT INTO seen SELECT id, x IN (1, 2), x NOT IN (1, 2), x IN (1, CAST(NULL AS INT)), x NOT IN (1, CAST(NULL AS INT))
FROM (VALUES (1, 1), (2, 3), (3, CAST(NULL AS INT))) AS t(id, x);
-- rows
-- +I[1, true, false, true, false]
-- +I[2, false, true, null, null]
-- +I[3, null, null, null, null]
