-- WHERE drops rows whose condition is UNKNOWN, also under NOT.
CREATE TABLE kept (id INT) WITH ('connector' = 'print');
INSERT INTO kept SELECT id FROM (VALUES (1, 5), (2, CAST(NULL AS INT)), (3, 15)) AS t(id, x) WHERE NOT (x > 10);
INSERT INTO kept SELECT id + 10 FROM (VALUES (1, 5), (2, CAST(NULL AS INT)), (3, 15)) AS t(id, x) WHERE x > 10 OR id = 2;
INSERT INTO kept SELECT id + 20 FROM (VALUES (1, 5), (2, CAST(NULL AS INT)), (3, 15)) AS t(id, x) WHERE (x > 10) IS NOT TRUE;
-- rows
-- +I[1]
-- +I[12]
-- +I[13]
-- +I[21]
-- +I[22]
