-- Frames that cannot be.
CREATE TEMPORARY VIEW a AS SELECT * FROM (VALUES (1, 'x', DATE '2024-01-01')) AS t(v, s, d);
CREATE TABLE sink (x BIGINT) WITH ('connector' = 'print');
INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY v ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW) FROM a;
INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY v ROWS BETWEEN -1 FOLLOWING AND 1.5 FOLLOWING) FROM a;
INSERT INTO sink SELECT COUNT(*) OVER (RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM a;
INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY v, s RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM a;
INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY s RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM a;
INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY d RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM a;
INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW) FROM a;
INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY v RANGE BETWEEN v PRECEDING AND CURRENT ROW) FROM a;
-- error
-- case.sql:4:39: error: UNBOUNDED FOLLOWING cannot be specified for the lower frame boundary
--  4 | INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY v ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW) FROM a;
--    |                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- case.sql:5:64: error: ROWS value must be a non-negative integral constant
--  5 | INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY v ROWS BETWEEN -1 FOLLOWING AND 1.5 FOLLOWING) FROM a;
--    |                                                                ^^
-- case.sql:6:39: error: Window specification must contain an ORDER BY clause
--  6 | INSERT INTO sink SELECT COUNT(*) OVER (RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM a;
--    |                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- case.sql:7:68: error: RANGE clause cannot be used with compound ORDER BY clause
--  7 | INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY v, s RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM a;
--    |                                                                    ^
-- case.sql:8:65: error: Data type of ORDER BY prohibits use of RANGE clause
--  8 | INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY s RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM a;
--    |                                                                 ^
--    = RANGE with an offset is of numbers and times
-- case.sql:9:65: error: Data Type mismatch between ORDER BY and RANGE clause
--  9 | INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY d RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM a;
--    |                                                                 ^
--    = RANGE takes an INTERVAL ... DAY TO SECOND
-- case.sql:10:65: error: RANGE takes an INTERVAL ... DAY TO SECOND
--  10 | INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW) FROM a;
--     |                                                                 ^^^^^^^^^^^^^^^^^^
-- case.sql:11:65: error: RANGE takes a constant number of at most 18 digits
--  11 | INSERT INTO sink SELECT COUNT(*) OVER (ORDER BY v RANGE BETWEEN v PRECEDING AND CURRENT ROW) FROM a;
--     |                                                                 ^
