-- Tables, databases and catalogs that are not there.
CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen');
CREATE TABLE sink (a BIGINT) WITH ('connector' = 'print');
INSERT INTO sink SELECT id FROM oders;
INSERT INTO sinkk SELECT id FROM orders;
INSERT INTO sink SELECT id FROM default_databse.orders;
INSERT INTO sink SELECT id FROM lake.db.orders;
DROP TABLE nothing;
DESCRIBE nothing;
USE nowhere;
USE CATALOG lake;
INSERT INTO sink SELECT id FROM whatever;
-- error
-- case.sql:4:33: error: table `oders` is not known
--  4 | INSERT INTO sink SELECT id FROM oders;
--    |                                 ^^^^^
--    = did you mean `orders`?
-- case.sql:5:13: error: table `sinkk` is not known
--  5 | INSERT INTO sinkk SELECT id FROM orders;
--    |             ^^^^^
--    = did you mean `sink`?
-- case.sql:6:33: error: there is no database 'default_databse' in catalog 'default_catalog'
--  6 | INSERT INTO sink SELECT id FROM default_databse.orders;
--    |                                 ^^^^^^^^^^^^^^^^^^^^^^
--    = did you mean `default_database`?
-- case.sql:7:33: error: there is no catalog 'lake'
--  7 | INSERT INTO sink SELECT id FROM lake.db.orders;
--    |                                 ^^^^^^^^^^^^^^
-- case.sql:8:12: error: table `nothing` is not known
--  8 | DROP TABLE nothing;
--    |            ^^^^^^^
-- case.sql:9:10: error: table `nothing` is not known
--  9 | DESCRIBE nothing;
--    |          ^^^^^^^
-- case.sql:10:5: error: there is no database 'nowhere' in catalog 'default_catalog'
--  10 | USE nowhere;
--     |     ^^^^^^^
-- case.sql:11:13: error: there is no catalog 'lake'
--  11 | USE CATALOG lake;
--     |             ^^^^
