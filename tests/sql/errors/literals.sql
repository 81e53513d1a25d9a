-- Literals that are none.
CREATE TABLE sink (a STRING) WITH ('connector' = 'print');
INSERT INTO sink SELECT DATE '2023-02-29';
INSERT INTO sink SELECT TIMESTAMP '2023-02-28 25:00:00';
INSERT INTO sink SELECT INTERVAL '70' SECOND + INTERVAL '1:99' HOUR TO MINUTE;
INSERT INTO sink SELECT 123456789012345678901234567890123456789;
INSERT INTO sink SELECT INTERVAL 5 DAY;
INSERT INTO sink SELECT x'123';
INSERT INTO sink SELECT "text";
INSERT INTO sink SELECT 'no end;
-- error
-- case.sql:3:25: error: '2023-02-29' is no date; expected 'yyyy-MM-dd'
--  3 | INSERT INTO sink SELECT DATE '2023-02-29';
--    |                         ^^^^^^^^^^^^^^^^^
-- case.sql:4:25: error: '2023-02-28 25:00:00' is no timestamp; expected 'yyyy-MM-dd HH:mm:ss[.fraction]'
--  4 | INSERT INTO sink SELECT TIMESTAMP '2023-02-28 25:00:00';
--    |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- case.sql:5:48: error: '1:99' is no interval of HOUR TO MINUTE
--  5 | INSERT INTO sink SELECT INTERVAL '70' SECOND + INTERVAL '1:99' HOUR TO MINUTE;
--    |                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- case.sql:6:25: error: the number has more than 38 digits
--  6 | INSERT INTO sink SELECT 123456789012345678901234567890123456789;
--    |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- case.sql:7:34: error: unexpected '5'
--  7 | INSERT INTO sink SELECT INTERVAL 5 DAY;
--    |                                  ^
--    = expected the number in single quotes: INTERVAL '5' ...
-- case.sql:8:25: error: x'...' takes pairs of hexadecimal digits
--  8 | INSERT INTO sink SELECT x'123';
--    |                         ^^^^^^
-- case.sql:9:25: error: double quotes mean nothing in this dialect
--  9 | INSERT INTO sink SELECT "text";
--    |                         ^^^^^^
--    = write strings as 'text' and names as `name`
-- case.sql:10:25: error: string without end
--  10 | INSERT INTO sink SELECT 'no end;
--     |                         ^
--     = expected a closing '
