-- Options of connectors and formats.
CREATE TABLE a (x INT) WITH ('connector' = 'kafka', 'topik' = 't', 'format' = 'json', 'properties.bootstrap.servers' = 'h:1');
CREATE TABLE b (x INT) WITH ('connector' = 'kafka', 'topic' = 't', 'format' = 'jsn', 'properties.bootstrap.servers' = 'h:1');
CREATE TABLE c (x INT) WITH ('connector' = 'kafka', 'topic' = 't', 'format' = 'json', 'properties.bootstrap.servers' = 'h:1',
  'scan.startup.mode' = 'earliest');
CREATE TABLE d (x INT) WITH ('connector' = 'kafka', 'topic' = 't', 'format' = 'json', 'properties.bootstrap.servers' = 'h:1',
  'scan.startup.mode' = 'timestamp');
CREATE TABLE e (x INT) WITH ('connector' = 'datagen', 'number-of-rows' = 'many');
CREATE TABLE f (x INT) WITH ('connector' = 'datagen', 'fields.y.min' = '1');
CREATE TABLE g (x INT) WITH ('connector' = 'nexmark');
CREATE TABLE h (x INT) WITH ('connector' = 'print', 'print-identifer' = 'x');
-- error
-- case.sql:2:29: error: a Kafka table needs 'topic' or 'topic-pattern'
--  2 | CREATE TABLE a (x INT) WITH ('connector' = 'kafka', 'topik' = 't', 'format' = 'json', 'properties.bootstrap.servers' = 'h:1');
--    |                             ^
-- case.sql:2:53: error: unknown option 'topik' of table default_catalog.default_database.a, did you mean 'topic'?
--  2 | CREATE TABLE a (x INT) WITH ('connector' = 'kafka', 'topik' = 't', 'format' = 'json', 'properties.bootstrap.servers' = 'h:1');
--    |                                                     ^^^^^^^
-- case.sql:3:29: error: format 'jsn' is not known
--  3 | CREATE TABLE b (x INT) WITH ('connector' = 'kafka', 'topic' = 't', 'format' = 'jsn', 'properties.bootstrap.servers' = 'h:1');
--    |                             ^
--    = did you mean 'json'?
-- case.sql:5:25: error: option 'scan.startup.mode': unknown choice 'earliest' (choices: group-offsets, earliest-offset, latest-offset, timestamp, specific-offsets)
--  5 |   'scan.startup.mode' = 'earliest');
--    |                         ^^^^^^^^^^
-- case.sql:7:25: error: 'scan.startup.timestamp-millis' is needed when 'scan.startup.mode' is 'timestamp'
--  7 |   'scan.startup.mode' = 'timestamp');
--    |                         ^^^^^^^^^^^
-- case.sql:8:74: error: option 'number-of-rows': expected a whole number, got 'many'
--  8 | CREATE TABLE e (x INT) WITH ('connector' = 'datagen', 'number-of-rows' = 'many');
--    |                                                                          ^^^^^^
-- case.sql:9:55: error: option 'fields.y.min' names no column
--  9 | CREATE TABLE f (x INT) WITH ('connector' = 'datagen', 'fields.y.min' = '1');
--    |                                                       ^^^^^^^^^^^^^^
-- case.sql:10:29: error: nexmark has no column 'x'; it has event_type, person, auction and bid
--  10 | CREATE TABLE g (x INT) WITH ('connector' = 'nexmark');
--     |                             ^
-- case.sql:11:53: error: unknown option 'print-identifer' of table default_catalog.default_database.h, did you mean 'print-identifier'?
--  11 | CREATE TABLE h (x INT) WITH ('connector' = 'print', 'print-identifer' = 'x');
--     |                                                     ^^^^^^^^^^^^^^^^^
