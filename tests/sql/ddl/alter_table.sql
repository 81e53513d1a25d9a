-- ALTER TABLE on columns, key and watermark; the statements and answers of Flink's client test table.q.
CREATE TABLE orders2 (
 `user` BIGINT NOT NULL, product VARCHAR(32), amount INT, ts TIMESTAMP(3), ptime AS PROCTIME(),
 PRIMARY KEY(`user`) NOT ENFORCED,
 WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH ('connector' = 'datagen');
alter table orders2 rename amount to amount1;
alter table orders2 add product_id bigint not null after `user`;
alter table orders2 add (user_email string not null after `user`, cleaned_product as coalesce(product, 'missing_sku') after product, trade_order_id bigint not null first);
SHOW CREATE TABLE orders2;
alter table orders2 modify constraint order_constraint primary key (trade_order_id) not enforced;
alter table orders2 modify (watermark for ts as ts - interval '1' minute, ts timestamp(3) not null after trade_order_id, `user` string);
SHOW CREATE TABLE orders2;
alter table orders2 drop (amount1, product, cleaned_product);
SHOW CREATE TABLE orders2;
alter table orders2 drop primary key;
alter table orders2 drop watermark;
SHOW CREATE TABLE orders2;
-- skip table: it makes no table
-- skip restart: it makes no table
-- rows in order
-- CREATE TABLE `default_catalog`.`default_database`.`orders2` (
--   `trade_order_id` BIGINT NOT NULL,
--   `user` BIGINT NOT NULL,
--   `user_email` STRING NOT NULL,
--   `product_id` BIGINT NOT NULL,
--   `product` VARCHAR(32),
--   `cleaned_product` AS coalesce(product, 'missing_sku'),
--   `amount1` INT,
--   `ts` TIMESTAMP(3),
--   `ptime` AS PROCTIME(),
--   WATERMARK FOR `ts` AS ts - INTERVAL '1' SECOND,
--   CONSTRAINT `PK_user` PRIMARY KEY (`user`) NOT ENFORCED
-- )
-- WITH (
--   'connector' = 'datagen'
-- )
-- CREATE TABLE `default_catalog`.`default_database`.`orders2` (
--   `trade_order_id` BIGINT NOT NULL,
--   `ts` TIMESTAMP(3) NOT NULL,
--   `user` STRING,
--   `user_email` STRING NOT NULL,
--   `product_id` BIGINT NOT NULL,
--   `product` VARCHAR(32),
--   `cleaned_product` AS coalesce(product, 'missing_sku'),
--   `amount1` INT,
--   `ptime` AS PROCTIME(),
--   WATERMARK FOR `ts` AS ts - interval '1' minute,
--   CONSTRAINT `order_constraint` PRIMARY KEY (`trade_order_id`) NOT ENFORCED
-- )
-- WITH (
--   'connector' = 'datagen'
-- )
-- CREATE TABLE `default_catalog`.`default_database`.`orders2` (
--   `trade_order_id` BIGINT NOT NULL,
--   `ts` TIMESTAMP(3) NOT NULL,
--   `user` STRING,
--   `user_email` STRING NOT NULL,
--   `product_id` BIGINT NOT NULL,
--   `ptime` AS PROCTIME(),
--   WATERMARK FOR `ts` AS ts - interval '1' minute,
--   CONSTRAINT `order_constraint` PRIMARY KEY (`trade_order_id`) NOT ENFORCED
-- )
-- WITH (
--   'connector' = 'datagen'
-- )
-- CREATE TABLE `default_catalog`.`default_database`.`orders2` (
--   `trade_order_id` BIGINT NOT NULL,
--   `ts` TIMESTAMP(3) NOT NULL,
--   `user` STRING,
--   `user_email` STRING NOT NULL,
--   `product_id` BIGINT NOT NULL,
--   `ptime` AS PROCTIME()
-- )
-- WITH (
--   'connector' = 'datagen'
-- )
