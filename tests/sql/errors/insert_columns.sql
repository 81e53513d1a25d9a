-- Flink's words for columns that do not match.
CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'datagen');
CREATE TABLE sink (a BIGINT NOT NULL, b STRING) WITH ('connector' = 'print');
INSERT INTO sink SELECT id FROM orders;
INSERT INTO sink SELECT item, item FROM orders;
INSERT INTO sink (b) SELECT item FROM orders;
INSERT INTO sink (a, c) SELECT id, item FROM orders;
INSERT INTO sink (a, a) SELECT id, id FROM orders;
INSERT INTO sink VALUES (1, 'a'), (NULL, 'b');
INSERT INTO sink VALUES (1, 'a'), (2);
-- error
-- case.sql:4:18: error: Column types of query result and sink for 'default_catalog.default_database.sink' do not match.
-- Cause: Different number of columns.
--
-- Query schema: [id: BIGINT]
-- Sink schema:  [a: BIGINT NOT NULL, b: STRING]
--  4 | INSERT INTO sink SELECT id FROM orders;
--    |                  ^^^^^^^^^^^^^^^^^^^^^
-- case.sql:5:25: error: Column types of query result and sink for 'default_catalog.default_database.sink' do not match.
-- Cause: Incompatible types for sink column 'a' at position 0.
--
-- Query schema: [item: STRING, item0: STRING]
-- Sink schema:  [a: BIGINT NOT NULL, b: STRING]
--  5 | INSERT INTO sink SELECT item, item FROM orders;
--    |                         ^^^^
--    = STRING is not cast to BIGINT without being asked; write CAST(... AS BIGINT)
-- case.sql:6:19: error: Column 'a' has no default value and does not allow NULLs
--  6 | INSERT INTO sink (b) SELECT item FROM orders;
--    |                   ^
-- case.sql:7:22: error: `sink` has no column `c` that can be written
--  7 | INSERT INTO sink (a, c) SELECT id, item FROM orders;
--    |                      ^
-- case.sql:8:22: error: column `a` is named twice
--  8 | INSERT INTO sink (a, a) SELECT id, id FROM orders;
--    |                      ^
-- case.sql:9:26: error: Column 'a' is NOT NULL, however, a null value is being written into it
--  9 | INSERT INTO sink VALUES (1, 'a'), (NULL, 'b');
--    |                          ^
-- case.sql:10:35: error: this row has 1 values, the first one has 2
--  10 | INSERT INTO sink VALUES (1, 'a'), (2);
--     |                                   ^^^
