-- Definitions that contradict themselves.
CREATE TABLE a (id BIGINT, id STRING) WITH ('connector' = 'datagen');
CREATE TABLE b (id BIGINT, PRIMARY KEY (id)) WITH ('connector' = 'datagen');
CREATE TABLE c (id BIGINT, PRIMARY KEY (ix) NOT ENFORCED) WITH ('connector' = 'datagen');
CREATE TABLE d (ts TIMESTAMP(6), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen');
CREATE TABLE e (id BIGINT, twice AS id * two) WITH ('connector' = 'datagen');
CREATE TABLE f (id BIGINT) PARTITIONED BY (di) WITH ('connector' = 'datagen');
CREATE TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'connector' = 'print');
CREATE TABLE h (id BIGINT) WITH ('connector' = 'datagne');
CREATE TABLE i (id BIGINT) WITH ('connector' = 'print') LIKE missing;
CREATE TEMPORARY TABLE j (id BIGINT);
CREATE TABLE k (id BIGINT) WITH ('connector' = 'print');
CREATE TABLE k (id BIGINT) WITH ('connector' = 'print');
-- error
-- case.sql:2:28: error: column `id` is there twice
--  2 | CREATE TABLE a (id BIGINT, id STRING) WITH ('connector' = 'datagen');
--    |                            ^^
-- case.sql:3:28: error: a primary key cannot be enforced on a stream
--  3 | CREATE TABLE b (id BIGINT, PRIMARY KEY (id)) WITH ('connector' = 'datagen');
--    |                            ^^^^^^^^^^^^^^^^
--    = write PRIMARY KEY (...) NOT ENFORCED
-- case.sql:4:41: error: primary key column `ix` is not known
--  4 | CREATE TABLE c (id BIGINT, PRIMARY KEY (ix) NOT ENFORCED) WITH ('connector' = 'datagen');
--    |                                         ^^
-- case.sql:5:48: error: Invalid data type of time field for watermark definition. The field must be of type TIMESTAMP(p) or TIMESTAMP_LTZ(p), the supported precision 'p' is from 0 to 3, but the time field type is TIMESTAMP(6)
--  5 | CREATE TABLE d (ts TIMESTAMP(6), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen');
--    |                                                ^^
-- case.sql:6:42: error: column `two` is not known
--  6 | CREATE TABLE e (id BIGINT, twice AS id * two) WITH ('connector' = 'datagen');
--    |                                          ^^^
--    = columns: `id`
-- case.sql:7:44: error: partition column `di` is not known
--  7 | CREATE TABLE f (id BIGINT) PARTITIONED BY (di) WITH ('connector' = 'datagen');
--    |                                            ^^
--    = did you mean `id`?
-- case.sql:8:59: error: option 'connector' is there twice
--  8 | CREATE TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'connector' = 'print');
--    |                                                           ^^^^^^^^^^^
-- case.sql:9:48: error: there is no connector 'datagne'
--  9 | CREATE TABLE h (id BIGINT) WITH ('connector' = 'datagne');
--    |                                                ^^^^^^^^^
--    = did you mean `datagen`?
-- case.sql:10:62: error: table `missing` is not known
--  10 | CREATE TABLE i (id BIGINT) WITH ('connector' = 'print') LIKE missing;
--     |                                                              ^^^^^^^
-- case.sql:11:24: error: a temporary table needs the option 'connector'
--  11 | CREATE TEMPORARY TABLE j (id BIGINT);
--     |                        ^
-- case.sql:13:14: error: default_catalog.default_database.k exists already
--  13 | CREATE TABLE k (id BIGINT) WITH ('connector' = 'print');
--     |              ^
--     = CREATE ... IF NOT EXISTS takes it as it is
