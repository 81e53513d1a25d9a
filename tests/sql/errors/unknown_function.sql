-- Functions that are not there, and arguments that do not fit.
CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'datagen');
CREATE TABLE sink (a STRING) WITH ('connector' = 'print');
INSERT INTO sink SELECT UPER(item) FROM orders;
INSERT INTO sink SELECT item + 1 > 2 FROM orders WHERE id;
INSERT INTO sink SELECT NOT id FROM orders;
INSERT INTO sink SELECT id.x FROM orders;
INSERT INTO sink SELECT c.d.f(item) FROM orders;
-- error
-- case.sql:4:25: error: function UPER is not known
--  4 | INSERT INTO sink SELECT UPER(item) FROM orders;
--    |                         ^^^^
--    = did you mean UPPER?
-- case.sql:5:30: error: +: takes numbers, or a point in time and an interval, not (STRING, INT)
--  5 | INSERT INTO sink SELECT item + 1 > 2 FROM orders WHERE id;
--    |                              ^
-- case.sql:5:56: error: WHERE takes a BOOLEAN, not BIGINT
--  5 | INSERT INTO sink SELECT item + 1 > 2 FROM orders WHERE id;
--    |                                                        ^^
-- case.sql:6:25: error: NOT: takes (BOOLEAN), not (BIGINT)
--  6 | INSERT INTO sink SELECT NOT id FROM orders;
--    |                         ^^^
-- case.sql:7:28: error: a value of type BIGINT has no fields
--  7 | INSERT INTO sink SELECT id.x FROM orders;
--    |                            ^
-- case.sql:8:25: error: there are no functions in catalogs
--  8 | INSERT INTO sink SELECT c.d.f(item) FROM orders;
--    |                         ^^^^^
--    = system functions have names of one part
