-- A stream does not know the rows that follow.
CREATE TEMPORARY VIEW v AS SELECT * FROM (VALUES (1), (2)) AS t(x);
CREATE TABLE o (x BIGINT) WITH ('connector' = 'print');
INSERT INTO o SELECT COUNT(*) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) FROM v;
-- error
-- case.sql:4:1: error: OVER ROWS FOLLOWING windows are not supported yet. SET 'execution.runtime-mode' = 'batch' takes it
--  4 | INSERT INTO o SELECT COUNT(*) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) FROM v;
--    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
