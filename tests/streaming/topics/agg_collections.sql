-- LISTAGG, STRING_AGG, COLLECT, ARRAY_AGG, FIRST_VALUE, LAST_VALUE, JSON_OBJECTAGG, JSON_ARRAYAGG.

-- case listagg: a comma between
SELECT product, LISTAGG(customer) AS a FROM orders GROUP BY product;
-- columns: `product` INT, `a` STRING
-- flink
-- +I[10, ann]
-- +I[11, bob]
-- +I[12, ann]
-- +I[13, cid]
-- -U[10, ann]
-- +U[10, ann,bob]
-- -U[11, bob]
-- +U[11, bob,ann]
-- -U[12, ann]
-- +U[12, ann,dee]
-- -U[13, cid]
-- +U[13, cid,bob]
-- +I[null, ann]
-- -U[10, ann,bob]
-- +U[10, ann,bob,cid]
-- -U[13, cid,bob]
-- +U[13, cid,bob,dee]
-- -U[10, ann,bob,cid]
-- +U[10, ann,bob,cid,ann]
-- -U[11, bob,ann]
-- +U[11, bob,ann,bob]
-- -U[12, ann,dee]
-- +U[12, ann,dee,cid]
-- -U[12, ann,dee,cid]
-- +U[12, ann,dee,cid,ann]
-- -U[10, ann,bob,cid,ann]
-- +U[10, ann,bob,cid,ann,dee]
-- -U[13, cid,bob,dee]
-- +U[13, cid,bob,dee,bob]
-- -U[11, bob,ann,bob]
-- +U[11, bob,ann,bob,ann]
-- -U[11, bob,ann,bob,ann]
-- +U[11, bob,ann,bob,ann,cid]
-- -U[13, cid,bob,dee,bob]
-- +U[13, cid,bob,dee,bob,dee]
-- -U[10, ann,bob,cid,ann,dee]
-- +U[10, ann,bob,cid,ann,dee,bob]
-- -U[13, cid,bob,dee,bob,dee]
-- +U[13, cid,bob,dee,bob,dee,ann]

-- case listagg_separator: another separator
SELECT product, LISTAGG(customer, ' | ') AS a FROM orders WHERE order_id < 12 GROUP BY product;
-- columns: `product` INT, `a` STRING
-- flink
-- +I[10, ann]
-- +I[11, bob]
-- +I[12, ann]
-- +I[13, cid]
-- -U[10, ann]
-- +U[10, ann | bob]
-- -U[11, bob]
-- +U[11, bob | ann]
-- -U[12, ann]
-- +U[12, ann | dee]
-- -U[13, cid]
-- +U[13, cid | bob]
-- +I[null, ann]
-- -U[10, ann | bob]
-- +U[10, ann | bob | cid]

-- case listagg_empty_separator: an empty separator
SELECT product, LISTAGG(customer, '') AS a FROM orders WHERE order_id < 12 GROUP BY product;
-- columns: `product` INT, `a` STRING
-- flink
-- +I[10, ann]
-- +I[11, bob]
-- +I[12, ann]
-- +I[13, cid]
-- -U[10, ann]
-- +U[10, annbob]
-- -U[11, bob]
-- +U[11, bobann]
-- -U[12, ann]
-- +U[12, anndee]
-- -U[13, cid]
-- +U[13, cidbob]
-- +I[null, ann]
-- -U[10, annbob]
-- +U[10, annbobcid]

-- case listagg_distinct: each once
SELECT product, LISTAGG(DISTINCT customer) AS a FROM orders GROUP BY product;
-- columns: `product` INT, `a` STRING
-- flink
-- +I[10, ann]
-- +I[11, bob]
-- +I[12, ann]
-- +I[13, cid]
-- -U[10, ann]
-- +U[10, ann,bob]
-- -U[11, bob]
-- +U[11, bob,ann]
-- -U[12, ann]
-- +U[12, ann,dee]
-- -U[13, cid]
-- +U[13, cid,bob]
-- +I[null, ann]
-- -U[10, ann,bob]
-- +U[10, ann,bob,cid]
-- -U[13, cid,bob]
-- +U[13, cid,bob,dee]
-- -U[12, ann,dee]
-- +U[12, ann,dee,cid]
-- -U[10, ann,bob,cid]
-- +U[10, ann,bob,cid,dee]
-- -U[11, bob,ann]
-- +U[11, bob,ann,cid]
-- -U[13, cid,bob,dee]
-- +U[13, cid,bob,dee,ann]

-- case listagg_distinct_separator: DISTINCT with a separator
SELECT LISTAGG(DISTINCT customer, ';') AS a FROM orders;
-- columns: `a` STRING
-- flink
-- +I[ann]
-- -U[ann]
-- +U[ann;bob]
-- -U[ann;bob]
-- +U[ann;bob;cid]
-- -U[ann;bob;cid]
-- +U[ann;bob;cid;dee]

-- case listagg_cast: of numbers
SELECT customer, LISTAGG(CAST(amount AS STRING), '+') AS a FROM orders WHERE order_id < 18 GROUP BY customer;
-- columns: `customer` STRING, `a` STRING
-- flink
-- +I[ann, 3]
-- +I[bob, 1]
-- +I[null, 5]
-- +I[cid, 2]
-- -U[bob, 1]
-- +U[bob, 1+-4]
-- -U[ann, 3]
-- +U[ann, 3+7]
-- +I[dee, 1]
-- -U[bob, 1+-4]
-- +U[bob, 1+-4+3]
-- -U[ann, 3+7]
-- +U[ann, 3+7+2]
-- -U[cid, 2]
-- +U[cid, 2+6]
-- -U[null, 5]
-- +U[null, 5+8]
-- -U[dee, 1]
-- +U[dee, 1+2]
-- -U[ann, 3+7+2]
-- +U[ann, 3+7+2+1]
-- -U[bob, 1+-4+3]
-- +U[bob, 1+-4+3+9]
-- -U[cid, 2+6]
-- +U[cid, 2+6+4]
-- -U[ann, 3+7+2+1]
-- +U[ann, 3+7+2+1+4]

-- case listagg_int: of INT without a cast
SELECT customer, LISTAGG(amount) AS a FROM orders WHERE order_id < 18 GROUP BY customer;
-- flink refuses: SqlValidatorException: Cannot apply 'LISTAGG' to arguments of type 'LISTAGG(<INTEGER>)'. Supported form(s): 'LISTAGG(<CHARACTER>)' 'LISTAGG(<CHARACTER>, <CHARACTER_LITERAL>)'

-- case listagg_filter: with FILTER
SELECT customer, LISTAGG(CAST(order_id AS STRING)) FILTER (WHERE amount > 2) AS a FROM orders WHERE order_id < 18 GROUP BY customer;
-- columns: `customer` STRING, `a` STRING
-- flink
-- +I[ann, 1]
-- +I[bob, null]
-- +I[null, 4]
-- +I[cid, null]
-- -U[ann, 1]
-- +U[ann, 1,7]
-- +I[dee, null]
-- -U[bob, null]
-- +U[bob, 9]
-- -U[cid, null]
-- +U[cid, 11]
-- -U[null, 4]
-- +U[null, 4,12]
-- -U[bob, 9]
-- +U[bob, 9,15]
-- -U[cid, 11]
-- +U[cid, 11,16]
-- -U[ann, 1,7]
-- +U[ann, 1,7,17]

-- case listagg_nulls: of nothing but NULL
SELECT k, LISTAGG(x) AS a FROM (VALUES (1, CAST(NULL AS STRING)), (1, CAST(NULL AS STRING)), (2, '')) AS v (k, x) GROUP BY k;
-- columns: `k` INT, `a` STRING
-- flink
-- +I[1, null]
-- +I[2, ]

-- case listagg_column_separator: the separator is no literal
SELECT LISTAGG(customer, customer) AS a FROM orders;
-- flink refuses: SqlValidatorException: Argument to function 'LISTAGG' must be a literal

-- case listagg_within_group: WITHIN GROUP
SELECT LISTAGG(customer) WITHIN GROUP (ORDER BY order_id) AS a FROM orders;
-- flink refuses: SqlValidatorException: Aggregate expression 'LISTAGG' must not contain a WITHIN GROUP clause

-- case listagg_retract: of a changelog
SELECT city, LISTAGG(customer) AS a FROM customers GROUP BY city;
-- columns: `city` STRING, `a` STRING
-- flink
-- +I[Rome, ann]
-- +I[Oslo, bob]
-- -U[Rome, ann]
-- +U[Rome, ann,cid]
-- -U[Rome, ann,cid]
-- +U[Rome, cid]
-- -U[Oslo, bob]
-- +U[Oslo, bob,ann]
-- +I[null, eve]
-- -U[Oslo, bob,ann]
-- +U[Oslo, ann]
-- -U[Oslo, ann]
-- +U[Oslo, ann,bob]
-- -D[Rome, cid]
-- +I[Lima, dee]
-- -U[Lima, dee]
-- +U[Lima, dee,cid]
-- -U[Lima, dee,cid]
-- +U[Lima, cid]
-- -U[Lima, cid]
-- +U[Lima, cid,dee]
-- -D[null, eve]
-- +I[Rome, fay]

-- case string_agg: the same
SELECT product, STRING_AGG(customer, '-') AS a FROM orders WHERE order_id < 10 GROUP BY product;
-- flink refuses: ParseException: Incorrect syntax near the keyword 'STRING_AGG' at line 1, column 17. Was expecting one of: "ARRAY" ... "CASE" ... "CURRENT" ... "CURRENT_CATALOG" ... "CURRENT_DATE" ... "CURRENT_DEFAULT_TRANSFORM_GROUP" ... "CURRENT_PATH" ... "CURRENT_ROLE" ... "CURRENT_SCHEMA" ... "CURRENT_TIME" ...
-- sluice takes: it is LISTAGG

-- case collect: a multiset
SELECT product, COLLECT(customer) AS a FROM orders WHERE order_id < 4 GROUP BY product;
-- columns: `product` INT, `a` MULTISET<STRING>
-- flink
-- +I[10, {ann=1}]
-- +I[11, {bob=1}]
-- +I[12, {ann=1}]

-- case collect_one: a multiset of one text
SELECT customer, COLLECT(product) AS a FROM orders WHERE product = 10 GROUP BY customer;
-- columns: `customer` STRING, `a` MULTISET<INT>
-- flink
-- +I[ann, {10=1}]
-- +I[null, {10=1}]
-- +I[bob, {10=1}]
-- +I[cid, {10=1}]
-- -U[ann, {10=1}]
-- +U[ann, {10=2}]
-- +I[dee, {10=1}]
-- -U[bob, {10=1}]
-- +U[bob, {10=2}]

-- case collect_distinct: each once
SELECT customer, COLLECT(DISTINCT product) AS a FROM orders WHERE product = 10 GROUP BY customer;
-- columns: `customer` STRING, `a` MULTISET<INT>
-- flink
-- +I[ann, {10=1}]
-- +I[null, {10=1}]
-- +I[bob, {10=1}]
-- +I[cid, {10=1}]
-- +I[dee, {10=1}]

-- case collect_nulls: NULL is left out
SELECT customer, COLLECT(product) AS a FROM orders WHERE order_id IN (7, 10) GROUP BY customer;
-- columns: `customer` STRING, `a` MULTISET<INT>
-- flink
-- +I[ann, {11=1}]

-- case collect_cardinality: how many different ones
SELECT customer, CARDINALITY(COLLECT(product)) AS a FROM orders GROUP BY customer;
-- flink refuses: CodeGenException: Expect an array or a map.

-- case collect_unnest: and back to rows
SELECT customer, p, n FROM (SELECT customer, COLLECT(product) AS ps FROM orders WHERE order_id < 12 GROUP BY customer) CROSS JOIN UNNEST(ps) AS u (p, n);
-- flink refuses: SqlValidatorException: List of column aliases must have same degree as table; table has 1 columns ('EXPR$0'), whereas alias list has 2 columns

-- case array_agg: in order of arrival
SELECT customer, ARRAY_AGG(amount) AS a FROM orders WHERE order_id < 18 GROUP BY customer;
-- columns: `customer` STRING, `a` ARRAY<INT>
-- flink
-- +I[ann, [3]]
-- +I[bob, [1]]
-- -U[ann, [3]]
-- +U[ann, [3, null]]
-- +I[null, [5]]
-- +I[cid, [2]]
-- -U[bob, [1]]
-- +U[bob, [1, -4]]
-- -U[ann, [3, null]]
-- +U[ann, [3, null, 7]]
-- +I[dee, [1]]
-- -U[bob, [1, -4]]
-- +U[bob, [1, -4, 3]]
-- -U[ann, [3, null, 7]]
-- +U[ann, [3, null, 7, 2]]
-- -U[cid, [2]]
-- +U[cid, [2, 6]]
-- -U[null, [5]]
-- +U[null, [5, 8]]
-- -U[dee, [1]]
-- +U[dee, [1, 2]]
-- -U[ann, [3, null, 7, 2]]
-- +U[ann, [3, null, 7, 2, 1]]
-- -U[bob, [1, -4, 3]]
-- +U[bob, [1, -4, 3, 9]]
-- -U[cid, [2, 6]]
-- +U[cid, [2, 6, 4]]
-- -U[ann, [3, null, 7, 2, 1]]
-- +U[ann, [3, null, 7, 2, 1, 4]]

-- case array_agg_ignore: without NULL
SELECT customer, ARRAY_AGG(amount IGNORE NULLS) AS a FROM orders WHERE order_id < 10 GROUP BY customer;
-- columns: `customer` STRING, `a` ARRAY<INT>
-- flink
-- +I[ann, [3]]
-- +I[bob, [1]]
-- +I[null, [5]]
-- +I[cid, [2]]
-- -U[bob, [1]]
-- +U[bob, [1, -4]]
-- -U[ann, [3]]
-- +U[ann, [3, 7]]
-- +I[dee, [1]]
-- -U[bob, [1, -4]]
-- +U[bob, [1, -4, 3]]

-- case array_agg_ignore_outside: IGNORE NULLS behind the parentheses
SELECT customer, ARRAY_AGG(amount) IGNORE NULLS AS a FROM orders WHERE order_id < 10 GROUP BY customer;
-- columns: `customer` STRING, `a` ARRAY<INT>
-- flink
-- +I[ann, [3]]
-- +I[bob, [1]]
-- +I[null, [5]]
-- +I[cid, [2]]
-- -U[bob, [1]]
-- +U[bob, [1, -4]]
-- -U[ann, [3]]
-- +U[ann, [3, 7]]
-- +I[dee, [1]]
-- -U[bob, [1, -4]]
-- +U[bob, [1, -4, 3]]

-- case array_agg_respect: with NULL
SELECT customer, ARRAY_AGG(amount) RESPECT NULLS AS a FROM orders WHERE order_id < 10 GROUP BY customer;
-- columns: `customer` STRING, `a` ARRAY<INT>
-- flink
-- +I[ann, [3]]
-- +I[bob, [1]]
-- -U[ann, [3]]
-- +U[ann, [3, null]]
-- +I[null, [5]]
-- +I[cid, [2]]
-- -U[bob, [1]]
-- +U[bob, [1, -4]]
-- -U[ann, [3, null]]
-- +U[ann, [3, null, 7]]
-- +I[dee, [1]]
-- -U[bob, [1, -4]]
-- +U[bob, [1, -4, 3]]

-- case array_agg_distinct: each once
SELECT customer, ARRAY_AGG(DISTINCT product) AS a FROM orders GROUP BY customer;
-- skip batch 1: Flink says an array again that did not change
-- columns: `customer` STRING, `a` ARRAY<INT>
-- flink
-- +I[ann, [10]]
-- +I[bob, [11]]
-- -U[ann, [10]]
-- +U[ann, [10, 12]]
-- +I[null, [10]]
-- +I[cid, [13]]
-- -U[bob, [11]]
-- +U[bob, [11, 10]]
-- -U[ann, [10, 12]]
-- +U[ann, [10, 12, 11]]
-- +I[dee, [12]]
-- -U[bob, [11, 10]]
-- +U[bob, [11, 10, 13]]
-- -U[ann, [10, 12, 11]]
-- +U[ann, [10, 12, 11, null]]
-- -U[cid, [13]]
-- +U[cid, [13, 10]]
-- -U[null, [10]]
-- +U[null, [10, 12]]
-- -U[dee, [12]]
-- +U[dee, [12, 13]]
-- -U[ann, [10, 12, 11, null]]
-- +U[ann, [10, 12, 11, null]]
-- -U[cid, [13, 10]]
-- +U[cid, [13, 10, 12]]
-- -U[ann, [10, 12, 11, null]]
-- +U[ann, [10, 12, 11, null]]
-- -U[dee, [12, 13]]
-- +U[dee, [12, 13, 10]]
-- -U[ann, [10, 12, 11, null]]
-- +U[ann, [10, 12, 11, null]]
-- -U[cid, [13, 10, 12]]
-- +U[cid, [13, 10, 12, 11]]
-- -U[ann, [10, 12, 11, null]]
-- +U[ann, [10, 12, 11, null, 13]]

-- case array_agg_distinct_ignore: each once, no NULL
SELECT customer, ARRAY_AGG(DISTINCT product IGNORE NULLS) AS a FROM orders WHERE customer = 'ann' GROUP BY customer;
-- columns: `customer` STRING, `a` ARRAY<INT>
-- flink
-- +I[ann, [10]]
-- -U[ann, [10]]
-- +U[ann, [10, 12]]
-- -U[ann, [10, 12]]
-- +U[ann, [10, 12, 11]]
-- -U[ann, [10, 12, 11]]
-- +U[ann, [10, 12, 11, 13]]

-- case array_agg_rows: of rows
SELECT customer, ARRAY_AGG(ROW(product, amount)) AS a FROM orders WHERE order_id < 8 GROUP BY customer;
-- columns: `customer` STRING, `a` ARRAY<ROW<`EXPR$0` INT, `EXPR$1` INT> NOT NULL>
-- flink
-- +I[ann, [+I[10, 3]]]
-- +I[bob, [+I[11, 1]]]
-- -U[ann, [+I[10, 3]]]
-- +U[ann, [+I[10, 3], +I[12, null]]]
-- +I[null, [+I[10, 5]]]
-- +I[cid, [+I[13, 2]]]
-- -U[bob, [+I[11, 1]]]
-- +U[bob, [+I[11, 1], +I[10, -4]]]
-- -U[ann, [+I[10, 3], +I[12, null]]]
-- +U[ann, [+I[10, 3], +I[12, null], +I[11, 7]]]

-- case array_agg_arrays: of arrays
SELECT id > 2 AS k, ARRAY_AGG(tags) AS a FROM profiles GROUP BY id > 2;
-- columns: `k` BOOLEAN, `a` ARRAY<ARRAY<STRING>>
-- flink
-- +I[false, [[a, b, a]]]
-- -U[false, [[a, b, a]]]
-- +U[false, [[a, b, a], []]]
-- +I[true, [null]]
-- -U[true, [null]]
-- +U[true, [null, [c, null]]]
-- -U[true, [null, [c, null]]]
-- +U[true, [null, [c, null], [b]]]

-- case array_agg_filter: FILTER leaves nothing
SELECT customer, ARRAY_AGG(product) FILTER (WHERE amount > 5) AS a FROM orders WHERE order_id < 12 GROUP BY customer;
-- columns: `customer` STRING, `a` ARRAY<INT>
-- flink
-- +I[ann, null]
-- +I[bob, null]
-- +I[null, null]
-- +I[cid, null]
-- -U[ann, null]
-- +U[ann, [11]]
-- +I[dee, null]
-- -U[cid, null]
-- +U[cid, [10]]

-- case array_agg_retract: of a changelog
SELECT city, ARRAY_AGG(customer) AS a FROM customers GROUP BY city;
-- columns: `city` STRING, `a` ARRAY<STRING>
-- flink
-- +I[Rome, [ann]]
-- +I[Oslo, [bob]]
-- -U[Rome, [ann]]
-- +U[Rome, [ann, cid]]
-- -U[Rome, [ann, cid]]
-- +U[Rome, [cid]]
-- -U[Oslo, [bob]]
-- +U[Oslo, [bob, ann]]
-- +I[null, [eve]]
-- -U[Oslo, [bob, ann]]
-- +U[Oslo, [ann]]
-- -U[Oslo, [ann]]
-- +U[Oslo, [ann, bob]]
-- -D[Rome, [cid]]
-- +I[Lima, [dee]]
-- -U[Lima, [dee]]
-- +U[Lima, [dee, cid]]
-- -U[Lima, [dee, cid]]
-- +U[Lima, [cid]]
-- -U[Lima, [cid]]
-- +U[Lima, [cid, dee]]
-- -D[null, [eve]]
-- +I[Rome, [fay]]

-- case array_agg_unnest: and back to rows
SELECT customer, p FROM (SELECT customer, ARRAY_AGG(product) AS ps FROM orders WHERE order_id < 8 GROUP BY customer) CROSS JOIN UNNEST(ps) AS u (p);
-- columns: `customer` STRING, `p` INT
-- flink
-- +I[ann, 10]
-- +I[bob, 11]
-- -U[ann, 10]
-- +U[ann, 10]
-- +U[ann, 12]
-- +I[null, 10]
-- +I[cid, 13]
-- -U[bob, 11]
-- +U[bob, 11]
-- +U[bob, 10]
-- -U[ann, 10]
-- -U[ann, 12]
-- +U[ann, 10]
-- +U[ann, 12]
-- +U[ann, 11]

-- case first_last: NULL is passed over
SELECT customer, FIRST_VALUE(amount) AS a, LAST_VALUE(amount) AS b, FIRST_VALUE(price) AS c, LAST_VALUE(price) AS d FROM orders GROUP BY customer;
-- columns: `customer` STRING, `a` INT, `b` INT, `c` DECIMAL(10, 2), `d` DECIMAL(10, 2)
-- flink
-- +I[ann, 3, 3, 9.99, 9.99]
-- +I[bob, 1, 1, 100.00, 100.00]
-- -U[ann, 3, 3, 9.99, 9.99]
-- +U[ann, 3, 3, 9.99, 0.50]
-- +I[null, 5, 5, 9.99, 9.99]
-- +I[cid, 2, 2, 20.25, 20.25]
-- -U[bob, 1, 1, 100.00, 100.00]
-- +U[bob, 1, -4, 100.00, 9.99]
-- -U[ann, 3, 3, 9.99, 0.50]
-- +U[ann, 3, 7, 9.99, 100.00]
-- +I[dee, 1, 1, null, null]
-- -U[bob, 1, -4, 100.00, 9.99]
-- +U[bob, 1, 3, 100.00, 20.25]
-- -U[ann, 3, 7, 9.99, 100.00]
-- +U[ann, 3, 2, 9.99, 1.00]
-- -U[cid, 2, 2, 20.25, 20.25]
-- +U[cid, 2, 6, 20.25, 9.99]
-- -U[null, 5, 5, 9.99, 9.99]
-- +U[null, 5, 8, 9.99, 0.50]
-- -U[dee, 1, 1, null, null]
-- +U[dee, 1, 2, 20.25, 20.25]
-- -U[ann, 3, 2, 9.99, 1.00]
-- +U[ann, 3, 1, 9.99, 9.99]
-- -U[bob, 1, 3, 100.00, 20.25]
-- +U[bob, 1, 9, 100.00, 100.00]
-- -U[cid, 2, 6, 20.25, 9.99]
-- +U[cid, 2, 4, 20.25, 0.50]
-- -U[ann, 3, 1, 9.99, 9.99]
-- +U[ann, 3, 4, 9.99, 0.50]
-- -U[dee, 1, 2, 20.25, 20.25]
-- +U[dee, 1, 0, 20.25, 9.99]
-- -U[bob, 1, 9, 100.00, 100.00]
-- +U[bob, 1, 2147483647, 100.00, 99999999.99]
-- -U[ann, 3, 4, 9.99, 0.50]
-- +U[ann, 3, -2147483648, 9.99, -99999999.99]
-- -U[cid, 2, 4, 20.25, 0.50]
-- +U[cid, 2, 5, 20.25, 100.00]
-- -U[dee, 1, 0, 20.25, 9.99]
-- +U[dee, 1, 5, 20.25, 20.25]
-- -U[bob, 1, 2147483647, 100.00, 99999999.99]
-- +U[bob, 1, 3, 100.00, 9.99]
-- -U[ann, 3, -2147483648, 9.99, -99999999.99]
-- +U[ann, 3, 1, 9.99, 20.25]

-- case first_last_retract: of a changelog
SELECT city, FIRST_VALUE(customer) AS a, LAST_VALUE(customer) AS b FROM customers GROUP BY city;
-- columns: `city` STRING, `a` STRING, `b` STRING
-- flink
-- +I[Rome, ann, ann]
-- +I[Oslo, bob, bob]
-- -U[Rome, ann, ann]
-- +U[Rome, ann, cid]
-- -U[Rome, ann, cid]
-- +U[Rome, cid, cid]
-- -U[Oslo, bob, bob]
-- +U[Oslo, bob, ann]
-- +I[null, eve, eve]
-- -U[Oslo, bob, ann]
-- +U[Oslo, ann, ann]
-- -U[Oslo, ann, ann]
-- +U[Oslo, ann, bob]
-- -D[Rome, cid, cid]
-- +I[Lima, dee, dee]
-- -U[Lima, dee, dee]
-- +U[Lima, dee, cid]
-- -U[Lima, dee, cid]
-- +U[Lima, cid, cid]
-- -U[Lima, cid, cid]
-- +U[Lima, cid, dee]
-- -D[null, eve, eve]
-- +I[Rome, fay, fay]

-- case first_last_filter: with FILTER
SELECT customer, FIRST_VALUE(order_id) FILTER (WHERE product = 11) AS a, LAST_VALUE(order_id) FILTER (WHERE product = 11) AS b FROM orders GROUP BY customer;
-- columns: `customer` STRING, `a` INT, `b` INT
-- flink
-- +I[ann, null, null]
-- +I[bob, 2, 2]
-- +I[null, null, null]
-- +I[cid, null, null]
-- -U[ann, null, null]
-- +U[ann, 7, 7]
-- +I[dee, null, null]
-- -U[bob, 2, 2]
-- +U[bob, 2, 15]
-- -U[ann, 7, 7]
-- +U[ann, 7, 20]
-- -U[cid, null, null]
-- +U[cid, 21, 21]

-- case first_nested: of arrays and rows
SELECT id > 2 AS k, FIRST_VALUE(tags) AS a, LAST_VALUE(home) AS b FROM profiles GROUP BY id > 2;
-- flink refuses: TableException: FIRST_VALUE aggregate function does not support type: ''ARRAY''. Please re-check the data type.
-- sluice takes: values of any type

-- case first_last_types: of every type that they take
SELECT grp, FIRST_VALUE(tiny) AS a, LAST_VALUE(small) AS b, FIRST_VALUE(big) AS c, LAST_VALUE(real4) AS d, FIRST_VALUE(real8) AS e, LAST_VALUE(money) AS f, FIRST_VALUE(flag) AS g, LAST_VALUE(num) AS h FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` TINYINT, `b` SMALLINT, `c` BIGINT, `d` FLOAT, `e` DOUBLE, `f` DECIMAL(10, 3), `g` BOOLEAN, `h` INT
-- flink
-- +I[a, 127, 32767, 9223372036854775807, 1.5, 2.5, 1.125, true, 2147483647]
-- -U[a, 127, 32767, 9223372036854775807, 1.5, 2.5, 1.125, true, 2147483647]
-- +U[a, 127, -32768, 9223372036854775807, -1.5, 2.5, -1.125, true, -2147483648]
-- +I[b, 0, 0, 0, 0.0, 0.0, 0.000, true, 0]
-- -U[a, 127, -32768, 9223372036854775807, -1.5, 2.5, -1.125, true, -2147483648]
-- +U[a, 127, 10, 9223372036854775807, 0.25, 2.5, 9999999.999, true, 100]
-- +I[null, 2, 20, 2000, 3.0, -0.125, 0.001, true, 200]
-- +I[, 3, 30, 3000, 4.5, 7.0, 5.500, null, 300]
-- -U[b, 0, 0, 0, 0.0, 0.0, 0.000, true, 0]
-- +U[b, 0, 10, 0, 0.25, 0.0, 9999999.999, true, 100]
-- -U[b, 0, 10, 0, 0.25, 0.0, 9999999.999, true, 100]
-- +U[b, 0, -10, 0, 8.0, 0.0, -0.001, true, -100]

-- case first_last_timestamp: of TIMESTAMP
SELECT customer, FIRST_VALUE(ts) AS a, LAST_VALUE(ts) AS b FROM orders GROUP BY customer;
-- flink refuses: TableException: FIRST_VALUE aggregate function does not support type: ''TIMESTAMP_WITHOUT_TIME_ZONE''. Please re-check the data type.
-- sluice takes: values of any type
