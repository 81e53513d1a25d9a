-- SHOW, with names and patterns.
CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'datagen');
CREATE TABLE oddments (id BIGINT) WITH ('connector' = 'print');
CREATE VIEW recent AS SELECT id FROM orders;
SHOW TABLES;
SHOW TABLES LIKE 'o%s';
SHOW TABLES FROM default_database NOT LIKE 'o%';
SHOW VIEWS;
SHOW COLUMNS FROM orders;
SHOW CURRENT CATALOG;
SHOW CURRENT DATABASE;
SHOW FUNCTIONS LIKE 'TO_DA%';
-- skip table: it makes no table
-- skip restart: it makes no table
-- rows in order
-- ┌────────────┐
-- │ table name │
-- ├────────────┤
-- │ oddments   │
-- │ orders     │
-- │ recent     │
-- └────────────┘
-- ┌────────────┐
-- │ table name │
-- ├────────────┤
-- │ oddments   │
-- │ orders     │
-- └────────────┘
-- ┌────────────┐
-- │ table name │
-- ├────────────┤
-- │ recent     │
-- └────────────┘
-- ┌───────────┐
-- │ view name │
-- ├───────────┤
-- │ recent    │
-- └───────────┘
-- ┌──────┬────────┬──────┬──────┬────────┬───────────┐
-- │ name │ type   │ null │ key  │ extras │ watermark │
-- ├──────┼────────┼──────┼──────┼────────┼───────────┤
-- │ id   │ BIGINT │ TRUE │ NULL │ NULL   │ NULL      │
-- │ item │ STRING │ TRUE │ NULL │ NULL   │ NULL      │
-- └──────┴────────┴──────┴──────┴────────┴───────────┘
-- ┌──────────────────────┐
-- │ current catalog name │
-- ├──────────────────────┤
-- │ default_catalog      │
-- └──────────────────────┘
-- ┌───────────────────────┐
-- │ current database name │
-- ├───────────────────────┤
-- │ default_database      │
-- └───────────────────────┘
-- ┌───────────────┐
-- │ function name │
-- ├───────────────┤
-- │ TO_DATE       │
-- └───────────────┘
