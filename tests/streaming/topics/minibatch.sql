-- Mini-batch, split DISTINCT and two phases: what remains does not change.

-- case group: counts and sums
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SELECT customer, COUNT(*) AS n, SUM(amount) AS s, MAX(price) AS m FROM orders GROUP BY customer;
-- columns: `customer` STRING, `n` BIGINT, `s` INT, `m` DECIMAL(10, 2)
-- flink
-- +I[dee, 4, 8, 20.25]
-- +I[null, 2, 13, 9.99]
-- +I[ann, 8, -2147483630, 100.00]
-- +I[cid, 4, 17, 100.00]
-- +I[bob, 6, -2147483637, 99999999.99]

-- case global: without keys
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SELECT COUNT(*) AS n, COUNT(DISTINCT customer) AS c FROM orders;
-- columns: `n` BIGINT, `c` BIGINT
-- flink
-- +I[24, 4]

-- case two_phase: two phases
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT product, COUNT(*) AS n, AVG(amount) AS a, MIN(ts) AS t FROM orders WHERE order_id < 19 GROUP BY product;
-- columns: `product` INT, `n` BIGINT, `a` INT, `t` TIMESTAMP(3)
-- flink
-- +I[13, 3, 2, 2024-03-01T10:00:14]
-- +I[12, 5, 4, 2024-03-01T10:00:02]
-- +I[null, 1, 2, 2024-03-01T10:00:05]
-- +I[10, 6, 1, 2024-03-01T10:00:01]
-- +I[11, 3, 5, 2024-03-01T10:00:03]

-- case one_phase: one phase
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SELECT product, COUNT(*) AS n, AVG(amount) AS a FROM orders WHERE order_id < 19 GROUP BY product;
-- columns: `product` INT, `n` BIGINT, `a` INT
-- flink
-- +I[13, 3, 2]
-- +I[12, 5, 4]
-- +I[null, 1, 2]
-- +I[10, 6, 1]
-- +I[11, 3, 5]

-- case split_distinct: split DISTINCT
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT product, COUNT(DISTINCT customer) AS c, SUM(amount) AS s, COUNT(*) AS n FROM orders WHERE order_id < 19 GROUP BY product;
-- columns: `product` INT, `c` BIGINT, `s` INT, `n` BIGINT
-- flink
-- +I[13, 3, 7, 3]
-- +I[12, 3, 17, 5]
-- +I[null, 1, 2, 1]
-- +I[10, 4, 11, 6]
-- +I[11, 2, 17, 3]

-- case split_distinct_filter: split DISTINCT with FILTER
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT product, COUNT(DISTINCT customer) FILTER (WHERE amount > 2) AS a, COUNT(DISTINCT customer) AS b FROM orders GROUP BY product;
-- columns: `product` INT, `a` BIGINT, `b` BIGINT
-- flink
-- +I[13, 2, 4]
-- +I[12, 2, 3]
-- +I[null, 0, 1]
-- +I[10, 3, 4]
-- +I[11, 3, 3]

-- case split_without_bundles: split DISTINCT without mini-batch
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT product, COUNT(DISTINCT customer) AS c FROM orders WHERE order_id < 12 GROUP BY product;
-- columns: `product` INT, `c` BIGINT
-- flink
-- +I[10, 1]
-- +I[11, 1]
-- +I[12, 1]
-- +I[13, 1]
-- -U[10, 1]
-- +U[10, 2]
-- -U[11, 1]
-- +U[11, 2]
-- -U[12, 1]
-- +U[12, 2]
-- -U[13, 1]
-- +U[13, 2]
-- +I[null, 1]
-- -U[10, 2]
-- +U[10, 3]

-- case incremental: two levels in one
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SET 'table.optimizer.incremental-agg-enabled' = 'false';
SELECT COUNT(DISTINCT product) AS c, MAX(amount) AS m FROM orders;
-- skip batch 1: Flink ends bundles elsewhere too
-- columns: `c` BIGINT, `m` INT
-- flink
-- +I[1, 3]
-- -U[1, 3]
-- +U[4, 2147483647]

-- case two_levels: a count of counts
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SELECT n, COUNT(*) AS c FROM (SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer) GROUP BY n;
-- columns: `n` BIGINT, `c` BIGINT
-- flink
-- +I[2, 1]
-- +I[6, 1]
-- +I[4, 2]
-- +I[8, 1]

-- case cdc: of a changelog
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SELECT city, COUNT(*) AS n, MAX(level) AS m FROM customers GROUP BY city;
-- skip batch 1: Flink ends bundles elsewhere too
-- columns: `city` STRING, `n` BIGINT, `m` INT
-- flink
-- +I[Rome, 1, 1]
-- +I[Oslo, 2, 5]
-- +I[Lima, 2, 7]
-- -U[Rome, 1, 1]
-- +U[Rome, 1, null]

-- case upserts: of upserts
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SELECT place, SUM(pieces) AS n FROM stock GROUP BY place;
-- columns: `place` STRING, `n` INT
-- flink
-- +I[south, 30]
-- +I[north, 8]
-- +I[east, 4]

-- case first_row: deduplication in bundles
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SELECT order_id, customer FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY ts) AS rn FROM orders) WHERE rn = 1;
-- columns: `order_id` INT, `customer` STRING
-- flink
-- +I[1, ann]
-- +I[4, null]
-- +I[2, bob]
-- +I[5, cid]
-- +I[8, dee]

-- case last_row: the last row in bundles
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SELECT order_id, customer FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY ts DESC) AS rn FROM orders) WHERE rn = 1;
-- columns: `order_id` INT, `customer` STRING
-- flink
-- +I[1, ann]
-- +I[4, null]
-- -U[1, ann]
-- +U[3, ann]
-- +I[2, bob]
-- +I[5, cid]
-- -U[3, ann]
-- +U[7, ann]
-- -U[2, bob]
-- +U[6, bob]
-- +I[8, dee]
-- -U[5, cid]
-- +U[11, cid]
-- -U[6, bob]
-- +U[9, bob]
-- -U[8, dee]
-- +U[13, dee]
-- -U[4, null]
-- +U[12, null]
-- -U[7, ann]
-- +U[14, ann]
-- -U[11, cid]
-- +U[16, cid]
-- -U[9, bob]
-- +U[15, bob]
-- -U[14, ann]
-- +U[17, ann]
-- -U[15, bob]
-- +U[19, bob]
-- -U[17, ann]
-- +U[20, ann]
-- -U[16, cid]
-- +U[21, cid]
-- -U[13, dee]
-- +U[22, dee]
-- -U[20, ann]
-- +U[24, ann]
-- -U[19, bob]
-- +U[23, bob]

-- case top: a Top-N behind bundles
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SELECT customer, n FROM (SELECT customer, n, ROW_NUMBER() OVER (ORDER BY n DESC, customer) AS rn FROM (SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer)) WHERE rn <= 2;
-- skip batch 1: Flink ends bundles elsewhere too
-- columns: `customer` STRING, `n` BIGINT
-- flink
-- +I[dee, 4]
-- +I[null, 2]
-- -D[null, 2]
-- +I[ann, 8]
-- -D[dee, 4]
-- +I[cid, 4]
-- -D[cid, 4]
-- +I[bob, 6]

-- case join: a join in bundles
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SELECT o.order_id, p.name FROM orders AS o LEFT JOIN products AS p ON o.product = p.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[5, lamp]
-- +I[3, clip]
-- +I[6, pen]
-- +I[1, pen]
-- +I[4, pen]
-- +I[2, desk]
-- +I[24, lamp]
-- +I[22, lamp]
-- +I[9, lamp]
-- +I[13, lamp]
-- +I[19, lamp]
-- +I[17, clip]
-- +I[16, clip]
-- +I[12, clip]
-- +I[8, clip]
-- +I[10, null]
-- +I[18, pen]
-- +I[11, pen]
-- +I[14, pen]
-- +I[23, pen]
-- +I[21, desk]
-- +I[20, desk]
-- +I[7, desk]
-- +I[15, desk]
