-- Types that do not go together, and literals that are none.
CREATE TABLE t (i INT, s STRING, ts TIMESTAMP(3), r ROW<x INT>, l ARRAY<INT>, m MAP<STRING, INT>) WITH ('connector' = 'datagen');
CREATE TABLE sink (a STRING) WITH ('connector' = 'print');
INSERT INTO sink SELECT CAST(i + ts AS STRING) FROM t;
INSERT INTO sink SELECT CAST(r AS INT) FROM t;
INSERT INTO sink SELECT r.y FROM t;
INSERT INTO sink SELECT l['a'] FROM t;
INSERT INTO sink SELECT s FROM t WHERE i = 'x';
INSERT INTO sink SELECT s FROM t WHERE i;
INSERT INTO sink SELECT CASE WHEN i > 1 THEN s ELSE i END FROM t;
INSERT INTO sink SELECT CAST(DATE '2021-02-30' AS STRING) FROM t;
INSERT INTO sink SELECT s FROM t WHERE ts > TIMESTAMP 'soon';
INSERT INTO sink SELECT REGEXP_EXTRACT(s, '(?=a)b') FROM t;
INSERT INTO sink SELECT SUBSTRING(s) FROM t;
INSERT INTO sink SELECT EXTRACT(FORTNIGHT FROM ts) FROM t;
INSERT INTO sink SELECT i LIKE 'a%' FROM t;
-- error
-- case.sql:4:32: error: +: takes numbers, or a point in time and an interval, not (INT, TIMESTAMP(3))
--  4 | INSERT INTO sink SELECT CAST(i + ts AS STRING) FROM t;
--    |                                ^
-- case.sql:5:25: error: CAST of ROW<`x` INT> to INT does not exist
--  5 | INSERT INTO sink SELECT CAST(r AS INT) FROM t;
--    |                         ^^^^^^^^^^^^^^
-- case.sql:6:27: error: there is no field `y` in ROW<`x` INT>
--  6 | INSERT INTO sink SELECT r.y FROM t;
--    |                           ^
-- case.sql:7:25: error: ITEM: takes an ARRAY and a whole number, or a MAP and a key, not (ARRAY<INT>, CHAR(1))
--  7 | INSERT INTO sink SELECT l['a'] FROM t;
--    |                         ^^^^^^
-- case.sql:8:42: error: =: cannot compare INT with CHAR(1)
--  8 | INSERT INTO sink SELECT s FROM t WHERE i = 'x';
--    |                                          ^
-- case.sql:9:40: error: WHERE takes a BOOLEAN, not INT
--  9 | INSERT INTO sink SELECT s FROM t WHERE i;
--    |                                        ^
-- case.sql:10:25: error: the branches of CASE: no common type for STRING and INT
--  10 | INSERT INTO sink SELECT CASE WHEN i > 1 THEN s ELSE i END FROM t;
--     |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- case.sql:11:30: error: '2021-02-30' is no date; expected 'yyyy-MM-dd'
--  11 | INSERT INTO sink SELECT CAST(DATE '2021-02-30' AS STRING) FROM t;
--     |                              ^^^^^^^^^^^^^^^^^
-- case.sql:12:45: error: 'soon' is no timestamp; expected 'yyyy-MM-dd HH:mm:ss[.fraction]'
--  12 | INSERT INTO sink SELECT s FROM t WHERE ts > TIMESTAMP 'soon';
--     |                                             ^^^^^^^^^^^^^^^^
-- case.sql:13:25: error: REGEXP_EXTRACT: the regular expression '(?=a)b' cannot be used (sluice knows RE2's syntax, without lookaround and back references): invalid perl operator: (?=
--  13 | INSERT INTO sink SELECT REGEXP_EXTRACT(s, '(?=a)b') FROM t;
--     |                         ^^^^^^^^^^^^^^
-- case.sql:14:25: error: SUBSTRING: takes (STRING, INT, [INT]), not (STRING)
--  14 | INSERT INTO sink SELECT SUBSTRING(s) FROM t;
--     |                         ^^^^^^^^^
-- case.sql:15:25: error: EXTRACT: takes a unit: YEAR, QUARTER, MONTH, WEEK, DAY, DOY, DOW, ISODOW, ISOYEAR, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, NANOSECOND, EPOCH, DECADE, CENTURY, MILLENNIUM
--  15 | INSERT INTO sink SELECT EXTRACT(FORTNIGHT FROM ts) FROM t;
--     |                         ^^^^^^^
-- case.sql:16:27: error: LIKE: takes (STRING, STRING, [STRING]), not (INT, CHAR(2))
--  16 | INSERT INTO sink SELECT i LIKE 'a%' FROM t;
--     |                           ^^^^
