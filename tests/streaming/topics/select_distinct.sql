-- SELECT DISTINCT.

-- case one: one column, NULL once
SELECT DISTINCT customer FROM orders;
-- columns: `customer` STRING
-- flink
-- +I[ann]
-- +I[bob]
-- +I[null]
-- +I[cid]
-- +I[dee]

-- case two: two columns
SELECT DISTINCT customer, product FROM orders;
-- columns: `customer` STRING, `product` INT
-- flink
-- +I[ann, 10]
-- +I[bob, 11]
-- +I[ann, 12]
-- +I[null, 10]
-- +I[cid, 13]
-- +I[bob, 10]
-- +I[ann, 11]
-- +I[dee, 12]
-- +I[bob, 13]
-- +I[ann, null]
-- +I[cid, 10]
-- +I[null, 12]
-- +I[dee, 13]
-- +I[cid, 12]
-- +I[dee, 10]
-- +I[cid, 11]
-- +I[ann, 13]

-- case expression: an expression
SELECT DISTINCT amount > 3 AS big FROM orders;
-- columns: `big` BOOLEAN
-- flink
-- +I[false]
-- +I[null]
-- +I[true]

-- case star: all columns
SELECT DISTINCT * FROM products;
-- columns: `product` INT, `name` STRING, `category` STRING
-- flink
-- +I[10, pen, office]
-- +I[11, desk, furniture]
-- +I[12, clip, office]
-- +I[13, lamp, furniture]
-- +I[14, vase, null]

-- case types: of every type
SELECT DISTINCT tiny, real8, money, flag, born FROM numbers WHERE id <> 7;
-- columns: `tiny` TINYINT, `real8` DOUBLE, `money` DECIMAL(10, 3), `flag` BOOLEAN, `born` DATE
-- flink
-- +I[127, 2.5, 1.125, true, 2024-02-29]
-- +I[-128, -2.5, -1.125, false, 1970-01-01]
-- +I[0, 0.0, 0.000, true, 2000-12-31]
-- +I[null, null, null, null, null]
-- +I[1, 1.0E10, 9999999.999, false, 2024-03-01]
-- +I[2, -0.125, 0.001, true, 1999-01-01]
-- +I[1, 0.1, 9999999.999, false, 2024-03-02]
-- +I[-1, 0.2, -0.001, true, null]

-- case double: of DOUBLE
SELECT DISTINCT reading FROM pings;
-- columns: `reading` DOUBLE
-- flink
-- +I[1.5]
-- +I[2.0]
-- +I[2.5]
-- +I[null]
-- +I[9.75]
-- +I[-1.0]
-- +I[4.0]
-- +I[3.5]
-- +I[0.0]
-- +I[1.25]
-- +I[7.0]
-- +I[8.5]
-- +I[3.0]
-- +I[6.5]

-- case row_field: a field of a row
SELECT DISTINCT home.city AS city FROM profiles;
-- columns: `city` STRING
-- flink
-- +I[Rome]
-- +I[Oslo]
-- +I[null]
-- +I[Lima]

-- case arrays: of arrays
SELECT DISTINCT tags FROM profiles;
-- columns: `tags` ARRAY<STRING>
-- flink
-- +I[[a, b, a]]
-- +I[[]]
-- +I[null]
-- +I[[c, null]]
-- +I[[b]]

-- case constant: a constant
SELECT DISTINCT 1 AS a FROM orders;
-- columns: `a` INT
-- flink
-- +I[1]

-- case where_filter: with WHERE
SELECT DISTINCT product FROM orders WHERE amount > 4;
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[13]

-- case cdc: of a changelog, rows come and go
SELECT DISTINCT city FROM customers;
-- columns: `city` STRING
-- flink
-- +I[Rome]
-- +I[Oslo]
-- +I[null]
-- -D[Rome]
-- +I[Lima]
-- -D[null]
-- +I[Rome]

-- case upserts: of upserts
SELECT DISTINCT place FROM stock;
-- skip batch 1: sluice passes over an update that changes no column that is read
-- columns: `place` STRING
-- flink
-- +I[north]
-- +I[south]
-- -D[north]
-- +I[north]
-- -D[south]
-- +I[south]
-- +I[null]
-- -D[north]
-- +I[east]
-- +I[north]
-- -D[null]
-- -D[north]
-- +I[north]

-- case aggregates: of counts
SELECT DISTINCT COUNT(*) AS n FROM orders GROUP BY customer;
-- columns: `n` BIGINT
-- flink
-- +I[1]
-- +I[2]
-- +I[3]
-- -D[2]
-- +I[4]
-- +I[2]
-- -D[1]
-- -D[4]
-- +I[5]
-- -D[3]
-- +I[4]
-- +I[3]
-- -D[5]
-- +I[6]
-- -D[4]
-- +I[5]
-- -D[6]
-- +I[7]
-- +I[4]
-- -D[3]
-- -D[5]
-- +I[6]
-- -D[7]
-- +I[8]

-- case group_by: with GROUP BY
SELECT DISTINCT customer, COUNT(*) AS n FROM orders WHERE order_id < 8 GROUP BY customer;
-- columns: `customer` STRING, `n` BIGINT
-- flink
-- +I[ann, 1]
-- +I[bob, 1]
-- -U[ann, 1]
-- +U[ann, 2]
-- +I[null, 1]
-- +I[cid, 1]
-- -U[bob, 1]
-- +U[bob, 2]
-- -U[ann, 2]
-- +U[ann, 3]

-- case then_count: counted
SELECT COUNT(*) AS n FROM (SELECT DISTINCT customer, product FROM orders);
-- columns: `n` BIGINT
-- flink
-- +I[1]
-- -U[1]
-- +U[2]
-- -U[2]
-- +U[3]
-- -U[3]
-- +U[4]
-- -U[4]
-- +U[5]
-- -U[5]
-- +U[6]
-- -U[6]
-- +U[7]
-- -U[7]
-- +U[8]
-- -U[8]
-- +U[9]
-- -U[9]
-- +U[10]
-- -U[10]
-- +U[11]
-- -U[11]
-- +U[12]
-- -U[12]
-- +U[13]
-- -U[13]
-- +U[14]
-- -U[14]
-- +U[15]
-- -U[15]
-- +U[16]
-- -U[16]
-- +U[17]

-- case then_group: grouped
SELECT customer, COUNT(*) AS n FROM (SELECT DISTINCT customer, product FROM orders) GROUP BY customer;
-- columns: `customer` STRING, `n` BIGINT
-- flink
-- +I[ann, 1]
-- +I[bob, 1]
-- -U[ann, 1]
-- +U[ann, 2]
-- +I[null, 1]
-- +I[cid, 1]
-- -U[bob, 1]
-- +U[bob, 2]
-- -U[ann, 2]
-- +U[ann, 3]
-- +I[dee, 1]
-- -U[bob, 2]
-- +U[bob, 3]
-- -U[ann, 3]
-- +U[ann, 4]
-- -U[cid, 1]
-- +U[cid, 2]
-- -U[null, 1]
-- +U[null, 2]
-- -U[dee, 1]
-- +U[dee, 2]
-- -U[cid, 2]
-- +U[cid, 3]
-- -U[dee, 2]
-- +U[dee, 3]
-- -U[cid, 3]
-- +U[cid, 4]
-- -U[ann, 4]
-- +U[ann, 5]

-- case twice: DISTINCT of DISTINCT
SELECT DISTINCT customer FROM (SELECT DISTINCT customer, product FROM orders);
-- columns: `customer` STRING
-- flink
-- +I[ann]
-- +I[bob]
-- +I[null]
-- +I[cid]
-- +I[dee]

-- case values_distinct: of VALUES
SELECT DISTINCT x FROM (VALUES (1), (2), (1), (CAST(NULL AS INT)), (CAST(NULL AS INT))) AS v (x);
-- columns: `x` INT
-- flink
-- +I[1]
-- +I[2]
-- +I[null]

-- case time: of event time
SELECT DISTINCT FLOOR(ts TO MINUTE) AS m FROM orders;
-- columns: `m` TIMESTAMP(3)
-- flink
-- +I[2024-03-01T10:00]
-- +I[2024-03-01T10:01]
-- +I[2024-03-01T10:02]

-- case union_all: of a UNION ALL
SELECT DISTINCT k FROM (SELECT customer AS k FROM orders WHERE order_id < 5 UNION ALL SELECT customer FROM orders WHERE order_id < 9);
-- columns: `k` STRING
-- flink
-- +I[ann]
-- +I[bob]
-- +I[null]
-- +I[cid]
-- +I[dee]

-- case all_keyword: SELECT ALL
SELECT ALL product FROM orders WHERE order_id < 5;
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[10]

-- case limited: with ORDER BY and LIMIT
SELECT DISTINCT product FROM orders ORDER BY product LIMIT 2;
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- -D[11]
-- +I[null]
