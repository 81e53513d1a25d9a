-- SELECT without FROM is one row.
CREATE TABLE out1 (a INT, b STRING) WITH ('connector' = 'print');
INSERT INTO out1 SELECT 1, 'one';
INSERT INTO out1 SELECT 2, 'two' UNION ALL SELECT 3, 'three';
-- rows
-- +I[1, one]
-- +I[2, two]
-- +I[3, three]
