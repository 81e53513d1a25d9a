-- SHOW CREATE gives a statement that makes the same again.
CREATE TABLE orders (id BIGINT NOT NULL, `order` STRING COMMENT 'what', twice AS id * 2, PRIMARY KEY (id) NOT ENFORCED)
COMMENT 'it''s ours' WITH ('connector' = 'datagen', 'rows-per-second' = '5');
CREATE VIEW v (n) AS SELECT id + 1 FROM orders;
SHOW CREATE TABLE orders;
SHOW CREATE VIEW v;
-- skip table: it makes no table
-- skip restart: it makes no table
-- rows in order
-- CREATE TABLE `default_catalog`.`default_database`.`orders` (
--   `id` BIGINT NOT NULL,
--   `order` STRING COMMENT 'what',
--   `twice` AS id * 2,
--   CONSTRAINT `PK_id` PRIMARY KEY (`id`) NOT ENFORCED
-- )
-- COMMENT 'it''s ours'
-- WITH (
--   'connector' = 'datagen',
--   'rows-per-second' = '5'
-- )
-- CREATE VIEW `default_catalog`.`default_database`.`v` (
--   `n`
-- )
-- AS SELECT id + 1 FROM orders
