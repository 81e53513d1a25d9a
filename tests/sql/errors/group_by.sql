-- Columns that are not grouped, aggregates in wrong places.
CREATE TABLE a (id BIGINT, v INT, ts TIMESTAMP(3)) WITH ('connector' = 'datagen');
CREATE TABLE sink (x BIGINT) WITH ('connector' = 'print');
INSERT INTO sink SELECT id + v FROM a GROUP BY id;
INSERT INTO sink SELECT a.v FROM a GROUP BY id HAVING ts IS NOT NULL;
INSERT INTO sink SELECT id AS k FROM a GROUP BY k;
INSERT INTO sink SELECT COUNT(*) FROM a WHERE SUM(v) > 1;
INSERT INTO sink SELECT SUM(MAX(v)) FROM a;
INSERT INTO sink SELECT ROW_NUMBER() FROM a;
INSERT INTO sink SELECT COUNT(*) FROM a GROUP BY TUMBLE(ts, INTERVAL '1' HOUR);
INSERT INTO sink SELECT GROUPING(v) FROM a GROUP BY id;
-- error
-- case.sql:4:30: error: Expression 'v' is not being grouped
--  4 | INSERT INTO sink SELECT id + v FROM a GROUP BY id;
--    |                              ^
-- case.sql:5:55: error: Expression 'ts' is not being grouped
--  5 | INSERT INTO sink SELECT a.v FROM a GROUP BY id HAVING ts IS NOT NULL;
--    |                                                       ^^
-- case.sql:6:49: error: column `k` is not known
--  6 | INSERT INTO sink SELECT id AS k FROM a GROUP BY k;
--    |                                                 ^
--    = columns: `id`, `v`, `ts`
-- case.sql:7:47: error: Aggregate expression is illegal in WHERE clause
--  7 | INSERT INTO sink SELECT COUNT(*) FROM a WHERE SUM(v) > 1;
--    |                                               ^^^
--    = HAVING filters groups
-- case.sql:8:29: error: Aggregate expressions cannot be nested
--  8 | INSERT INTO sink SELECT SUM(MAX(v)) FROM a;
--    |                             ^^^
-- case.sql:9:25: error: OVER clause is necessary for window functions
--  9 | INSERT INTO sink SELECT ROW_NUMBER() FROM a;
--    |                         ^^^^^^^^^^
--    = write ROW_NUMBER(...) OVER (PARTITION BY ... ORDER BY ...)
-- case.sql:10:57: error: Window aggregate can only be defined over a time attribute column, but TIMESTAMP(3) encountered.
--  10 | INSERT INTO sink SELECT COUNT(*) FROM a GROUP BY TUMBLE(ts, INTERVAL '1' HOUR);
--     |                                                         ^^
--     = declare WATERMARK FOR it in CREATE TABLE
-- case.sql:11:34: error: Argument to operator 'GROUPING' must be a grouped expression
--  11 | INSERT INTO sink SELECT GROUPING(v) FROM a GROUP BY id;
--     |                                  ^
