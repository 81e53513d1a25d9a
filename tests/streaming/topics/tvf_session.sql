-- SESSION as a table function: gaps, keys, named arguments.

-- case plain: rows with their sessions, without keys
SELECT device, reading, window_start, window_end FROM TABLE(SESSION(TABLE pings, DESCRIPTOR(ts), INTERVAL '9' SECONDS));
-- columns: `device` STRING, `reading` DOUBLE, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[d1, 1.5, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d2, 2.0, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d1, 2.5, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d1, null, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d3, 9.75, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d2, -1.0, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d1, 4.0, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d1, 3.5, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d2, 0.0, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d3, 1.25, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d1, 7.0, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d2, 8.5, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d2, 2.0, 2024-03-01T08:00, 2024-03-01T08:00:42]
-- +I[d3, 3.0, 2024-03-01T08:00:45, 2024-03-01T08:00:54]
-- +I[d1, 6.5, 2024-03-01T08:00:59, 2024-03-01T08:01:08]

-- case keyed: one session a device
SELECT device, window_start, window_end, COUNT(*) AS n
FROM TABLE(SESSION(TABLE pings PARTITION BY device, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY device, window_start, window_end;
-- columns: `device` STRING, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[d2, 2024-03-01T08:00:01, 2024-03-01T08:00:11, 1]
-- +I[d3, 2024-03-01T08:00:05, 2024-03-01T08:00:15, 1]
-- +I[d2, 2024-03-01T08:00:12, 2024-03-01T08:00:23, 2]
-- +I[d1, 2024-03-01T08:00, 2024-03-01T08:00:25, 5]
-- +I[d3, 2024-03-01T08:00:22, 2024-03-01T08:00:32, 1]
-- +I[d1, 2024-03-01T08:00:30, 2024-03-01T08:00:40, 1]
-- +I[d2, 2024-03-01T08:00:31, 2024-03-01T08:00:43, 2]
-- +I[d3, 2024-03-01T08:00:45, 2024-03-01T08:00:55, 1]
-- +I[d1, 2024-03-01T08:00:59, 2024-03-01T08:01:09, 1]

-- case keyed_rows: rows of keyed sessions
SELECT device, ts, window_start, window_end, window_time
FROM TABLE(SESSION(TABLE pings PARTITION BY device, DESCRIPTOR(ts), INTERVAL '10' SECONDS));
-- columns: `device` STRING, `ts` TIMESTAMP(3), `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `window_time` TIMESTAMP(3)
-- flink
-- +I[d2, 2024-03-01T08:00:01, 2024-03-01T08:00:01, 2024-03-01T08:00:11, 2024-03-01T08:00:10.999]
-- +I[d3, 2024-03-01T08:00:05, 2024-03-01T08:00:05, 2024-03-01T08:00:15, 2024-03-01T08:00:14.999]
-- +I[d2, 2024-03-01T08:00:12, 2024-03-01T08:00:12, 2024-03-01T08:00:23, 2024-03-01T08:00:22.999]
-- +I[d2, 2024-03-01T08:00:13, 2024-03-01T08:00:12, 2024-03-01T08:00:23, 2024-03-01T08:00:22.999]
-- +I[d1, 2024-03-01T08:00, 2024-03-01T08:00, 2024-03-01T08:00:25, 2024-03-01T08:00:24.999]
-- +I[d1, 2024-03-01T08:00:03, 2024-03-01T08:00, 2024-03-01T08:00:25, 2024-03-01T08:00:24.999]
-- +I[d1, 2024-03-01T08:00:04, 2024-03-01T08:00, 2024-03-01T08:00:25, 2024-03-01T08:00:24.999]
-- +I[d1, 2024-03-01T08:00:15, 2024-03-01T08:00, 2024-03-01T08:00:25, 2024-03-01T08:00:24.999]
-- +I[d1, 2024-03-01T08:00:14, 2024-03-01T08:00, 2024-03-01T08:00:25, 2024-03-01T08:00:24.999]
-- +I[d3, 2024-03-01T08:00:22, 2024-03-01T08:00:22, 2024-03-01T08:00:32, 2024-03-01T08:00:31.999]
-- +I[d1, 2024-03-01T08:00:30, 2024-03-01T08:00:30, 2024-03-01T08:00:40, 2024-03-01T08:00:39.999]
-- +I[d2, 2024-03-01T08:00:31, 2024-03-01T08:00:31, 2024-03-01T08:00:43, 2024-03-01T08:00:42.999]
-- +I[d2, 2024-03-01T08:00:33, 2024-03-01T08:00:31, 2024-03-01T08:00:43, 2024-03-01T08:00:42.999]
-- +I[d3, 2024-03-01T08:00:45, 2024-03-01T08:00:45, 2024-03-01T08:00:55, 2024-03-01T08:00:54.999]
-- +I[d1, 2024-03-01T08:00:59, 2024-03-01T08:00:59, 2024-03-01T08:01:09, 2024-03-01T08:01:08.999]

-- case global: sessions over all rows
SELECT window_start, window_end, COUNT(*) AS n, SUM(reading) AS s
FROM TABLE(SESSION(TABLE pings, DESCRIPTOR(ts), INTERVAL '7' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT, `s` DOUBLE
-- flink
-- +I[2024-03-01T08:00, 2024-03-01T08:00:29, 10, 23.5]
-- +I[2024-03-01T08:00:30, 2024-03-01T08:00:40, 3, 17.5]
-- +I[2024-03-01T08:00:45, 2024-03-01T08:00:52, 1, 3.0]
-- +I[2024-03-01T08:00:59, 2024-03-01T08:01:06, 1, 6.5]

-- case named: named arguments
SELECT device, window_start, window_end, MAX(reading) AS top
FROM TABLE(SESSION(DATA => TABLE pings PARTITION BY device, TIMECOL => DESCRIPTOR(ts), GAP => INTERVAL '5' SECONDS))
GROUP BY device, window_start, window_end;
-- columns: `device` STRING, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `top` DOUBLE
-- flink
-- +I[d2, 2024-03-01T08:00:01, 2024-03-01T08:00:06, 2.0]
-- +I[d1, 2024-03-01T08:00, 2024-03-01T08:00:09, 2.5]
-- +I[d3, 2024-03-01T08:00:05, 2024-03-01T08:00:10, 9.75]
-- +I[d2, 2024-03-01T08:00:12, 2024-03-01T08:00:18, 0.0]
-- +I[d1, 2024-03-01T08:00:14, 2024-03-01T08:00:20, 4.0]
-- +I[d3, 2024-03-01T08:00:22, 2024-03-01T08:00:27, 1.25]
-- +I[d1, 2024-03-01T08:00:30, 2024-03-01T08:00:35, 7.0]
-- +I[d2, 2024-03-01T08:00:31, 2024-03-01T08:00:38, 8.5]
-- +I[d3, 2024-03-01T08:00:45, 2024-03-01T08:00:50, 3.0]
-- +I[d1, 2024-03-01T08:00:59, 2024-03-01T08:01:04, 6.5]

-- case named_global: named arguments without keys
SELECT window_start, window_end, MIN(reading) AS low
FROM TABLE(SESSION(DATA => TABLE pings, TIMECOL => DESCRIPTOR(ts), GAP => INTERVAL '12' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `low` DOUBLE
-- flink
-- +I[2024-03-01T08:00, 2024-03-01T08:00:57, -1.0]
-- +I[2024-03-01T08:00:59, 2024-03-01T08:01:11, 6.5]

-- case two_keys: two keys
SELECT auction, bidder, window_start, window_end, SUM(price) AS total
FROM TABLE(SESSION(TABLE bids PARTITION BY (auction, bidder), DESCRIPTOR(ts), INTERVAL '15' SECONDS))
GROUP BY auction, bidder, window_start, window_end;
-- columns: `auction` INT, `bidder` STRING, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `total` BIGINT
-- flink
-- +I[2, u1, 2024-03-01T12:00:04, 2024-03-01T12:00:19, 50]
-- +I[1, u3, 2024-03-01T12:00:06, 2024-03-01T12:00:21, 110]
-- +I[3, u2, 2024-03-01T12:00:07, 2024-03-01T12:00:22, 5]
-- +I[2, u3, 2024-03-01T12:00:09, 2024-03-01T12:00:24, 75]
-- +I[2, u2, 2024-03-01T12:00:11, 2024-03-01T12:00:26, 60]
-- +I[1, u1, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 250]
-- +I[3, u1, 2024-03-01T12:00:15, 2024-03-01T12:00:30, 5]
-- +I[3, u3, 2024-03-01T12:00:16, 2024-03-01T12:00:31, 8]
-- +I[1, u2, 2024-03-01T12:00:03, 2024-03-01T12:00:33, 200]
-- +I[4, u4, 2024-03-01T12:00:21, 2024-03-01T12:00:36, 1000]
-- +I[2, u1, 2024-03-01T12:00:24, 2024-03-01T12:00:39, 75]
-- +I[4, u2, 2024-03-01T12:00:25, 2024-03-01T12:00:40, 1000]
-- +I[3, u2, 2024-03-01T12:00:33, 2024-03-01T12:00:48, 20]
-- +I[1, u3, 2024-03-01T12:00:35, 2024-03-01T12:00:50, 200]
-- +I[4, u1, 2024-03-01T12:00:41, 2024-03-01T12:00:56, 900]
-- +I[2, u4, 2024-03-01T12:00:52, 2024-03-01T12:01:07, 80]
-- +I[5, u5, 2024-03-01T12:00:53, 2024-03-01T12:01:08, 1]
-- +I[1, u1, 2024-03-01T12:00:58, 2024-03-01T12:01:13, 210]

-- case more_keys: groups finer than the sessions
SELECT auction, bidder, window_start, window_end, COUNT(*) AS n
FROM TABLE(SESSION(TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY auction, bidder, window_start, window_end;
-- columns: `auction` INT, `bidder` STRING, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2, u1, 2024-03-01T12:00:04, 2024-03-01T12:00:21, 1]
-- +I[2, u3, 2024-03-01T12:00:04, 2024-03-01T12:00:21, 1]
-- +I[2, u2, 2024-03-01T12:00:04, 2024-03-01T12:00:21, 1]
-- +I[3, u2, 2024-03-01T12:00:07, 2024-03-01T12:00:26, 1]
-- +I[3, u1, 2024-03-01T12:00:07, 2024-03-01T12:00:26, 1]
-- +I[3, u3, 2024-03-01T12:00:07, 2024-03-01T12:00:26, 1]
-- +I[1, u1, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 1]
-- +I[1, u2, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 1]
-- +I[1, u3, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 1]
-- -U[1, u1, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 1]
-- +U[1, u1, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 2]
-- -U[1, u2, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 1]
-- +U[1, u2, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 2]
-- +I[2, u1, 2024-03-01T12:00:24, 2024-03-01T12:00:34, 1]
-- +I[4, u4, 2024-03-01T12:00:21, 2024-03-01T12:00:35, 1]
-- +I[4, u2, 2024-03-01T12:00:21, 2024-03-01T12:00:35, 1]
-- +I[3, u2, 2024-03-01T12:00:33, 2024-03-01T12:00:43, 1]
-- +I[1, u3, 2024-03-01T12:00:35, 2024-03-01T12:00:45, 1]
-- +I[4, u1, 2024-03-01T12:00:41, 2024-03-01T12:00:51, 1]
-- +I[2, u4, 2024-03-01T12:00:52, 2024-03-01T12:01:02, 1]
-- +I[5, u5, 2024-03-01T12:00:53, 2024-03-01T12:01:03, 1]
-- +I[1, u1, 2024-03-01T12:00:58, 2024-03-01T12:01:08, 1]

-- case fewer_keys: groups coarser than the sessions
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(SESSION(TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00:04, 2024-03-01T12:00:21, 1]
-- -U[2024-03-01T12:00:04, 2024-03-01T12:00:21, 1]
-- +U[2024-03-01T12:00:04, 2024-03-01T12:00:21, 2]
-- -U[2024-03-01T12:00:04, 2024-03-01T12:00:21, 2]
-- +U[2024-03-01T12:00:04, 2024-03-01T12:00:21, 3]
-- +I[2024-03-01T12:00:07, 2024-03-01T12:00:26, 1]
-- -U[2024-03-01T12:00:07, 2024-03-01T12:00:26, 1]
-- +U[2024-03-01T12:00:07, 2024-03-01T12:00:26, 2]
-- -U[2024-03-01T12:00:07, 2024-03-01T12:00:26, 2]
-- +U[2024-03-01T12:00:07, 2024-03-01T12:00:26, 3]
-- +I[2024-03-01T12:00:01, 2024-03-01T12:00:28, 1]
-- -U[2024-03-01T12:00:01, 2024-03-01T12:00:28, 1]
-- +U[2024-03-01T12:00:01, 2024-03-01T12:00:28, 2]
-- -U[2024-03-01T12:00:01, 2024-03-01T12:00:28, 2]
-- +U[2024-03-01T12:00:01, 2024-03-01T12:00:28, 3]
-- -U[2024-03-01T12:00:01, 2024-03-01T12:00:28, 3]
-- +U[2024-03-01T12:00:01, 2024-03-01T12:00:28, 4]
-- -U[2024-03-01T12:00:01, 2024-03-01T12:00:28, 4]
-- +U[2024-03-01T12:00:01, 2024-03-01T12:00:28, 5]
-- +I[2024-03-01T12:00:24, 2024-03-01T12:00:34, 1]
-- +I[2024-03-01T12:00:21, 2024-03-01T12:00:35, 1]
-- -U[2024-03-01T12:00:21, 2024-03-01T12:00:35, 1]
-- +U[2024-03-01T12:00:21, 2024-03-01T12:00:35, 2]
-- +I[2024-03-01T12:00:33, 2024-03-01T12:00:43, 1]
-- +I[2024-03-01T12:00:35, 2024-03-01T12:00:45, 1]
-- +I[2024-03-01T12:00:41, 2024-03-01T12:00:51, 1]
-- +I[2024-03-01T12:00:52, 2024-03-01T12:01:02, 1]
-- +I[2024-03-01T12:00:53, 2024-03-01T12:01:03, 1]
-- +I[2024-03-01T12:00:58, 2024-03-01T12:01:08, 1]

-- case gap_exact: a row exactly a gap later
SELECT auction, window_start, window_end, COUNT(*) AS n
FROM TABLE(SESSION(TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '2' SECONDS))
GROUP BY auction, window_start, window_end;
-- columns: `auction` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[1, 2024-03-01T12:00:01, 2024-03-01T12:00:05, 2]
-- +I[2, 2024-03-01T12:00:04, 2024-03-01T12:00:06, 1]
-- +I[1, 2024-03-01T12:00:06, 2024-03-01T12:00:08, 1]
-- +I[3, 2024-03-01T12:00:07, 2024-03-01T12:00:09, 1]
-- +I[2, 2024-03-01T12:00:09, 2024-03-01T12:00:13, 2]
-- +I[1, 2024-03-01T12:00:13, 2024-03-01T12:00:15, 1]
-- +I[3, 2024-03-01T12:00:15, 2024-03-01T12:00:18, 2]
-- +I[1, 2024-03-01T12:00:18, 2024-03-01T12:00:20, 1]
-- +I[4, 2024-03-01T12:00:21, 2024-03-01T12:00:23, 1]
-- +I[2, 2024-03-01T12:00:24, 2024-03-01T12:00:26, 1]
-- +I[4, 2024-03-01T12:00:25, 2024-03-01T12:00:27, 1]
-- +I[3, 2024-03-01T12:00:33, 2024-03-01T12:00:35, 1]
-- +I[1, 2024-03-01T12:00:35, 2024-03-01T12:00:37, 1]
-- +I[4, 2024-03-01T12:00:41, 2024-03-01T12:00:43, 1]
-- +I[2, 2024-03-01T12:00:52, 2024-03-01T12:00:54, 1]
-- +I[5, 2024-03-01T12:00:53, 2024-03-01T12:00:55, 1]
-- +I[1, 2024-03-01T12:00:58, 2024-03-01T12:01, 1]

-- case gap_one_more: and a millisecond below
SELECT auction, window_start, window_end, COUNT(*) AS n
FROM TABLE(SESSION(TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '2.001' SECONDS))
GROUP BY auction, window_start, window_end;
-- columns: `auction` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[1, 2024-03-01T12:00:01, 2024-03-01T12:00:05.001, 2]
-- +I[2, 2024-03-01T12:00:04, 2024-03-01T12:00:06.001, 1]
-- +I[1, 2024-03-01T12:00:06, 2024-03-01T12:00:08.001, 1]
-- +I[3, 2024-03-01T12:00:07, 2024-03-01T12:00:09.001, 1]
-- +I[2, 2024-03-01T12:00:09, 2024-03-01T12:00:13.001, 2]
-- +I[1, 2024-03-01T12:00:13, 2024-03-01T12:00:15.001, 1]
-- +I[3, 2024-03-01T12:00:15, 2024-03-01T12:00:18.001, 2]
-- +I[1, 2024-03-01T12:00:18, 2024-03-01T12:00:20.001, 1]
-- +I[4, 2024-03-01T12:00:21, 2024-03-01T12:00:23.001, 1]
-- +I[2, 2024-03-01T12:00:24, 2024-03-01T12:00:26.001, 1]
-- +I[4, 2024-03-01T12:00:25, 2024-03-01T12:00:27.001, 1]
-- +I[3, 2024-03-01T12:00:33, 2024-03-01T12:00:35.001, 1]
-- +I[1, 2024-03-01T12:00:35, 2024-03-01T12:00:37.001, 1]
-- +I[4, 2024-03-01T12:00:41, 2024-03-01T12:00:43.001, 1]
-- +I[2, 2024-03-01T12:00:52, 2024-03-01T12:00:54.001, 1]
-- +I[5, 2024-03-01T12:00:53, 2024-03-01T12:00:55.001, 1]
-- +I[1, 2024-03-01T12:00:58, 2024-03-01T12:01:00.001, 1]

-- case long_gap: one session
SELECT device, window_start, window_end, COUNT(reading) AS n, AVG(reading) AS a
FROM TABLE(SESSION(TABLE pings PARTITION BY device, DESCRIPTOR(ts), INTERVAL '1' HOUR))
GROUP BY device, window_start, window_end;
-- columns: `device` STRING, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT, `a` DOUBLE
-- flink
-- +I[d2, 2024-03-01T08:00:01, 2024-03-01T09:00:33, 5, 2.3]
-- +I[d3, 2024-03-01T08:00:05, 2024-03-01T09:00:45, 3, 4.666666666666667]
-- +I[d1, 2024-03-01T08:00, 2024-03-01T09:00:59, 6, 4.166666666666667]

-- case merge: a row out of order joins two sessions
SELECT customer, window_start, window_end, COUNT(*) AS n
FROM TABLE(SESSION(TABLE orders PARTITION BY customer, DESCRIPTOR(ts), INTERVAL '4' SECONDS))
WHERE order_id NOT IN (10, 18)
GROUP BY customer, window_start, window_end;
-- columns: `customer` STRING, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:06, 2]
-- +I[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:07, 1]
-- +I[bob, 2024-03-01T10:00:11, 2024-03-01T10:00:15, 1]
-- +I[null, 2024-03-01T10:00:12, 2024-03-01T10:00:16, 1]
-- +I[cid, 2024-03-01T10:00:14, 2024-03-01T10:00:18, 1]
-- +I[ann, 2024-03-01T10:00:25, 2024-03-01T10:00:29, 1]
-- +I[bob, 2024-03-01T10:00:28, 2024-03-01T10:00:32, 1]
-- +I[dee, 2024-03-01T10:00:31, 2024-03-01T10:00:35, 1]
-- +I[cid, 2024-03-01T10:00:45, 2024-03-01T10:00:49, 1]
-- +I[null, 2024-03-01T10:00:47, 2024-03-01T10:00:51, 1]
-- +I[bob, 2024-03-01T10:01, 2024-03-01T10:01:04, 1]
-- +I[ann, 2024-03-01T10:01:02, 2024-03-01T10:01:06, 1]
-- +I[dee, 2024-03-01T10:01:02, 2024-03-01T10:01:06, 1]
-- +I[cid, 2024-03-01T10:01:20, 2024-03-01T10:01:24, 1]
-- +I[ann, 2024-03-01T10:01:21, 2024-03-01T10:01:25, 1]
-- +I[bob, 2024-03-01T10:01:40, 2024-03-01T10:01:44, 1]
-- +I[ann, 2024-03-01T10:01:41, 2024-03-01T10:01:45, 1]
-- +I[cid, 2024-03-01T10:02:05, 2024-03-01T10:02:09, 1]
-- +I[dee, 2024-03-01T10:02:06, 2024-03-01T10:02:10, 1]
-- +I[bob, 2024-03-01T10:02:07, 2024-03-01T10:02:11, 1]
-- +I[ann, 2024-03-01T10:02:20, 2024-03-01T10:02:24, 1]

-- case merge_values: what is merged
SELECT customer, window_start, window_end, MIN(amount) AS lo, MAX(amount) AS hi, SUM(amount) AS s, AVG(price) AS a, COUNT(DISTINCT product) AS d
FROM TABLE(SESSION(TABLE orders PARTITION BY customer, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
WHERE order_id NOT IN (10, 18)
GROUP BY customer, window_start, window_end;
-- columns: `customer` STRING, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `lo` INT, `hi` INT, `s` INT, `a` DECIMAL(38, 6), `d` BIGINT
-- flink
-- +I[null, 2024-03-01T10:00:12, 2024-03-01T10:00:42, 5, 5, 5, 9.990000, 1]
-- +I[cid, 2024-03-01T10:00:14, 2024-03-01T10:00:44, 2, 2, 2, 20.250000, 1]
-- +I[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:55, 3, 7, 10, 36.830000, 3]
-- +I[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:58, -4, 3, 0, 43.413333, 3]
-- +I[dee, 2024-03-01T10:00:31, 2024-03-01T10:01:01, 1, 1, 1, null, 1]
-- +I[cid, 2024-03-01T10:00:45, 2024-03-01T10:01:15, 6, 6, 6, 9.990000, 1]
-- +I[null, 2024-03-01T10:00:47, 2024-03-01T10:01:17, 8, 8, 8, 0.500000, 1]
-- +I[bob, 2024-03-01T10:01, 2024-03-01T10:01:30, 9, 9, 9, 100.000000, 1]
-- +I[dee, 2024-03-01T10:01:02, 2024-03-01T10:01:32, 2, 2, 2, 20.250000, 1]
-- +I[cid, 2024-03-01T10:01:20, 2024-03-01T10:01:50, 4, 4, 4, 0.500000, 1]
-- +I[ann, 2024-03-01T10:01:02, 2024-03-01T10:02:11, -2147483648, 4, -2147483643, -33333329.833333, 3]
-- +I[cid, 2024-03-01T10:02:05, 2024-03-01T10:02:35, 5, 5, 5, 100.000000, 1]
-- +I[dee, 2024-03-01T10:02:06, 2024-03-01T10:02:36, 5, 5, 5, 20.250000, 1]
-- +I[bob, 2024-03-01T10:01:40, 2024-03-01T10:02:37, 3, 2147483647, -2147483646, 50000004.990000, 2]
-- +I[ann, 2024-03-01T10:02:20, 2024-03-01T10:02:50, 1, 1, 1, 20.250000, 1]

-- case distinct: distinct values
SELECT auction, window_start, window_end, COUNT(DISTINCT bidder) AS bidders
FROM TABLE(SESSION(TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY auction, window_start, window_end;
-- columns: `auction` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `bidders` BIGINT
-- flink
-- +I[2, 2024-03-01T12:00:04, 2024-03-01T12:00:21, 3]
-- +I[3, 2024-03-01T12:00:07, 2024-03-01T12:00:26, 3]
-- +I[1, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 3]
-- +I[2, 2024-03-01T12:00:24, 2024-03-01T12:00:34, 1]
-- +I[4, 2024-03-01T12:00:21, 2024-03-01T12:00:35, 2]
-- +I[3, 2024-03-01T12:00:33, 2024-03-01T12:00:43, 1]
-- +I[1, 2024-03-01T12:00:35, 2024-03-01T12:00:45, 1]
-- +I[4, 2024-03-01T12:00:41, 2024-03-01T12:00:51, 1]
-- +I[2, 2024-03-01T12:00:52, 2024-03-01T12:01:02, 1]
-- +I[5, 2024-03-01T12:00:53, 2024-03-01T12:01:03, 1]
-- +I[1, 2024-03-01T12:00:58, 2024-03-01T12:01:08, 1]

-- case filter: FILTER and HAVING
SELECT auction, window_start, COUNT(*) FILTER (WHERE price > 80) AS dear, COUNT(*) AS n
FROM TABLE(SESSION(TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY auction, window_start, window_end
HAVING COUNT(*) > 1;
-- columns: `auction` INT, `window_start` TIMESTAMP(3), `dear` BIGINT, `n` BIGINT
-- flink
-- +I[2, 2024-03-01T12:00:04, 0, 3]
-- +I[3, 2024-03-01T12:00:07, 0, 3]
-- +I[1, 2024-03-01T12:00:01, 5, 5]
-- +I[4, 2024-03-01T12:00:21, 2, 2]

-- case first_last: ends of a session
SELECT auction, window_start, FIRST_VALUE(bidder) AS f, LAST_VALUE(bidder) AS l
FROM TABLE(SESSION(TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY auction, window_start, window_end;
-- flink refuses: ValidationException: Could not find an implementation method 'merge' in class 'org.apache.flink.table.runtime.functions.aggregate.FirstValueAggFunction' for function 'FIRST_VALUE' that matches the following signature: void merge(org.apache.flink.table.data.RowData, java.lang.Iterable)
-- sluice takes: sessions know the order of their rows

-- case listagg: text of a session
SELECT auction, window_start, LISTAGG(bidder) AS who
FROM TABLE(SESSION(TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY auction, window_start, window_end;
-- columns: `auction` INT, `window_start` TIMESTAMP(3), `who` STRING
-- flink
-- +I[2, 2024-03-01T12:00:04, u1,u3,u2]
-- +I[3, 2024-03-01T12:00:07, u2,u1,u3]
-- +I[1, 2024-03-01T12:00:01, u1,u2,u3,u1,u2]
-- +I[2, 2024-03-01T12:00:24, u1]
-- +I[4, 2024-03-01T12:00:21, u4,u2]
-- +I[3, 2024-03-01T12:00:33, u2]
-- +I[1, 2024-03-01T12:00:35, u3]
-- +I[4, 2024-03-01T12:00:41, u1]
-- +I[2, 2024-03-01T12:00:52, u4]
-- +I[5, 2024-03-01T12:00:53, u5]
-- +I[1, 2024-03-01T12:00:58, u1]

-- case where_inside: a condition before the sessions
SELECT auction, window_start, window_end, COUNT(*) AS n
FROM TABLE(SESSION((SELECT * FROM bids WHERE price > 60) PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY auction, window_start, window_end;
-- columns: `auction` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2, 2024-03-01T12:00:09, 2024-03-01T12:00:19, 1]
-- +I[1, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 5]
-- +I[2, 2024-03-01T12:00:24, 2024-03-01T12:00:34, 1]
-- +I[4, 2024-03-01T12:00:21, 2024-03-01T12:00:35, 2]
-- +I[1, 2024-03-01T12:00:35, 2024-03-01T12:00:45, 1]
-- +I[4, 2024-03-01T12:00:41, 2024-03-01T12:00:51, 1]
-- +I[2, 2024-03-01T12:00:52, 2024-03-01T12:01:02, 1]
-- +I[1, 2024-03-01T12:00:58, 2024-03-01T12:01:08, 1]

-- case where_view: the same through a view
CREATE VIEW dear AS SELECT * FROM bids WHERE price > 60;
SELECT auction, window_start, window_end, COUNT(*) AS n
FROM TABLE(SESSION(TABLE dear PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY auction, window_start, window_end;
-- columns: `auction` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2, 2024-03-01T12:00:09, 2024-03-01T12:00:19, 1]
-- +I[1, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 5]
-- +I[2, 2024-03-01T12:00:24, 2024-03-01T12:00:34, 1]
-- +I[4, 2024-03-01T12:00:21, 2024-03-01T12:00:35, 2]
-- +I[1, 2024-03-01T12:00:35, 2024-03-01T12:00:45, 1]
-- +I[4, 2024-03-01T12:00:41, 2024-03-01T12:00:51, 1]
-- +I[2, 2024-03-01T12:00:52, 2024-03-01T12:01:02, 1]
-- +I[1, 2024-03-01T12:00:58, 2024-03-01T12:01:08, 1]

-- case where_outside: a condition over the rows of sessions
SELECT auction, window_start, window_end, COUNT(*) AS n
FROM TABLE(SESSION(TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
WHERE price > 60
GROUP BY auction, window_start, window_end;
-- columns: `auction` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2, 2024-03-01T12:00:09, 2024-03-01T12:00:19, 1]
-- +I[1, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 5]
-- +I[2, 2024-03-01T12:00:24, 2024-03-01T12:00:34, 1]
-- +I[4, 2024-03-01T12:00:21, 2024-03-01T12:00:35, 2]
-- +I[1, 2024-03-01T12:00:35, 2024-03-01T12:00:45, 1]
-- +I[4, 2024-03-01T12:00:41, 2024-03-01T12:00:51, 1]
-- +I[2, 2024-03-01T12:00:52, 2024-03-01T12:01:02, 1]
-- +I[1, 2024-03-01T12:00:58, 2024-03-01T12:01:08, 1]

-- case where_key: a condition over the key
SELECT auction, window_start, window_end, COUNT(*) AS n
FROM TABLE(SESSION(TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
WHERE auction IN (2, 4)
GROUP BY auction, window_start, window_end;
-- columns: `auction` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2, 2024-03-01T12:00:04, 2024-03-01T12:00:21, 3]
-- +I[2, 2024-03-01T12:00:24, 2024-03-01T12:00:34, 1]
-- +I[4, 2024-03-01T12:00:21, 2024-03-01T12:00:35, 2]
-- +I[4, 2024-03-01T12:00:41, 2024-03-01T12:00:51, 1]
-- +I[2, 2024-03-01T12:00:52, 2024-03-01T12:01:02, 1]

-- case key_order: the key behind the window
SELECT window_start, window_end, auction, SUM(price) AS total
FROM TABLE(SESSION(TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '8' SECONDS))
GROUP BY window_start, window_end, auction;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auction` INT, `total` BIGINT
-- flink
-- +I[2024-03-01T12:00:04, 2024-03-01T12:00:19, 2, 185]
-- +I[2024-03-01T12:00:07, 2024-03-01T12:00:24, 3, 18]
-- +I[2024-03-01T12:00:01, 2024-03-01T12:00:26, 1, 560]
-- +I[2024-03-01T12:00:24, 2024-03-01T12:00:32, 2, 75]
-- +I[2024-03-01T12:00:21, 2024-03-01T12:00:33, 4, 2000]
-- +I[2024-03-01T12:00:33, 2024-03-01T12:00:41, 3, 20]
-- +I[2024-03-01T12:00:35, 2024-03-01T12:00:43, 1, 200]
-- +I[2024-03-01T12:00:41, 2024-03-01T12:00:49, 4, 900]
-- +I[2024-03-01T12:00:52, 2024-03-01T12:01, 2, 80]
-- +I[2024-03-01T12:00:53, 2024-03-01T12:01:01, 5, 1]
-- +I[2024-03-01T12:00:58, 2024-03-01T12:01:06, 1, 210]

-- case late: late rows
SELECT customer, window_start, window_end, COUNT(*) AS n
FROM TABLE(SESSION(TABLE orders PARTITION BY customer, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY customer, window_start, window_end;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `customer` STRING, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:12, 2]
-- +I[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:21, 2]
-- +I[null, 2024-03-01T10:00:12, 2024-03-01T10:00:22, 1]
-- +I[cid, 2024-03-01T10:00:14, 2024-03-01T10:00:24, 1]
-- +I[ann, 2024-03-01T10:00:25, 2024-03-01T10:00:35, 1]
-- +I[bob, 2024-03-01T10:00:28, 2024-03-01T10:00:38, 1]
-- +I[dee, 2024-03-01T10:00:31, 2024-03-01T10:00:41, 1]
-- +I[cid, 2024-03-01T10:00:45, 2024-03-01T10:00:55, 1]
-- +I[null, 2024-03-01T10:00:47, 2024-03-01T10:00:57, 1]
-- +I[bob, 2024-03-01T10:01, 2024-03-01T10:01:10, 1]
-- +I[ann, 2024-03-01T10:01:02, 2024-03-01T10:01:12, 1]
-- +I[dee, 2024-03-01T10:01:02, 2024-03-01T10:01:12, 1]
-- +I[cid, 2024-03-01T10:01:20, 2024-03-01T10:01:30, 1]
-- +I[ann, 2024-03-01T10:01:21, 2024-03-01T10:01:31, 1]
-- +I[bob, 2024-03-01T10:01:40, 2024-03-01T10:01:50, 1]
-- +I[ann, 2024-03-01T10:01:41, 2024-03-01T10:01:51, 1]
-- +I[cid, 2024-03-01T10:02:05, 2024-03-01T10:02:15, 1]
-- +I[dee, 2024-03-01T10:02:06, 2024-03-01T10:02:16, 1]
-- +I[bob, 2024-03-01T10:02:07, 2024-03-01T10:02:17, 1]
-- +I[ann, 2024-03-01T10:02:20, 2024-03-01T10:02:30, 1]

-- case time: window_time
SELECT device, window_time, COUNT(*) AS n
FROM TABLE(SESSION(TABLE pings PARTITION BY device, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY device, window_start, window_end, window_time;
-- columns: `device` STRING, `window_time` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[d2, 2024-03-01T08:00:10.999, 1]
-- +I[d3, 2024-03-01T08:00:14.999, 1]
-- +I[d2, 2024-03-01T08:00:22.999, 2]
-- +I[d1, 2024-03-01T08:00:24.999, 5]
-- +I[d3, 2024-03-01T08:00:31.999, 1]
-- +I[d1, 2024-03-01T08:00:39.999, 1]
-- +I[d2, 2024-03-01T08:00:42.999, 2]
-- +I[d3, 2024-03-01T08:00:54.999, 1]
-- +I[d1, 2024-03-01T08:01:08.999, 1]

-- case no_aggregate: sessions alone
SELECT device, window_start, window_end
FROM TABLE(SESSION(TABLE pings PARTITION BY device, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY device, window_start, window_end;
-- columns: `device` STRING, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[d2, 2024-03-01T08:00:01, 2024-03-01T08:00:11]
-- +I[d3, 2024-03-01T08:00:05, 2024-03-01T08:00:15]
-- +I[d2, 2024-03-01T08:00:12, 2024-03-01T08:00:23]
-- +I[d1, 2024-03-01T08:00, 2024-03-01T08:00:25]
-- +I[d3, 2024-03-01T08:00:22, 2024-03-01T08:00:32]
-- +I[d1, 2024-03-01T08:00:30, 2024-03-01T08:00:40]
-- +I[d2, 2024-03-01T08:00:31, 2024-03-01T08:00:43]
-- +I[d3, 2024-03-01T08:00:45, 2024-03-01T08:00:55]
-- +I[d1, 2024-03-01T08:00:59, 2024-03-01T08:01:09]

-- case offset: sessions have no offset
SELECT window_start, COUNT(*) AS n
FROM TABLE(SESSION(TABLE pings, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '1' SECOND))
GROUP BY window_start, window_end;
-- flink refuses: SqlValidatorException: Invalid number of arguments to function 'SESSION'. Was expecting 3 arguments

-- case no_gap: no gap
SELECT * FROM TABLE(SESSION(TABLE pings PARTITION BY device, DESCRIPTOR(ts)));
-- flink refuses: SqlValidatorException: Invalid number of arguments to function 'SESSION'. Was expecting 3 arguments

-- case tumble_partition: TUMBLE has no keys
SELECT window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE pings PARTITION BY device, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY window_start, window_end;
-- flink refuses: SqlValidatorException: Only tables with set semantics may be partitioned. Invalid PARTITION BY clause in the 0-th operand of table function 'TUMBLE'
