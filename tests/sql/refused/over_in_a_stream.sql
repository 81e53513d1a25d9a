-- What a stream cannot answer OVER, in Flink's words.
CREATE TEMPORARY VIEW v AS SELECT * FROM (VALUES (1), (2)) AS t(x);
CREATE TABLE o (x BIGINT) WITH ('connector' = 'print');
INSERT INTO o SELECT NTILE(2) OVER (ORDER BY x) FROM v;
-- error
-- case.sql:4:1: error: NTILE Function is not supported in stream mode.
--  4 | INSERT INTO o SELECT NTILE(2) OVER (ORDER BY x) FROM v;
--    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
