-- Every statement is read, whatever is wrong before it.
CREATE TABLE orders (
  id BIGINT,
  item TEXT,
  count INT,
  price DECIMAL(50, 2),
  ts TIMESTAMP(3),
) WITH ('connector' = 'datagen');
CREATE TABLE sink (a BIGINT) WITH ('connector' = 'print');
SELCT 1;
INSERT INTO sink SELECT a +, FROM orders;
INSERT INTO snik SELECT id FROM orders;
-- error
-- case.sql:4:8: error: unknown type 'TEXT'
--  4 |   item TEXT,
--    |        ^^^^
--    = did you mean STRING?
-- case.sql:5:3: error: 'count' is a reserved word
--  5 |   count INT,
--    |   ^^^^^
--    = write it in backticks: `count`
-- case.sql:6:17: error: precision must be from 1 to 38
--  6 |   price DECIMAL(50, 2),
--    |                 ^^
-- case.sql:8:1: error: a column is missing after ','
--  8 | ) WITH ('connector' = 'datagen');
--    | ^
--    = expected a column, or no comma
-- case.sql:10:1: error: unexpected 'SELCT'
--  10 | SELCT 1;
--     | ^^^^^
--     = expected a statement; did you mean SELECT?
-- case.sql:11:28: error: unexpected ','
--  11 | INSERT INTO sink SELECT a +, FROM orders;
--     |                            ^
--     = expected an expression
-- case.sql:11:30: error: an item is missing after ','
--  11 | INSERT INTO sink SELECT a +, FROM orders;
--     |                              ^^^^
--     = expected a column, or no comma
-- case.sql:12:13: error: table `snik` is not known
--  12 | INSERT INTO snik SELECT id FROM orders;
--     |             ^^^^
--     = did you mean `sink`?
