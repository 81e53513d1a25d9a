-- OVER: processing time, several windows, what is refused.

-- case proc_rows: rows of processing time
SELECT order_id, customer, SUM(amount) OVER (PARTITION BY customer ORDER BY proc ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM orders WHERE order_id < 19;
-- columns: `order_id` INT, `customer` STRING, `s` INT
-- flink
-- +I[1, ann, 3]
-- +I[2, bob, 1]
-- +I[3, ann, 3]
-- +I[4, null, 5]
-- +I[5, cid, 2]
-- +I[6, bob, -3]
-- +I[7, ann, 10]
-- +I[8, dee, 1]
-- +I[9, bob, 0]
-- +I[10, ann, 9]
-- +I[11, cid, 8]
-- +I[12, null, 13]
-- +I[13, dee, 3]
-- +I[14, ann, 10]
-- +I[15, bob, 8]
-- +I[16, cid, 12]
-- +I[17, ann, 7]
-- +I[18, dee, 3]

-- case proc_unbounded: all rows so far
SELECT order_id, customer, COUNT(*) OVER (PARTITION BY customer ORDER BY proc ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS n FROM orders;
-- columns: `order_id` INT, `customer` STRING, `n` BIGINT
-- flink
-- +I[1, ann, 1]
-- +I[2, bob, 1]
-- +I[3, ann, 2]
-- +I[4, null, 1]
-- +I[5, cid, 1]
-- +I[6, bob, 2]
-- +I[7, ann, 3]
-- +I[8, dee, 1]
-- +I[9, bob, 3]
-- +I[10, ann, 4]
-- +I[11, cid, 2]
-- +I[12, null, 2]
-- +I[13, dee, 2]
-- +I[14, ann, 5]
-- +I[15, bob, 4]
-- +I[16, cid, 3]
-- +I[17, ann, 6]
-- +I[18, dee, 3]
-- +I[19, bob, 5]
-- +I[20, ann, 7]
-- +I[21, cid, 4]
-- +I[22, dee, 4]
-- +I[23, bob, 6]
-- +I[24, ann, 8]

-- case proc_range: a range without a frame
SELECT order_id, customer, COUNT(*) OVER (PARTITION BY customer ORDER BY proc) AS n, SUM(price) OVER (PARTITION BY customer ORDER BY proc) AS s FROM orders WHERE order_id < 19;
-- skip bounded: rows of a batch come at one time, and share a range
-- columns: `order_id` INT, `customer` STRING, `n` BIGINT, `s` DECIMAL(38, 2)
-- flink
-- +I[1, ann, 1, 9.99]
-- +I[2, bob, 1, 100.00]
-- +I[3, ann, 2, 10.49]
-- +I[4, null, 1, 9.99]
-- +I[5, cid, 1, 20.25]
-- +I[6, bob, 2, 109.99]
-- +I[7, ann, 3, 110.49]
-- +I[8, dee, 1, null]
-- +I[9, bob, 3, 130.24]
-- +I[10, ann, 4, 111.49]
-- +I[11, cid, 2, 30.24]
-- +I[12, null, 2, 10.49]
-- +I[13, dee, 2, 20.25]
-- +I[14, ann, 5, 121.48]
-- +I[15, bob, 4, 230.24]
-- +I[16, cid, 3, 30.74]
-- +I[17, ann, 6, 121.98]
-- +I[18, dee, 3, 30.24]

-- case proc_function: PROCTIME() itself
SELECT auction, bidder, COUNT(*) OVER (PARTITION BY auction ORDER BY PROCTIME() ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS n FROM bids;
-- columns: `auction` INT, `bidder` STRING, `n` BIGINT
-- flink
-- +I[1, u1, 1]
-- +I[1, u2, 2]
-- +I[2, u1, 1]
-- +I[1, u3, 3]
-- +I[3, u2, 1]
-- +I[2, u3, 2]
-- +I[2, u2, 3]
-- +I[1, u1, 4]
-- +I[3, u1, 2]
-- +I[3, u3, 3]
-- +I[1, u2, 5]
-- +I[4, u4, 1]
-- +I[2, u1, 4]
-- +I[4, u2, 2]
-- +I[3, u2, 4]
-- +I[1, u3, 6]
-- +I[4, u1, 3]
-- +I[2, u4, 5]
-- +I[5, u5, 1]
-- +I[1, u1, 7]

-- case proc_row_number: ROW_NUMBER of processing time
SELECT order_id, customer, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY proc) AS n FROM orders;
-- columns: `order_id` INT, `customer` STRING, `n` BIGINT
-- flink
-- +I[1, ann, 1]
-- +I[2, bob, 1]
-- +I[3, ann, 2]
-- +I[4, null, 1]
-- +I[5, cid, 1]
-- +I[6, bob, 2]
-- +I[7, ann, 3]
-- +I[8, dee, 1]
-- +I[9, bob, 3]
-- +I[10, ann, 4]
-- +I[11, cid, 2]
-- +I[12, null, 2]
-- +I[13, dee, 2]
-- +I[14, ann, 5]
-- +I[15, bob, 4]
-- +I[16, cid, 3]
-- +I[17, ann, 6]
-- +I[18, dee, 3]
-- +I[19, bob, 5]
-- +I[20, ann, 7]
-- +I[21, cid, 4]
-- +I[22, dee, 4]
-- +I[23, bob, 6]
-- +I[24, ann, 8]

-- case proc_lag: LAG of processing time
SELECT order_id, customer, LAG(order_id) OVER (PARTITION BY customer ORDER BY proc) AS before FROM orders;
-- columns: `order_id` INT, `customer` STRING, `before` INT
-- flink
-- +I[1, ann, null]
-- +I[2, bob, null]
-- +I[3, ann, 1]
-- +I[4, null, null]
-- +I[5, cid, null]
-- +I[6, bob, 2]
-- +I[7, ann, 3]
-- +I[8, dee, null]
-- +I[9, bob, 6]
-- +I[10, ann, 7]
-- +I[11, cid, 5]
-- +I[12, null, 4]
-- +I[13, dee, 8]
-- +I[14, ann, 10]
-- +I[15, bob, 9]
-- +I[16, cid, 11]
-- +I[17, ann, 14]
-- +I[18, dee, 13]
-- +I[19, bob, 15]
-- +I[20, ann, 17]
-- +I[21, cid, 16]
-- +I[22, dee, 18]
-- +I[23, bob, 19]
-- +I[24, ann, 20]

-- case proc_first: FIRST_VALUE of processing time
SELECT order_id, customer, FIRST_VALUE(order_id) OVER (PARTITION BY customer ORDER BY proc ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS f,
  LAST_VALUE(amount) OVER (PARTITION BY customer ORDER BY proc ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS l FROM orders;
-- columns: `order_id` INT, `customer` STRING, `f` INT, `l` INT
-- flink
-- +I[1, ann, 1, 3]
-- +I[2, bob, 2, 1]
-- +I[3, ann, 1, 3]
-- +I[4, null, 4, 5]
-- +I[5, cid, 5, 2]
-- +I[6, bob, 2, -4]
-- +I[7, ann, 1, 7]
-- +I[8, dee, 8, 1]
-- +I[9, bob, 2, 3]
-- +I[10, ann, 1, 2]
-- +I[11, cid, 5, 6]
-- +I[12, null, 4, 8]
-- +I[13, dee, 8, 2]
-- +I[14, ann, 1, 1]
-- +I[15, bob, 2, 9]
-- +I[16, cid, 5, 4]
-- +I[17, ann, 1, 4]
-- +I[18, dee, 8, 0]
-- +I[19, bob, 2, 2147483647]
-- +I[20, ann, 1, -2147483648]
-- +I[21, cid, 5, 5]
-- +I[22, dee, 8, 5]
-- +I[23, bob, 2, 3]
-- +I[24, ann, 1, 1]

-- case two_windows: two windows in one SELECT
SELECT auction, ts, SUM(price) OVER (PARTITION BY auction ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS a,
  SUM(price) OVER (PARTITION BY auction ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS b FROM bids;
-- flink refuses: TableException: Over Agg: Unsupported use of OVER windows. All aggregates must be computed on the same window. please re-check the over window statement.
-- sluice takes: windows may differ

-- case two_keys: windows of two keys
SELECT auction, bidder, ts, COUNT(*) OVER (PARTITION BY auction ORDER BY ts) AS a, COUNT(*) OVER (PARTITION BY bidder ORDER BY ts) AS b FROM bids;
-- flink refuses: TableException: Over Agg: Unsupported use of OVER windows. All aggregates must be computed on the same window. please re-check the over window statement.
-- sluice takes: windows may differ

-- case rows_and_range: rows and a range
SELECT auction, ts, SUM(price) OVER (PARTITION BY auction ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS a,
  SUM(price) OVER (PARTITION BY auction ORDER BY ts RANGE BETWEEN INTERVAL '10' SECOND PRECEDING AND CURRENT ROW) AS b FROM bids;
-- flink refuses: TableException: Over Agg: Unsupported use of OVER windows. All aggregates must be computed on the same window. please re-check the over window statement.
-- sluice takes: windows may differ

-- case named_twice: two named windows
SELECT auction, ts, COUNT(*) OVER w1 AS a, COUNT(*) OVER w2 AS b FROM bids
WINDOW w1 AS (PARTITION BY auction ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW),
  w2 AS (PARTITION BY auction ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);
-- flink refuses: TableException: Over Agg: Unsupported use of OVER windows. All aggregates must be computed on the same window. please re-check the over window statement.
-- sluice takes: windows may differ

-- case following: FOLLOWING
SELECT auction, SUM(price) OVER (PARTITION BY auction ORDER BY ts ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS s FROM bids;
-- flink refuses: TableException: OVER RANGE FOLLOWING windows are not supported yet.

-- case preceding_end: a frame that ends before the row
SELECT auction, SUM(price) OVER (PARTITION BY auction ORDER BY ts ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS s FROM bids;
-- flink refuses: TableException: OVER RANGE FOLLOWING windows are not supported yet.

-- case unbounded_both: a frame of everything
SELECT auction, SUM(price) OVER (PARTITION BY auction ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS s FROM bids;
-- flink refuses: TableException: OVER RANGE FOLLOWING windows are not supported yet.

-- case no_order: no order
SELECT auction, SUM(price) OVER (PARTITION BY auction) AS s FROM bids;
-- flink refuses: TableException: The window can only be ordered by a single time column.

-- case no_order_rows: no order but a frame
SELECT auction, SUM(price) OVER (PARTITION BY auction ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM bids;
-- flink refuses: TableException: The window can only be ordered by a single time column.

-- case order_number: ordered by a number
SELECT auction, price, SUM(price) OVER (PARTITION BY auction ORDER BY price ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s FROM bids;
-- flink refuses: TableException: OVER windows with UNBOUNDED PRECEDING are not supported when sorting on a non-time attribute column.
-- sluice takes: every row behind a new one is corrected

-- case order_number_range: ordered by a number, a range
SELECT auction, price, SUM(price) OVER (PARTITION BY auction ORDER BY price) AS s FROM bids;
-- columns: `auction` INT, `price` BIGINT, `s` BIGINT
-- flink
-- +I[1, 100, 100]
-- +I[1, 110, 210]
-- +I[2, 50, 50]
-- -U[1, 110, 210]
-- +U[1, 110, 320]
-- +I[1, 110, 320]
-- +I[3, 5, 5]
-- +I[2, 75, 125]
-- +I[2, 60, 110]
-- -U[2, 75, 125]
-- +U[2, 75, 185]
-- +I[1, 150, 470]
-- -U[3, 5, 5]
-- +U[3, 5, 10]
-- +I[3, 5, 10]
-- +I[3, 8, 18]
-- +I[1, 90, 90]
-- -U[1, 100, 100]
-- +U[1, 100, 190]
-- -U[1, 110, 320]
-- +U[1, 110, 410]
-- -U[1, 110, 320]
-- +U[1, 110, 410]
-- -U[1, 150, 470]
-- +U[1, 150, 560]
-- +I[4, 1000, 1000]
-- -U[2, 75, 185]
-- +U[2, 75, 260]
-- +I[2, 75, 260]
-- -U[4, 1000, 1000]
-- +U[4, 1000, 2000]
-- +I[4, 1000, 2000]
-- +I[3, 20, 38]
-- +I[1, 200, 760]
-- +I[4, 900, 900]
-- -U[4, 1000, 2000]
-- +U[4, 1000, 2900]
-- -U[4, 1000, 2000]
-- +U[4, 1000, 2900]
-- +I[2, 80, 340]
-- +I[5, 1, 1]
-- +I[1, 210, 970]

-- case order_descending: time descending
SELECT auction, SUM(price) OVER (PARTITION BY auction ORDER BY ts DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM bids;
-- flink refuses: TableException: The window can only be ordered in ASCENDING mode.

-- case order_two: ordered by two columns
SELECT auction, SUM(price) OVER (PARTITION BY auction ORDER BY ts, price ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s FROM bids;
-- flink refuses: TableException: The window can only be ordered by a single time column.

-- case order_cast: ordered by a time that is no attribute any more
SELECT auction, SUM(price) OVER (PARTITION BY auction ORDER BY CAST(ts AS TIMESTAMP(0)) ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM bids;
-- flink refuses: TableException: Non-time attribute sort is not supported for bounded OVER window.

-- case negative: a negative distance
SELECT auction, SUM(price) OVER (PARTITION BY auction ORDER BY ts ROWS BETWEEN -1 PRECEDING AND CURRENT ROW) AS s FROM bids;
-- flink refuses: SqlValidatorException: ROWS value must be a non-negative integral constant

-- case range_number: a range of numbers over time
SELECT auction, SUM(price) OVER (PARTITION BY auction ORDER BY ts RANGE BETWEEN 10 PRECEDING AND CURRENT ROW) AS s FROM bids;
-- flink refuses: SqlValidatorException: Data Type mismatch between ORDER BY and RANGE clause

-- case in_where: OVER in WHERE
SELECT auction FROM bids WHERE SUM(price) OVER (PARTITION BY auction ORDER BY ts) > 10;
-- flink refuses: SqlValidatorException: Windowed aggregate expression is illegal in WHERE clause

-- case in_group: OVER of an aggregate
SELECT auction, SUM(COUNT(*)) OVER (ORDER BY auction) AS s FROM bids GROUP BY auction;
-- columns: `auction` INT, `s` BIGINT
-- flink
-- +I[1, 1]
-- -D[1, 1]
-- +U[1, 2]
-- +I[2, 3]
-- -D[1, 2]
-- -U[2, 3]
-- +U[2, 1]
-- +U[1, 3]
-- -U[2, 1]
-- +U[2, 4]
-- +I[3, 5]
-- -D[2, 4]
-- -U[3, 5]
-- +U[3, 4]
-- +U[2, 5]
-- -U[3, 4]
-- +U[3, 6]
-- -D[2, 5]
-- -U[3, 6]
-- +U[3, 4]
-- +U[2, 6]
-- -U[3, 4]
-- +U[3, 7]
-- -D[1, 3]
-- -U[2, 6]
-- +U[2, 3]
-- -U[3, 7]
-- +U[3, 4]
-- +U[1, 4]
-- -U[2, 3]
-- +U[2, 7]
-- -U[3, 4]
-- +U[3, 8]
-- -D[3, 8]
-- +U[3, 9]
-- -D[3, 9]
-- +U[3, 10]
-- -D[1, 4]
-- -U[2, 7]
-- +U[2, 3]
-- -U[3, 10]
-- +U[3, 6]
-- +U[1, 5]
-- -U[2, 3]
-- +U[2, 8]
-- -U[3, 6]
-- +U[3, 11]
-- +I[4, 12]
-- -D[2, 8]
-- -U[3, 11]
-- +U[3, 8]
-- -U[4, 12]
-- +U[4, 9]
-- +U[2, 9]
-- -U[3, 8]
-- +U[3, 12]
-- -U[4, 9]
-- +U[4, 13]
-- -D[4, 13]
-- +U[4, 14]
-- -D[3, 12]
-- -U[4, 14]
-- +U[4, 11]
-- +U[3, 13]
-- -U[4, 11]
-- +U[4, 15]
-- -D[1, 5]
-- -U[2, 9]
-- +U[2, 4]
-- -U[3, 13]
-- +U[3, 8]
-- -U[4, 15]
-- +U[4, 10]
-- +U[1, 6]
-- -U[2, 4]
-- +U[2, 10]
-- -U[3, 8]
-- +U[3, 14]
-- -U[4, 10]
-- +U[4, 16]
-- -D[4, 16]
-- +U[4, 17]
-- -D[2, 10]
-- -U[3, 14]
-- +U[3, 10]
-- -U[4, 17]
-- +U[4, 13]
-- +U[2, 11]
-- -U[3, 10]
-- +U[3, 15]
-- -U[4, 13]
-- +U[4, 18]
-- +I[5, 19]
-- -D[1, 6]
-- -U[2, 11]
-- +U[2, 5]
-- -U[3, 15]
-- +U[3, 9]
-- -U[4, 18]
-- +U[4, 12]
-- -U[5, 19]
-- +U[5, 13]
-- +U[1, 7]
-- -U[2, 5]
-- +U[2, 12]
-- -U[3, 9]
-- +U[3, 16]
-- -U[4, 12]
-- +U[4, 19]
-- -U[5, 13]
-- +U[5, 20]

-- case lead: LEAD of a stream
SELECT auction, LEAD(price) OVER (PARTITION BY auction ORDER BY ts) AS after FROM bids;
-- flink refuses: TableException: LEAD Function is not supported in stream mode.

-- case ntile: NTILE of a stream
SELECT auction, NTILE(2) OVER (PARTITION BY auction ORDER BY ts) AS t FROM bids;
-- flink refuses: TableException: NTILE Function is not supported in stream mode.

-- case percent_rank: PERCENT_RANK of a stream
SELECT auction, PERCENT_RANK() OVER (PARTITION BY auction ORDER BY ts) AS p FROM bids;
-- flink refuses: TableException: PERCENT_RANK Function is not supported in stream mode.

-- case changelog: OVER of a changelog by time
SELECT currency, rate, SUM(rate) OVER (PARTITION BY currency ORDER BY ts) AS s FROM rates;
-- flink refuses: TableException: StreamPhysicalOverAggregate doesn't support consuming update and delete changes which is produced by node ChangelogNormalize(key=[currency])

-- case changelog_number: OVER of a changelog by a number
SELECT customer, level, SUM(level) OVER (PARTITION BY city ORDER BY level) AS s FROM customers;
-- columns: `customer` STRING, `level` INT, `s` INT
-- flink
-- +I[ann, 1, 1]
-- +I[bob, 2, 2]
-- -U[ann, 1, 1]
-- +U[ann, 1, 2]
-- +I[cid, 1, 2]
-- -D[ann, 1, 2]
-- -U[cid, 1, 2]
-- +U[cid, 1, 1]
-- +U[ann, 1, 1]
-- -U[bob, 2, 2]
-- +U[bob, 2, 3]
-- +I[eve, 3, 3]
-- -D[bob, 2, 3]
-- +U[bob, 5, 6]
-- -D[cid, 1, 1]
-- +I[dee, 2, 2]
-- +I[cid, 4, 6]
-- -D[dee, 2, 2]
-- -U[cid, 4, 6]
-- +U[cid, 4, 4]
-- +U[dee, 7, 11]
-- -D[eve, 3, 3]
-- +I[fay, null, null]

-- case unknown_window: a name of no window
SELECT auction, SUM(price) OVER w AS s FROM bids;
-- flink refuses: SqlValidatorException: Window 'w' not found

-- case row_number_frame: ROW_NUMBER with a frame
SELECT auction, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS n FROM bids;
-- flink refuses: SqlValidatorException: ROW/RANGE not allowed with RANK, DENSE_RANK or ROW_NUMBER functions
-- sluice takes: the frame of a number has no effect

-- case row_number_constant: ROW_NUMBER over no order
SELECT auction, ROW_NUMBER() OVER () AS n FROM bids;
-- flink refuses: ValidationException: Over Agg: The window rank function requires order by clause with non-constant fields. please re-check the over window statement.

-- case over_string: an aggregate of text
SELECT auction, ts, LISTAGG(bidder) OVER (PARTITION BY auction ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS who FROM bids;
-- columns: `auction` INT, `ts` TIMESTAMP(3), `who` STRING
-- flink
-- +I[1, 2024-03-01T12:00:01, u1]
-- +I[1, 2024-03-01T12:00:03, u1,u2]
-- +I[2, 2024-03-01T12:00:04, u1]
-- +I[1, 2024-03-01T12:00:06, u1,u2,u3]
-- +I[3, 2024-03-01T12:00:07, u2]
-- +I[2, 2024-03-01T12:00:09, u1,u3]
-- +I[2, 2024-03-01T12:00:11, u1,u3,u2]
-- +I[1, 2024-03-01T12:00:13, u2,u3,u1]
-- +I[3, 2024-03-01T12:00:15, u2,u1]
-- +I[3, 2024-03-01T12:00:16, u2,u1,u3]
-- +I[1, 2024-03-01T12:00:18, u3,u1,u2]
-- +I[4, 2024-03-01T12:00:21, u4]
-- +I[2, 2024-03-01T12:00:24, u3,u2,u1]
-- +I[4, 2024-03-01T12:00:25, u4,u2]
-- +I[3, 2024-03-01T12:00:33, u1,u3,u2]
-- +I[1, 2024-03-01T12:00:35, u1,u2,u3]
-- +I[4, 2024-03-01T12:00:41, u4,u2,u1]
-- +I[2, 2024-03-01T12:00:52, u2,u1,u4]
-- +I[5, 2024-03-01T12:00:53, u5]
-- +I[1, 2024-03-01T12:00:58, u2,u3,u1]

-- case over_spread: deviation and variance
SELECT auction, ts, STDDEV_POP(CAST(price AS DOUBLE)) OVER (PARTITION BY auction ORDER BY ts ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS d FROM bids WHERE auction < 3;
-- columns: `auction` INT, `ts` TIMESTAMP(3), `d` DOUBLE
-- flink
-- +I[1, 2024-03-01T12:00:01, 0.0]
-- +I[1, 2024-03-01T12:00:03, 5.0]
-- +I[2, 2024-03-01T12:00:04, 0.0]
-- +I[1, 2024-03-01T12:00:06, 4.714045207910231]
-- +I[2, 2024-03-01T12:00:09, 12.5]
-- +I[2, 2024-03-01T12:00:11, 10.274023338281618]
-- +I[1, 2024-03-01T12:00:13, 18.856180831641247]
-- +I[1, 2024-03-01T12:00:18, 24.944382578492924]
-- +I[2, 2024-03-01T12:00:24, 7.0710678118654755]
-- +I[1, 2024-03-01T12:00:35, 44.96912521077346]
-- +I[2, 2024-03-01T12:00:52, 8.498365855987963]
-- +I[1, 2024-03-01T12:00:58, 54.36502143433365]

-- case over_collect: COLLECT
SELECT auction, ts, COLLECT(bidder) OVER (PARTITION BY auction ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS who FROM bids;
-- columns: `auction` INT, `ts` TIMESTAMP(3), `who` MULTISET<STRING>
-- flink
-- +I[1, 2024-03-01T12:00:01, {u1=1}]
-- +I[1, 2024-03-01T12:00:03, {u1=1, u2=1}]
-- +I[2, 2024-03-01T12:00:04, {u1=1}]
-- +I[1, 2024-03-01T12:00:06, {u2=1, u3=1}]
-- +I[3, 2024-03-01T12:00:07, {u2=1}]
-- +I[2, 2024-03-01T12:00:09, {u1=1, u3=1}]
-- +I[2, 2024-03-01T12:00:11, {u2=1, u3=1}]
-- +I[1, 2024-03-01T12:00:13, {u1=1, u3=1}]
-- +I[3, 2024-03-01T12:00:15, {u1=1, u2=1}]
-- +I[3, 2024-03-01T12:00:16, {u1=1, u3=1}]
-- +I[1, 2024-03-01T12:00:18, {u1=1, u2=1}]
-- +I[4, 2024-03-01T12:00:21, {u4=1}]
-- +I[2, 2024-03-01T12:00:24, {u1=1, u2=1}]
-- +I[4, 2024-03-01T12:00:25, {u2=1, u4=1}]
-- +I[3, 2024-03-01T12:00:33, {u2=1, u3=1}]
-- +I[1, 2024-03-01T12:00:35, {u2=1, u3=1}]
-- +I[4, 2024-03-01T12:00:41, {u1=1, u2=1}]
-- +I[2, 2024-03-01T12:00:52, {u1=1, u4=1}]
-- +I[5, 2024-03-01T12:00:53, {u5=1}]
-- +I[1, 2024-03-01T12:00:58, {u1=1, u3=1}]
