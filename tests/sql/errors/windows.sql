-- Windows: time attributes, arguments, frames, patterns.
CREATE TABLE a (id BIGINT, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen');
CREATE TABLE sink (x BIGINT) WITH ('connector' = 'print');
INSERT INTO sink SELECT id FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(v), INTERVAL '1' HOUR));
INSERT INTO sink SELECT id FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(tss), INTERVAL '1' HOUR));
INSERT INTO sink SELECT id FROM TABLE(CUMULATE(TABLE a, DESCRIPTOR(ts), INTERVAL '7' SECOND, INTERVAL '10' SECOND));
INSERT INTO sink SELECT id FROM TABLE(HOP(TABLE a, DESCRIPTOR(ts), INTERVAL '1' HOUR));
INSERT INTO sink SELECT id FROM TABLE(HOP(TABLE a, DESCRIPTOR(ts), 1, 2));
INSERT INTO sink SELECT id FROM TABLE(TUMBLE(DATA => TABLE a, TIMECOL => DESCRIPTOR(ts), SIZES => INTERVAL '1' HOUR));
INSERT INTO sink SELECT id FROM TABLE(SESION(TABLE a, DESCRIPTOR(ts), INTERVAL '1' HOUR));
INSERT INTO sink SELECT SUM(v) OVER (ORDER BY ts ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM a;
INSERT INTO sink SELECT SUM(v) OVER w FROM a;
INSERT INTO sink SELECT id FROM a WHERE ROW_NUMBER() OVER (ORDER BY ts) < 3;
INSERT INTO sink SELECT x FROM a MATCH_RECOGNIZE (ORDER BY v MEASURES A.id AS x PATTERN (A B) DEFINE C AS C.v > 1);
-- error
-- case.sql:4:66: error: The window function requires the timecol is a time attribute type, but is INT.
--  4 | INSERT INTO sink SELECT id FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(v), INTERVAL '1' HOUR));
--    |                                                                  ^
--    = a column with a WATERMARK in CREATE TABLE, or one computed AS PROCTIME()
-- case.sql:5:66: error: Unknown identifier 'tss'
--  5 | INSERT INTO sink SELECT id FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(tss), INTERVAL '1' HOUR));
--    |                                                                  ^^^
--    = did you mean `ts`?
-- case.sql:6:39: error: CUMULATE table function based aggregate requires maxSize must be an integral multiple of step, but got maxSize 10000 ms and step 7000 ms
--  6 | INSERT INTO sink SELECT id FROM TABLE(CUMULATE(TABLE a, DESCRIPTOR(ts), INTERVAL '7' SECOND, INTERVAL '10' SECOND));
--    |                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- case.sql:7:39: error: HOP lacks its argument SIZE
--  7 | INSERT INTO sink SELECT id FROM TABLE(HOP(TABLE a, DESCRIPTOR(ts), INTERVAL '1' HOUR));
--    |                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
--    = HOP(TABLE t, DESCRIPTOR(time), slide, size[, offset])
-- case.sql:8:68: error: SLIDE of HOP is an INTERVAL of days to seconds above 0
--  8 | INSERT INTO sink SELECT id FROM TABLE(HOP(TABLE a, DESCRIPTOR(ts), 1, 2));
--    |                                                                    ^
-- case.sql:8:71: error: SIZE of HOP is an INTERVAL of days to seconds above 0
--  8 | INSERT INTO sink SELECT id FROM TABLE(HOP(TABLE a, DESCRIPTOR(ts), 1, 2));
--    |                                                                       ^
-- case.sql:9:90: error: TUMBLE has no argument SIZES
--  9 | INSERT INTO sink SELECT id FROM TABLE(TUMBLE(DATA => TABLE a, TIMECOL => DESCRIPTOR(ts), SIZES => INTERVAL '1' HOUR));
--    |                                                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^
--    = did you mean SIZE?
-- case.sql:10:39: error: table function SESION is not known
--  10 | INSERT INTO sink SELECT id FROM TABLE(SESION(TABLE a, DESCRIPTOR(ts), INTERVAL '1' HOUR));
--     |                                       ^^^^^^
--     = did you mean SESSION?
-- case.sql:11:37: error: Upper frame boundary cannot be PRECEDING when lower boundary is CURRENT ROW
--  11 | INSERT INTO sink SELECT SUM(v) OVER (ORDER BY ts ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM a;
--     |                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- case.sql:12:37: error: Window 'w' not found
--  12 | INSERT INTO sink SELECT SUM(v) OVER w FROM a;
--     |                                     ^
--     = WINDOW w AS (...) declares it
-- case.sql:13:41: error: Windowed aggregate expression is illegal in WHERE clause
--  13 | INSERT INTO sink SELECT id FROM a WHERE ROW_NUMBER() OVER (ORDER BY ts) < 3;
--     |                                         ^^^^^^^^^^
--     = QUALIFY filters by it
-- case.sql:14:60: error: You must specify either rowtime or proctime for order by as the first one.
--  14 | INSERT INTO sink SELECT x FROM a MATCH_RECOGNIZE (ORDER BY v MEASURES A.id AS x PATTERN (A B) DEFINE C AS C.v > 1);
--     |                                                            ^
--     = a column with a WATERMARK, or one computed AS PROCTIME()
