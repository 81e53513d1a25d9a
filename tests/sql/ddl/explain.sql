-- EXPLAIN shows what is read, pushed down and computed once; nothing runs.
CREATE TABLE orders (id BIGINT, amount INT, note STRING) WITH ('connector' = 'datagen');
CREATE TABLE out1 (a BIGINT, b INT) WITH ('connector' = 'print');
EXPLAIN INSERT INTO out1 SELECT id, amount * 2 FROM orders WHERE id > 1 + 1;
EXPLAIN STATEMENT SET BEGIN
INSERT INTO out1 SELECT id, amount FROM orders WHERE id > 5;
INSERT INTO out1 SELECT id, amount FROM orders WHERE id < 5;
END;
-- skip table: it makes no table
-- skip restart: it makes no table
-- rows in order
-- Sink(table=[default_catalog.default_database.out1], fields=[a, b])
-- +- Calc(select=[`id` AS a, (`amount` * 2) AS b], where=[(`id` > 2)])
--    +- TableSourceScan(table=[default_catalog.default_database.orders], connector=[datagen], fields=[id, amount], pushable=[(`id` > 2)])
--
-- Sink(table=[default_catalog.default_database.out1], fields=[a, b])
-- +- Union(all=[true])
--    +- Calc(select=[`id` AS a, `amount` AS b], where=[(`id` > 5)])
--       +- TableSourceScan(table=[default_catalog.default_database.orders], connector=[datagen], fields=[id, amount])(reuse_id=[1])
--    +- Calc(select=[`id` AS a, `amount` AS b], where=[(`id` < 5)])
--       +- Reused(reference_id=[1])
--
