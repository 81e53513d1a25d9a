-- Connectors that only read, or only write.
CREATE TABLE t (id BIGINT) WITH ('connector' = 'datagen');
CREATE TABLE sink (a BIGINT) WITH ('connector' = 'print');
INSERT INTO t SELECT a FROM sink;
-- error
-- case.sql:4:13: error: the connector 'datagen' can be read, not written
--  4 | INSERT INTO t SELECT a FROM sink;
--    |             ^
-- case.sql:4:29: error: the connector 'print' can be written, not read
--  4 | INSERT INTO t SELECT a FROM sink;
--    |                             ^^^^
