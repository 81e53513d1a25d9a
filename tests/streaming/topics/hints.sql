-- Hints, and other sentences of Flink's pages on queries.

-- case broadcast: hints of joins choose nothing in a stream
SELECT /*+ BROADCAST(p) */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[1, pen]
-- +I[2, desk]
-- +I[3, clip]
-- +I[4, pen]
-- +I[5, lamp]
-- +I[6, pen]
-- +I[7, desk]
-- +I[8, clip]
-- +I[9, lamp]
-- +I[11, pen]
-- +I[12, clip]
-- +I[13, lamp]
-- +I[14, pen]
-- +I[15, desk]
-- +I[16, clip]
-- +I[17, clip]
-- +I[18, pen]
-- +I[19, lamp]
-- +I[20, desk]
-- +I[21, desk]
-- +I[22, lamp]
-- +I[23, pen]
-- +I[24, lamp]

-- case broadcast_two: of two tables
SELECT /*+ BROADCAST(o, p) */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[1, pen]
-- +I[2, desk]
-- +I[3, clip]
-- +I[4, pen]
-- +I[5, lamp]
-- +I[6, pen]
-- +I[7, desk]
-- +I[8, clip]
-- +I[9, lamp]
-- +I[11, pen]
-- +I[12, clip]
-- +I[13, lamp]
-- +I[14, pen]
-- +I[15, desk]
-- +I[16, clip]
-- +I[17, clip]
-- +I[18, pen]
-- +I[19, lamp]
-- +I[20, desk]
-- +I[21, desk]
-- +I[22, lamp]
-- +I[23, pen]
-- +I[24, lamp]

-- case several: several in one block
SELECT /*+ BROADCAST(o), SHUFFLE_HASH(p), SHUFFLE_MERGE(p), NEST_LOOP(o) */ o.order_id, p.name
FROM orders AS o JOIN products AS p ON o.product = p.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[1, pen]
-- +I[2, desk]
-- +I[3, clip]
-- +I[4, pen]
-- +I[5, lamp]
-- +I[6, pen]
-- +I[7, desk]
-- +I[8, clip]
-- +I[9, lamp]
-- +I[11, pen]
-- +I[12, clip]
-- +I[13, lamp]
-- +I[14, pen]
-- +I[15, desk]
-- +I[16, clip]
-- +I[17, clip]
-- +I[18, pen]
-- +I[19, lamp]
-- +I[20, desk]
-- +I[21, desk]
-- +I[22, lamp]
-- +I[23, pen]
-- +I[24, lamp]

-- case names: by the tables' own names
SELECT /*+ SHUFFLE_HASH(orders) */ order_id, name FROM orders JOIN products ON orders.product = products.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[1, pen]
-- +I[2, desk]
-- +I[3, clip]
-- +I[4, pen]
-- +I[5, lamp]
-- +I[6, pen]
-- +I[7, desk]
-- +I[8, clip]
-- +I[9, lamp]
-- +I[11, pen]
-- +I[12, clip]
-- +I[13, lamp]
-- +I[14, pen]
-- +I[15, desk]
-- +I[16, clip]
-- +I[17, clip]
-- +I[18, pen]
-- +I[19, lamp]
-- +I[20, desk]
-- +I[21, desk]
-- +I[22, lamp]
-- +I[23, pen]
-- +I[24, lamp]

-- case unknown_table: a table that is not there
SELECT /*+ BROADCAST(x) */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- flink refuses: ValidationException: The options of following hints cannot match the name of input tables or views: `x` in `BROADCAST`

-- case name_hidden: the name of a table that has another one
SELECT /*+ BROADCAST(orders) */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- flink refuses: ValidationException: The options of following hints cannot match the name of input tables or views: `orders` in `BROADCAST`

-- case two_blocks: two blocks
SELECT /*+ BROADCAST(o) */ /*+ SHUFFLE_HASH(p) */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- flink refuses: ParseException: Encountered "/*+" at line 1, column 28. Was expecting one of: "ABS" ... "ALL" ... "ARRAY" ... "ARRAY_CONCAT_AGG" ... "AVG" ... "CARDINALITY" ... "CASE" ... "CAST" ... "CEIL" ... "CEILING" ... "CHAR" ... "CHAR_LENGTH" ... "CHARACTER_LENGTH" ... "CLASSIFIER" ... "COALESCE" ... "COLLECT
-- sluice takes: a hint more does no harm

-- case unknown_hint: a hint that does not exist
SELECT /*+ FASTER(o) */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- flink refuses: AssertionError: Hint: FASTER should be registered in the HintStrategyTable

-- case without_tables: a hint without tables
SELECT /*+ BROADCAST */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- flink refuses: AssertionError: Invalid hint: BROADCAST, expecting at least one table or view specified in hint BROADCAST.
-- sluice takes: a hint without tables does no harm

-- case without_join: a hint without a join
SELECT /*+ BROADCAST(orders) */ order_id FROM orders;
-- columns: `order_id` INT
-- flink
-- +I[1]
-- +I[2]
-- +I[3]
-- +I[4]
-- +I[5]
-- +I[6]
-- +I[7]
-- +I[8]
-- +I[9]
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[13]
-- +I[14]
-- +I[15]
-- +I[16]
-- +I[17]
-- +I[18]
-- +I[19]
-- +I[20]
-- +I[21]
-- +I[22]
-- +I[23]
-- +I[24]

-- case full_join: a hint that a FULL join cannot follow
SELECT /*+ BROADCAST(p) */ o.order_id, p.name FROM orders AS o FULL JOIN products AS p ON o.product = p.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[null, pen]
-- +I[null, desk]
-- +I[null, clip]
-- +I[null, lamp]
-- +I[null, vase]
-- -D[null, pen]
-- +I[1, pen]
-- -D[null, desk]
-- +I[2, desk]
-- -D[null, clip]
-- +I[3, clip]
-- +I[4, pen]
-- -D[null, lamp]
-- +I[5, lamp]
-- +I[6, pen]
-- +I[7, desk]
-- +I[8, clip]
-- +I[9, lamp]
-- +I[10, null]
-- +I[11, pen]
-- +I[12, clip]
-- +I[13, lamp]
-- +I[14, pen]
-- +I[15, desk]
-- +I[16, clip]
-- +I[17, clip]
-- +I[18, pen]
-- +I[19, lamp]
-- +I[20, desk]
-- +I[21, desk]
-- +I[22, lamp]
-- +I[23, pen]
-- +I[24, lamp]

-- case inequality: a hint that an inequality cannot follow
SELECT /*+ SHUFFLE_HASH(p) */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.order_id > p.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[11, pen]
-- +I[12, pen]
-- +I[12, desk]
-- +I[13, pen]
-- +I[13, desk]
-- +I[13, clip]
-- +I[14, pen]
-- +I[14, desk]
-- +I[14, clip]
-- +I[14, lamp]
-- +I[15, pen]
-- +I[15, desk]
-- +I[15, clip]
-- +I[15, lamp]
-- +I[15, vase]
-- +I[16, pen]
-- +I[16, desk]
-- +I[16, clip]
-- +I[16, lamp]
-- +I[16, vase]
-- +I[17, pen]
-- +I[17, desk]
-- +I[17, clip]
-- +I[17, lamp]
-- +I[17, vase]
-- +I[18, pen]
-- +I[18, desk]
-- +I[18, clip]
-- +I[18, lamp]
-- +I[18, vase]
-- +I[19, pen]
-- +I[19, desk]
-- +I[19, clip]
-- +I[19, lamp]
-- +I[19, vase]
-- +I[20, pen]
-- +I[20, desk]
-- +I[20, clip]
-- +I[20, lamp]
-- +I[20, vase]
-- +I[21, pen]
-- +I[21, desk]
-- +I[21, clip]
-- +I[21, lamp]
-- +I[21, vase]
-- +I[22, pen]
-- +I[22, desk]
-- +I[22, clip]
-- +I[22, lamp]
-- +I[22, vase]
-- +I[23, pen]
-- +I[23, desk]
-- +I[23, clip]
-- +I[23, lamp]
-- +I[23, vase]
-- +I[24, pen]
-- +I[24, desk]
-- +I[24, clip]
-- +I[24, lamp]
-- +I[24, vase]

-- case of_view: a hint in a view
CREATE VIEW v AS SELECT /*+ BROADCAST(p) */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
SELECT * FROM v WHERE order_id < 9;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[1, pen]
-- +I[2, desk]
-- +I[3, clip]
-- +I[4, pen]
-- +I[5, lamp]
-- +I[6, pen]
-- +I[7, desk]
-- +I[8, clip]

-- case ttl_join: times to live of a join
SELECT /*+ STATE_TTL('o' = '1 d', 'p' = '20 d') */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[1, pen]
-- +I[2, desk]
-- +I[3, clip]
-- +I[4, pen]
-- +I[5, lamp]
-- +I[6, pen]
-- +I[7, desk]
-- +I[8, clip]
-- +I[9, lamp]
-- +I[11, pen]
-- +I[12, clip]
-- +I[13, lamp]
-- +I[14, pen]
-- +I[15, desk]
-- +I[16, clip]
-- +I[17, clip]
-- +I[18, pen]
-- +I[19, lamp]
-- +I[20, desk]
-- +I[21, desk]
-- +I[22, lamp]
-- +I[23, pen]
-- +I[24, lamp]

-- case ttl_one: of one side
SELECT /*+ STATE_TTL('p' = '20 d') */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[1, pen]
-- +I[2, desk]
-- +I[3, clip]
-- +I[4, pen]
-- +I[5, lamp]
-- +I[6, pen]
-- +I[7, desk]
-- +I[8, clip]
-- +I[9, lamp]
-- +I[11, pen]
-- +I[12, clip]
-- +I[13, lamp]
-- +I[14, pen]
-- +I[15, desk]
-- +I[16, clip]
-- +I[17, clip]
-- +I[18, pen]
-- +I[19, lamp]
-- +I[20, desk]
-- +I[21, desk]
-- +I[22, lamp]
-- +I[23, pen]
-- +I[24, lamp]

-- case ttl_name: by a name without quotes
SELECT /*+ STATE_TTL(o = '1 d') */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[1, pen]
-- +I[2, desk]
-- +I[3, clip]
-- +I[4, pen]
-- +I[5, lamp]
-- +I[6, pen]
-- +I[7, desk]
-- +I[8, clip]
-- +I[9, lamp]
-- +I[11, pen]
-- +I[12, clip]
-- +I[13, lamp]
-- +I[14, pen]
-- +I[15, desk]
-- +I[16, clip]
-- +I[17, clip]
-- +I[18, pen]
-- +I[19, lamp]
-- +I[20, desk]
-- +I[21, desk]
-- +I[22, lamp]
-- +I[23, pen]
-- +I[24, lamp]

-- case ttl_group: of GROUP BY
SELECT /*+ STATE_TTL('orders' = '1 d') */ customer, COUNT(*) AS n FROM orders GROUP BY customer;
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

-- case ttl_unknown: of a table that is not there
SELECT /*+ STATE_TTL('x' = '1 d') */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- flink refuses: ValidationException: The options of following hints cannot match the name of input tables or views: `x` in `STATE_TTL`

-- case ttl_wrong: no time
SELECT /*+ STATE_TTL('o' = 'soon') */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- flink refuses: AssertionError: Invalid STATE_TTL hint value: text does not start with a number, and is not a valid ISO-8601 duration format: soon

-- case ttl_list: tables without times
SELECT /*+ STATE_TTL('o', 'p') */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- flink refuses: AssertionError: Invalid list options in STATE_TTL hint, only support key-value options.

-- case ttl_empty: nothing
SELECT /*+ STATE_TTL() */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- flink refuses: AssertionError: Invalid STATE_TTL hint, expecting at least one key-value options specified.

-- case ttl_and_other: beside another hint
SELECT /*+ BROADCAST(p), STATE_TTL('o' = '1 d') */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[1, pen]
-- +I[2, desk]
-- +I[3, clip]
-- +I[4, pen]
-- +I[5, lamp]
-- +I[6, pen]
-- +I[7, desk]
-- +I[8, clip]
-- +I[9, lamp]
-- +I[11, pen]
-- +I[12, clip]
-- +I[13, lamp]
-- +I[14, pen]
-- +I[15, desk]
-- +I[16, clip]
-- +I[17, clip]
-- +I[18, pen]
-- +I[19, lamp]
-- +I[20, desk]
-- +I[21, desk]
-- +I[22, lamp]
-- +I[23, pen]
-- +I[24, lamp]

-- case ttl_window: of a window, which has its own
SELECT /*+ STATE_TTL('bids' = '1 d') */ window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECOND)) GROUP BY window_start, window_end;
-- flink refuses: ValidationException: The options of following hints cannot match the name of input tables or views: `bids` in `STATE_TTL`

-- case ttl_subquery: of a subquery
SELECT /*+ STATE_TTL('q' = '1 d') */ customer, COUNT(*) AS n FROM (SELECT * FROM orders WHERE order_id < 9) AS q GROUP BY customer;
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

-- case lookup_no_table: LOOKUP without its table
SELECT /*+ LOOKUP('async' = 'true') */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- flink refuses: AssertionError: Invalid LOOKUP hint: incomplete required option(s): [Key: 'table' , default: null (fallback keys: [])]

-- case lookup_regular: LOOKUP of a join that is none
SELECT /*+ LOOKUP('table' = 'p') */ o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[1, pen]
-- +I[2, desk]
-- +I[3, clip]
-- +I[4, pen]
-- +I[5, lamp]
-- +I[6, pen]
-- +I[7, desk]
-- +I[8, clip]
-- +I[9, lamp]
-- +I[11, pen]
-- +I[12, clip]
-- +I[13, lamp]
-- +I[14, pen]
-- +I[15, desk]
-- +I[16, clip]
-- +I[17, clip]
-- +I[18, pen]
-- +I[19, lamp]
-- +I[20, desk]
-- +I[21, desk]
-- +I[22, lamp]
-- +I[23, pen]
-- +I[24, lamp]

-- case interval_equal: times that are equal are an interval
SELECT o.order_id, p.payment_id FROM orders AS o, payments AS p WHERE o.order_id = p.order_id AND o.ts = p.ts;
-- columns: `order_id` INT, `payment_id` INT
-- flink
-- +I[13, 9]

-- case interval_half_open: from a time to before another
SELECT o.order_id, p.payment_id FROM orders AS o JOIN payments AS p
ON o.order_id = p.order_id AND p.ts >= o.ts AND p.ts < o.ts + INTERVAL '10' MINUTE;
-- columns: `order_id` INT, `payment_id` INT
-- flink
-- +I[1, 1]
-- +I[2, 2]
-- +I[2, 3]
-- +I[5, 4]
-- +I[7, 6]
-- +I[9, 7]
-- +I[13, 9]
-- +I[15, 10]
-- +I[21, 11]
-- +I[23, 12]

-- case temporal_processing: a version by processing time
SELECT o.order_id, r.rate FROM (SELECT *, 'EUR' AS currency FROM orders) AS o
JOIN rates FOR SYSTEM_TIME AS OF o.proc AS r ON o.currency = r.currency;
-- flink refuses: CodeGenException: Unsupported call: __TEMPORAL_JOIN_LEFT_KEY(STRING NOT NULL) If you think this function should be supported, you can create an issue and start a discussion for it.

-- case lateral_unknown: a table function that is not there
SELECT order_id, res FROM orders, LATERAL TABLE(table_func(order_id)) AS t (res);
-- flink refuses: SqlValidatorException: No match found for function signature table_func(<NUMERIC>)

-- case order_in_over: PARTITION BY behind ORDER BY
SELECT auction, COUNT(*) OVER (ORDER BY ts PARTITION BY auction) AS n FROM bids;
-- flink refuses: ParseException: Encountered "PARTITION" at line 1, column 44. Was expecting one of: "ALLOW" ... "ASC" ... "DESC" ... "DISALLOW" ... "NULLS" ... "RANGE" ... "ROWS" ... ")" ... "," ... "." ... "NOT" ... "IN" ... "<" ... "<=" ... ">" ... ">=" ... "=" ... "<>" ... "!=" ... "BETWEEN" ... "LIKE" ... "ILIK

-- case group_parentheses: keys in parentheses
SELECT customer, product, COUNT(*) AS n FROM orders GROUP BY (customer, product);
-- columns: `customer` STRING, `product` INT, `n` BIGINT
-- flink
-- +I[ann, 10, 1]
-- +I[bob, 11, 1]
-- +I[ann, 12, 1]
-- +I[null, 10, 1]
-- +I[cid, 13, 1]
-- +I[bob, 10, 1]
-- +I[ann, 11, 1]
-- +I[dee, 12, 1]
-- +I[bob, 13, 1]
-- +I[ann, null, 1]
-- +I[cid, 10, 1]
-- +I[null, 12, 1]
-- +I[dee, 13, 1]
-- -U[ann, 10, 1]
-- +U[ann, 10, 2]
-- -U[bob, 11, 1]
-- +U[bob, 11, 2]
-- +I[cid, 12, 1]
-- -U[ann, 12, 1]
-- +U[ann, 12, 2]
-- +I[dee, 10, 1]
-- -U[bob, 13, 1]
-- +U[bob, 13, 2]
-- -U[ann, 11, 1]
-- +U[ann, 11, 2]
-- +I[cid, 11, 1]
-- -U[dee, 13, 1]
-- +U[dee, 13, 2]
-- -U[bob, 10, 1]
-- +U[bob, 10, 2]
-- +I[ann, 13, 1]

-- case group_mixed: keys, sets and nothing
SELECT customer, product, COUNT(*) AS n FROM orders GROUP BY customer, GROUPING SETS ((product), ()), ();
-- columns: `customer` STRING, `product` INT, `n` BIGINT
-- flink
-- +I[ann, 10, 1]
-- +I[ann, null, 1]
-- +I[bob, 11, 1]
-- +I[bob, null, 1]
-- +I[ann, 12, 1]
-- -U[ann, null, 1]
-- +U[ann, null, 2]
-- +I[null, 10, 1]
-- +I[null, null, 1]
-- +I[cid, 13, 1]
-- +I[cid, null, 1]
-- +I[bob, 10, 1]
-- -U[bob, null, 1]
-- +U[bob, null, 2]
-- +I[ann, 11, 1]
-- -U[ann, null, 2]
-- +U[ann, null, 3]
-- +I[dee, 12, 1]
-- +I[dee, null, 1]
-- +I[bob, 13, 1]
-- -U[bob, null, 2]
-- +U[bob, null, 3]
-- +I[ann, null, 1]
-- -U[ann, null, 3]
-- +U[ann, null, 4]
-- +I[cid, 10, 1]
-- -U[cid, null, 1]
-- +U[cid, null, 2]
-- +I[null, 12, 1]
-- -U[null, null, 1]
-- +U[null, null, 2]
-- +I[dee, 13, 1]
-- -U[dee, null, 1]
-- +U[dee, null, 2]
-- -U[ann, 10, 1]
-- +U[ann, 10, 2]
-- -U[ann, null, 4]
-- +U[ann, null, 5]
-- -U[bob, 11, 1]
-- +U[bob, 11, 2]
-- -U[bob, null, 3]
-- +U[bob, null, 4]
-- +I[cid, 12, 1]
-- -U[cid, null, 2]
-- +U[cid, null, 3]
-- -U[ann, 12, 1]
-- +U[ann, 12, 2]
-- -U[ann, null, 5]
-- +U[ann, null, 6]
-- +I[dee, 10, 1]
-- -U[dee, null, 2]
-- +U[dee, null, 3]
-- -U[bob, 13, 1]
-- +U[bob, 13, 2]
-- -U[bob, null, 4]
-- +U[bob, null, 5]
-- -U[ann, 11, 1]
-- +U[ann, 11, 2]
-- -U[ann, null, 6]
-- +U[ann, null, 7]
-- +I[cid, 11, 1]
-- -U[cid, null, 3]
-- +U[cid, null, 4]
-- -U[dee, 13, 1]
-- +U[dee, 13, 2]
-- -U[dee, null, 3]
-- +U[dee, null, 4]
-- -U[bob, 10, 1]
-- +U[bob, 10, 2]
-- -U[bob, null, 5]
-- +U[bob, null, 6]
-- +I[ann, 13, 1]
-- -U[ann, null, 7]
-- +U[ann, null, 8]

-- case quote: quotes in a text
SELECT 'It''s me.' AS a, U&'\263A' AS b, U&'#263A' UESCAPE '#' AS c FROM numbers WHERE id = 1;
-- columns: `a` CHAR(8), `b` CHAR(1), `c` CHAR(1)
-- flink
-- +I[It's me., ☺, ☺]

-- case backticks: names of any letters
SELECT order_id AS `my field`, customer AS `It's` FROM orders WHERE order_id < 3;
-- columns: `my field` INT, `It's` STRING
-- flink
-- +I[1, ann]
-- +I[2, bob]

-- case case_matters: names differ by case
SELECT ORDER_ID FROM orders;
-- flink refuses: SqlValidatorException: Column 'ORDER_ID' not found in any table; did you mean 'order_id'?

-- case full_name: the full name of a table
SELECT order_id FROM default_catalog.default_database.orders WHERE order_id < 3;
-- columns: `order_id` INT
-- flink
-- +I[1]
-- +I[2]

-- case window_reference: a window that goes on from another
SELECT auction, SUM(price) OVER w2 AS total FROM bids
WINDOW w AS (PARTITION BY auction), w2 AS (w ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
-- columns: `auction` INT, `total` BIGINT
-- flink
-- +I[1, 100]
-- +I[1, 210]
-- +I[2, 50]
-- +I[1, 320]
-- +I[3, 5]
-- +I[2, 125]
-- +I[2, 185]
-- +I[1, 470]
-- +I[3, 10]
-- +I[3, 18]
-- +I[1, 560]
-- +I[4, 1000]
-- +I[2, 260]
-- +I[4, 2000]
-- +I[3, 38]
-- +I[1, 760]
-- +I[4, 2900]
-- +I[2, 340]
-- +I[5, 1]
-- +I[1, 970]
-- sluice: the frame counts; Flink loses it where the window goes on from another
-- +I[1, 100]
-- +I[1, 210]
-- +I[1, 220]
-- +I[1, 240]
-- +I[1, 260]
-- +I[1, 290]
-- +I[1, 410]
-- +I[2, 125]
-- +I[2, 135]
-- +I[2, 135]
-- +I[2, 155]
-- +I[2, 50]
-- +I[3, 10]
-- +I[3, 13]
-- +I[3, 28]
-- +I[3, 5]
-- +I[4, 1000]
-- +I[4, 1900]
-- +I[4, 2000]
-- +I[5, 1]

-- case window_reference_over: in OVER
SELECT auction, SUM(price) OVER (w ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS total FROM bids
WINDOW w AS (PARTITION BY auction);
-- columns: `auction` INT, `total` BIGINT
-- flink
-- +I[1, 100]
-- +I[1, 210]
-- +I[2, 50]
-- +I[1, 320]
-- +I[3, 5]
-- +I[2, 125]
-- +I[2, 185]
-- +I[1, 470]
-- +I[3, 10]
-- +I[3, 18]
-- +I[1, 560]
-- +I[4, 1000]
-- +I[2, 260]
-- +I[4, 2000]
-- +I[3, 38]
-- +I[1, 760]
-- +I[4, 2900]
-- +I[2, 340]
-- +I[5, 1]
-- +I[1, 970]
-- sluice: the frame counts; Flink loses it where the window goes on from another
-- +I[1, 100]
-- +I[1, 210]
-- +I[1, 220]
-- +I[1, 240]
-- +I[1, 260]
-- +I[1, 290]
-- +I[1, 410]
-- +I[2, 125]
-- +I[2, 135]
-- +I[2, 135]
-- +I[2, 155]
-- +I[2, 50]
-- +I[3, 10]
-- +I[3, 13]
-- +I[3, 28]
-- +I[3, 5]
-- +I[4, 1000]
-- +I[4, 1900]
-- +I[4, 2000]
-- +I[5, 1]

-- case documentation_select: a query of VALUES
SELECT order_id, price + tax AS total FROM (VALUES (1, 2.0, 3.1), (2, 3.1, 4.2)) AS t (order_id, price, tax);
-- columns: `order_id` INT, `total` DECIMAL(3, 1)
-- flink
-- +I[1, 5.1]
-- +I[2, 7.3]

-- case window_offsets: where a row goes by the offset
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL -'6' SECONDS)) GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00:14, 2024-03-01T12:00:24, 4]
-- +I[2024-03-01T12:00:34, 2024-03-01T12:00:44, 2]
-- +I[2024-03-01T12:00:54, 2024-03-01T12:01:04, 1]
-- sluice: a window with an offset holds all of its rows
-- +I[2024-03-01T11:59:54, 2024-03-01T12:00:04, 2]
-- +I[2024-03-01T12:00:04, 2024-03-01T12:00:14, 6]
-- +I[2024-03-01T12:00:14, 2024-03-01T12:00:24, 4]
-- +I[2024-03-01T12:00:24, 2024-03-01T12:00:34, 3]
-- +I[2024-03-01T12:00:34, 2024-03-01T12:00:44, 2]
-- +I[2024-03-01T12:00:44, 2024-03-01T12:00:54, 2]
-- +I[2024-03-01T12:00:54, 2024-03-01T12:01:04, 1]

-- case group_window_aux: auxiliaries with other arguments
SELECT TUMBLE_START(ts, INTERVAL '1' MINUTE) AS s, COUNT(*) AS n FROM bids GROUP BY TUMBLE(ts, INTERVAL '30' SECOND);
-- flink refuses: SqlValidatorException: Call to auxiliary group function 'TUMBLE_START' must have matching call to group function '$TUMBLE' in GROUP BY clause

-- case ml_predict: a model that is not there
SELECT * FROM ML_PREDICT(TABLE orders, MODEL m, DESCRIPTOR(customer));
-- flink refuses: SqlValidatorException: Object 'm' not found
