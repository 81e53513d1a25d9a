-- UNION, UNION ALL, INTERSECT, EXCEPT with ALL, IN, EXISTS, as in Flink's documentation.

-- case union_all: rows of both
SELECT customer FROM orders WHERE order_id < 4 UNION ALL SELECT customer FROM orders WHERE order_id < 3;
-- columns: `customer` STRING
-- flink
-- +I[ann]
-- +I[bob]
-- +I[ann]
-- +I[ann]
-- +I[bob]

-- case union_distinct: each once
SELECT customer FROM orders WHERE order_id < 6 UNION SELECT bidder FROM bids WHERE auction = 3;
-- columns: `customer` STRING
-- flink
-- +I[ann]
-- +I[bob]
-- +I[null]
-- +I[cid]
-- +I[u2]
-- +I[u1]
-- +I[u3]

-- case union_same: with itself
SELECT product FROM orders UNION SELECT product FROM orders WHERE amount > 3;
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[13]
-- +I[null]

-- case union_distinct_word: UNION DISTINCT
SELECT product FROM orders UNION DISTINCT SELECT product FROM products;
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[13]
-- +I[14]
-- +I[null]

-- case three: three parts
SELECT product FROM products WHERE product < 12 UNION ALL SELECT product FROM products WHERE product > 12 UNION ALL SELECT product FROM products WHERE category IS NULL;
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[13]
-- +I[14]
-- +I[14]

-- case mixed: UNION and UNION ALL
SELECT product FROM products UNION SELECT product FROM products UNION ALL SELECT product FROM products WHERE product = 14;
-- columns: `product` INT
-- flink
-- +I[14]
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[13]
-- +I[14]

-- case parentheses: parentheses
(SELECT product FROM products WHERE product < 11) UNION ALL (SELECT product FROM products WHERE product > 13);
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[14]

-- case documentation_values: views of values, UNION
CREATE TEMPORARY VIEW t1 (s) AS VALUES ('c'), ('a'), ('b'), ('b'), ('c');
CREATE TEMPORARY VIEW t2 (s) AS VALUES ('d'), ('e'), ('a'), ('b'), ('b');
(SELECT s FROM t1) UNION (SELECT s FROM t2);
-- columns: `s` CHAR(1)
-- flink
-- +I[c]
-- +I[a]
-- +I[b]
-- +I[d]
-- +I[e]

-- case documentation_union_all: UNION ALL
CREATE TEMPORARY VIEW t1 (s) AS VALUES ('c'), ('a'), ('b'), ('b'), ('c');
CREATE TEMPORARY VIEW t2 (s) AS VALUES ('d'), ('e'), ('a'), ('b'), ('b');
(SELECT s FROM t1) UNION ALL (SELECT s FROM t2);
-- columns: `s` CHAR(1)
-- flink
-- +I[c]
-- +I[a]
-- +I[b]
-- +I[b]
-- +I[c]
-- +I[d]
-- +I[e]
-- +I[a]
-- +I[b]
-- +I[b]

-- case documentation_intersect: INTERSECT
CREATE TEMPORARY VIEW t1 (s) AS VALUES ('c'), ('a'), ('b'), ('b'), ('c');
CREATE TEMPORARY VIEW t2 (s) AS VALUES ('d'), ('e'), ('a'), ('b'), ('b');
(SELECT s FROM t1) INTERSECT (SELECT s FROM t2);
-- columns: `s` CHAR(1)
-- flink
-- +I[a]
-- +I[b]

-- case documentation_except: EXCEPT
CREATE TEMPORARY VIEW t1 (s) AS VALUES ('c'), ('a'), ('b'), ('b'), ('c');
CREATE TEMPORARY VIEW t2 (s) AS VALUES ('d'), ('e'), ('a'), ('b'), ('b');
(SELECT s FROM t1) EXCEPT (SELECT s FROM t2);
-- columns: `s` CHAR(1)
-- flink
-- +I[c]
-- +I[a]
-- +I[b]
-- -D[a]
-- -D[b]

-- case documentation_in: IN
SELECT order_id, amount FROM orders WHERE product IN (SELECT product FROM products WHERE category = 'office');
-- columns: `order_id` INT, `amount` INT
-- flink
-- +I[1, 3]
-- +I[3, null]
-- +I[4, 5]
-- +I[6, -4]
-- +I[8, 1]
-- +I[11, 6]
-- +I[12, 8]
-- +I[14, 1]
-- +I[16, 4]
-- +I[17, 4]
-- +I[18, 0]
-- +I[23, 3]

-- case documentation_exists: EXISTS
SELECT order_id, amount FROM orders AS o WHERE EXISTS (SELECT 1 FROM products AS p WHERE p.product = o.product AND p.category = 'furniture');
-- columns: `order_id` INT, `amount` INT
-- flink
-- +I[2, 1]
-- +I[5, 2]
-- +I[7, 7]
-- +I[9, 3]
-- +I[13, 2]
-- +I[15, 9]
-- +I[19, 2147483647]
-- +I[20, -2147483648]
-- +I[21, 5]
-- +I[22, 5]
-- +I[24, 1]

-- case intersect_tables: of two tables
SELECT product FROM orders INTERSECT SELECT product FROM products;
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[13]

-- case except_tables: of two tables
SELECT product FROM products EXCEPT SELECT product FROM orders;
-- columns: `product` INT
-- flink
-- +I[10]
-- -D[10]
-- +I[11]
-- +I[12]
-- -D[11]
-- +I[13]
-- +I[14]
-- -D[12]
-- -D[13]

-- case intersect_nulls: NULL is like NULL
SELECT customer FROM orders INTERSECT SELECT customer FROM orders WHERE customer IS NULL;
-- columns: `customer` STRING
-- flink
-- +I[null]

-- case except_nulls: NULL is taken away
SELECT customer FROM orders WHERE order_id < 8 EXCEPT SELECT customer FROM orders WHERE customer IS NULL;
-- columns: `customer` STRING
-- flink
-- +I[ann]
-- +I[bob]
-- +I[null]
-- -D[null]
-- +I[cid]

-- case intersect_pairs: of two columns
SELECT customer, product FROM orders INTERSECT SELECT customer, product FROM orders WHERE amount > 3;
-- columns: `customer` STRING, `product` INT
-- flink
-- +I[null, 10]
-- +I[ann, 11]
-- +I[bob, 11]
-- +I[cid, 10]
-- +I[ann, 12]
-- +I[null, 12]
-- +I[bob, 13]
-- +I[dee, 13]
-- +I[cid, 12]
-- +I[cid, 11]

-- case union_cdc: a changelog in a UNION
SELECT city FROM customers UNION SELECT name FROM products;
-- columns: `city` STRING
-- flink
-- +I[pen]
-- +I[desk]
-- +I[clip]
-- +I[lamp]
-- +I[vase]
-- +I[Rome]
-- +I[Oslo]
-- +I[null]
-- -D[Rome]
-- +I[Lima]
-- -D[null]
-- +I[Rome]

-- case union_all_cdc: a changelog in a UNION ALL
SELECT customer, level FROM customers UNION ALL SELECT name, product FROM products;
-- columns: `customer` STRING, `level` INT
-- flink
-- +I[ann, 1]
-- +I[bob, 2]
-- +I[cid, 1]
-- -U[ann, 1]
-- +U[ann, 1]
-- +I[eve, 3]
-- -U[bob, 2]
-- +U[bob, 5]
-- -D[cid, 1]
-- +I[dee, 2]
-- +I[cid, 4]
-- -U[dee, 2]
-- +U[dee, 7]
-- -D[eve, 3]
-- +I[fay, null]
-- +I[pen, 10]
-- +I[desk, 11]
-- +I[clip, 12]
-- +I[lamp, 13]
-- +I[vase, 14]

-- case intersect_cdc: a changelog in an INTERSECT
SELECT customer FROM customers INTERSECT SELECT customer FROM orders;
-- columns: `customer` STRING
-- flink
-- +I[ann]
-- +I[bob]
-- +I[cid]
-- +I[dee]

-- case except_cdc: what a changelog takes away
SELECT customer FROM orders EXCEPT SELECT customer FROM customers;
-- columns: `customer` STRING
-- flink
-- +I[ann]
-- -D[ann]
-- +I[ann]
-- -D[ann]
-- +I[null]
-- +I[bob]
-- -D[bob]
-- +I[cid]
-- -D[cid]
-- +I[dee]
-- -D[dee]

-- case union_types: types that widen
SELECT tiny AS x FROM numbers WHERE id < 4 UNION ALL SELECT num FROM numbers WHERE id < 4 UNION ALL SELECT real8 FROM numbers WHERE id < 4;
-- columns: `x` DOUBLE
-- flink
-- +I[127.0]
-- +I[-128.0]
-- +I[0.0]
-- +I[2.147483647E9]
-- +I[-2.147483648E9]
-- +I[0.0]
-- +I[2.5]
-- +I[-2.5]
-- +I[0.0]

-- case union_decimals: decimals that widen
SELECT CAST(1.5 AS DECIMAL(3, 1)) AS d UNION ALL SELECT CAST(123456.789 AS DECIMAL(10, 3));
-- columns: `d` DECIMAL(10, 3)
-- flink
-- +I[1.500]
-- +I[123456.789]

-- case union_null_literal: a NULL in one part
SELECT product, name FROM products WHERE product = 10 UNION ALL SELECT product, CAST(NULL AS STRING) FROM products WHERE product = 11;
-- columns: `product` INT, `name` STRING
-- flink
-- +I[10, pen]
-- +I[11, null]

-- case union_names: names are those of the first
SELECT product AS a, name AS b FROM products WHERE product = 10 UNION ALL SELECT product, category FROM products WHERE product = 11;
-- columns: `a` INT, `b` STRING
-- flink
-- +I[10, pen]
-- +I[11, furniture]

-- case union_mismatch: too few columns
SELECT product, name FROM products UNION ALL SELECT product FROM products;
-- flink refuses: SqlValidatorException: Column count mismatch in UNION ALL

-- case union_types_mismatch: types that do not fit
SELECT product FROM products UNION ALL SELECT born FROM numbers;
-- flink refuses: CodeGenException: Only legacy cast behaviour supports cast from 'INT' to 'DATE'.

-- case union_group: grouped
SELECT k, COUNT(*) AS n FROM (SELECT customer AS k FROM orders UNION ALL SELECT bidder FROM bids) GROUP BY k;
-- columns: `k` STRING, `n` BIGINT
-- flink
-- +I[u1, 1]
-- +I[u2, 1]
-- -U[u1, 1]
-- +U[u1, 2]
-- +I[u3, 1]
-- -U[u2, 1]
-- +U[u2, 2]
-- -U[u3, 1]
-- +U[u3, 2]
-- -U[u2, 2]
-- +U[u2, 3]
-- -U[u1, 2]
-- +U[u1, 3]
-- -U[u1, 3]
-- +U[u1, 4]
-- -U[u3, 2]
-- +U[u3, 3]
-- -U[u2, 3]
-- +U[u2, 4]
-- +I[u4, 1]
-- -U[u1, 4]
-- +U[u1, 5]
-- -U[u2, 4]
-- +U[u2, 5]
-- -U[u2, 5]
-- +U[u2, 6]
-- -U[u3, 3]
-- +U[u3, 4]
-- -U[u1, 5]
-- +U[u1, 6]
-- -U[u4, 1]
-- +U[u4, 2]
-- +I[u5, 1]
-- -U[u1, 6]
-- +U[u1, 7]
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
-- -U[ann, 4]
-- +U[ann, 5]
-- -U[bob, 3]
-- +U[bob, 4]
-- -U[cid, 2]
-- +U[cid, 3]
-- -U[ann, 5]
-- +U[ann, 6]
-- -U[dee, 2]
-- +U[dee, 3]
-- -U[bob, 4]
-- +U[bob, 5]
-- -U[ann, 6]
-- +U[ann, 7]
-- -U[cid, 3]
-- +U[cid, 4]
-- -U[dee, 3]
-- +U[dee, 4]
-- -U[bob, 5]
-- +U[bob, 6]
-- -U[ann, 7]
-- +U[ann, 8]

-- case union_window: event time through UNION ALL
CREATE TEMPORARY VIEW both_t AS SELECT price, ts FROM bids WHERE auction = 1 UNION ALL SELECT price, ts FROM bids WHERE auction = 2;
SELECT window_start, SUM(price) AS s FROM TABLE(TUMBLE(TABLE both_t, DESCRIPTOR(ts), INTERVAL '20' SECOND)) GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `s` BIGINT
-- flink
-- +I[2024-03-01T12:00, 745]
-- +I[2024-03-01T12:00:20, 275]
-- +I[2024-03-01T12:00:40, 290]

-- case union_limit: ORDER BY and LIMIT over a UNION ALL
SELECT product FROM products UNION ALL SELECT product FROM products ORDER BY product LIMIT 3;
-- skip batch 1: the rows of the two parts come in no order
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- -D[12]
-- +I[10]

-- case precedence: INTERSECT binds tighter
SELECT product FROM products UNION SELECT product FROM products WHERE product = 10 INTERSECT SELECT product FROM products WHERE product = 11;
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[13]
-- +I[14]

-- case documentation_intersect_all: INTERSECT ALL
CREATE TEMPORARY VIEW t1 (s) AS VALUES ('c'), ('a'), ('b'), ('b'), ('c');
CREATE TEMPORARY VIEW t2 (s) AS VALUES ('d'), ('e'), ('a'), ('b'), ('b');
(SELECT s FROM t1) INTERSECT ALL (SELECT s FROM t2);
-- columns: `s` CHAR(1)
-- flink
-- +U[a]
-- +U[b]
-- -U[b]
-- +U[b]
-- +U[b]

-- case documentation_except_all: EXCEPT ALL
CREATE TEMPORARY VIEW t1 (s) AS VALUES ('c'), ('a'), ('b'), ('b'), ('c');
CREATE TEMPORARY VIEW t2 (s) AS VALUES ('d'), ('e'), ('a'), ('b'), ('b');
(SELECT s FROM t1) EXCEPT ALL (SELECT s FROM t2);
-- columns: `s` CHAR(1)
-- flink
-- +I[c]
-- +I[a]
-- +I[b]
-- -U[b]
-- +U[b]
-- +U[b]
-- -U[c]
-- +U[c]
-- +U[c]
-- -U[a]
-- -U[b]
-- -U[b]
-- +U[b]
-- -U[b]

-- case except_all_pairs: EXCEPT ALL of two columns
SELECT customer, product FROM orders EXCEPT ALL SELECT customer, product FROM orders WHERE amount > 3;
-- skip batch 1: a table that is read twice comes in no order
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
-- -U[ann, 10]
-- +U[ann, 10]
-- +U[ann, 10]
-- -U[bob, 11]
-- +U[bob, 11]
-- +U[bob, 11]
-- +I[cid, 12]
-- -U[ann, 12]
-- +U[ann, 12]
-- +U[ann, 12]
-- +I[dee, 10]
-- -U[bob, 13]
-- +U[bob, 13]
-- +U[bob, 13]
-- -U[ann, 11]
-- +U[ann, 11]
-- +U[ann, 11]
-- +I[cid, 11]
-- -U[dee, 13]
-- +U[dee, 13]
-- +U[dee, 13]
-- -U[bob, 10]
-- +U[bob, 10]
-- +U[bob, 10]
-- +I[ann, 13]
-- -U[null, 10]
-- -U[ann, 11]
-- -U[ann, 11]
-- +U[ann, 11]
-- -U[cid, 10]
-- -U[null, 12]
-- -U[bob, 11]
-- -U[bob, 11]
-- +U[bob, 11]
-- -U[cid, 12]
-- -U[ann, 12]
-- -U[ann, 12]
-- +U[ann, 12]
-- -U[bob, 13]
-- -U[bob, 13]
-- +U[bob, 13]
-- -U[cid, 11]
-- -U[dee, 13]
-- -U[dee, 13]
-- +U[dee, 13]

-- case except_all_cdc: EXCEPT ALL of a changelog
SELECT customer FROM orders EXCEPT ALL SELECT customer FROM customers;
-- columns: `customer` STRING
-- flink
-- +I[ann]
-- +I[bob]
-- -U[ann]
-- +U[ann]
-- +U[ann]
-- +I[null]
-- +I[cid]
-- -U[bob]
-- +U[bob]
-- +U[bob]
-- -U[ann]
-- -U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +I[dee]
-- -U[bob]
-- -U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- -U[cid]
-- +U[cid]
-- +U[cid]
-- -U[null]
-- +U[null]
-- +U[null]
-- -U[dee]
-- +U[dee]
-- +U[dee]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- -U[cid]
-- -U[cid]
-- +U[cid]
-- +U[cid]
-- +U[cid]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- -U[dee]
-- -U[dee]
-- +U[dee]
-- +U[dee]
-- +U[dee]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- -U[cid]
-- -U[cid]
-- -U[cid]
-- +U[cid]
-- +U[cid]
-- +U[cid]
-- +U[cid]
-- -U[dee]
-- -U[dee]
-- -U[dee]
-- +U[dee]
-- +U[dee]
-- +U[dee]
-- +U[dee]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- -U[cid]
-- -U[cid]
-- -U[cid]
-- -U[cid]
-- +U[cid]
-- +U[cid]
-- +U[cid]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- -U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- +U[ann]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- -U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- +U[bob]
-- -U[cid]
-- -U[cid]
-- -U[cid]
-- +U[cid]
-- +U[cid]
-- +U[cid]
-- +U[cid]
-- -U[dee]
-- -U[dee]
-- -U[dee]
-- -U[dee]
-- +U[dee]
-- +U[dee]
-- +U[dee]
-- -U[cid]
-- -U[cid]
-- -U[cid]
-- -U[cid]
-- +U[cid]
-- +U[cid]
-- +U[cid]
-- -U[dee]
-- -U[dee]
-- -U[dee]
-- +U[dee]
-- +U[dee]
-- +U[dee]
-- +U[dee]
-- -U[dee]
-- -U[dee]
-- -U[dee]
-- -U[dee]
-- +U[dee]
-- +U[dee]
-- +U[dee]
