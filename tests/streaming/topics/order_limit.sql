-- ORDER BY time, ORDER BY with LIMIT, OFFSET, FETCH.

-- case order_time: by event time
SELECT order_id, ts FROM orders ORDER BY ts;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `order_id` INT, `ts` TIMESTAMP(3)
-- flink
-- +I[1, 2024-03-01T10:00:01]
-- +I[3, 2024-03-01T10:00:02]
-- +I[2, 2024-03-01T10:00:03]
-- +I[6, 2024-03-01T10:00:11]
-- +I[4, 2024-03-01T10:00:12]
-- +I[5, 2024-03-01T10:00:14]
-- +I[7, 2024-03-01T10:00:25]
-- +I[9, 2024-03-01T10:00:28]
-- +I[8, 2024-03-01T10:00:31]
-- +I[11, 2024-03-01T10:00:45]
-- +I[12, 2024-03-01T10:00:47]
-- +I[15, 2024-03-01T10:01]
-- +I[13, 2024-03-01T10:01:02]
-- +I[14, 2024-03-01T10:01:02]
-- +I[16, 2024-03-01T10:01:20]
-- +I[17, 2024-03-01T10:01:21]
-- +I[19, 2024-03-01T10:01:40]
-- +I[20, 2024-03-01T10:01:41]
-- +I[21, 2024-03-01T10:02:05]
-- +I[22, 2024-03-01T10:02:06]
-- +I[23, 2024-03-01T10:02:07]
-- +I[24, 2024-03-01T10:02:20]

-- case order_time_second: then by another column
SELECT order_id, amount FROM orders ORDER BY ts, amount DESC, order_id;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `order_id` INT, `amount` INT
-- flink
-- +I[1, 3]
-- +I[3, null]
-- +I[2, 1]
-- +I[6, -4]
-- +I[4, 5]
-- +I[5, 2]
-- +I[7, 7]
-- +I[9, 3]
-- +I[8, 1]
-- +I[11, 6]
-- +I[12, 8]
-- +I[15, 9]
-- +I[13, 2]
-- +I[14, 1]
-- +I[16, 4]
-- +I[17, 4]
-- +I[19, 2147483647]
-- +I[20, -2147483648]
-- +I[21, 5]
-- +I[22, 5]
-- +I[23, 3]
-- +I[24, 1]

-- case order_time_desc: descending is refused
SELECT order_id FROM orders ORDER BY ts DESC;
-- flink refuses: TableException: Sort on a non-time-attribute field is not supported.

-- case order_other: another column without LIMIT is refused
SELECT order_id, amount FROM orders ORDER BY amount;
-- flink refuses: TableException: Sort on a non-time-attribute field is not supported.

-- case order_proc: by processing time
SELECT order_id FROM orders ORDER BY proc;
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

-- case order_window_time: the time of a window
SELECT window_start, n FROM (SELECT window_start, window_time, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECOND)) GROUP BY window_start, window_end, window_time) ORDER BY window_time;
-- columns: `window_start` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 11]
-- +I[2024-03-01T12:00:20, 5]
-- +I[2024-03-01T12:00:40, 4]

-- case limit: LIMIT
SELECT order_id FROM orders LIMIT 3;
-- columns: `order_id` INT
-- flink
-- +I[1]
-- +I[2]
-- +I[3]

-- case limit_zero: LIMIT 0
SELECT order_id FROM orders LIMIT 0;
-- columns: `order_id` INT
-- flink

-- case limit_large: LIMIT beyond the rows
SELECT product FROM products LIMIT 100;
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[13]
-- +I[14]

-- case limit_offset: LIMIT with OFFSET
SELECT order_id FROM orders LIMIT 3 OFFSET 2;
-- columns: `order_id` INT
-- flink
-- +I[3]
-- +I[4]
-- +I[5]

-- case fetch: FETCH FIRST
SELECT order_id FROM orders FETCH FIRST 2 ROWS ONLY;
-- columns: `order_id` INT
-- flink
-- +I[1]
-- +I[2]

-- case fetch_next: OFFSET and FETCH NEXT
SELECT order_id FROM orders OFFSET 1 ROW FETCH NEXT 2 ROWS ONLY;
-- columns: `order_id` INT
-- flink
-- +I[2]
-- +I[3]

-- case fetch_one: FETCH FIRST ROW
SELECT order_id FROM orders FETCH FIRST ROW ONLY;
-- flink refuses: ParseException: Encountered "ROW" at line 1, column 41. Was expecting one of: <UNSIGNED_INTEGER_LITERAL> ... <APPROX_NUMERIC_LITERAL> ... <DECIMAL_NUMERIC_LITERAL> ... "?" ...

-- case limit_all: LIMIT ALL
SELECT product FROM products LIMIT ALL;
-- columns: `product` INT
-- flink
-- +I[10]
-- +I[11]
-- +I[12]
-- +I[13]
-- +I[14]

-- case limit_comma: LIMIT 1, 2
SELECT order_id FROM orders LIMIT 1, 2;
-- flink refuses: CalciteException: 'LIMIT start, count' is not allowed under the current SQL conformance level

-- case order_limit: ORDER BY with LIMIT
SELECT order_id, amount FROM orders ORDER BY amount DESC, order_id LIMIT 3;
-- columns: `order_id` INT, `amount` INT
-- flink
-- +I[1, 3]
-- +I[2, 1]
-- +I[3, null]
-- -D[3, null]
-- +I[4, 5]
-- -D[2, 1]
-- +I[5, 2]
-- -D[5, 2]
-- +I[7, 7]
-- -D[1, 3]
-- +I[11, 6]
-- -D[4, 5]
-- +I[12, 8]
-- -D[11, 6]
-- +I[15, 9]
-- -D[7, 7]
-- +I[19, 2147483647]

-- case order_limit_offset: with OFFSET
SELECT order_id, amount FROM orders ORDER BY amount DESC, order_id LIMIT 2 OFFSET 1;
-- columns: `order_id` INT, `amount` INT
-- flink
-- +I[2, 1]
-- +I[3, null]
-- -U[2, 1]
-- +U[1, 3]
-- -U[3, null]
-- +U[2, 1]
-- -U[2, 1]
-- +U[5, 2]
-- -U[1, 3]
-- +U[4, 5]
-- -U[5, 2]
-- +U[1, 3]
-- -U[4, 5]
-- +U[11, 6]
-- -U[1, 3]
-- +U[4, 5]
-- -U[11, 6]
-- +U[7, 7]
-- -U[4, 5]
-- +U[11, 6]
-- -U[7, 7]
-- +U[12, 8]
-- -U[11, 6]
-- +U[7, 7]
-- -U[12, 8]
-- +U[15, 9]
-- -U[7, 7]
-- +U[12, 8]

-- case order_fetch: with FETCH
SELECT auction, price FROM bids ORDER BY price DESC, ts FETCH FIRST 3 ROWS ONLY;
-- columns: `auction` INT, `price` BIGINT
-- flink
-- +I[1, 100]
-- +I[1, 110]
-- +I[2, 50]
-- -D[2, 50]
-- +I[1, 110]
-- -D[1, 100]
-- +I[1, 150]
-- -D[1, 110]
-- +I[4, 1000]
-- -D[1, 110]
-- +I[4, 1000]
-- -D[1, 150]
-- +I[1, 200]
-- -D[1, 200]
-- +I[4, 900]

-- case order_offset: ORDER BY with OFFSET alone
SELECT auction, price FROM bids ORDER BY price DESC OFFSET 3;
-- flink refuses: TableException: FETCH is missed, which on streaming table is not supported currently.

-- case order_nulls: where NULL stands
SELECT order_id, customer FROM orders ORDER BY customer, order_id LIMIT 3;
-- columns: `order_id` INT, `customer` STRING
-- flink
-- +I[1, ann]
-- +I[2, bob]
-- +I[3, ann]
-- -D[2, bob]
-- +I[4, null]
-- -D[3, ann]
-- +I[12, null]

-- case order_nulls_desc: descending
SELECT order_id, price FROM orders ORDER BY price DESC, order_id LIMIT 4;
-- columns: `order_id` INT, `price` DECIMAL(10, 2)
-- flink
-- +I[1, 9.99]
-- +I[2, 100.00]
-- +I[3, 0.50]
-- +I[4, 9.99]
-- -D[3, 0.50]
-- +I[5, 20.25]
-- -D[4, 9.99]
-- +I[7, 100.00]
-- -D[1, 9.99]
-- +I[9, 20.25]
-- -D[9, 20.25]
-- +I[15, 100.00]
-- -D[5, 20.25]
-- +I[19, 99999999.99]

-- case order_nulls_last: NULLS LAST
SELECT order_id, amount FROM orders ORDER BY amount NULLS LAST, order_id LIMIT 3;
-- columns: `order_id` INT, `amount` INT
-- flink
-- +I[1, 3]
-- +I[2, 1]
-- +I[3, null]
-- -D[3, null]
-- +I[4, 5]
-- -D[4, 5]
-- +I[5, 2]
-- -D[1, 3]
-- +I[6, -4]
-- -D[5, 2]
-- +I[8, 1]
-- -D[8, 1]
-- +I[18, 0]
-- -D[2, 1]
-- +I[20, -2147483648]

-- case order_nulls_first: NULLS FIRST
SELECT order_id, amount FROM orders ORDER BY amount DESC NULLS FIRST, order_id LIMIT 3;
-- columns: `order_id` INT, `amount` INT
-- flink
-- +I[1, 3]
-- +I[2, 1]
-- +I[3, null]
-- -D[2, 1]
-- +I[4, 5]
-- -D[1, 3]
-- +I[7, 7]
-- -D[4, 5]
-- +I[11, 6]
-- -D[11, 6]
-- +I[12, 8]
-- -D[7, 7]
-- +I[15, 9]
-- -D[12, 8]
-- +I[19, 2147483647]

-- case order_ordinal: by position
SELECT customer, order_id FROM orders ORDER BY 2 DESC LIMIT 2;
-- columns: `customer` STRING, `order_id` INT
-- flink
-- +I[ann, 1]
-- +I[bob, 2]
-- -D[ann, 1]
-- +I[ann, 3]
-- -D[bob, 2]
-- +I[null, 4]
-- -D[ann, 3]
-- +I[cid, 5]
-- -D[null, 4]
-- +I[bob, 6]
-- -D[cid, 5]
-- +I[ann, 7]
-- -D[bob, 6]
-- +I[dee, 8]
-- -D[ann, 7]
-- +I[bob, 9]
-- -D[dee, 8]
-- +I[ann, 10]
-- -D[bob, 9]
-- +I[cid, 11]
-- -D[ann, 10]
-- +I[null, 12]
-- -D[cid, 11]
-- +I[dee, 13]
-- -D[null, 12]
-- +I[ann, 14]
-- -D[dee, 13]
-- +I[bob, 15]
-- -D[ann, 14]
-- +I[cid, 16]
-- -D[bob, 15]
-- +I[ann, 17]
-- -D[cid, 16]
-- +I[dee, 18]
-- -D[ann, 17]
-- +I[bob, 19]
-- -D[dee, 18]
-- +I[ann, 20]
-- -D[bob, 19]
-- +I[cid, 21]
-- -D[ann, 20]
-- +I[dee, 22]
-- -D[cid, 21]
-- +I[bob, 23]
-- -D[dee, 22]
-- +I[ann, 24]

-- case order_alias: by an alias
SELECT order_id, amount * 2 AS twice FROM orders WHERE order_id < 19 ORDER BY twice DESC, order_id LIMIT 3;
-- columns: `order_id` INT, `twice` INT
-- flink
-- +I[1, 6]
-- +I[2, 2]
-- +I[3, null]
-- -D[3, null]
-- +I[4, 10]
-- -D[2, 2]
-- +I[5, 4]
-- -D[5, 4]
-- +I[7, 14]
-- -D[1, 6]
-- +I[11, 12]
-- -D[4, 10]
-- +I[12, 16]
-- -D[11, 12]
-- +I[15, 18]

-- case order_expression: by an expression
SELECT order_id FROM orders WHERE order_id < 19 ORDER BY MOD(order_id, 3), order_id LIMIT 4;
-- columns: `order_id` INT
-- flink
-- +I[1]
-- +I[2]
-- +I[3]
-- +I[4]
-- -D[2]
-- +I[6]
-- -D[4]
-- +I[9]
-- -D[1]
-- +I[12]

-- case order_unselected: by a column that is not selected
SELECT order_id FROM orders WHERE order_id < 19 ORDER BY price DESC, order_id LIMIT 2;
-- columns: `order_id` INT
-- flink
-- +I[1]
-- +I[2]
-- -D[1]
-- +I[5]
-- -D[5]
-- +I[7]

-- case order_group: of counts
SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer ORDER BY n DESC, customer LIMIT 2;
-- columns: `customer` STRING, `n` BIGINT
-- flink
-- +I[ann, 1]
-- +I[bob, 1]
-- -U[ann, 1]
-- +U[ann, 2]
-- -D[bob, 1]
-- +I[null, 1]
-- -D[null, 1]
-- +I[bob, 2]
-- -U[ann, 2]
-- +U[ann, 3]
-- -U[bob, 2]
-- +U[bob, 3]
-- -U[ann, 3]
-- +U[ann, 4]
-- -U[ann, 4]
-- +U[ann, 5]
-- -U[bob, 3]
-- +U[bob, 4]
-- -U[ann, 5]
-- +U[ann, 6]
-- -U[bob, 4]
-- +U[bob, 5]
-- -U[ann, 6]
-- +U[ann, 7]
-- -U[bob, 5]
-- +U[bob, 6]
-- -U[ann, 7]
-- +U[ann, 8]

-- case order_group_aggregate: by an aggregate
SELECT customer FROM orders GROUP BY customer ORDER BY COUNT(*) DESC, customer LIMIT 2;
-- columns: `customer` STRING
-- flink
-- +I[ann]
-- +I[bob]
-- -U[ann]
-- +U[ann]
-- -D[bob]
-- +I[null]
-- -D[null]
-- +I[bob]
-- -U[ann]
-- +U[ann]
-- -U[bob]
-- +U[bob]
-- -U[ann]
-- +U[ann]
-- -U[ann]
-- +U[ann]
-- -U[bob]
-- +U[bob]
-- -U[ann]
-- +U[ann]
-- -U[bob]
-- +U[bob]
-- -U[ann]
-- +U[ann]
-- -U[bob]
-- +U[bob]
-- -U[ann]
-- +U[ann]

-- case order_sum: of sums that change
SELECT auction, SUM(price) AS s FROM bids GROUP BY auction ORDER BY s DESC, auction LIMIT 2 OFFSET 1;
-- columns: `auction` INT, `s` BIGINT
-- flink
-- +I[2, 50]
-- -D[2, 50]
-- +I[2, 50]
-- +I[3, 5]
-- -U[2, 50]
-- +U[3, 5]
-- -D[3, 5]
-- -U[3, 5]
-- +U[2, 125]
-- +I[3, 5]
-- -U[3, 5]
-- +U[2, 185]
-- +I[3, 5]
-- -U[2, 185]
-- +U[3, 5]
-- -D[3, 5]
-- -U[3, 5]
-- +U[2, 185]
-- +I[3, 5]
-- -D[3, 5]
-- +I[3, 10]
-- -D[3, 10]
-- +I[3, 18]
-- -U[2, 185]
-- +U[3, 18]
-- -D[3, 18]
-- -U[3, 18]
-- +U[2, 185]
-- +I[3, 18]
-- -U[2, 185]
-- +U[1, 560]
-- -U[3, 18]
-- +U[2, 185]
-- -U[3, 18]
-- +U[2, 260]
-- -U[1, 560]
-- +U[2, 260]
-- -U[2, 260]
-- +U[3, 18]
-- -U[2, 260]
-- +U[1, 560]
-- -U[3, 18]
-- +U[2, 260]
-- -U[2, 260]
-- +U[1, 760]
-- -U[3, 38]
-- +U[2, 260]
-- -U[1, 760]
-- +U[2, 260]
-- -U[2, 260]
-- +U[3, 38]
-- -U[2, 260]
-- +U[1, 760]
-- -U[3, 38]
-- +U[2, 260]
-- -U[3, 38]
-- +U[2, 340]
-- -U[2, 340]
-- +U[1, 970]
-- -U[3, 38]
-- +U[2, 340]
-- sluice: Flink takes back rows beyond OFFSET that it did not give
-- +I[2, 50]
-- +I[2, 50]
-- +I[3, 10]
-- +I[3, 18]
-- +I[3, 18]
-- +I[3, 5]
-- +I[3, 5]
-- +I[3, 5]
-- +I[3, 5]
-- +U[1, 560]
-- +U[1, 560]
-- +U[1, 760]
-- +U[1, 760]
-- +U[1, 970]
-- +U[2, 125]
-- +U[2, 185]
-- +U[2, 185]
-- +U[2, 185]
-- +U[2, 185]
-- +U[2, 260]
-- +U[2, 260]
-- +U[2, 260]
-- +U[2, 260]
-- +U[2, 260]
-- +U[2, 260]
-- +U[2, 260]
-- +U[2, 340]
-- +U[2, 340]
-- +U[2, 340]
-- +U[3, 18]
-- +U[3, 18]
-- +U[3, 18]
-- +U[3, 38]
-- +U[3, 38]
-- +U[3, 38]
-- +U[3, 38]
-- +U[3, 5]
-- +U[3, 5]
-- +U[3, 5]
-- -D[2, 50]
-- -D[3, 10]
-- -D[3, 18]
-- -D[3, 5]
-- -D[3, 5]
-- -D[3, 5]
-- -D[3, 5]
-- -U[1, 560]
-- -U[1, 560]
-- -U[1, 760]
-- -U[1, 760]
-- -U[2, 125]
-- -U[2, 185]
-- -U[2, 185]
-- -U[2, 185]
-- -U[2, 185]
-- -U[2, 260]
-- -U[2, 260]
-- -U[2, 260]
-- -U[2, 260]
-- -U[2, 260]
-- -U[2, 260]
-- -U[2, 260]
-- -U[2, 340]
-- -U[2, 340]
-- -U[2, 50]
-- -U[3, 18]
-- -U[3, 18]
-- -U[3, 18]
-- -U[3, 18]
-- -U[3, 38]
-- -U[3, 38]
-- -U[3, 38]
-- -U[3, 38]
-- -U[3, 5]
-- -U[3, 5]
-- -U[3, 5]

-- case limit_group: LIMIT over counts
SELECT customer, n FROM (SELECT customer, COUNT(*) AS n FROM orders WHERE order_id < 9 GROUP BY customer) WHERE n > 1 ORDER BY customer LIMIT 2;
-- columns: `customer` STRING, `n` BIGINT
-- flink
-- +I[ann, 2]
-- +I[bob, 2]
-- -D[ann, 2]
-- +I[ann, 3]

-- case limit_cdc: ORDER BY and LIMIT of a changelog
SELECT customer, level FROM customers ORDER BY level DESC, customer LIMIT 2;
-- columns: `customer` STRING, `level` INT
-- flink
-- +I[ann, 1]
-- +I[bob, 2]
-- -D[ann, 1]
-- +I[cid, 1]
-- -D[cid, 1]
-- +I[ann, 1]
-- -D[ann, 1]
-- +I[eve, 3]
-- -D[bob, 2]
-- +I[ann, 1]
-- -D[ann, 1]
-- +I[bob, 5]
-- -D[eve, 3]
-- +I[cid, 4]
-- -D[cid, 4]
-- +I[dee, 7]

-- case limit_upserts: ORDER BY and LIMIT of upserts
SELECT product, pieces FROM stock ORDER BY pieces, product LIMIT 2;
-- skip batch 1: sluice passes over an update that changes no column that is read
-- columns: `product` INT, `pieces` INT
-- flink
-- +I[10, 5]
-- +I[11, 2]
-- -D[10, 5]
-- +I[10, 4]
-- -D[10, 4]
-- +I[12, 0]
-- -D[11, 2]
-- +I[10, 4]
-- -D[12, 0]
-- +I[12, 30]
-- -D[12, 30]
-- +I[13, 7]
-- -D[10, 4]
-- +I[12, 30]
-- -D[12, 30]
-- +I[10, 4]
-- -D[13, 7]
-- +I[11, 9]
-- -D[11, 9]
-- +I[12, 30]
-- -D[12, 30]
-- +I[11, 8]

-- case limit_subquery: counted
SELECT COUNT(*) AS n, SUM(price) AS s FROM (SELECT price FROM bids ORDER BY price DESC, ts LIMIT 3);
-- columns: `n` BIGINT, `s` BIGINT
-- flink
-- +I[1, 100]
-- -U[1, 100]
-- +U[2, 210]
-- -U[2, 210]
-- +U[3, 260]
-- -U[3, 260]
-- +U[2, 210]
-- -U[2, 210]
-- +U[3, 320]
-- -U[3, 320]
-- +U[2, 220]
-- -U[2, 220]
-- +U[3, 370]
-- -U[3, 370]
-- +U[2, 260]
-- -U[2, 260]
-- +U[3, 1260]
-- -U[3, 1260]
-- +U[2, 1150]
-- -U[2, 1150]
-- +U[3, 2150]
-- -U[3, 2150]
-- +U[2, 2000]
-- -U[2, 2000]
-- +U[3, 2200]
-- -U[3, 2200]
-- +U[2, 2000]
-- -U[2, 2000]
-- +U[3, 2900]

-- case order_subquery: ORDER BY in a subquery without LIMIT
SELECT order_id FROM (SELECT order_id, amount FROM orders ORDER BY amount) WHERE order_id < 4;
-- columns: `order_id` INT
-- flink
-- +I[1]
-- +I[2]
-- +I[3]

-- case limit_expression: LIMIT takes a number
SELECT order_id FROM orders LIMIT 1 + 1;
-- flink refuses: ParseException: Encountered "+" at line 1, column 37. Was expecting one of: <EOF> "OFFSET" ... ";" ... "," ...

-- case limit_negative: LIMIT -1
SELECT order_id FROM orders LIMIT -1;
-- flink refuses: ParseException: Encountered "-" at line 1, column 35. Was expecting one of: "ALL" ... <UNSIGNED_INTEGER_LITERAL> ... <APPROX_NUMERIC_LITERAL> ... <DECIMAL_NUMERIC_LITERAL> ... "?" ...

-- case sort_allowed: the setting that allows it
SET 'table.exec.non-temporal-sort.enabled' = 'true';
SELECT product, name FROM products ORDER BY name;
-- flink refuses: TableException: Sort on a non-time-attribute field is not supported.
