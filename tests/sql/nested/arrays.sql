-- Elements count from 1; outside the array there is NULL.
CREATE TABLE flat (a INT, b INT, c INT, d INT, e BOOLEAN, f BOOLEAN) WITH ('connector' = 'print');
INSERT INTO flat SELECT arr[1], arr[3], arr[4], CARDINALITY(arr), ARRAY_CONTAINS(arr, 2), ARRAY_CONTAINS(arr, 9)
FROM (SELECT ARRAY[x, 2, y] AS arr FROM (VALUES (1, 3), (7, CAST(NULL AS INT))) AS v(x, y)) AS t;
-- rows
-- +I[1, 3, null, 3, true, false]
-- +I[7, null, null, 3, true, false]
