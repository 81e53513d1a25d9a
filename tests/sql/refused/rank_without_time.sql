-- Numbers of rows that have no order of time change for ever.
CREATE TABLE o (x BIGINT) WITH ('connector' = 'print');
INSERT INTO o SELECT ROW_NUMBER() OVER (ORDER BY x) FROM (VALUES (1), (2)) AS t(x);
-- error
-- case.sql:3:1: error: OVER windows' ordering in stream mode must be defined on a time attribute.
--  3 | INSERT INTO o SELECT ROW_NUMBER() OVER (ORDER BY x) FROM (VALUES (1), (2)) AS t(x);
--    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
