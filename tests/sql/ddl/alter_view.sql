-- ALTER VIEW: another query, another name; what reads the view follows, as in Flink.
CREATE TABLE orders (id BIGINT, item STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '1');
CREATE VIEW v (n) COMMENT 'kept' AS SELECT id FROM orders;
ALTER VIEW v AS SELECT item, id + 1 AS following FROM orders;
SHOW CREATE VIEW v;
DESCRIBE v;
ALTER VIEW v RENAME TO w;
SHOW VIEWS;
CREATE TABLE sink (item STRING, n BIGINT) WITH ('connector' = 'print');
INSERT INTO sink SELECT CAST(CHAR_LENGTH(item) AS STRING), COUNT(*) FROM w GROUP BY CHAR_LENGTH(item);
-- skip table: tables are shown
-- skip restart: tables are shown
-- skip spill: the order of what is shown and of rows
-- rows
-- CREATE VIEW `default_catalog`.`default_database`.`v` (
--   `item`,
--   `following`
-- )
-- COMMENT 'kept'
-- AS SELECT item, id + 1 AS following FROM orders
-- ┌───────────┬────────┬──────┬──────┬────────┬───────────┐
-- │ name      │ type   │ null │ key  │ extras │ watermark │
-- ├───────────┼────────┼──────┼──────┼────────┼───────────┤
-- │ item      │ STRING │ TRUE │ NULL │ NULL   │ NULL      │
-- │ following │ BIGINT │ TRUE │ NULL │ NULL   │ NULL      │
-- └───────────┴────────┴──────┴──────┴────────┴───────────┘
-- ┌───────────┐
-- │ view name │
-- ├───────────┤
-- │ w         │
-- └───────────┘
-- +I[100, 1]
