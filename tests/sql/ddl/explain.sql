-- EXPLAIN shows what is read, pushed down and computed once; nothing runs.
CREATE TABLE orders (id BIGINT, amount INT, note STRING) WITH ('connector' = 'datagen');
CREATE TABLE out1 (a BIGINT, b INT) WITH ('connector' = 'print');
EXPLAIN INSERT INTO out1 SELECT id, amount * 2 FROM orders WHERE id > 1 + 1;
EXPLAIN STATEMENT SET BEGIN
INSERT INTO out1 SELECT id, amount FROM orders WHERE id > 5;
INSERT INTO out1 SELECT id, amount FROM orders WHERE id < 5;
END;
EXPLAIN ESTIMATED_COST SELECT amount, COUNT(*) FROM orders WHERE id = 7 GROUP BY amount;
-- skip table: it makes no table
-- skip restart: it makes no table
-- rows in order
-- Sink(table=[default_catalog.default_database.out1], fields=[a, b])
-- +- Calc(select=[`id` AS a, (`amount` * 2) AS b], where=[(`id` > 2)])
--    +- TableSourceScan(table=[default_catalog.default_database.orders], connector=[datagen], fields=[id, amount])
--
-- Sink(table=[default_catalog.default_database.out1], fields=[a, b])
-- +- Union(all=[true])
--    +- Calc(select=[`id` AS a, `amount` AS b], where=[(`id` > 5)])
--       +- TableSourceScan(table=[default_catalog.default_database.orders], connector=[datagen], fields=[id, amount])(reuse_id=[1])
--    +- Calc(select=[`id` AS a, `amount` AS b], where=[(`id` < 5)])
--       +- Reused(reference_id=[1])
--
-- Sink(table=[select], fields=[amount, EXPR$1]): rowcount = 1500000.0, cumulative cost = {1.33E8 rows, 3.35E8 cpu, 1.218E9 io, 6.0E7 network, 1.8E7 memory}
-- +- GroupAggregate(groupBy=[amount], select=[amount, COUNT(*) AS EXPR$1]): rowcount = 1500000.0, cumulative cost = {1.315E8 rows, 3.35E8 cpu, 1.2E9 io, 6.0E7 network, 1.8E7 memory}
--    +- Exchange(distribution=[hash[amount]]): rowcount = 1.5E7, cumulative cost = {1.3E8 rows, 2.6E8 cpu, 1.2E9 io, 6.0E7 network, 0.0 memory}
--       +- Calc(select=[amount], where=[(`id` = 7)]): rowcount = 1.5E7, cumulative cost = {1.15E8 rows, 2.0E8 cpu, 1.2E9 io, 0.0 network, 0.0 memory}
--          +- TableSourceScan(table=[default_catalog.default_database.orders], connector=[datagen], fields=[id, amount]): rowcount = 1.0E8, cumulative cost = {1.0E8 rows, 1.0E8 cpu, 1.2E9 io, 0.0 network, 0.0 memory}
--
-- State
-- - GroupAggregate(groupBy=[amount]): one entry per group; grows with the number of groups
--
