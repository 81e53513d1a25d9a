-- Words that need backticks.
CREATE TABLE t (
  value INT,
  user STRING,
  timestamp TIMESTAMP(3),
  `offset` BIGINT
) WITH ('connector' = 'datagen');
CREATE TABLE sink (a INT) WITH ('connector' = 'print');
INSERT INTO sink SELECT value FROM t;
-- error
-- case.sql:3:3: error: 'value' is a reserved word
--  3 |   value INT,
--    |   ^^^^^
--    = write it in backticks: `value`
-- case.sql:4:3: error: 'user' is a reserved word
--  4 |   user STRING,
--    |   ^^^^
--    = write it in backticks: `user`
-- case.sql:5:3: error: 'timestamp' is a reserved word
--  5 |   timestamp TIMESTAMP(3),
--    |   ^^^^^^^^^
--    = write it in backticks: `timestamp`
-- case.sql:9:25: error: unexpected 'value'
--  9 | INSERT INTO sink SELECT value FROM t;
--    |                         ^^^^^
--    = expected an expression, or the name of a column; a reserved word is a name only in backticks: `value`
