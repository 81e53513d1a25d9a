-- Time attributes: computed, passed on, lost.

-- case through_view: through a view and a projection
CREATE VIEW v AS SELECT UPPER(bidder) AS who, ts, price FROM bids WHERE price > 50;
SELECT who, TUMBLE_START(ts, INTERVAL '30' SECOND) AS s, COUNT(*) AS n FROM v GROUP BY who, TUMBLE(ts, INTERVAL '30' SECOND);
-- columns: `who` STRING, `s` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[U1, 2024-03-01T12:00, 3]
-- +I[U4, 2024-03-01T12:00, 1]
-- +I[U3, 2024-03-01T12:00, 2]
-- +I[U2, 2024-03-01T12:00, 4]
-- +I[U3, 2024-03-01T12:00:30, 1]
-- +I[U4, 2024-03-01T12:00:30, 1]
-- +I[U1, 2024-03-01T12:00:30, 2]

-- case through_nested: through nested queries under other names
SELECT window_start, COUNT(*) AS n FROM TABLE(TUMBLE(
  (SELECT c AS d FROM (SELECT b AS c FROM (SELECT ts AS b FROM bids))), DESCRIPTOR(d), INTERVAL '30' SECOND))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 14]
-- +I[2024-03-01T12:00:30, 6]

-- case through_union: through UNION ALL
SELECT TUMBLE_START(ts, INTERVAL '30' SECOND) AS s, COUNT(*) AS n
FROM (SELECT ts FROM bids WHERE auction = 1 UNION ALL SELECT ts FROM bids WHERE auction = 2)
GROUP BY TUMBLE(ts, INTERVAL '30' SECOND);
-- columns: `s` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 9]
-- +I[2024-03-01T12:00:30, 3]

-- case through_values: a constant beside the time
SELECT window_start, k, COUNT(*) AS n FROM TABLE(TUMBLE((SELECT ts, 'x' AS k FROM bids), DESCRIPTOR(ts), INTERVAL '30' SECOND))
GROUP BY window_start, window_end, k;
-- columns: `window_start` TIMESTAMP(3), `k` CHAR(1), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, x, 14]
-- +I[2024-03-01T12:00:30, x, 6]

-- case lost_cast: CAST loses it
SELECT window_start, COUNT(*) AS n FROM TABLE(TUMBLE((SELECT CAST(ts AS TIMESTAMP(3)) AS t FROM bids), DESCRIPTOR(t), INTERVAL '30' SECOND))
GROUP BY window_start, window_end;
-- flink refuses: ValidationException: The window function requires the timecol is a time attribute type, but is TIMESTAMP(3).

-- case lost_cast_wide: CAST to more digits
SELECT window_start, COUNT(*) AS n FROM TABLE(TUMBLE((SELECT CAST(ts AS TIMESTAMP(6)) AS t FROM bids), DESCRIPTOR(t), INTERVAL '30' SECOND))
GROUP BY window_start, window_end;
-- flink refuses: ValidationException: The window function requires the timecol is a time attribute type, but is TIMESTAMP(6).

-- case lost_group: a key of an aggregate
SELECT TUMBLE_START(ts, INTERVAL '30' SECOND) AS s, COUNT(*) AS n FROM (SELECT ts, COUNT(*) AS n FROM bids GROUP BY ts) GROUP BY TUMBLE(ts, INTERVAL '30' SECOND);
-- columns: `s` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 14]
-- +I[2024-03-01T12:00:30, 6]

-- case lost_distinct: DISTINCT
SELECT TUMBLE_START(ts, INTERVAL '30' SECOND) AS s, COUNT(*) AS n FROM (SELECT DISTINCT ts FROM bids) GROUP BY TUMBLE(ts, INTERVAL '30' SECOND);
-- columns: `s` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 14]
-- +I[2024-03-01T12:00:30, 6]

-- case lost_join: a regular join
SELECT window_start, COUNT(*) AS n FROM TABLE(TUMBLE(
  (SELECT b.ts, p.name FROM bids AS b JOIN products AS p ON b.auction + 9 = p.product), DESCRIPTOR(ts), INTERVAL '30' SECOND))
GROUP BY window_start, window_end;
-- flink refuses: ValidationException: The window function requires the timecol is a time attribute type, but is TIMESTAMP(3).

-- case kept_interval_join: an interval join keeps it
SELECT TUMBLE_START(ots, INTERVAL '1' MINUTE) AS s, COUNT(*) AS n FROM (
  SELECT o.ts AS ots, o.order_id FROM orders AS o, payments AS p
  WHERE o.order_id = p.order_id AND p.ts BETWEEN o.ts AND o.ts + INTERVAL '1' MINUTE)
GROUP BY TUMBLE(ots, INTERVAL '1' MINUTE);
-- columns: `s` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T10:00, 6]
-- +I[2024-03-01T10:01, 2]
-- +I[2024-03-01T10:02, 2]

-- case kept_temporal_join: a temporal join keeps it
SELECT TUMBLE_START(ts, INTERVAL '1' MINUTE) AS s, SUM(total * rate) AS eur FROM (
  SELECT i.ts, i.total, r.rate FROM invoices AS i JOIN rates FOR SYSTEM_TIME AS OF i.ts AS r ON i.currency = r.currency)
GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE);
-- columns: `s` TIMESTAMP(3), `eur` DECIMAL(38, 6)
-- flink
-- +I[2024-03-01T10:00, 36.100000]
-- +I[2024-03-01T10:01, 28.220000]
-- +I[2024-03-01T10:02, 8.080000]

-- case kept_unnest: CROSS JOIN UNNEST keeps it
SELECT TUMBLE_START(ts, INTERVAL '30' SECOND) AS s, SUM(x) AS n
FROM (SELECT ts, x FROM bids CROSS JOIN UNNEST(ARRAY[1, 2]) AS t (x)) GROUP BY TUMBLE(ts, INTERVAL '30' SECOND);
-- columns: `s` TIMESTAMP(3), `n` INT
-- flink
-- +I[2024-03-01T12:00, 42]
-- +I[2024-03-01T12:00:30, 18]

-- case kept_dedup_first: the first row keeps it
SELECT TUMBLE_START(ts, INTERVAL '30' SECOND) AS s, COUNT(*) AS n FROM (
  SELECT auction, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY ts) AS rn FROM bids) WHERE rn = 1)
GROUP BY TUMBLE(ts, INTERVAL '30' SECOND);
-- columns: `s` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 4]
-- +I[2024-03-01T12:00:30, 1]

-- case window_time: window_time is a time attribute
SELECT TUMBLE_START(window_time, INTERVAL '30' SECOND) AS s, SUM(n) AS n FROM (
  SELECT window_time, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, window_time)
GROUP BY TUMBLE(window_time, INTERVAL '30' SECOND);
-- columns: `s` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 14]
-- +I[2024-03-01T12:00:30, 6]

-- case window_start_none: window_start is none
SELECT COUNT(*) AS n FROM (
  SELECT window_start AS w FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end)
GROUP BY TUMBLE(w, INTERVAL '30' SECOND);
-- flink refuses: TableException: Window aggregate can only be defined over a time attribute column, but TIMESTAMP(3) encountered.

-- case rows_of_window: the rows of a window keep their own time and have another
SELECT auction, ts, window_time, ts < window_time AS before FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECOND)) WHERE auction < 3;
-- columns: `auction` INT, `ts` TIMESTAMP(3), `window_time` TIMESTAMP(3), `before` BOOLEAN
-- flink
-- +I[1, 2024-03-01T12:00:01, 2024-03-01T12:00:29.999, true]
-- +I[1, 2024-03-01T12:00:03, 2024-03-01T12:00:29.999, true]
-- +I[2, 2024-03-01T12:00:04, 2024-03-01T12:00:29.999, true]
-- +I[1, 2024-03-01T12:00:06, 2024-03-01T12:00:29.999, true]
-- +I[2, 2024-03-01T12:00:09, 2024-03-01T12:00:29.999, true]
-- +I[2, 2024-03-01T12:00:11, 2024-03-01T12:00:29.999, true]
-- +I[1, 2024-03-01T12:00:13, 2024-03-01T12:00:29.999, true]
-- +I[1, 2024-03-01T12:00:18, 2024-03-01T12:00:29.999, true]
-- +I[2, 2024-03-01T12:00:24, 2024-03-01T12:00:29.999, true]
-- +I[1, 2024-03-01T12:00:35, 2024-03-01T12:00:59.999, true]
-- +I[2, 2024-03-01T12:00:52, 2024-03-01T12:00:59.999, true]
-- +I[1, 2024-03-01T12:00:58, 2024-03-01T12:00:59.999, true]

-- case ordered: ORDER BY time
SELECT device, ts FROM pings ORDER BY ts;
-- columns: `device` STRING, `ts` TIMESTAMP(3)
-- flink
-- +I[d1, 2024-03-01T08:00]
-- +I[d2, 2024-03-01T08:00:01]
-- +I[d1, 2024-03-01T08:00:03]
-- +I[d1, 2024-03-01T08:00:04]
-- +I[d3, 2024-03-01T08:00:05]
-- +I[d2, 2024-03-01T08:00:12]
-- +I[d2, 2024-03-01T08:00:13]
-- +I[d1, 2024-03-01T08:00:14]
-- +I[d1, 2024-03-01T08:00:15]
-- +I[d3, 2024-03-01T08:00:22]
-- +I[d1, 2024-03-01T08:00:30]
-- +I[d2, 2024-03-01T08:00:31]
-- +I[d2, 2024-03-01T08:00:33]
-- +I[d3, 2024-03-01T08:00:45]
-- +I[d1, 2024-03-01T08:00:59]

-- case ordered_two: ORDER BY time and another column
SELECT order_id, ts FROM orders WHERE order_id NOT IN (10, 18) ORDER BY ts, order_id DESC;
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
-- +I[14, 2024-03-01T10:01:02]
-- +I[13, 2024-03-01T10:01:02]
-- +I[16, 2024-03-01T10:01:20]
-- +I[17, 2024-03-01T10:01:21]
-- +I[19, 2024-03-01T10:01:40]
-- +I[20, 2024-03-01T10:01:41]
-- +I[21, 2024-03-01T10:02:05]
-- +I[22, 2024-03-01T10:02:06]
-- +I[23, 2024-03-01T10:02:07]
-- +I[24, 2024-03-01T10:02:20]

-- case ordered_late: ORDER BY time drops late rows
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

-- case ordered_price: ORDER BY something else
SELECT device, ts FROM pings ORDER BY reading;
-- flink refuses: TableException: Sort on a non-time-attribute field is not supported.

-- case current_watermark: CURRENT_WATERMARK
SELECT auction, ts, CURRENT_WATERMARK(ts) IS NULL OR CURRENT_WATERMARK(ts) <= ts AS ok FROM bids;
-- columns: `auction` INT, `ts` TIMESTAMP(3), `ok` BOOLEAN
-- flink
-- +I[1, 2024-03-01T12:00:01, true]
-- +I[1, 2024-03-01T12:00:03, true]
-- +I[2, 2024-03-01T12:00:04, true]
-- +I[1, 2024-03-01T12:00:06, true]
-- +I[3, 2024-03-01T12:00:07, true]
-- +I[2, 2024-03-01T12:00:09, true]
-- +I[2, 2024-03-01T12:00:11, true]
-- +I[1, 2024-03-01T12:00:13, true]
-- +I[3, 2024-03-01T12:00:15, true]
-- +I[3, 2024-03-01T12:00:16, true]
-- +I[1, 2024-03-01T12:00:18, true]
-- +I[4, 2024-03-01T12:00:21, true]
-- +I[2, 2024-03-01T12:00:24, true]
-- +I[4, 2024-03-01T12:00:25, true]
-- +I[3, 2024-03-01T12:00:33, true]
-- +I[1, 2024-03-01T12:00:35, true]
-- +I[4, 2024-03-01T12:00:41, true]
-- +I[2, 2024-03-01T12:00:52, true]
-- +I[5, 2024-03-01T12:00:53, true]
-- +I[1, 2024-03-01T12:00:58, true]

-- case late_filter: late rows by CURRENT_WATERMARK
SELECT order_id FROM orders WHERE CURRENT_WATERMARK(ts) IS NULL OR ts > CURRENT_WATERMARK(ts);
-- skip whole, bounded: late rows come with the rows that make them late
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
-- +I[11]
-- +I[12]
-- +I[13]
-- +I[14]
-- +I[15]
-- +I[16]
-- +I[17]
-- +I[19]
-- +I[20]
-- +I[21]
-- +I[22]
-- +I[23]
-- +I[24]

-- case dedup_first: the first row by time
SELECT auction, bidder, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY ts ASC) AS rn FROM bids) WHERE rn = 1;
-- columns: `auction` INT, `bidder` STRING, `ts` TIMESTAMP(3)
-- flink
-- +I[1, u1, 2024-03-01T12:00:01]
-- +I[2, u1, 2024-03-01T12:00:04]
-- +I[3, u2, 2024-03-01T12:00:07]
-- +I[4, u4, 2024-03-01T12:00:21]
-- +I[5, u5, 2024-03-01T12:00:53]

-- case dedup_last: the last row by time, with updates
SELECT auction, bidder, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY ts DESC) AS rn FROM bids) WHERE rn = 1;
-- columns: `auction` INT, `bidder` STRING, `ts` TIMESTAMP(3)
-- flink
-- +I[1, u1, 2024-03-01T12:00:01]
-- -U[1, u1, 2024-03-01T12:00:01]
-- +U[1, u2, 2024-03-01T12:00:03]
-- +I[2, u1, 2024-03-01T12:00:04]
-- -U[1, u2, 2024-03-01T12:00:03]
-- +U[1, u3, 2024-03-01T12:00:06]
-- +I[3, u2, 2024-03-01T12:00:07]
-- -U[2, u1, 2024-03-01T12:00:04]
-- +U[2, u3, 2024-03-01T12:00:09]
-- -U[2, u3, 2024-03-01T12:00:09]
-- +U[2, u2, 2024-03-01T12:00:11]
-- -U[1, u3, 2024-03-01T12:00:06]
-- +U[1, u1, 2024-03-01T12:00:13]
-- -U[3, u2, 2024-03-01T12:00:07]
-- +U[3, u1, 2024-03-01T12:00:15]
-- -U[3, u1, 2024-03-01T12:00:15]
-- +U[3, u3, 2024-03-01T12:00:16]
-- -U[1, u1, 2024-03-01T12:00:13]
-- +U[1, u2, 2024-03-01T12:00:18]
-- +I[4, u4, 2024-03-01T12:00:21]
-- -U[2, u2, 2024-03-01T12:00:11]
-- +U[2, u1, 2024-03-01T12:00:24]
-- -U[4, u4, 2024-03-01T12:00:21]
-- +U[4, u2, 2024-03-01T12:00:25]
-- -U[3, u3, 2024-03-01T12:00:16]
-- +U[3, u2, 2024-03-01T12:00:33]
-- -U[1, u2, 2024-03-01T12:00:18]
-- +U[1, u3, 2024-03-01T12:00:35]
-- -U[4, u2, 2024-03-01T12:00:25]
-- +U[4, u1, 2024-03-01T12:00:41]
-- -U[2, u1, 2024-03-01T12:00:24]
-- +U[2, u4, 2024-03-01T12:00:52]
-- +I[5, u5, 2024-03-01T12:00:53]
-- -U[1, u3, 2024-03-01T12:00:35]
-- +U[1, u1, 2024-03-01T12:00:58]

-- case dedup_proc_first: the first row by processing time
SELECT customer, order_id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY proc ASC) AS rn FROM orders) WHERE rn = 1;
-- columns: `customer` STRING, `order_id` INT
-- flink
-- +I[ann, 1]
-- +I[bob, 2]
-- +I[null, 4]
-- +I[cid, 5]
-- +I[dee, 8]

-- case dedup_proc_last: the last row by processing time, with updates
SELECT customer, order_id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY proc DESC) AS rn FROM orders) WHERE rn = 1;
-- columns: `customer` STRING, `order_id` INT
-- flink
-- +I[ann, 1]
-- +I[bob, 2]
-- -U[ann, 1]
-- +U[ann, 3]
-- +I[null, 4]
-- +I[cid, 5]
-- -U[bob, 2]
-- +U[bob, 6]
-- -U[ann, 3]
-- +U[ann, 7]
-- +I[dee, 8]
-- -U[bob, 6]
-- +U[bob, 9]
-- -U[ann, 7]
-- +U[ann, 10]
-- -U[cid, 5]
-- +U[cid, 11]
-- -U[null, 4]
-- +U[null, 12]
-- -U[dee, 8]
-- +U[dee, 13]
-- -U[ann, 10]
-- +U[ann, 14]
-- -U[bob, 9]
-- +U[bob, 15]
-- -U[cid, 11]
-- +U[cid, 16]
-- -U[ann, 14]
-- +U[ann, 17]
-- -U[dee, 13]
-- +U[dee, 18]
-- -U[bob, 15]
-- +U[bob, 19]
-- -U[ann, 17]
-- +U[ann, 20]
-- -U[cid, 16]
-- +U[cid, 21]
-- -U[dee, 18]
-- +U[dee, 22]
-- -U[bob, 19]
-- +U[bob, 23]
-- -U[ann, 20]
-- +U[ann, 24]

-- case dedup_event_out_of_order: the last row by time, out of order
SELECT customer, order_id, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY ts DESC) AS rn FROM orders) WHERE rn = 1;
-- columns: `customer` STRING, `order_id` INT, `ts` TIMESTAMP(3)
-- flink
-- +I[ann, 1, 2024-03-01T10:00:01]
-- +I[bob, 2, 2024-03-01T10:00:03]
-- -U[ann, 1, 2024-03-01T10:00:01]
-- +U[ann, 3, 2024-03-01T10:00:02]
-- +I[null, 4, 2024-03-01T10:00:12]
-- +I[cid, 5, 2024-03-01T10:00:14]
-- -U[bob, 2, 2024-03-01T10:00:03]
-- +U[bob, 6, 2024-03-01T10:00:11]
-- -U[ann, 3, 2024-03-01T10:00:02]
-- +U[ann, 7, 2024-03-01T10:00:25]
-- +I[dee, 8, 2024-03-01T10:00:31]
-- -U[bob, 6, 2024-03-01T10:00:11]
-- +U[bob, 9, 2024-03-01T10:00:28]
-- -U[cid, 5, 2024-03-01T10:00:14]
-- +U[cid, 11, 2024-03-01T10:00:45]
-- -U[null, 4, 2024-03-01T10:00:12]
-- +U[null, 12, 2024-03-01T10:00:47]
-- -U[dee, 8, 2024-03-01T10:00:31]
-- +U[dee, 13, 2024-03-01T10:01:02]
-- -U[ann, 7, 2024-03-01T10:00:25]
-- +U[ann, 14, 2024-03-01T10:01:02]
-- -U[bob, 9, 2024-03-01T10:00:28]
-- +U[bob, 15, 2024-03-01T10:01]
-- -U[cid, 11, 2024-03-01T10:00:45]
-- +U[cid, 16, 2024-03-01T10:01:20]
-- -U[ann, 14, 2024-03-01T10:01:02]
-- +U[ann, 17, 2024-03-01T10:01:21]
-- -U[bob, 15, 2024-03-01T10:01]
-- +U[bob, 19, 2024-03-01T10:01:40]
-- -U[ann, 17, 2024-03-01T10:01:21]
-- +U[ann, 20, 2024-03-01T10:01:41]
-- -U[cid, 16, 2024-03-01T10:01:20]
-- +U[cid, 21, 2024-03-01T10:02:05]
-- -U[dee, 13, 2024-03-01T10:01:02]
-- +U[dee, 22, 2024-03-01T10:02:06]
-- -U[bob, 19, 2024-03-01T10:01:40]
-- +U[bob, 23, 2024-03-01T10:02:07]
-- -U[ann, 20, 2024-03-01T10:01:41]
-- +U[ann, 24, 2024-03-01T10:02:20]

-- case dedup_event_first_out_of_order: the first row by time, out of order
SELECT customer, order_id, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY ts ASC) AS rn FROM orders) WHERE rn = 1;
-- columns: `customer` STRING, `order_id` INT, `ts` TIMESTAMP(3)
-- flink
-- +I[ann, 1, 2024-03-01T10:00:01]
-- +I[bob, 2, 2024-03-01T10:00:03]
-- +I[null, 4, 2024-03-01T10:00:12]
-- +I[cid, 5, 2024-03-01T10:00:14]
-- +I[dee, 8, 2024-03-01T10:00:31]

-- case proc_rows: a column of processing time is a timestamp
SELECT order_id, proc IS NOT NULL AS p FROM orders WHERE order_id < 4;
-- columns: `order_id` INT, `p` BOOLEAN
-- flink
-- +I[1, true]
-- +I[2, true]
-- +I[3, true]

-- case year_distinct: a part of a time attribute is a value
SELECT DISTINCT YEAR(ts) AS y FROM orders;
-- columns: `y` BIGINT
-- flink
-- +I[2024]

-- case compare: times compared with literals
SELECT auction, ts FROM bids WHERE ts BETWEEN TIMESTAMP '2024-03-01 12:00:10' AND TIMESTAMP '2024-03-01 12:00:20';
-- columns: `auction` INT, `ts` TIMESTAMP(3)
-- flink
-- +I[2, 2024-03-01T12:00:11]
-- +I[1, 2024-03-01T12:00:13]
-- +I[3, 2024-03-01T12:00:15]
-- +I[3, 2024-03-01T12:00:16]
-- +I[1, 2024-03-01T12:00:18]

-- case parts: parts of a time
SELECT auction, EXTRACT(SECOND FROM ts) AS s, HOUR(ts) AS h, FLOOR(ts TO MINUTE) AS f, CEIL(ts TO MINUTE) AS c, DATE_FORMAT(ts, 'yyyyMMdd') AS d FROM bids WHERE auction > 2;
-- columns: `auction` INT, `s` BIGINT, `h` BIGINT, `f` TIMESTAMP(3), `c` TIMESTAMP(3), `d` STRING
-- flink
-- +I[3, 7, 12, 2024-03-01T12:00, 2024-03-01T12:01, 20240301]
-- +I[3, 15, 12, 2024-03-01T12:00, 2024-03-01T12:01, 20240301]
-- +I[3, 16, 12, 2024-03-01T12:00, 2024-03-01T12:01, 20240301]
-- +I[4, 21, 12, 2024-03-01T12:00, 2024-03-01T12:01, 20240301]
-- +I[4, 25, 12, 2024-03-01T12:00, 2024-03-01T12:01, 20240301]
-- +I[3, 33, 12, 2024-03-01T12:00, 2024-03-01T12:01, 20240301]
-- +I[4, 41, 12, 2024-03-01T12:00, 2024-03-01T12:01, 20240301]
-- +I[5, 53, 12, 2024-03-01T12:00, 2024-03-01T12:01, 20240301]

-- case max_time: aggregates of times
SELECT bidder, MIN(ts) AS a, MAX(ts) AS b FROM bids GROUP BY bidder;
-- columns: `bidder` STRING, `a` TIMESTAMP(3), `b` TIMESTAMP(3)
-- flink
-- +I[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:01]
-- +I[u2, 2024-03-01T12:00:03, 2024-03-01T12:00:03]
-- -U[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:01]
-- +U[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:04]
-- +I[u3, 2024-03-01T12:00:06, 2024-03-01T12:00:06]
-- -U[u2, 2024-03-01T12:00:03, 2024-03-01T12:00:03]
-- +U[u2, 2024-03-01T12:00:03, 2024-03-01T12:00:07]
-- -U[u3, 2024-03-01T12:00:06, 2024-03-01T12:00:06]
-- +U[u3, 2024-03-01T12:00:06, 2024-03-01T12:00:09]
-- -U[u2, 2024-03-01T12:00:03, 2024-03-01T12:00:07]
-- +U[u2, 2024-03-01T12:00:03, 2024-03-01T12:00:11]
-- -U[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:04]
-- +U[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:13]
-- -U[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:13]
-- +U[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:15]
-- -U[u3, 2024-03-01T12:00:06, 2024-03-01T12:00:09]
-- +U[u3, 2024-03-01T12:00:06, 2024-03-01T12:00:16]
-- -U[u2, 2024-03-01T12:00:03, 2024-03-01T12:00:11]
-- +U[u2, 2024-03-01T12:00:03, 2024-03-01T12:00:18]
-- +I[u4, 2024-03-01T12:00:21, 2024-03-01T12:00:21]
-- -U[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:15]
-- +U[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:24]
-- -U[u2, 2024-03-01T12:00:03, 2024-03-01T12:00:18]
-- +U[u2, 2024-03-01T12:00:03, 2024-03-01T12:00:25]
-- -U[u2, 2024-03-01T12:00:03, 2024-03-01T12:00:25]
-- +U[u2, 2024-03-01T12:00:03, 2024-03-01T12:00:33]
-- -U[u3, 2024-03-01T12:00:06, 2024-03-01T12:00:16]
-- +U[u3, 2024-03-01T12:00:06, 2024-03-01T12:00:35]
-- -U[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:24]
-- +U[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:41]
-- -U[u4, 2024-03-01T12:00:21, 2024-03-01T12:00:21]
-- +U[u4, 2024-03-01T12:00:21, 2024-03-01T12:00:52]
-- +I[u5, 2024-03-01T12:00:53, 2024-03-01T12:00:53]
-- -U[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:41]
-- +U[u1, 2024-03-01T12:00:01, 2024-03-01T12:00:58]
