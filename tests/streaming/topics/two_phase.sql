-- GROUP BY in two phases (table.optimizer.agg-phase-strategy): the same results.

-- case all: one group of all rows
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT COUNT(*) AS n, COUNT(amount) AS a, SUM(amount) AS s, AVG(amount) AS v, MIN(price) AS lo, MAX(customer) AS hi, SUM(price) AS p, AVG(price) AS q FROM orders;
-- columns: `n` BIGINT, `a` BIGINT, `s` INT, `v` INT, `lo` DECIMAL(10, 2), `hi` STRING, `p` DECIMAL(38, 2), `q` DECIMAL(38, 6)
-- flink
-- +I[24, 23, 67, 2, -99999999.99, dee, 574.18, 24.964348]

-- case few: bundles of three rows
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '3';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT customer, COUNT(*) AS n, SUM(amount) FILTER (WHERE price > 1) AS s, AVG(amount) AS v, MIN(ts) AS t FROM orders GROUP BY customer;
-- skip batch 1: Flink ends bundles elsewhere too
-- columns: `customer` STRING, `n` BIGINT, `s` INT, `v` INT, `t` TIMESTAMP(3)
-- flink
-- +I[null, 1, 5, 5, 2024-03-01T10:00:12]
-- +I[ann, 2, 3, 3, 2024-03-01T10:00:01]
-- +I[bob, 1, 1, 1, 2024-03-01T10:00:03]
-- +I[dee, 1, null, 1, 2024-03-01T10:00:31]
-- +I[cid, 1, 2, 2, 2024-03-01T10:00:14]
-- -U[bob, 1, 1, 1, 2024-03-01T10:00:03]
-- +U[bob, 2, -3, -1, 2024-03-01T10:00:03]
-- -U[null, 1, 5, 5, 2024-03-01T10:00:12]
-- +U[null, 2, 5, 6, 2024-03-01T10:00:12]
-- -U[ann, 2, 3, 3, 2024-03-01T10:00:01]
-- +U[ann, 3, 10, 5, 2024-03-01T10:00:01]
-- -U[bob, 2, -3, -1, 2024-03-01T10:00:03]
-- +U[bob, 3, 0, 0, 2024-03-01T10:00:03]
-- -U[dee, 1, null, 1, 2024-03-01T10:00:31]
-- +U[dee, 2, 2, 1, 2024-03-01T10:00:31]
-- -U[ann, 3, 10, 5, 2024-03-01T10:00:01]
-- +U[ann, 4, 10, 4, 2024-03-01T10:00:01]
-- -U[cid, 1, 2, 2, 2024-03-01T10:00:14]
-- +U[cid, 2, 8, 4, 2024-03-01T10:00:14]
-- -U[dee, 2, 2, 1, 2024-03-01T10:00:31]
-- +U[dee, 3, 2, 1, 2024-03-01T10:00:31]
-- -U[ann, 4, 10, 4, 2024-03-01T10:00:01]
-- +U[ann, 5, 11, 3, 2024-03-01T10:00:01]
-- -U[bob, 3, 0, 0, 2024-03-01T10:00:03]
-- +U[bob, 4, 9, 2, 2024-03-01T10:00:03]
-- -U[cid, 2, 8, 4, 2024-03-01T10:00:14]
-- +U[cid, 3, 8, 4, 2024-03-01T10:00:14]
-- -U[ann, 5, 11, 3, 2024-03-01T10:00:01]
-- +U[ann, 7, 11, -357913938, 2024-03-01T10:00:01]
-- -U[dee, 3, 2, 1, 2024-03-01T10:00:31]
-- +U[dee, 4, 7, 2, 2024-03-01T10:00:31]
-- -U[cid, 3, 8, 4, 2024-03-01T10:00:14]
-- +U[cid, 4, 13, 4, 2024-03-01T10:00:14]
-- -U[bob, 4, 9, 2, 2024-03-01T10:00:03]
-- +U[bob, 5, -2147483640, 429496731, 2024-03-01T10:00:03]
-- -U[ann, 7, 11, -357913938, 2024-03-01T10:00:01]
-- +U[ann, 8, 12, -306783375, 2024-03-01T10:00:01]
-- -U[bob, 5, -2147483640, 429496731, 2024-03-01T10:00:03]
-- +U[bob, 6, -2147483637, 357913943, 2024-03-01T10:00:03]

-- case numbers: each type
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT grp, SUM(tiny) AS a, SUM(big) AS b, AVG(num) AS c, SUM(money) AS e, MAX(flag) AS f, MIN(born) AS g, AVG(small) AS h, MAX(real4) AS i FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` TINYINT, `b` BIGINT, `c` INT, `e` DECIMAL(38, 3), `f` BOOLEAN, `g` DATE, `h` SMALLINT, `i` FLOAT
-- flink
-- +I[b, 0, 0, 0, 9999999.998, true, 2000-12-31, 0, 8.0]
-- +I[, 3, 3000, 300, 5.500, null, 2024-03-01, 30, 4.5]
-- +I[a, 0, 999, 33, 9999999.999, true, 1970-01-01, 3, 1.5]
-- +I[null, 2, 2000, 200, 0.001, true, 1999-01-01, 20, 3.0]

-- case nothing: FILTERs that let nothing through
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT product, SUM(amount) FILTER (WHERE FALSE) AS s, AVG(amount) FILTER (WHERE order_id < 0) AS a, COUNT(*) FILTER (WHERE customer = 'zoe') AS n, MAX(amount) FILTER (WHERE FALSE) AS m FROM orders WHERE order_id < 19 GROUP BY product;
-- columns: `product` INT, `s` INT, `a` INT, `n` BIGINT, `m` INT
-- flink
-- +I[13, null, null, 0, null]
-- +I[12, null, null, 0, null]
-- +I[null, null, null, 0, null]
-- +I[10, null, null, 0, null]
-- +I[11, null, null, 0, null]

-- case distinct_rows: SELECT DISTINCT
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '3';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT DISTINCT customer, product FROM orders WHERE order_id < 19;
-- columns: `customer` STRING, `product` INT
-- flink
-- +I[bob, 11]
-- +I[ann, 10]
-- +I[ann, 12]
-- +I[null, 10]
-- +I[cid, 13]
-- +I[bob, 10]
-- +I[dee, 12]
-- +I[bob, 13]
-- +I[ann, 11]
-- +I[null, 12]
-- +I[ann, null]
-- +I[cid, 10]
-- +I[dee, 13]
-- +I[dee, 10]
-- +I[cid, 12]

-- case rollup: grouping sets
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT product, customer, COUNT(*) AS n, SUM(amount) AS s, GROUPING(customer) AS g FROM orders WHERE order_id < 13 GROUP BY ROLLUP (product, customer);
-- columns: `product` INT, `customer` STRING, `n` BIGINT, `s` INT, `g` BIGINT
-- flink
-- +I[null, null, 1, 2, 1]
-- +I[11, bob, 1, 1, 0]
-- +I[13, null, 2, 5, 1]
-- +I[10, cid, 1, 6, 0]
-- +I[11, null, 2, 8, 1]
-- +I[10, null, 1, 5, 0]
-- +I[10, ann, 1, 3, 0]
-- +I[11, ann, 1, 7, 0]
-- +I[13, bob, 1, 3, 0]
-- +I[12, null, 1, 8, 0]
-- +I[null, ann, 1, 2, 0]
-- +I[null, null, 12, 34, 1]
-- +I[12, null, 3, 9, 1]
-- +I[12, dee, 1, 1, 0]
-- +I[12, ann, 1, null, 0]
-- +I[13, cid, 1, 2, 0]
-- +I[10, bob, 1, -4, 0]
-- +I[10, null, 4, 10, 1]

-- case retract: of a changelog: groups that vanish
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '3';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT city, COUNT(*) AS n, SUM(level) AS s, AVG(level) AS v FROM customers GROUP BY city;
-- skip batch 1: Flink ends bundles elsewhere too
-- columns: `city` STRING, `n` BIGINT, `s` INT, `v` INT
-- flink
-- +I[Oslo, 2, 3, 1]
-- +I[Rome, 2, 2, 1]
-- -U[Oslo, 2, 3, 1]
-- +U[Oslo, 2, 6, 3]
-- -U[Rome, 2, 2, 1]
-- +U[Rome, 1, 1, 1]
-- +I[null, 1, 3, 3]
-- +I[Lima, 2, 11, 5]
-- -D[Rome, 1, 1, 1]
-- +I[Rome, 1, null, null]
-- -D[null, 1, 3, 3]

-- case retract_all: of a changelog, all rows
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '3';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT COUNT(*) AS n, COUNT(city) AS c, SUM(level) FILTER (WHERE city = 'Rome') AS r FROM customers;
-- skip batch 1: Flink ends bundles elsewhere too
-- columns: `n` BIGINT, `c` BIGINT, `r` INT
-- flink
-- +I[3, 2, null]
-- -U[3, 2, null]
-- +U[5, 5, null]

-- case upserts: of upserts
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '3';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT place, COUNT(*) AS n, SUM(pieces) AS s FROM stock GROUP BY place;
-- skip batch 1: Flink ends bundles elsewhere too
-- columns: `place` STRING, `n` BIGINT, `s` INT
-- flink
-- +I[south, 1, 30]
-- +I[north, 1, 4]
-- -U[north, 1, 4]
-- +U[north, 1, 9]
-- +I[null, 1, 7]
-- -U[north, 1, 9]
-- +U[north, 1, 8]
-- -D[null, 1, 7]
-- +I[east, 1, 4]

-- case two_levels: a sum of counts
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '3';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT n, COUNT(*) AS c, SUM(s) AS t FROM (SELECT customer, COUNT(*) AS n, SUM(product) AS s FROM orders GROUP BY customer) GROUP BY n;
-- skip batch 1: Flink ends bundles elsewhere too
-- columns: `n` BIGINT, `c` BIGINT, `t` INT
-- flink
-- +I[2, 1, 22]
-- +I[1, 3, 35]
-- +I[3, 1, 33]
-- -U[2, 1, 22]
-- +U[2, 3, 65]
-- -U[1, 3, 35]
-- +U[1, 2, 25]
-- -U[3, 1, 33]
-- +U[3, 2, 67]
-- -U[2, 3, 65]
-- +U[2, 2, 47]
-- -U[3, 2, 67]
-- +U[3, 1, 34]
-- -D[1, 2, 25]
-- -U[3, 1, 34]
-- +U[3, 2, 69]
-- -U[2, 2, 47]
-- +U[2, 2, 45]
-- +I[4, 1, 33]
-- -U[3, 2, 69]
-- +U[3, 1, 35]
-- +I[5, 1, 43]
-- -D[4, 1, 33]
-- -U[3, 1, 35]
-- +U[3, 2, 70]
-- -U[2, 2, 45]
-- +U[2, 1, 22]
-- +I[4, 1, 45]
-- -U[3, 2, 70]
-- +U[3, 1, 35]
-- +I[7, 1, 66]
-- -D[5, 1, 43]
-- -D[3, 1, 35]
-- -D[7, 1, 66]
-- -U[4, 1, 45]
-- +U[4, 3, 139]
-- -U[4, 3, 139]
-- +U[4, 2, 94]
-- +I[6, 1, 68]
-- +I[8, 1, 79]

-- case split: what puts the buckets of a DISTINCT together
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT product, COUNT(DISTINCT customer) AS c, COUNT(*) AS n, AVG(price) AS p FROM orders GROUP BY product;
-- columns: `product` INT, `c` BIGINT, `n` BIGINT, `p` DECIMAL(38, 6)
-- flink
-- +I[13, 4, 6, 16666683.540000]
-- +I[12, 3, 5, 0.500000]
-- +I[null, 1, 1, 1.000000]
-- +I[10, 4, 7, 9.990000]
-- +I[11, 3, 5, -19999919.998000]

-- case split_retract: buckets of a changelog
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '3';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT city, COUNT(DISTINCT customer) AS c, SUM(level) AS s FROM customers GROUP BY city;
-- skip batch 1: Flink ends bundles elsewhere too
-- columns: `city` STRING, `c` BIGINT, `s` INT
-- flink
-- +I[Oslo, 2, 3]
-- +I[Rome, 2, 2]
-- -U[Oslo, 2, 3]
-- +U[Oslo, 2, 6]
-- -U[Rome, 2, 2]
-- +U[Rome, 1, 1]
-- +I[null, 1, 3]
-- +I[Lima, 2, 11]
-- -D[Rome, 1, 1]
-- +I[Rome, 1, null]
-- -D[null, 1, 3]

-- case joined: above a join
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '3';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT p.category, COUNT(*) AS n, SUM(o.amount) AS s FROM orders AS o LEFT JOIN products AS p ON o.product = p.product WHERE o.order_id < 19 GROUP BY p.category;
-- skip batch 1: Flink ends bundles elsewhere too
-- columns: `category` STRING, `n` BIGINT, `s` INT
-- flink
-- +I[furniture, 2, 3]
-- +I[office, 1, 3]
-- -U[furniture, 2, 3]
-- +U[furniture, 3, 6]
-- -U[office, 1, 3]
-- +U[office, 4, 4]
-- -U[furniture, 3, 6]
-- +U[furniture, 5, 15]
-- -U[office, 4, 4]
-- +U[office, 6, 13]
-- -U[furniture, 5, 15]
-- +U[furniture, 6, 24]
-- -U[office, 6, 13]
-- +U[office, 7, 19]
-- +I[null, 1, 2]
-- -U[office, 7, 19]
-- +U[office, 11, 28]

-- case ttl: with a time to live
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '3';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SET 'table.exec.state.ttl' = '1 h';
SELECT product, COUNT(*) AS n, SUM(amount) AS s FROM orders GROUP BY product;
-- skip batch 1: Flink ends bundles elsewhere too
-- columns: `product` INT, `n` BIGINT, `s` INT
-- flink
-- +I[12, 1, null]
-- +I[10, 1, 3]
-- +I[11, 1, 1]
-- +I[13, 2, 5]
-- -U[10, 1, 3]
-- +U[10, 3, 4]
-- -U[12, 1, null]
-- +U[12, 3, 9]
-- -U[11, 1, 1]
-- +U[11, 2, 8]
-- -U[13, 2, 5]
-- +U[13, 3, 7]
-- +I[null, 1, 2]
-- -U[10, 3, 4]
-- +U[10, 4, 10]
-- -U[12, 3, 9]
-- +U[12, 5, 17]
-- -U[10, 4, 10]
-- +U[10, 5, 11]
-- -U[11, 2, 8]
-- +U[11, 3, 17]
-- -U[13, 3, 7]
-- +U[13, 4, -2147483642]
-- -U[10, 5, 11]
-- +U[10, 6, 11]
-- -U[11, 3, 17]
-- +U[11, 5, -2147483626]
-- -U[13, 4, -2147483642]
-- +U[13, 6, -2147483636]
-- -U[10, 6, 11]
-- +U[10, 7, 14]

-- case unmerged: calls that do not merge
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.agg-phase-strategy' = 'TWO_PHASE';
SELECT product, COUNT(*) AS n, LAST_VALUE(order_id) AS l FROM orders WHERE product = 11 GROUP BY product;
-- columns: `product` INT, `n` BIGINT, `l` INT
-- flink
-- +I[11, 5, 21]
