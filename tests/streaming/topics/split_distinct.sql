-- GROUP BY with DISTINCT, split by buckets of the value (table.optimizer.distinct-agg.split.enabled): the same results.

-- case all: one group of all rows, two columns
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT COUNT(DISTINCT customer) AS c, COUNT(DISTINCT product) AS p, COUNT(DISTINCT amount) FILTER (WHERE price > 10) AS a, COUNT(*) AS n, SUM(amount) FILTER (WHERE amount BETWEEN -10 AND 10) AS s FROM orders WHERE amount <> 7 OR customer IS NULL;
-- columns: `c` BIGINT, `p` BIGINT, `a` BIGINT, `n` BIGINT, `s` INT
-- flink
-- +I[4, 4, 6, 22, 61]

-- case buckets: two buckets hold them all
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SET 'table.optimizer.distinct-agg.split.bucket-num' = '2';
SELECT product, COUNT(DISTINCT customer) AS c, COUNT(DISTINCT order_id) AS o, MIN(price) AS lo, MAX(DISTINCT price) AS hi FROM orders GROUP BY product;
-- columns: `product` INT, `c` BIGINT, `o` BIGINT, `lo` DECIMAL(10, 2), `hi` DECIMAL(10, 2)
-- flink
-- +I[13, 4, 6, 20.25, 99999999.99]
-- +I[12, 3, 5, 0.50, 0.50]
-- +I[null, 1, 1, 1.00, 1.00]
-- +I[10, 4, 7, 9.99, 9.99]
-- +I[11, 3, 5, -99999999.99, 100.00]

-- case rows: row by row, groups with few values
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT product, COUNT(DISTINCT customer) AS c, COUNT(DISTINCT amount) FILTER (WHERE amount > 2) AS a, COUNT(*) AS n FROM orders WHERE order_id < 14 GROUP BY product;
-- fold: Flink gives what comes of each copy of a row by itself
-- columns: `product` INT, `c` BIGINT, `a` BIGINT, `n` BIGINT
-- flink
-- +I[10, 1, 0, 0]
-- -U[10, 1, 0, 0]
-- +U[10, 1, 1, 0]
-- -U[10, 1, 1, 0]
-- +U[10, 1, 1, 1]
-- +I[11, 1, 0, 0]
-- -U[11, 1, 0, 0]
-- +U[11, 1, 0, 1]
-- +I[12, 1, 0, 0]
-- -U[12, 1, 0, 0]
-- +U[12, 1, 0, 1]
-- -U[10, 1, 1, 1]
-- +U[10, 1, 2, 1]
-- -U[10, 1, 2, 1]
-- +U[10, 1, 2, 0]
-- -U[10, 1, 2, 0]
-- +U[10, 1, 2, 2]
-- +I[13, 1, 0, 0]
-- -U[13, 1, 0, 0]
-- +U[13, 1, 0, 1]
-- -U[10, 1, 2, 2]
-- +U[10, 2, 2, 2]
-- -U[10, 2, 2, 2]
-- +U[10, 2, 2, 0]
-- -U[10, 2, 2, 0]
-- +U[10, 2, 2, 3]
-- -U[11, 1, 0, 1]
-- +U[11, 2, 0, 1]
-- -U[11, 2, 0, 1]
-- +U[11, 2, 1, 1]
-- -U[11, 2, 1, 1]
-- +U[11, 2, 1, 0]
-- -U[11, 2, 1, 0]
-- +U[11, 2, 1, 2]
-- -U[12, 1, 0, 1]
-- +U[12, 2, 0, 1]
-- -U[12, 2, 0, 1]
-- +U[12, 2, 0, 0]
-- -U[12, 2, 0, 0]
-- +U[12, 2, 0, 2]
-- -U[13, 1, 0, 1]
-- +U[13, 2, 0, 1]
-- -U[13, 2, 0, 1]
-- +U[13, 2, 1, 1]
-- -U[13, 2, 1, 1]
-- +U[13, 2, 1, 0]
-- -U[13, 2, 1, 0]
-- +U[13, 2, 1, 2]
-- +I[null, 1, 0, 0]
-- -U[null, 1, 0, 0]
-- +U[null, 1, 0, 1]
-- -U[10, 2, 2, 3]
-- +U[10, 3, 2, 3]
-- -U[10, 3, 2, 3]
-- +U[10, 3, 3, 3]
-- -U[10, 3, 3, 3]
-- +U[10, 3, 3, 0]
-- -U[10, 3, 3, 0]
-- +U[10, 3, 3, 4]
-- -U[12, 2, 0, 2]
-- +U[12, 2, 1, 2]
-- -U[12, 2, 1, 2]
-- +U[12, 2, 1, 0]
-- -U[12, 2, 1, 0]
-- +U[12, 2, 1, 3]
-- -U[13, 2, 1, 2]
-- +U[13, 3, 1, 2]
-- -U[13, 3, 1, 2]
-- +U[13, 3, 1, 0]
-- -U[13, 3, 1, 0]
-- +U[13, 3, 1, 3]

-- case rows_sums: row by row, sums of distinct values and means
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT customer, SUM(DISTINCT product) AS s, AVG(DISTINCT product) AS m, AVG(price) AS p, MAX(amount) AS x FROM orders WHERE order_id < 19 GROUP BY customer;
-- fold: Flink gives what comes of each copy of a row by itself
-- columns: `customer` STRING, `s` INT, `m` INT, `p` DECIMAL(38, 6), `x` INT
-- flink
-- +I[ann, 10, 10, null, null]
-- -U[ann, 10, 10, null, null]
-- +U[ann, 10, 10, null, 3]
-- -U[ann, 10, 10, null, 3]
-- +U[ann, 10, 10, 9.990000, 3]
-- +I[bob, 11, 11, null, null]
-- -U[bob, 11, 11, null, null]
-- +U[bob, 11, 11, null, 1]
-- -U[bob, 11, 11, null, 1]
-- +U[bob, 11, 11, 100.000000, 1]
-- -U[ann, 10, 10, 9.990000, 3]
-- +U[ann, 22, 11, 9.990000, 3]
-- -U[ann, 22, 11, 9.990000, 3]
-- +U[ann, 22, 11, null, 3]
-- -U[ann, 22, 11, null, 3]
-- +U[ann, 22, 11, 5.245000, 3]
-- +I[null, 10, 10, null, null]
-- -U[null, 10, 10, null, null]
-- +U[null, 10, 10, null, 5]
-- -U[null, 10, 10, null, 5]
-- +U[null, 10, 10, 9.990000, 5]
-- +I[cid, 13, 13, null, null]
-- -U[cid, 13, 13, null, null]
-- +U[cid, 13, 13, null, 2]
-- -U[cid, 13, 13, null, 2]
-- +U[cid, 13, 13, 20.250000, 2]
-- -U[bob, 11, 11, 100.000000, 1]
-- +U[bob, 21, 10, 100.000000, 1]
-- -U[bob, 21, 10, 100.000000, 1]
-- +U[bob, 21, 10, null, 1]
-- -U[bob, 21, 10, null, 1]
-- +U[bob, 21, 10, 54.995000, 1]
-- -U[ann, 22, 11, 5.245000, 3]
-- +U[ann, 33, 11, 5.245000, 3]
-- -U[ann, 33, 11, 5.245000, 3]
-- +U[ann, 33, 11, 5.245000, 7]
-- -U[ann, 33, 11, 5.245000, 7]
-- +U[ann, 33, 11, null, 7]
-- -U[ann, 33, 11, null, 7]
-- +U[ann, 33, 11, 36.830000, 7]
-- +I[dee, 12, 12, null, null]
-- -U[dee, 12, 12, null, null]
-- +U[dee, 12, 12, null, 1]
-- -U[bob, 21, 10, 54.995000, 1]
-- +U[bob, 34, 11, 54.995000, 1]
-- -U[bob, 34, 11, 54.995000, 1]
-- +U[bob, 34, 11, 54.995000, 3]
-- -U[bob, 34, 11, 54.995000, 3]
-- +U[bob, 34, 11, null, 3]
-- -U[bob, 34, 11, null, 3]
-- +U[bob, 34, 11, 43.413333, 3]
-- -U[ann, 33, 11, 36.830000, 7]
-- +U[ann, 33, 11, null, 7]
-- -U[ann, 33, 11, null, 7]
-- +U[ann, 33, 11, 27.872500, 7]
-- -U[cid, 13, 13, 20.250000, 2]
-- +U[cid, 23, 11, 20.250000, 2]
-- -U[cid, 23, 11, 20.250000, 2]
-- +U[cid, 23, 11, 20.250000, 6]
-- -U[cid, 23, 11, 20.250000, 6]
-- +U[cid, 23, 11, null, 6]
-- -U[cid, 23, 11, null, 6]
-- +U[cid, 23, 11, 15.120000, 6]
-- -U[null, 10, 10, 9.990000, 5]
-- +U[null, 22, 11, 9.990000, 5]
-- -U[null, 22, 11, 9.990000, 5]
-- +U[null, 22, 11, 9.990000, 8]
-- -U[null, 22, 11, 9.990000, 8]
-- +U[null, 22, 11, null, 8]
-- -U[null, 22, 11, null, 8]
-- +U[null, 22, 11, 5.245000, 8]
-- -U[dee, 12, 12, null, 1]
-- +U[dee, 25, 12, null, 1]
-- -U[dee, 25, 12, null, 1]
-- +U[dee, 25, 12, null, 2]
-- -U[dee, 25, 12, null, 2]
-- +U[dee, 25, 12, 20.250000, 2]
-- -U[ann, 33, 11, 27.872500, 7]
-- +U[ann, 33, 11, null, 7]
-- -U[ann, 33, 11, null, 7]
-- +U[ann, 33, 11, 24.296000, 7]
-- -U[bob, 34, 11, 43.413333, 3]
-- +U[bob, 34, 11, 43.413333, 9]
-- -U[bob, 34, 11, 43.413333, 9]
-- +U[bob, 34, 11, null, 9]
-- -U[bob, 34, 11, null, 9]
-- +U[bob, 34, 11, 57.560000, 9]
-- -U[cid, 23, 11, 15.120000, 6]
-- +U[cid, 35, 11, 15.120000, 6]
-- -U[cid, 35, 11, 15.120000, 6]
-- +U[cid, 35, 11, null, 6]
-- -U[cid, 35, 11, null, 6]
-- +U[cid, 35, 11, 10.246667, 6]
-- -U[ann, 33, 11, 24.296000, 7]
-- +U[ann, 33, 11, null, 7]
-- -U[ann, 33, 11, null, 7]
-- +U[ann, 33, 11, 20.330000, 7]
-- -U[dee, 25, 12, 20.250000, 2]
-- +U[dee, 35, 11, 20.250000, 2]
-- -U[dee, 35, 11, 20.250000, 2]
-- +U[dee, 35, 11, null, 2]
-- -U[dee, 35, 11, null, 2]
-- +U[dee, 35, 11, 15.120000, 2]

-- case retract: of a changelog: groups that vanish
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT city, COUNT(DISTINCT customer) AS c, MAX(level) AS m, AVG(level) AS a, SUM(DISTINCT level) AS s, COUNT(*) AS n FROM customers GROUP BY city;
-- columns: `city` STRING, `c` BIGINT, `m` INT, `a` INT, `s` INT, `n` BIGINT
-- flink
-- +I[Oslo, 2, 5, 3, 6, 2]
-- +I[Lima, 2, 7, 5, 11, 2]
-- +I[Rome, 1, null, null, null, 1]

-- case retract_rows: of a changelog, row by row
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT city, COUNT(DISTINCT level) AS c, COUNT(*) AS n FROM customers GROUP BY city;
-- fold: Flink gives what comes of each copy of a row by itself
-- columns: `city` STRING, `c` BIGINT, `n` BIGINT
-- flink
-- +I[Rome, 1, 1]
-- +I[Oslo, 1, 1]
-- -D[Rome, 1, 1]
-- +I[Rome, 1, 2]
-- -D[Rome, 1, 2]
-- +I[Rome, 1, 1]
-- -U[Oslo, 1, 1]
-- +U[Oslo, 2, 2]
-- +I[null, 1, 1]
-- -U[Oslo, 2, 2]
-- +U[Oslo, 1, 1]
-- -U[Oslo, 1, 1]
-- +U[Oslo, 2, 2]
-- -D[Rome, 1, 1]
-- +I[Lima, 1, 1]
-- -U[Lima, 1, 1]
-- +U[Lima, 2, 2]
-- -U[Lima, 2, 2]
-- +U[Lima, 1, 1]
-- -U[Lima, 1, 1]
-- +U[Lima, 2, 2]
-- -D[null, 1, 1]
-- +I[Rome, 0, 1]

-- case retract_all: of a changelog, all rows
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT COUNT(DISTINCT city) AS c, COUNT(DISTINCT level) FILTER (WHERE city = 'Rome') AS r, MIN(level) AS m, AVG(DISTINCT level) AS a FROM customers;
-- columns: `c` BIGINT, `r` BIGINT, `m` INT, `a` INT
-- flink
-- +I[3, 0, 1, 4]

-- case upserts: of upserts
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT place, COUNT(DISTINCT pieces) AS c, SUM(pieces) AS s, MIN(pieces) FILTER (WHERE pieces > 4) AS m FROM stock GROUP BY place;
-- columns: `place` STRING, `c` BIGINT, `s` INT, `m` INT
-- flink
-- +I[south, 1, 30, 30]
-- +I[north, 1, 8, 8]
-- +I[east, 1, 4, null]

-- case types: means and distinct values of each type
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT grp, COUNT(DISTINCT tiny) AS a, COUNT(DISTINCT small) AS b, COUNT(DISTINCT big) AS c, COUNT(DISTINCT real8) AS d, COUNT(DISTINCT money) AS e, COUNT(DISTINCT flag) AS f, COUNT(DISTINCT born) AS g FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` BIGINT, `b` BIGINT, `c` BIGINT, `d` BIGINT, `e` BIGINT, `f` BIGINT, `g` BIGINT
-- flink
-- +I[b, 3, 3, 3, 3, 3, 2, 2]
-- +I[, 1, 1, 1, 1, 1, 0, 1]
-- +I[a, 3, 3, 3, 3, 3, 2, 3]
-- +I[null, 1, 1, 1, 1, 1, 1, 1]

-- case means: means keep their types
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT COUNT(DISTINCT grp) AS g, AVG(tiny) AS a, AVG(small) AS b, AVG(num) AS c, AVG(real4) AS d, AVG(money) AS f, AVG(DISTINCT money) AS h, SUM(DISTINCT money) AS i FROM numbers WHERE id > 2;
-- columns: `g` BIGINT, `a` TINYINT, `b` SMALLINT, `c` INT, `d` FLOAT, `f` DECIMAL(38, 6), `h` DECIMAL(38, 6), `i` DECIMAL(38, 3)
-- flink
-- +I[3, 1, 10, 100, 2.6666667, 3333334.249667, 2000001.099800, 10000005.499]

-- case nothing: FILTERs that let nothing through
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT product, COUNT(DISTINCT customer) FILTER (WHERE amount > 1000000000) AS c, SUM(amount) FILTER (WHERE FALSE) AS s, AVG(amount) FILTER (WHERE order_id < 0) AS a, MAX(customer) FILTER (WHERE customer = 'zoe') AS m FROM orders WHERE order_id < 19 GROUP BY product;
-- columns: `product` INT, `c` BIGINT, `s` INT, `a` INT, `m` STRING
-- flink
-- +I[13, 0, null, null, null]
-- +I[12, 0, null, null, null]
-- +I[null, 0, null, null, null]
-- +I[10, 0, null, null, null]
-- +I[11, 0, null, null, null]

-- case in_order: calls that depend on the order of rows
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT product, COUNT(DISTINCT customer) AS c, FIRST_VALUE(order_id) AS f, LAST_VALUE(order_id) AS l, LISTAGG(customer, ';') AS t FROM orders WHERE product = 12 GROUP BY product;
-- columns: `product` INT, `c` BIGINT, `f` INT, `l` INT, `t` STRING
-- flink
-- +I[12, 3, 3, 17, ann;dee;cid;ann]

-- case rollup: grouping sets
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT product, customer, COUNT(DISTINCT price) AS p, COUNT(DISTINCT amount) AS a, GROUPING_ID(product, customer) AS g FROM orders WHERE order_id < 13 GROUP BY ROLLUP (product, customer);
-- columns: `product` INT, `customer` STRING, `p` BIGINT, `a` BIGINT, `g` BIGINT
-- flink
-- +I[null, null, 1, 1, 1]
-- +I[11, bob, 1, 1, 0]
-- +I[13, null, 1, 2, 1]
-- +I[10, cid, 1, 1, 0]
-- +I[11, null, 1, 2, 1]
-- +I[10, null, 1, 1, 0]
-- +I[11, ann, 1, 1, 0]
-- +I[10, ann, 1, 1, 0]
-- +I[13, bob, 1, 1, 0]
-- +I[12, null, 1, 1, 0]
-- +I[null, ann, 1, 1, 0]
-- +I[null, null, 5, 8, 3]
-- +I[12, null, 1, 2, 1]
-- +I[12, dee, 0, 1, 0]
-- +I[12, ann, 1, 0, 0]
-- +I[13, cid, 1, 1, 0]
-- +I[10, bob, 1, 1, 0]
-- +I[10, null, 1, 4, 1]

-- case of_the_key: distinct values of a column of the group
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT product, COUNT(DISTINCT product) AS p, COUNT(DISTINCT customer) AS c FROM orders GROUP BY product;
-- columns: `product` INT, `p` BIGINT, `c` BIGINT
-- flink
-- +I[13, 1, 4]
-- +I[12, 1, 3]
-- +I[null, 0, 1]
-- +I[10, 1, 4]
-- +I[11, 1, 3]

-- case tumble: per window, two columns
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT window_start, window_end, COUNT(DISTINCT customer) AS c, COUNT(DISTINCT product) AS p, COUNT(*) AS n, SUM(amount) AS s FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `c` BIGINT, `p` BIGINT, `n` BIGINT, `s` INT
-- flink
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 4, 4, 12, 34]
-- +I[2024-03-01T10:01, 2024-03-01T10:02, 4, 4, 7, 19]
-- +I[2024-03-01T10:02, 2024-03-01T10:03, 4, 3, 4, 14]

-- case hop: per window that overlaps another
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT window_start, window_end, product, COUNT(DISTINCT customer) AS c, AVG(price) AS p FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECOND, INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, product;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `product` INT, `c` BIGINT, `p` DECIMAL(38, 6)
-- flink
-- +I[2024-03-01T09:59:30, 2024-03-01T10:00:30, 10, 2, 9.990000]
-- +I[2024-03-01T09:59:30, 2024-03-01T10:00:30, 12, 1, 0.500000]
-- +I[2024-03-01T09:59:30, 2024-03-01T10:00:30, null, 1, 1.000000]
-- +I[2024-03-01T09:59:30, 2024-03-01T10:00:30, 13, 2, 20.250000]
-- +I[2024-03-01T09:59:30, 2024-03-01T10:00:30, 11, 2, 100.000000]
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 10, 3, 9.990000]
-- +I[2024-03-01T10:00, 2024-03-01T10:01, null, 1, 1.000000]
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 11, 2, 100.000000]
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 12, 2, 0.500000]
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 13, 2, 20.250000]
-- +I[2024-03-01T10:00:30, 2024-03-01T10:01:30, 12, 3, 0.500000]
-- +I[2024-03-01T10:00:30, 2024-03-01T10:01:30, 11, 1, 100.000000]
-- +I[2024-03-01T10:00:30, 2024-03-01T10:01:30, 13, 1, 20.250000]
-- +I[2024-03-01T10:00:30, 2024-03-01T10:01:30, 10, 3, 9.990000]
-- +I[2024-03-01T10:01, 2024-03-01T10:02, 12, 2, 0.500000]
-- +I[2024-03-01T10:01, 2024-03-01T10:02, 11, 2, -49999949.995000]
-- +I[2024-03-01T10:01, 2024-03-01T10:02, 13, 2, 50000010.120000]
-- +I[2024-03-01T10:01, 2024-03-01T10:02, 10, 1, 9.990000]
-- +I[2024-03-01T10:01:30, 2024-03-01T10:02:30, 13, 3, 33333346.830000]
-- +I[2024-03-01T10:01:30, 2024-03-01T10:02:30, 10, 1, 9.990000]
-- +I[2024-03-01T10:01:30, 2024-03-01T10:02:30, 11, 2, -49999949.995000]
-- +I[2024-03-01T10:02, 2024-03-01T10:03, 11, 1, 100.000000]
-- +I[2024-03-01T10:02, 2024-03-01T10:03, 13, 2, 20.250000]
-- +I[2024-03-01T10:02, 2024-03-01T10:03, 10, 1, 9.990000]

-- case cumulate_rollup: per window and grouping set
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT window_start, window_end, product, COUNT(DISTINCT customer) AS c FROM TABLE(CUMULATE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '2' MINUTE)) GROUP BY window_start, window_end, GROUPING SETS ((product), ());
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `product` INT, `c` BIGINT
-- flink
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 10, 3]
-- +I[2024-03-01T10:00, 2024-03-01T10:01, null, 1]
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 11, 2]
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 12, 2]
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 13, 2]
-- +I[2024-03-01T10:00, 2024-03-01T10:01, null, 4]
-- +I[2024-03-01T10:00, 2024-03-01T10:02, 13, 3]
-- +I[2024-03-01T10:00, 2024-03-01T10:02, 11, 2]
-- +I[2024-03-01T10:00, 2024-03-01T10:02, null, 4]
-- +I[2024-03-01T10:00, 2024-03-01T10:02, null, 1]
-- +I[2024-03-01T10:00, 2024-03-01T10:02, 10, 4]
-- +I[2024-03-01T10:00, 2024-03-01T10:02, 12, 3]
-- +I[2024-03-01T10:02, 2024-03-01T10:03, null, 4]
-- +I[2024-03-01T10:02, 2024-03-01T10:03, 11, 1]
-- +I[2024-03-01T10:02, 2024-03-01T10:03, 13, 2]
-- +I[2024-03-01T10:02, 2024-03-01T10:03, 10, 1]
-- +I[2024-03-01T10:02, 2024-03-01T10:04, null, 4]
-- +I[2024-03-01T10:02, 2024-03-01T10:04, 11, 1]
-- +I[2024-03-01T10:02, 2024-03-01T10:04, 13, 2]
-- +I[2024-03-01T10:02, 2024-03-01T10:04, 10, 1]

-- case session: sessions are not split
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT window_start, window_end, COUNT(DISTINCT device) AS d FROM TABLE(SESSION(TABLE pings, DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `d` BIGINT
-- flink
-- +I[2024-03-01T08:00, 2024-03-01T08:00:10, 3]
-- +I[2024-03-01T08:00:12, 2024-03-01T08:00:20, 2]
-- +I[2024-03-01T08:00:22, 2024-03-01T08:00:27, 1]
-- +I[2024-03-01T08:00:30, 2024-03-01T08:00:38, 2]
-- +I[2024-03-01T08:00:45, 2024-03-01T08:00:50, 1]
-- +I[2024-03-01T08:00:59, 2024-03-01T08:01:04, 1]

-- case two_levels: distinct values of an aggregate
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT COUNT(DISTINCT n) AS d, SUM(DISTINCT n) AS s, COUNT(*) AS c FROM (SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer);
-- columns: `d` BIGINT, `s` BIGINT, `c` BIGINT
-- flink
-- +I[4, 20, 5]

-- case having: a filter above
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT customer, COUNT(DISTINCT product) AS p FROM orders GROUP BY customer HAVING COUNT(DISTINCT product) > 3 AND AVG(amount) < 5;
-- columns: `customer` STRING, `p` BIGINT
-- flink
-- +I[ann, 4]
-- +I[cid, 4]

-- case ttl: with a time to live
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SET 'table.exec.state.ttl' = '1 h';
SELECT product, COUNT(DISTINCT customer) AS c, SUM(amount) AS s FROM orders GROUP BY product;
-- columns: `product` INT, `c` BIGINT, `s` INT
-- flink
-- +I[13, 4, -2147483636]
-- +I[12, 3, 17]
-- +I[null, 1, 2]
-- +I[10, 4, 14]
-- +I[11, 3, -2147483626]

-- case unsplit: calls that cannot be put together
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT product, COUNT(DISTINCT customer) AS c, VAR_POP(order_id) AS v FROM orders WHERE product = 11 GROUP BY product;
-- columns: `product` INT, `c` BIGINT, `v` INT
-- flink
-- +I[11, 3, 54]

-- case wide_means: a mean of values whose sum is wider than their type
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '5 s';
SET 'table.exec.mini-batch.size' = '1000';
SET 'table.optimizer.distinct-agg.split.enabled' = 'true';
SELECT COUNT(DISTINCT product) AS p, AVG(amount) AS a FROM orders WHERE amount = 2147483647 OR order_id = 7;
-- columns: `p` BIGINT, `a` INT
-- flink
-- +I[2, -1073741821]
-- sluice: its sum is a BIGINT
-- +I[2, 1073741827]
