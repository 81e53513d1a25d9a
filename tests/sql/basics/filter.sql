-- WHERE keeps a row only when the condition is TRUE: neither FALSE nor NULL.
CREATE TABLE kept (a INT) WITH ('connector' = 'print');
INSERT INTO kept SELECT a FROM (VALUES (1), (2), (CAST(NULL AS INT)), (4)) AS t(a) WHERE a > 1;
-- rows in order
-- +I[2]
-- +I[4]
