-- What does not fit the table it goes to.
CREATE TABLE sink (a INT, b STRING NOT NULL) WITH ('connector' = 'print');
INSERT INTO sink SELECT 'x', 'y';
INSERT INTO sink SELECT 1;
INSERT INTO sink (a, c) VALUES (1, 'x');
INSERT INTO sink (a, a) VALUES (1, 2);
INSERT INTO sink (a) VALUES (1);
INSERT INTO sink VALUES (1, 'x'), (2);
INSERT INTO sink VALUES (1, NULL);
-- error
-- case.sql:3:25: error: Column types of query result and sink for 'default_catalog.default_database.sink' do not match.
-- Cause: Incompatible types for sink column 'a' at position 0.
--
-- Query schema: [EXPR$0: CHAR(1) NOT NULL, EXPR$1: CHAR(1) NOT NULL]
-- Sink schema:  [a: INT, b: STRING NOT NULL]
--  3 | INSERT INTO sink SELECT 'x', 'y';
--    |                         ^^^
--    = CHAR(1) is not cast to INT without being asked; write CAST(... AS INT)
-- case.sql:4:18: error: Column types of query result and sink for 'default_catalog.default_database.sink' do not match.
-- Cause: Different number of columns.
--
-- Query schema: [EXPR$0: INT NOT NULL]
-- Sink schema:  [a: INT, b: STRING NOT NULL]
--  4 | INSERT INTO sink SELECT 1;
--    |                  ^^^^^^^^
-- case.sql:5:22: error: `sink` has no column `c` that can be written
--  5 | INSERT INTO sink (a, c) VALUES (1, 'x');
--    |                      ^
-- case.sql:6:22: error: column `a` is named twice
--  6 | INSERT INTO sink (a, a) VALUES (1, 2);
--    |                      ^
-- case.sql:7:19: error: Column 'b' has no default value and does not allow NULLs
--  7 | INSERT INTO sink (a) VALUES (1);
--    |                   ^
-- case.sql:8:35: error: this row has 1 values, the first one has 2
--  8 | INSERT INTO sink VALUES (1, 'x'), (2);
--    |                                   ^^^
-- case.sql:9:29: error: Column 'b' is NOT NULL, however, a null value is being written into it
--  9 | INSERT INTO sink VALUES (1, NULL);
--    |                             ^^^^
