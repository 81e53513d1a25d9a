-- EXCEPT ALL: a row as often as the left side has it more often.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE o (x INT, y STRING) WITH ('connector' = 'print');
INSERT INTO o
SELECT * FROM (VALUES (1, 'a'), (1, 'a'), (1, 'a'), (2, 'b'), (3, CAST(NULL AS STRING))) AS t(x, y)
EXCEPT ALL
SELECT * FROM (VALUES (1, 'a'), (3, CAST(NULL AS STRING)), (4, 'd')) AS u(x, y);
-- rows
-- +I[1, a]
-- +I[1, a]
-- +I[2, b]
