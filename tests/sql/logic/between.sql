-- BETWEEN holds both ends; SYMMETRIC takes them in any order.
CREATE TABLE seen (x INT, a BOOLEAN, b BOOLEAN, c BOOLEAN, d BOOLEAN) WITH ('connector' = 'print');
INSERT INTO seen SELECT x, x BETWEEN 2 AND 4, x NOT BETWEEN 2 AND 4, x BETWEEN 4 AND 2, x BETWEEN SYMMETRIC 4 AND 2
FROM (VALUES (1), (2), (3), (4), (5), (CAST(NULL AS INT))) AS t(x);
-- rows
-- +I[1, false, true, false, false]
-- +I[2, true, false, false, true]
-- +I[3, true, false, false, true]
-- +I[4, true, false, false, true]
-- +I[5, false, true, false, false]
-- +I[null, null, null, null, null]
