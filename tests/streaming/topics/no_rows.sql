-- Aggregates over no rows: a stream has no result before the first row, a batch has one at its end.

-- case stream: a stream gives nothing
SELECT COUNT(*) AS n, SUM(amount) AS total, MAX(price) AS highest FROM orders WHERE order_id < 0;
-- skip bounded: a batch has a row
-- columns: `n` BIGINT, `total` INT, `highest` DECIMAL(10, 2)
-- flink

-- case batch: a batch gives one row
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) AS n, COUNT(amount) AS amounts, SUM(amount) AS total, MAX(price) AS highest, MIN(customer) AS first_one
FROM orders WHERE order_id < 0;
-- columns: `n` BIGINT, `amounts` BIGINT, `total` INT, `highest` DECIMAL(10, 2), `first_one` STRING
-- flink
-- +I[0, 0, null, null, null]

-- case batch_rows: a batch with rows gives theirs
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) AS n, SUM(amount) AS total, MAX(price) AS highest FROM orders WHERE order_id < 5;
-- columns: `n` BIGINT, `total` INT, `highest` DECIMAL(10, 2)
-- flink
-- +I[4, 9, 100.00]

-- case batch_calls: the other aggregates
SET 'execution.runtime-mode' = 'batch';
SELECT AVG(amount) AS mean, STDDEV_POP(amount) AS deviation, LISTAGG(customer) AS names, FIRST_VALUE(customer) AS first_one,
  LAST_VALUE(customer) AS last_one, COUNT(DISTINCT customer) AS customers
FROM orders WHERE order_id < 0;
-- columns: `mean` INT, `deviation` INT, `names` STRING, `first_one` STRING, `last_one` STRING, `customers` BIGINT
-- flink
-- +I[null, null, null, null, null, 0]

-- case batch_filter: no row passes FILTER
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) FILTER (WHERE order_id < 0) AS n, SUM(amount) FILTER (WHERE order_id < 0) AS total FROM orders;
-- columns: `n` BIGINT, `total` INT
-- flink
-- +I[0, null]

-- case batch_having: HAVING sees the row
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) AS n FROM orders WHERE order_id < 0 HAVING COUNT(*) = 0;
-- columns: `n` BIGINT
-- flink
-- +I[0]

-- case batch_having_not: and may drop it
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) AS n FROM orders WHERE order_id < 0 HAVING COUNT(*) > 0;
-- columns: `n` BIGINT
-- flink

-- case having_alone: HAVING without aggregates
SET 'execution.runtime-mode' = 'batch';
SELECT 'none' AS word FROM orders WHERE order_id < 0 HAVING COUNT(*) = 0;
-- columns: `word` CHAR(4)
-- flink
-- +I[none]

-- case batch_group: no row, no group
SET 'execution.runtime-mode' = 'batch';
SELECT customer, COUNT(*) AS n FROM orders WHERE order_id < 0 GROUP BY customer;
-- columns: `customer` STRING, `n` BIGINT
-- flink

-- case batch_constant_group: a constant is a group too
SET 'execution.runtime-mode' = 'batch';
SELECT 'x' AS x, COUNT(*) AS n FROM orders WHERE order_id < 0 GROUP BY 'x';
-- columns: `x` CHAR(1), `n` BIGINT
-- flink

-- case batch_empty_group: GROUP BY () is no group
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) AS n FROM orders WHERE order_id < 0 GROUP BY ();
-- columns: `n` BIGINT
-- flink
-- +I[0]

-- case stream_empty_group: GROUP BY () in a stream
SELECT COUNT(*) AS n FROM orders WHERE order_id < 0 GROUP BY ();
-- skip bounded: a batch has a row
-- columns: `n` BIGINT
-- flink

-- case empty_group_rows: GROUP BY () of rows
SELECT COUNT(*) AS n, SUM(amount) AS total FROM orders WHERE order_id < 5 GROUP BY ();
-- columns: `n` BIGINT, `total` INT
-- flink
-- +I[1, 3]
-- -U[1, 3]
-- +U[2, 4]
-- -U[2, 4]
-- +U[3, 4]
-- -U[3, 4]
-- +U[4, 9]

-- case batch_empty_set: the one empty grouping set
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) AS n FROM orders WHERE order_id < 0 GROUP BY GROUPING SETS (());
-- columns: `n` BIGINT
-- flink
-- +I[0]

-- case stream_empty_set: the empty set in a stream
SELECT COUNT(*) AS n FROM orders WHERE order_id < 0 GROUP BY GROUPING SETS (());
-- skip bounded: a batch has a row
-- columns: `n` BIGINT
-- flink

-- case empty_set_rows: the empty set of rows
SELECT COUNT(*) AS n, SUM(amount) AS total FROM orders WHERE order_id < 5 GROUP BY GROUPING SETS (());
-- columns: `n` BIGINT, `total` INT
-- flink
-- +I[1, 3]
-- -U[1, 3]
-- +U[2, 4]
-- -U[2, 4]
-- +U[3, 4]
-- -U[3, 4]
-- +U[4, 9]

-- case batch_sets: the empty set beside another
SET 'execution.runtime-mode' = 'batch';
SELECT customer, COUNT(*) AS n FROM orders WHERE order_id < 0 GROUP BY GROUPING SETS ((customer), ());
-- columns: `customer` STRING, `n` BIGINT
-- flink

-- case batch_rollup: ROLLUP has an empty set
SET 'execution.runtime-mode' = 'batch';
SELECT customer, COUNT(*) AS n FROM orders WHERE order_id < 0 GROUP BY ROLLUP (customer);
-- columns: `customer` STRING, `n` BIGINT
-- flink

-- case batch_of_batch: an aggregate of an aggregate
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) AS n, MAX(inner_n) AS most FROM (SELECT COUNT(*) AS inner_n FROM orders WHERE order_id < 0) AS q;
-- columns: `n` BIGINT, `most` BIGINT
-- flink
-- +I[1, 0]

-- case batch_scalar: a scalar subquery counts from zero
SET 'execution.runtime-mode' = 'batch';
SELECT product, (SELECT COUNT(*) FROM orders WHERE order_id < 0) AS n, (SELECT MAX(amount) FROM orders WHERE order_id < 0) AS most
FROM products;
-- columns: `product` INT, `n` BIGINT, `most` INT
-- flink
-- +I[10, 0, null]
-- +I[11, 0, null]
-- +I[12, 0, null]
-- +I[13, 0, null]
-- +I[14, 0, null]

-- case stream_scalar: in a stream it is NULL
SELECT product, (SELECT COUNT(*) FROM orders WHERE order_id < 0) AS n FROM products;
-- skip bounded: a batch has a row
-- columns: `product` INT, `n` BIGINT
-- flink
-- +I[10, null]
-- +I[11, null]
-- +I[12, null]
-- +I[13, null]
-- +I[14, null]

-- case batch_scalar_where: as a condition
SET 'execution.runtime-mode' = 'batch';
SELECT product FROM products WHERE product > (SELECT COUNT(*) FROM orders WHERE order_id < 0);
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[13]
-- +I[14]

-- case stream_scalar_where: as a condition in a stream
SELECT product FROM products WHERE product > (SELECT COUNT(*) FROM orders WHERE order_id < 0);
-- skip bounded: a batch has a row
-- columns: `product` INT
-- flink

-- case batch_in: IN an aggregate of nothing
SET 'execution.runtime-mode' = 'batch';
SELECT product FROM products WHERE product - 10 IN (SELECT COUNT(*) FROM orders WHERE order_id < 0);
-- columns: `product` INT
-- flink
-- +I[10]

-- case batch_exists: an aggregate always exists
SET 'execution.runtime-mode' = 'batch';
SELECT product FROM products WHERE EXISTS (SELECT COUNT(*) FROM orders WHERE order_id < 0);
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[13]
-- +I[14]

-- case stream_exists: in a stream too
SELECT product FROM products WHERE EXISTS (SELECT COUNT(*) FROM orders WHERE order_id < 0);
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[13]
-- +I[14]

-- case batch_join: a join with it
SET 'execution.runtime-mode' = 'batch';
SELECT product, n FROM products CROSS JOIN (SELECT COUNT(*) AS n FROM orders WHERE order_id < 0) AS q;
-- columns: `product` INT, `n` BIGINT
-- flink
-- +I[10, 0]
-- +I[11, 0]
-- +I[12, 0]
-- +I[13, 0]
-- +I[14, 0]

-- case batch_union: two of them
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) AS n FROM orders WHERE order_id < 0 UNION ALL SELECT SUM(amount) FROM orders WHERE order_id < 0;
-- columns: `n` BIGINT
-- flink
-- +I[null]
-- +I[0]

-- case batch_values: over no rows at all
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) AS n, MAX(x) AS most FROM (VALUES (1), (2)) AS t (x) WHERE x > 5;
-- columns: `n` BIGINT, `most` INT
-- flink
-- +I[0, null]

-- case batch_false: a condition that is never true
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) AS n FROM orders WHERE FALSE;
-- columns: `n` BIGINT
-- flink
-- +I[0]

-- case stream_false: and in a stream
SELECT COUNT(*) AS n FROM orders WHERE FALSE;
-- skip bounded: a batch has a row
-- columns: `n` BIGINT
-- flink

-- case batch_limit: LIMIT of it
SET 'execution.runtime-mode' = 'batch';
SELECT COUNT(*) AS n FROM orders WHERE order_id < 0 ORDER BY n LIMIT 3;
-- columns: `n` BIGINT
-- flink
-- +I[0]

-- case batch_correlated: counts for each row
SET 'execution.runtime-mode' = 'batch';
SELECT product, (SELECT COUNT(*) FROM orders AS o WHERE o.product = p.product AND o.order_id < 3) AS n FROM products AS p;
-- columns: `product` INT, `n` BIGINT
-- flink
-- +I[10, 1]
-- +I[11, 1]
-- +I[12, 0]
-- +I[13, 0]
-- +I[14, 0]
