-- UNION ALL keeps every row of both sides.
CREATE TABLE merged (a INT) WITH ('connector' = 'print');
INSERT INTO merged SELECT a FROM (VALUES (1), (2)) AS t(a) UNION ALL SELECT a FROM (VALUES (2), (3)) AS u(a);
-- rows
-- +I[1]
-- +I[2]
-- +I[2]
-- +I[3]
