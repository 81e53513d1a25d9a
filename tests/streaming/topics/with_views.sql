-- WITH, views, VALUES.

-- case with_one: one expression
WITH big AS (SELECT * FROM orders WHERE amount > 4) SELECT order_id, amount FROM big;
-- columns: `order_id` INT, `amount` INT
-- flink
-- +I[4, 5]
-- +I[7, 7]
-- +I[11, 6]
-- +I[12, 8]
-- +I[15, 9]
-- +I[19, 2147483647]
-- +I[21, 5]
-- +I[22, 5]

-- case with_columns: with names of columns
WITH big (id, n) AS (SELECT order_id, amount FROM orders WHERE amount > 4) SELECT id, n FROM big WHERE n < 9;
-- columns: `id` INT, `n` INT
-- flink
-- +I[4, 5]
-- +I[7, 7]
-- +I[11, 6]
-- +I[12, 8]
-- +I[21, 5]
-- +I[22, 5]

-- case with_documentation: the shape of Flink's documentation
WITH orders_with_total AS (SELECT order_id, customer, price * amount AS total FROM orders WHERE order_id < 19) SELECT customer, SUM(total) AS total FROM orders_with_total GROUP BY customer;
-- columns: `customer` STRING, `total` DECIMAL(38, 2)
-- flink
-- +I[ann, 29.97]
-- +I[bob, 100.00]
-- +I[null, 49.95]
-- +I[cid, 40.50]
-- -U[bob, 100.00]
-- +U[bob, 60.04]
-- -U[ann, 29.97]
-- +U[ann, 729.97]
-- +I[dee, null]
-- -U[bob, 60.04]
-- +U[bob, 120.79]
-- -U[ann, 729.97]
-- +U[ann, 731.97]
-- -U[cid, 40.50]
-- +U[cid, 100.44]
-- -U[null, 49.95]
-- +U[null, 53.95]
-- -U[dee, null]
-- +U[dee, 40.50]
-- -U[ann, 731.97]
-- +U[ann, 741.96]
-- -U[bob, 120.79]
-- +U[bob, 1020.79]
-- -U[cid, 100.44]
-- +U[cid, 102.44]
-- -U[ann, 741.96]
-- +U[ann, 743.96]

-- case with_two: one uses the other
WITH a AS (SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer), b AS (SELECT n, COUNT(*) AS c FROM a GROUP BY n) SELECT n, c FROM b;
-- columns: `n` BIGINT, `c` BIGINT
-- flink
-- +I[1, 1]
-- -U[1, 1]
-- +U[1, 2]
-- -U[1, 2]
-- +U[1, 1]
-- +I[2, 1]
-- -U[1, 1]
-- +U[1, 2]
-- -U[1, 2]
-- +U[1, 3]
-- -U[1, 3]
-- +U[1, 2]
-- -U[2, 1]
-- +U[2, 2]
-- -U[2, 2]
-- +U[2, 1]
-- +I[3, 1]
-- -U[1, 2]
-- +U[1, 3]
-- -D[2, 1]
-- -U[3, 1]
-- +U[3, 2]
-- -U[3, 2]
-- +U[3, 1]
-- +I[4, 1]
-- -U[1, 3]
-- +U[1, 2]
-- +I[2, 1]
-- -U[1, 2]
-- +U[1, 1]
-- -U[2, 1]
-- +U[2, 2]
-- -D[1, 1]
-- -U[2, 2]
-- +U[2, 3]
-- -D[4, 1]
-- +I[5, 1]
-- -D[3, 1]
-- +I[4, 1]
-- -U[2, 3]
-- +U[2, 2]
-- +I[3, 1]
-- -D[5, 1]
-- +I[6, 1]
-- -U[2, 2]
-- +U[2, 1]
-- -U[3, 1]
-- +U[3, 2]
-- -D[4, 1]
-- +I[5, 1]
-- -D[6, 1]
-- +I[7, 1]
-- -U[3, 2]
-- +U[3, 1]
-- +I[4, 1]
-- -D[3, 1]
-- -U[4, 1]
-- +U[4, 2]
-- -D[5, 1]
-- +I[6, 1]
-- -D[7, 1]
-- +I[8, 1]

-- case with_twice: used twice
WITH a AS (SELECT product, name FROM products WHERE product < 13) SELECT product FROM a UNION ALL SELECT product + 100 FROM a;
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[110]
-- +I[111]
-- +I[112]

-- case with_self_join: joined with itself
WITH a AS (SELECT auction, MAX(price) AS m FROM bids GROUP BY auction) SELECT x.auction, y.auction AS lower_auction FROM a AS x JOIN a AS y ON x.m > y.m;
-- columns: `auction` INT, `lower_auction` INT
-- flink
-- +I[1, 2]
-- +I[2, 3]
-- +I[1, 3]
-- -U[2, 3]
-- -U[1, 2]
-- +U[2, 3]
-- +U[1, 2]
-- -U[1, 3]
-- -U[1, 2]
-- +U[1, 3]
-- +U[1, 2]
-- -U[2, 3]
-- -U[1, 3]
-- +U[2, 3]
-- +U[1, 3]
-- +I[4, 3]
-- +I[4, 2]
-- +I[4, 1]
-- -U[2, 3]
-- -U[1, 3]
-- -U[4, 3]
-- +U[2, 3]
-- +U[1, 3]
-- +U[4, 3]
-- -U[1, 3]
-- -U[1, 2]
-- -U[4, 1]
-- +U[1, 3]
-- +U[1, 2]
-- +U[4, 1]
-- -U[2, 3]
-- -U[1, 2]
-- -U[4, 2]
-- +U[2, 3]
-- +U[1, 2]
-- +U[4, 2]
-- +I[3, 5]
-- +I[2, 5]
-- +I[1, 5]
-- +I[4, 5]
-- -U[1, 3]
-- -U[1, 2]
-- -U[1, 5]
-- -U[4, 1]
-- +U[1, 3]
-- +U[1, 2]
-- +U[1, 5]
-- +U[4, 1]

-- case with_nested: WITH inside
SELECT order_id FROM (WITH w AS (SELECT order_id, amount FROM orders) SELECT order_id FROM w WHERE amount = 5);
-- columns: `order_id` INT
-- flink
-- +I[4]
-- +I[21]
-- +I[22]

-- case with_shadow: a name hides a table
WITH products AS (SELECT order_id AS product FROM orders WHERE order_id < 3) SELECT product FROM products;
-- columns: `product` INT
-- flink
-- +I[1]
-- +I[2]

-- case with_recursive: refused
WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r;
-- flink refuses: ParseException: Incorrect syntax near the keyword 'RECURSIVE' at line 1, column 6. Was expecting one of: <BRACKET_QUOTED_IDENTIFIER> ... <QUOTED_IDENTIFIER> ... <BACK_QUOTED_IDENTIFIER> ... <BIG_QUERY_BACK_QUOTED_IDENTIFIER> ... <HYPHENATED_IDENTIFIER> ... <IDENTIFIER> ... <UNICODE_QUOTED_IDENTIFIER

-- case with_unused: one is not used
WITH a AS (SELECT 1 AS x), b AS (SELECT order_id FROM orders WHERE order_id < 3) SELECT order_id FROM b;
-- columns: `order_id` INT
-- flink
-- +I[1]
-- +I[2]

-- case with_unknown: an unknown name
WITH a AS (SELECT nothing FROM orders) SELECT * FROM a;
-- flink refuses: SqlValidatorException: Column 'nothing' not found in any table

-- case with_forward: a later name is not known
WITH a AS (SELECT x FROM b), b AS (SELECT 1 AS x) SELECT x FROM a;
-- flink refuses: SqlValidatorException: Object 'b' not found

-- case with_columns_many: too many names
WITH a (x, y) AS (SELECT order_id FROM orders) SELECT x FROM a;
-- flink refuses: SqlValidatorException: Number of columns must match number of query columns

-- case with_window: event time stays
WITH w AS (SELECT auction, price, ts FROM bids WHERE price > 50) SELECT window_start, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE w, DESCRIPTOR(ts), INTERVAL '30' SECOND)) GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 10]
-- +I[2024-03-01T12:00:30, 4]

-- case view_plain: a view
CREATE TEMPORARY VIEW v AS SELECT order_id, customer FROM orders WHERE customer = 'ann';
SELECT order_id FROM v;
-- columns: `order_id` INT
-- flink
-- +I[1]
-- +I[3]
-- +I[7]
-- +I[10]
-- +I[14]
-- +I[17]
-- +I[20]
-- +I[24]

-- case view_columns: a view with names
CREATE TEMPORARY VIEW v (id, who) AS SELECT order_id, customer FROM orders WHERE order_id < 4;
SELECT id, who FROM v;
-- columns: `id` INT, `who` STRING
-- flink
-- +I[1, ann]
-- +I[2, bob]
-- +I[3, ann]

-- case view_of_view: a view of a view
CREATE TEMPORARY VIEW v AS SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer;
CREATE TEMPORARY VIEW w AS SELECT n FROM v WHERE customer IS NOT NULL;
SELECT n, COUNT(*) AS c FROM w GROUP BY n;
-- columns: `n` BIGINT, `c` BIGINT
-- flink
-- +I[1, 1]
-- -U[1, 1]
-- +U[1, 2]
-- -U[1, 2]
-- +U[1, 1]
-- +I[2, 1]
-- -U[1, 1]
-- +U[1, 2]
-- -U[1, 2]
-- +U[1, 1]
-- -U[2, 1]
-- +U[2, 2]
-- -U[2, 2]
-- +U[2, 1]
-- +I[3, 1]
-- -U[1, 1]
-- +U[1, 2]
-- -D[2, 1]
-- -U[3, 1]
-- +U[3, 2]
-- -U[3, 2]
-- +U[3, 1]
-- +I[4, 1]
-- -U[1, 2]
-- +U[1, 1]
-- +I[2, 1]
-- -D[1, 1]
-- -U[2, 1]
-- +U[2, 2]
-- -D[4, 1]
-- +I[5, 1]
-- -D[3, 1]
-- +I[4, 1]
-- -U[2, 2]
-- +U[2, 1]
-- +I[3, 1]
-- -D[5, 1]
-- +I[6, 1]
-- -D[2, 1]
-- -U[3, 1]
-- +U[3, 2]
-- -D[4, 1]
-- +I[5, 1]
-- -D[6, 1]
-- +I[7, 1]
-- -U[3, 2]
-- +U[3, 1]
-- +I[4, 1]
-- -D[3, 1]
-- -U[4, 1]
-- +U[4, 2]
-- -D[5, 1]
-- +I[6, 1]
-- -D[7, 1]
-- +I[8, 1]

-- case view_with: a view with WITH
CREATE TEMPORARY VIEW v AS WITH a AS (SELECT order_id FROM orders WHERE amount = 1) SELECT order_id FROM a;
SELECT order_id FROM v;
-- columns: `order_id` INT
-- flink
-- +I[2]
-- +I[8]
-- +I[14]
-- +I[24]

-- case view_time: event time and processing time through a view
CREATE TEMPORARY VIEW v AS SELECT bidder, price, ts AS at_time FROM bids;
SELECT window_end, MAX(price) AS m FROM TABLE(TUMBLE(TABLE v, DESCRIPTOR(at_time), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
-- columns: `window_end` TIMESTAMP(3), `m` BIGINT
-- flink
-- +I[2024-03-01T12:01, 1000]

-- case view_star: SELECT * of a view
CREATE TEMPORARY VIEW v AS SELECT product, name FROM products WHERE category IS NULL;
SELECT * FROM v;
-- columns: `product` INT, `name` STRING
-- flink
-- +I[14, vase]

-- case view_twice: a view that exists
CREATE TEMPORARY VIEW v AS SELECT 1 AS a;
CREATE TEMPORARY VIEW v AS SELECT 2 AS a;
SELECT a FROM v;
-- flink refuses: ValidationException: Temporary table '`default_catalog`.`default_database`.`v`' already exists

-- case view_if_not_exists: IF NOT EXISTS
CREATE TEMPORARY VIEW v AS SELECT 1 AS a;
CREATE TEMPORARY VIEW IF NOT EXISTS v AS SELECT 2 AS a;
SELECT a FROM v;
-- columns: `a` INT
-- flink
-- +I[1]

-- case values: VALUES as a table
SELECT a, b FROM (VALUES (1, 'x'), (2, 'y'), (CAST(NULL AS INT), 'z')) AS t (a, b);
-- columns: `a` INT, `b` CHAR(1)
-- flink
-- +I[null, z]
-- +I[1, x]
-- +I[2, y]

-- case values_alone: VALUES as the query
VALUES (1, 'x'), (2, 'yy');
-- columns: `EXPR$0` INT, `EXPR$1` VARCHAR(2)
-- flink
-- +I[1, x]
-- +I[2, yy]

-- case values_types: types that widen
SELECT a FROM (VALUES (1), (2.5), (1E1)) AS t (a);
-- flink refuses: CodeGenException: Incompatible types of expression and result type. Expression[GeneratedExpression(((int) 1),false,,INT NOT NULL,Some(1))] type is [INT NOT NULL], result type is [DOUBLE NOT NULL]
-- sluice takes: types widen

-- case values_text: texts of different lengths
SELECT a, CHAR_LENGTH(a) AS n FROM (VALUES ('a'), ('bcd')) AS t (a);
-- columns: `a` VARCHAR(3), `n` INT
-- flink
-- +I[a, 1]
-- +I[bcd, 3]

-- case values_names: names that are given
SELECT EXPR$0, EXPR$1 FROM (VALUES (1, 'x'));
-- columns: `EXPR$0` INT, `EXPR$1` CHAR(1)
-- flink
-- +I[1, x]

-- case values_null: a NULL first
SELECT a FROM (VALUES (CAST(NULL AS INT)), (1)) AS t (a);
-- columns: `a` INT
-- flink
-- +I[null]
-- +I[1]

-- case values_expression: expressions
SELECT a, b FROM (VALUES (1 + 1, UPPER('x')), (ABS(-3), 'y' || 'z')) AS t (a, b);
-- columns: `a` INT, `b` VARCHAR(2)
-- flink
-- +I[2, X]
-- +I[3, yz]

-- case values_uneven: rows of different lengths
SELECT a FROM (VALUES (1, 2), (3)) AS t (a);
-- flink refuses: SqlValidatorException: Values passed to VALUES operator must have compatible types

-- case values_misfit: types that do not fit
SELECT a FROM (VALUES (1), (DATE '2024-01-01')) AS t (a);
-- flink refuses: CodeGenException: Incompatible types of expression and result type. Expression[GeneratedExpression(((int) 1),false,,INT NOT NULL,Some(1))] type is [INT NOT NULL], result type is [DATE NOT NULL]

-- case values_row: ROW in VALUES
SELECT a, b FROM (VALUES ROW(1, 2), ROW(3, 4)) AS t (a, b);
-- columns: `a` INT, `b` INT
-- flink
-- +I[1, 2]
-- +I[3, 4]

-- case values_join: joined with a table
SELECT o.order_id, v.label FROM orders AS o JOIN (VALUES (10, 'ten'), (11, 'eleven')) AS v (product, label) ON o.product = v.product;
-- columns: `order_id` INT, `label` VARCHAR(6)
-- flink
-- +I[1, ten]
-- +I[2, eleven]
-- +I[4, ten]
-- +I[6, ten]
-- +I[7, eleven]
-- +I[11, ten]
-- +I[14, ten]
-- +I[15, eleven]
-- +I[18, ten]
-- +I[20, eleven]
-- +I[21, eleven]
-- +I[23, ten]

-- case values_array: arrays and maps
SELECT a, m FROM (VALUES (ARRAY[1, 2], MAP['k', 1]), (ARRAY[3], MAP['l', 2])) AS t (a, m);
-- columns: `a` ARRAY<INT NOT NULL>, `m` MAP<CHAR(1) NOT NULL, INT NOT NULL>
-- flink
-- +I[[3], {l=2}]
-- +I[[1, 2], {k=1}]

-- case select_constant: without FROM
SELECT 1 AS a, 'x' AS b, CAST(NULL AS STRING) AS c;
-- columns: `a` INT, `b` CHAR(1), `c` STRING
-- flink
-- +I[1, x, null]

-- case table_statement: TABLE t
TABLE products;
-- columns: `product` INT, `name` STRING, `category` STRING
-- flink
-- +I[10, pen, office]
-- +I[11, desk, furniture]
-- +I[12, clip, office]
-- +I[13, lamp, furniture]
-- +I[14, vase, null]
