-- Top-N and deduplication of windows.

-- case rows: the three dearest bids of a window
SELECT auction, bidder, price, window_start, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY price DESC, ts) AS rn
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS)))
WHERE rn <= 3;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT, `window_start` TIMESTAMP(3), `rn` BIGINT
-- flink
-- +I[1, u1, 150, 2024-03-01T12:00, 1]
-- +I[1, u2, 110, 2024-03-01T12:00, 2]
-- +I[1, u3, 110, 2024-03-01T12:00, 3]
-- +I[4, u4, 1000, 2024-03-01T12:00:20, 1]
-- +I[4, u2, 1000, 2024-03-01T12:00:20, 2]
-- +I[1, u3, 200, 2024-03-01T12:00:20, 3]
-- +I[4, u1, 900, 2024-03-01T12:00:40, 1]
-- +I[1, u1, 210, 2024-03-01T12:00:40, 2]
-- +I[2, u4, 80, 2024-03-01T12:00:40, 3]

-- case no_rank: the number is not asked for
SELECT auction, bidder, price, window_end FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY price DESC, ts) AS rn
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS)))
WHERE rn <= 2;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT, `window_end` TIMESTAMP(3)
-- flink
-- +I[1, u1, 150, 2024-03-01T12:00:20]
-- +I[1, u2, 110, 2024-03-01T12:00:20]
-- +I[4, u4, 1000, 2024-03-01T12:00:40]
-- +I[4, u2, 1000, 2024-03-01T12:00:40]
-- +I[4, u1, 900, 2024-03-01T12:01]
-- +I[1, u1, 210, 2024-03-01T12:01]

-- case keyed: the two dearest of an auction
SELECT auction, bidder, price, window_start, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, auction ORDER BY price DESC, ts DESC) AS rn
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS)))
WHERE rn <= 2;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT, `window_start` TIMESTAMP(3), `rn` BIGINT
-- flink
-- +I[1, u1, 150, 2024-03-01T12:00, 1]
-- +I[1, u3, 110, 2024-03-01T12:00, 2]
-- +I[2, u1, 75, 2024-03-01T12:00, 1]
-- +I[2, u3, 75, 2024-03-01T12:00, 2]
-- +I[4, u2, 1000, 2024-03-01T12:00, 1]
-- +I[4, u4, 1000, 2024-03-01T12:00, 2]
-- +I[3, u3, 8, 2024-03-01T12:00, 1]
-- +I[3, u1, 5, 2024-03-01T12:00, 2]
-- +I[3, u2, 20, 2024-03-01T12:00:30, 1]
-- +I[5, u5, 1, 2024-03-01T12:00:30, 1]
-- +I[2, u4, 80, 2024-03-01T12:00:30, 1]
-- +I[4, u1, 900, 2024-03-01T12:00:30, 1]
-- +I[1, u1, 210, 2024-03-01T12:00:30, 1]
-- +I[1, u3, 200, 2024-03-01T12:00:30, 2]

-- case aggregated: the auctions with the highest totals
SELECT * FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY total DESC, auction) AS rownum
  FROM (SELECT window_start, window_end, auction, SUM(price) AS total, COUNT(*) AS n
        FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
        GROUP BY window_start, window_end, auction))
WHERE rownum <= 2;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auction` INT, `total` BIGINT, `n` BIGINT, `rownum` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 4, 2000, 2, 1]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, 560, 5, 2]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 4, 900, 1, 1]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1, 410, 2, 2]

-- case aggregated_hop: the same with overlapping windows
SELECT window_start, window_end, auction, total, r FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY total DESC, auction) AS r
  FROM (SELECT window_start, window_end, auction, SUM(price) AS total
        FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '15' SECONDS, INTERVAL '30' SECONDS))
        GROUP BY window_start, window_end, auction))
WHERE r = 1;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auction` INT, `total` BIGINT, `r` BIGINT
-- flink
-- +I[2024-03-01T11:59:45, 2024-03-01T12:00:15, 1, 470, 1]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 4, 2000, 1]
-- +I[2024-03-01T12:00:15, 2024-03-01T12:00:45, 4, 2900, 1]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 4, 900, 1]
-- +I[2024-03-01T12:00:45, 2024-03-01T12:01:15, 1, 210, 1]

-- case aggregated_cumulate: the same with growing windows
SELECT window_start, window_end, auction, total, r FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY total DESC, auction) AS r
  FROM (SELECT window_start, window_end, auction, SUM(price) AS total
        FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '60' SECONDS))
        GROUP BY window_start, window_end, auction))
WHERE r <= 2;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auction` INT, `total` BIGINT, `r` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 1, 560, 1]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 2, 185, 2]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:40, 4, 2000, 1]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:40, 1, 760, 2]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 4, 2900, 1]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 1, 970, 2]

-- case aggregated_session: the same with sessions
SELECT device, window_start, window_end, n, r FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY n DESC, device) AS r
  FROM (SELECT device, window_start, window_end, COUNT(*) AS n
        FROM TABLE(SESSION(TABLE pings PARTITION BY device, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
        GROUP BY device, window_start, window_end))
WHERE r <= 1;
-- columns: `device` STRING, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT, `r` BIGINT
-- flink
-- +I[d2, 2024-03-01T08:00:01, 2024-03-01T08:00:11, 1, 1]
-- +I[d3, 2024-03-01T08:00:05, 2024-03-01T08:00:15, 1, 1]
-- +I[d2, 2024-03-01T08:00:12, 2024-03-01T08:00:23, 2, 1]
-- +I[d1, 2024-03-01T08:00, 2024-03-01T08:00:25, 5, 1]
-- +I[d3, 2024-03-01T08:00:22, 2024-03-01T08:00:32, 1, 1]
-- +I[d1, 2024-03-01T08:00:30, 2024-03-01T08:00:40, 1, 1]
-- +I[d2, 2024-03-01T08:00:31, 2024-03-01T08:00:43, 2, 1]
-- +I[d3, 2024-03-01T08:00:45, 2024-03-01T08:00:55, 1, 1]
-- +I[d1, 2024-03-01T08:00:59, 2024-03-01T08:01:09, 1, 1]

-- case ascending: the lowest first, null first
SELECT device, reading, window_start, r FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY reading, ts) AS r
  FROM TABLE(TUMBLE(TABLE pings, DESCRIPTOR(ts), INTERVAL '20' SECONDS)))
WHERE r <= 2;
-- columns: `device` STRING, `reading` DOUBLE, `window_start` TIMESTAMP(3), `r` BIGINT
-- flink
-- +I[d1, null, 2024-03-01T08:00, 1]
-- +I[d2, -1.0, 2024-03-01T08:00, 2]
-- +I[d3, 1.25, 2024-03-01T08:00:20, 1]
-- +I[d2, 2.0, 2024-03-01T08:00:20, 2]
-- +I[d3, 3.0, 2024-03-01T08:00:40, 1]
-- +I[d1, 6.5, 2024-03-01T08:00:40, 2]

-- case nulls_last: null last
SELECT device, reading, window_start, r FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY reading ASC NULLS LAST, ts) AS r
  FROM TABLE(TUMBLE(TABLE pings, DESCRIPTOR(ts), INTERVAL '20' SECONDS)))
WHERE r <= 2;
-- columns: `device` STRING, `reading` DOUBLE, `window_start` TIMESTAMP(3), `r` BIGINT
-- flink
-- +I[d2, -1.0, 2024-03-01T08:00, 1]
-- +I[d2, 0.0, 2024-03-01T08:00, 2]
-- +I[d3, 1.25, 2024-03-01T08:00:20, 1]
-- +I[d2, 2.0, 2024-03-01T08:00:20, 2]
-- +I[d3, 3.0, 2024-03-01T08:00:40, 1]
-- +I[d1, 6.5, 2024-03-01T08:00:40, 2]

-- case hop_rows: rows of overlapping windows
SELECT auction, price, window_start, window_end, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY price DESC, ts) AS rn
  FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '20' SECONDS)))
WHERE rn <= 1;
-- columns: `auction` INT, `price` BIGINT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `rn` BIGINT
-- flink
-- +I[1, 110, 2024-03-01T11:59:50, 2024-03-01T12:00:10, 1]
-- +I[1, 150, 2024-03-01T12:00, 2024-03-01T12:00:20, 1]
-- +I[4, 1000, 2024-03-01T12:00:10, 2024-03-01T12:00:30, 1]
-- +I[4, 1000, 2024-03-01T12:00:20, 2024-03-01T12:00:40, 1]
-- +I[4, 900, 2024-03-01T12:00:30, 2024-03-01T12:00:50, 1]
-- +I[4, 900, 2024-03-01T12:00:40, 2024-03-01T12:01, 1]
-- +I[1, 210, 2024-03-01T12:00:50, 2024-03-01T12:01:10, 1]

-- case between: from the second to the third
SELECT auction, price, window_start, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY price DESC, ts) AS rn
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS)))
WHERE rn BETWEEN 2 AND 3;
-- columns: `auction` INT, `price` BIGINT, `window_start` TIMESTAMP(3), `rn` BIGINT
-- flink
-- +I[1, 110, 2024-03-01T12:00, 2]
-- +I[1, 110, 2024-03-01T12:00, 3]
-- +I[4, 1000, 2024-03-01T12:00:20, 2]
-- +I[1, 200, 2024-03-01T12:00:20, 3]
-- +I[1, 210, 2024-03-01T12:00:40, 2]
-- +I[2, 80, 2024-03-01T12:00:40, 3]

-- case second: the second alone
SELECT auction, price, window_start, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY price DESC, ts) AS rn
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS)))
WHERE rn = 2;
-- columns: `auction` INT, `price` BIGINT, `window_start` TIMESTAMP(3), `rn` BIGINT
-- flink
-- +I[1, 110, 2024-03-01T12:00, 2]
-- +I[4, 1000, 2024-03-01T12:00:20, 2]
-- +I[1, 210, 2024-03-01T12:00:40, 2]

-- case below: less than, and a condition beside
SELECT auction, price, window_start, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY price DESC, ts) AS rn
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS)))
WHERE rn < 4 AND price > 100;
-- columns: `auction` INT, `price` BIGINT, `window_start` TIMESTAMP(3), `rn` BIGINT
-- flink
-- +I[1, 150, 2024-03-01T12:00, 1]
-- +I[1, 110, 2024-03-01T12:00, 2]
-- +I[1, 110, 2024-03-01T12:00, 3]
-- +I[4, 1000, 2024-03-01T12:00:20, 1]
-- +I[4, 1000, 2024-03-01T12:00:20, 2]
-- +I[1, 200, 2024-03-01T12:00:20, 3]
-- +I[4, 900, 2024-03-01T12:00:40, 1]
-- +I[1, 210, 2024-03-01T12:00:40, 2]

-- case joined: Top-N of joined windows
SELECT * FROM (
  SELECT order_id, payment_id, window_start, window_end, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY order_id DESC, payment_id) AS rn
  FROM (SELECT L.order_id, R.payment_id, L.window_start, L.window_end
    FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS L
    JOIN TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS R
    ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end))
WHERE rn <= 3;
-- columns: `order_id` INT, `payment_id` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `rn` BIGINT
-- flink
-- +I[23, 12, 2024-03-01T10:00, 2024-03-01T11:00, 1]
-- +I[21, 11, 2024-03-01T10:00, 2024-03-01T11:00, 2]
-- +I[15, 10, 2024-03-01T10:00, 2024-03-01T11:00, 3]

-- case go_on: an aggregate behind Top-N
SELECT window_start, window_end, SUM(price) AS best_two FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, auction ORDER BY price DESC, ts) AS rn
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS)))
WHERE rn <= 2
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `best_two` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2423]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1411]

-- case qualify: QUALIFY
SELECT auction, price, window_start
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS))
QUALIFY ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY price DESC, ts) <= 1;
-- columns: `auction` INT, `price` BIGINT, `window_start` TIMESTAMP(3)
-- flink
-- +I[1, 150, 2024-03-01T12:00]
-- +I[4, 1000, 2024-03-01T12:00:20]
-- +I[4, 900, 2024-03-01T12:00:40]

-- case late: late rows
SELECT order_id, price, window_start, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY price DESC, order_id) AS rn
  FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '20' SECONDS)))
WHERE rn <= 2;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `order_id` INT, `price` DECIMAL(10, 2), `window_start` TIMESTAMP(3), `rn` BIGINT
-- flink
-- +I[2, 100.00, 2024-03-01T10:00, 1]
-- +I[5, 20.25, 2024-03-01T10:00, 2]
-- +I[7, 100.00, 2024-03-01T10:00:20, 1]
-- +I[9, 20.25, 2024-03-01T10:00:20, 2]
-- +I[11, 9.99, 2024-03-01T10:00:40, 1]
-- +I[12, 0.50, 2024-03-01T10:00:40, 2]
-- +I[15, 100.00, 2024-03-01T10:01, 1]
-- +I[13, 20.25, 2024-03-01T10:01, 2]
-- +I[16, 0.50, 2024-03-01T10:01:20, 1]
-- +I[17, 0.50, 2024-03-01T10:01:20, 2]
-- +I[19, 99999999.99, 2024-03-01T10:01:40, 1]
-- +I[20, -99999999.99, 2024-03-01T10:01:40, 2]
-- +I[21, 100.00, 2024-03-01T10:02, 1]
-- +I[22, 20.25, 2024-03-01T10:02, 2]
-- +I[24, 20.25, 2024-03-01T10:02:20, 1]

-- case dedup_first: the first row of a key in a window
SELECT auction, bidder, price, ts, window_start FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, auction ORDER BY ts ASC) AS rn
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS)))
WHERE rn = 1;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT, `ts` TIMESTAMP(3), `window_start` TIMESTAMP(3)
-- flink
-- +I[1, u1, 100, 2024-03-01T12:00:01, 2024-03-01T12:00]
-- +I[2, u1, 50, 2024-03-01T12:00:04, 2024-03-01T12:00]
-- +I[3, u2, 5, 2024-03-01T12:00:07, 2024-03-01T12:00]
-- +I[4, u4, 1000, 2024-03-01T12:00:21, 2024-03-01T12:00:20]
-- +I[2, u1, 75, 2024-03-01T12:00:24, 2024-03-01T12:00:20]
-- +I[1, u3, 200, 2024-03-01T12:00:35, 2024-03-01T12:00:20]
-- +I[3, u2, 20, 2024-03-01T12:00:33, 2024-03-01T12:00:20]
-- +I[4, u1, 900, 2024-03-01T12:00:41, 2024-03-01T12:00:40]
-- +I[1, u1, 210, 2024-03-01T12:00:58, 2024-03-01T12:00:40]
-- +I[5, u5, 1, 2024-03-01T12:00:53, 2024-03-01T12:00:40]
-- +I[2, u4, 80, 2024-03-01T12:00:52, 2024-03-01T12:00:40]

-- case dedup_last: the last row, as in the documentation
SELECT auction, bidder, price, ts, window_start, rownum FROM (
  SELECT auction, bidder, price, ts, window_start, window_end,
    ROW_NUMBER() OVER (PARTITION BY window_start, window_end, auction ORDER BY ts DESC) AS rownum
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS)))
WHERE rownum <= 1;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT, `ts` TIMESTAMP(3), `window_start` TIMESTAMP(3), `rownum` BIGINT
-- flink
-- +I[1, u2, 90, 2024-03-01T12:00:18, 2024-03-01T12:00, 1]
-- +I[2, u1, 75, 2024-03-01T12:00:24, 2024-03-01T12:00, 1]
-- +I[4, u2, 1000, 2024-03-01T12:00:25, 2024-03-01T12:00, 1]
-- +I[3, u3, 8, 2024-03-01T12:00:16, 2024-03-01T12:00, 1]
-- +I[3, u2, 20, 2024-03-01T12:00:33, 2024-03-01T12:00:30, 1]
-- +I[5, u5, 1, 2024-03-01T12:00:53, 2024-03-01T12:00:30, 1]
-- +I[2, u4, 80, 2024-03-01T12:00:52, 2024-03-01T12:00:30, 1]
-- +I[4, u1, 900, 2024-03-01T12:00:41, 2024-03-01T12:00:30, 1]
-- +I[1, u1, 210, 2024-03-01T12:00:58, 2024-03-01T12:00:30, 1]

-- case dedup_whole: without a key
SELECT device, reading, window_start, window_end FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY ts DESC) AS rn
  FROM TABLE(TUMBLE(TABLE pings, DESCRIPTOR(ts), INTERVAL '15' SECONDS)))
WHERE rn = 1;
-- columns: `device` STRING, `reading` DOUBLE, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[d1, 3.5, 2024-03-01T08:00, 2024-03-01T08:00:15]
-- +I[d3, 1.25, 2024-03-01T08:00:15, 2024-03-01T08:00:30]
-- +I[d2, 2.0, 2024-03-01T08:00:30, 2024-03-01T08:00:45]
-- +I[d1, 6.5, 2024-03-01T08:00:45, 2024-03-01T08:01]

-- case dedup_hop: in overlapping windows
SELECT device, reading, window_start, window_end FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY device, window_start, window_end ORDER BY ts DESC) AS rn
  FROM TABLE(HOP(TABLE pings, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '30' SECONDS)))
WHERE rn = 1;
-- columns: `device` STRING, `reading` DOUBLE, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[d1, null, 2024-03-01T07:59:40, 2024-03-01T08:00:10]
-- +I[d3, 9.75, 2024-03-01T07:59:40, 2024-03-01T08:00:10]
-- +I[d2, 2.0, 2024-03-01T07:59:40, 2024-03-01T08:00:10]
-- +I[d2, 0.0, 2024-03-01T07:59:50, 2024-03-01T08:00:20]
-- +I[d3, 9.75, 2024-03-01T07:59:50, 2024-03-01T08:00:20]
-- +I[d1, 4.0, 2024-03-01T07:59:50, 2024-03-01T08:00:20]
-- +I[d2, 0.0, 2024-03-01T08:00, 2024-03-01T08:00:30]
-- +I[d1, 4.0, 2024-03-01T08:00, 2024-03-01T08:00:30]
-- +I[d3, 1.25, 2024-03-01T08:00, 2024-03-01T08:00:30]
-- +I[d1, 7.0, 2024-03-01T08:00:10, 2024-03-01T08:00:40]
-- +I[d3, 1.25, 2024-03-01T08:00:10, 2024-03-01T08:00:40]
-- +I[d2, 2.0, 2024-03-01T08:00:10, 2024-03-01T08:00:40]
-- +I[d3, 3.0, 2024-03-01T08:00:20, 2024-03-01T08:00:50]
-- +I[d2, 2.0, 2024-03-01T08:00:20, 2024-03-01T08:00:50]
-- +I[d1, 7.0, 2024-03-01T08:00:20, 2024-03-01T08:00:50]
-- +I[d1, 6.5, 2024-03-01T08:00:30, 2024-03-01T08:01]
-- +I[d2, 2.0, 2024-03-01T08:00:30, 2024-03-01T08:01]
-- +I[d3, 3.0, 2024-03-01T08:00:30, 2024-03-01T08:01]
-- +I[d1, 6.5, 2024-03-01T08:00:40, 2024-03-01T08:01:10]
-- +I[d3, 3.0, 2024-03-01T08:00:40, 2024-03-01T08:01:10]
-- +I[d1, 6.5, 2024-03-01T08:00:50, 2024-03-01T08:01:20]

-- case dedup_cumulate: in growing windows
SELECT device, reading, window_start, window_end FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY device, window_start, window_end ORDER BY ts) AS rn
  FROM TABLE(CUMULATE(TABLE pings, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '60' SECONDS)))
WHERE rn = 1;
-- columns: `device` STRING, `reading` DOUBLE, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[d1, 1.5, 2024-03-01T08:00, 2024-03-01T08:00:20]
-- +I[d2, 2.0, 2024-03-01T08:00, 2024-03-01T08:00:20]
-- +I[d3, 9.75, 2024-03-01T08:00, 2024-03-01T08:00:20]
-- +I[d1, 1.5, 2024-03-01T08:00, 2024-03-01T08:00:40]
-- +I[d3, 9.75, 2024-03-01T08:00, 2024-03-01T08:00:40]
-- +I[d2, 2.0, 2024-03-01T08:00, 2024-03-01T08:00:40]
-- +I[d1, 1.5, 2024-03-01T08:00, 2024-03-01T08:01]
-- +I[d3, 9.75, 2024-03-01T08:00, 2024-03-01T08:01]
-- +I[d2, 2.0, 2024-03-01T08:00, 2024-03-01T08:01]

-- case dedup_late: late rows
SELECT order_id, customer, window_start FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, customer ORDER BY ts) AS rn
  FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS)))
WHERE rn = 1;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `order_id` INT, `customer` STRING, `window_start` TIMESTAMP(3)
-- flink
-- +I[1, ann, 2024-03-01T10:00]
-- +I[2, bob, 2024-03-01T10:00]
-- +I[5, cid, 2024-03-01T10:00]
-- +I[4, null, 2024-03-01T10:00]
-- +I[11, cid, 2024-03-01T10:00:30]
-- +I[8, dee, 2024-03-01T10:00:30]
-- +I[12, null, 2024-03-01T10:00:30]
-- +I[14, ann, 2024-03-01T10:01]
-- +I[16, cid, 2024-03-01T10:01]
-- +I[13, dee, 2024-03-01T10:01]
-- +I[15, bob, 2024-03-01T10:01]
-- +I[19, bob, 2024-03-01T10:01:30]
-- +I[20, ann, 2024-03-01T10:01:30]
-- +I[21, cid, 2024-03-01T10:02]
-- +I[24, ann, 2024-03-01T10:02]
-- +I[23, bob, 2024-03-01T10:02]
-- +I[22, dee, 2024-03-01T10:02]

-- case dedup_then_window: an aggregate over deduplicated rows
SELECT window_start, window_end, COUNT(*) AS auctions, SUM(price) AS last_prices FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, auction ORDER BY ts DESC) AS rn
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS)))
WHERE rn = 1
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auctions` BIGINT, `last_prices` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 3, 158]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:40, 4, 1295]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:01, 4, 1191]

-- case rank: RANK over windows
SELECT auction, price, window_start, r FROM (
  SELECT *, RANK() OVER (PARTITION BY window_start, window_end ORDER BY price DESC) AS r
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS)))
WHERE r <= 2;
-- flink refuses: TableException: RANK() function is not supported on Window TopN currently, only ROW_NUMBER() is supported.

-- case limit_column: the limit is a column
SELECT auction, price, window_start, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, auction ORDER BY price DESC, ts) AS rn
  FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS)))
WHERE rn <= auction;
-- flink refuses: TableException: Rank strategy rankEnd=auction is not supported on window rank currently.
