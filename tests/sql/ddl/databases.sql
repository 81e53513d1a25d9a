-- CREATE, USE and DROP of databases, tables and views; IF EXISTS and IF NOT EXISTS.
CREATE DATABASE IF NOT EXISTS other;
CREATE DATABASE IF NOT EXISTS other;
USE other;
SHOW CURRENT DATABASE;
CREATE TEMPORARY TABLE t (a INT) WITH ('connector' = 'print');
CREATE TEMPORARY TABLE IF NOT EXISTS t (b STRING) WITH ('connector' = 'blackhole');
SHOW COLUMNS FROM t;
DROP TEMPORARY TABLE t;
DROP TABLE IF EXISTS t;
DROP VIEW IF EXISTS v;
SHOW TABLES;
USE default_database;
DROP DATABASE other;
SHOW DATABASES;
-- skip table: it makes no table
-- skip restart: it makes no table
-- rows in order
-- ┌───────────────────────┐
-- │ current database name │
-- ├───────────────────────┤
-- │ other                 │
-- └───────────────────────┘
-- ┌──────┬──────┬──────┬──────┬────────┬───────────┐
-- │ name │ type │ null │ key  │ extras │ watermark │
-- ├──────┼──────┼──────┼──────┼────────┼───────────┤
-- │ a    │ INT  │ TRUE │ NULL │ NULL   │ NULL      │
-- └──────┴──────┴──────┴──────┴────────┴───────────┘
-- ┌────────────┐
-- │ table name │
-- ├────────────┤
-- └────────────┘
-- ┌──────────────────┐
-- │ database name    │
-- ├──────────────────┤
-- │ default_database │
-- └──────────────────┘
