-- Windows over windows, and grouping sets of windows.

-- case cascade: ten seconds into a minute
CREATE VIEW w10 AS SELECT window_time AS rowtime, auction, SUM(price) AS partial
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY auction, window_start, window_end, window_time;
SELECT window_start, window_end, SUM(partial) AS total, COUNT(*) AS parts
FROM TABLE(TUMBLE(TABLE w10, DESCRIPTOR(rowtime), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `total` BIGINT, `parts` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2838, 8]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1411, 6]

-- case cascade_query: without a view
SELECT window_start, window_end, MAX(n) AS most
FROM TABLE(TUMBLE(
  (SELECT window_time AS rt, COUNT(*) AS n
   FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '5' SECONDS))
   GROUP BY window_start, window_end, window_time), DESCRIPTOR(rt), INTERVAL '20' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `most` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 3]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:40, 2]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:01, 2]

-- case same_window: the window goes on through two aggregates
SELECT window_start, window_end, MAX(total) AS best, COUNT(*) AS auctions
FROM (SELECT auction, window_start, window_end, SUM(price) AS total
      FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
      GROUP BY auction, window_start, window_end)
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `best` BIGINT, `auctions` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2000, 4]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 900, 5]

-- case same_window_hop: the same with overlapping windows
SELECT window_start, window_end, MAX(n) AS most
FROM (SELECT auction, window_start, window_end, COUNT(*) AS n
      FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '20' SECONDS))
      GROUP BY auction, window_start, window_end)
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `most` BIGINT
-- flink
-- +I[2024-03-01T11:59:50, 2024-03-01T12:00:10, 3]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 5]
-- +I[2024-03-01T12:00:10, 2024-03-01T12:00:30, 2]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:40, 2]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:00:50, 1]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:01, 1]
-- +I[2024-03-01T12:00:50, 2024-03-01T12:01:10, 1]

-- case same_window_cumulate: the same with growing windows
SELECT window_start, window_end, SUM(n) AS n, COUNT(*) AS auctions
FROM (SELECT auction, window_start, window_end, COUNT(*) AS n
      FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '60' SECONDS))
      GROUP BY auction, window_start, window_end)
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT, `auctions` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 11, 3]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:40, 16, 4]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 20, 5]

-- case same_window_session: the same with sessions
SELECT window_start, window_end, SUM(n) AS n
FROM (SELECT auction, window_start, window_end, COUNT(*) AS n
      FROM TABLE(SESSION(TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
      GROUP BY auction, window_start, window_end)
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00:04, 2024-03-01T12:00:21, 3]
-- +I[2024-03-01T12:00:07, 2024-03-01T12:00:26, 3]
-- +I[2024-03-01T12:00:01, 2024-03-01T12:00:28, 5]
-- +I[2024-03-01T12:00:24, 2024-03-01T12:00:34, 1]
-- +I[2024-03-01T12:00:21, 2024-03-01T12:00:35, 2]
-- +I[2024-03-01T12:00:33, 2024-03-01T12:00:43, 1]
-- +I[2024-03-01T12:00:35, 2024-03-01T12:00:45, 1]
-- +I[2024-03-01T12:00:41, 2024-03-01T12:00:51, 1]
-- +I[2024-03-01T12:00:52, 2024-03-01T12:01:02, 1]
-- +I[2024-03-01T12:00:53, 2024-03-01T12:01:03, 1]
-- +I[2024-03-01T12:00:58, 2024-03-01T12:01:08, 1]

-- case hop_over_tumble: windows of another kind
CREATE VIEW per5 AS SELECT window_time AS rt, COUNT(*) AS n, SUM(price) AS p
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '5' SECONDS)) GROUP BY window_start, window_end, window_time;
SELECT window_start, window_end, SUM(n) AS n, SUM(p) AS p
FROM TABLE(HOP(TABLE per5, DESCRIPTOR(rt), INTERVAL '10' SECONDS, INTERVAL '20' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT, `p` BIGINT
-- flink
-- +I[2024-03-01T11:59:50, 2024-03-01T12:00:10, 6, 450]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 11, 763]
-- +I[2024-03-01T12:00:10, 2024-03-01T12:00:30, 8, 2388]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:40, 5, 2295]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:00:50, 3, 1120]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:01, 4, 1191]
-- +I[2024-03-01T12:00:50, 2024-03-01T12:01:10, 3, 291]

-- case cumulate_over_tumble: growing windows over small ones
CREATE VIEW per5 AS SELECT window_time AS rt, auction, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '5' SECONDS)) GROUP BY auction, window_start, window_end, window_time;
SELECT window_start, window_end, auction, SUM(n) AS n
FROM TABLE(CUMULATE(TABLE per5, DESCRIPTOR(rt), INTERVAL '20' SECONDS, INTERVAL '1' MINUTE))
GROUP BY auction, window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auction` INT, `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 1, 5]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 3, 3]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 2, 3]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:40, 3, 4]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:40, 4, 2]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:40, 1, 6]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:40, 2, 4]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 1, 7]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 5, 1]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 2, 5]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 4, 3]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 3, 4]

-- case tumble_over_session: windows of sessions that end in them
CREATE VIEW sessions AS SELECT device, window_time AS rt, COUNT(*) AS n
FROM TABLE(SESSION(TABLE pings PARTITION BY device, DESCRIPTOR(ts), INTERVAL '8' SECONDS))
GROUP BY device, window_start, window_end, window_time;
SELECT window_start, COUNT(*) AS sessions, SUM(n) AS pings
FROM TABLE(TUMBLE(TABLE sessions, DESCRIPTOR(rt), INTERVAL '20' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `sessions` BIGINT, `pings` BIGINT
-- flink
-- +I[2024-03-01T08:00, 3, 5]
-- +I[2024-03-01T08:00:20, 4, 6]
-- +I[2024-03-01T08:00:40, 2, 3]
-- +I[2024-03-01T08:01, 1, 1]

-- case three_levels: windows of windows of windows
CREATE VIEW a AS SELECT window_time AS rt, auction, MAX(price) AS p
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '5' SECONDS)) GROUP BY auction, window_start, window_end, window_time;
CREATE VIEW b AS SELECT window_time AS rt, auction, SUM(p) AS p
FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(rt), INTERVAL '10' SECONDS)) GROUP BY auction, window_start, window_end, window_time;
SELECT window_start, window_end, MIN(p) AS lo, MAX(p) AS hi
FROM TABLE(TUMBLE(TABLE b, DESCRIPTOR(rt), INTERVAL '30' SECONDS)) GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `lo` BIGINT, `hi` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 5, 2000]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1, 900]

-- case over_of_window: OVER behind a window
CREATE VIEW per10 AS SELECT window_time AS rt, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS)) GROUP BY window_start, window_end, window_time;
SELECT rt, n, SUM(n) OVER (ORDER BY rt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far FROM per10;
-- columns: `rt` TIMESTAMP(3), `n` BIGINT, `so_far` BIGINT
-- flink
-- +I[2024-03-01T12:00:09.999, 6, 6]
-- +I[2024-03-01T12:00:19.999, 5, 11]
-- +I[2024-03-01T12:00:29.999, 3, 14]
-- +I[2024-03-01T12:00:39.999, 2, 16]
-- +I[2024-03-01T12:00:49.999, 1, 17]
-- +I[2024-03-01T12:00:59.999, 3, 20]

-- case aggregate_of_window: an aggregate without windows behind one
SELECT auction, COUNT(*) AS windows, SUM(n) AS n
FROM (SELECT auction, window_start, COUNT(*) AS n
      FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS))
      GROUP BY auction, window_start, window_end)
GROUP BY auction;
-- skip batch 1: windows of one time come in no order
-- columns: `auction` INT, `windows` BIGINT, `n` BIGINT
-- flink
-- +I[1, 1, 5]
-- +I[2, 1, 3]
-- +I[3, 1, 3]
-- +I[4, 1, 2]
-- -U[2, 1, 3]
-- +U[2, 2, 4]
-- -U[1, 1, 5]
-- +U[1, 2, 6]
-- -U[3, 1, 3]
-- +U[3, 2, 4]
-- -U[4, 1, 2]
-- +U[4, 2, 3]
-- -U[1, 2, 6]
-- +U[1, 3, 7]
-- +I[5, 1, 1]
-- -U[2, 2, 4]
-- +U[2, 3, 5]

-- case grouping_sets: sets with the whole
SELECT window_start, window_end, auction, SUM(price) AS total
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end, GROUPING SETS ((auction), ());
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auction` INT, `total` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, 560]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, null, 2838]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 3, 18]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 4, 2000]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2, 260]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, null, 1411]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 5, 1]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 2, 80]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 4, 900]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1, 410]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 3, 20]

-- case grouping_sets_two: two columns
SELECT window_start, auction, bidder, COUNT(*) AS n, GROUPING(auction) AS ga, GROUPING(bidder) AS gb
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, GROUPING SETS ((auction, bidder), (auction), (bidder), ());
-- columns: `window_start` TIMESTAMP(3), `auction` INT, `bidder` STRING, `n` BIGINT, `ga` BIGINT, `gb` BIGINT
-- flink
-- +I[2024-03-01T12:00, 1, u1, 3, 0, 0]
-- +I[2024-03-01T12:00, null, u5, 1, 1, 0]
-- +I[2024-03-01T12:00, 5, null, 1, 0, 1]
-- +I[2024-03-01T12:00, 5, u5, 1, 0, 0]
-- +I[2024-03-01T12:00, 2, u4, 1, 0, 0]
-- +I[2024-03-01T12:00, 4, u1, 1, 0, 0]
-- +I[2024-03-01T12:00, 4, u2, 1, 0, 0]
-- +I[2024-03-01T12:00, null, u4, 2, 1, 0]
-- +I[2024-03-01T12:00, 4, null, 3, 0, 1]
-- +I[2024-03-01T12:00, 4, u4, 1, 0, 0]
-- +I[2024-03-01T12:00, 3, u3, 1, 0, 0]
-- +I[2024-03-01T12:00, 3, u1, 1, 0, 0]
-- +I[2024-03-01T12:00, 2, u2, 1, 0, 0]
-- +I[2024-03-01T12:00, 2, u3, 1, 0, 0]
-- +I[2024-03-01T12:00, 3, null, 4, 0, 1]
-- +I[2024-03-01T12:00, 3, u2, 2, 0, 0]
-- +I[2024-03-01T12:00, null, u3, 4, 1, 0]
-- +I[2024-03-01T12:00, 1, u3, 2, 0, 0]
-- +I[2024-03-01T12:00, 2, null, 5, 0, 1]
-- +I[2024-03-01T12:00, 2, u1, 2, 0, 0]
-- +I[2024-03-01T12:00, null, u2, 6, 1, 0]
-- +I[2024-03-01T12:00, 1, u2, 2, 0, 0]
-- +I[2024-03-01T12:00, null, null, 20, 1, 1]
-- +I[2024-03-01T12:00, null, u1, 7, 1, 0]
-- +I[2024-03-01T12:00, 1, null, 7, 0, 1]

-- case rollup: ROLLUP
SELECT window_start, window_end, auction, bidder, SUM(price) AS total
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
WHERE auction < 3
GROUP BY window_start, window_end, ROLLUP (auction, bidder);
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auction` INT, `bidder` STRING, `total` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, u1, 250]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2, u2, 60]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2, u3, 75]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, u3, 110]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2, null, 260]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2, u1, 125]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, u2, 200]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, null, null, 820]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, null, 560]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1, u3, 200]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1, u1, 210]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 2, null, 80]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 2, u4, 80]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, null, null, 490]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1, null, 410]

-- case cube: CUBE
SELECT window_start, window_end, auction, bidder, SUM(price) AS total, GROUPING_ID(auction, bidder) AS g
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
WHERE auction < 3
GROUP BY window_start, window_end, CUBE (auction, bidder);
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auction` INT, `bidder` STRING, `total` BIGINT, `g` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, u1, 250, 0]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2, u2, 60, 0]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2, u3, 75, 0]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, null, u3, 185, 2]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, u3, 110, 0]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2, null, 260, 1]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2, u1, 125, 0]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, null, u2, 260, 2]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, u2, 200, 0]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, null, null, 820, 3]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, null, u1, 375, 2]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, null, 560, 1]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1, u3, 200, 0]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, null, u1, 210, 2]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1, u1, 210, 0]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, null, u4, 80, 2]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 2, null, 80, 1]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 2, u4, 80, 0]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, null, null, 490, 3]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, null, u3, 200, 2]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1, null, 410, 1]

-- case cube_hop: CUBE over overlapping windows
SELECT window_start, window_end, auction, COUNT(*) AS n
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '15' SECONDS, INTERVAL '30' SECONDS))
GROUP BY window_start, window_end, CUBE (auction);
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auction` INT, `n` BIGINT
-- flink
-- +I[2024-03-01T11:59:45, 2024-03-01T12:00:15, 1, 4]
-- +I[2024-03-01T11:59:45, 2024-03-01T12:00:15, null, 8]
-- +I[2024-03-01T11:59:45, 2024-03-01T12:00:15, 3, 1]
-- +I[2024-03-01T11:59:45, 2024-03-01T12:00:15, 2, 3]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, null, 14]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, 5]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2, 4]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 4, 2]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 3, 3]
-- +I[2024-03-01T12:00:15, 2024-03-01T12:00:45, 4, 3]
-- +I[2024-03-01T12:00:15, 2024-03-01T12:00:45, 1, 2]
-- +I[2024-03-01T12:00:15, 2024-03-01T12:00:45, null, 9]
-- +I[2024-03-01T12:00:15, 2024-03-01T12:00:45, 3, 3]
-- +I[2024-03-01T12:00:15, 2024-03-01T12:00:45, 2, 1]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 3, 1]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 5, 1]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1, 2]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, null, 6]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 4, 1]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 2, 1]
-- +I[2024-03-01T12:00:45, 2024-03-01T12:01:15, 2, 1]
-- +I[2024-03-01T12:00:45, 2024-03-01T12:01:15, 5, 1]
-- +I[2024-03-01T12:00:45, 2024-03-01T12:01:15, 1, 1]
-- +I[2024-03-01T12:00:45, 2024-03-01T12:01:15, null, 3]

-- case rollup_cumulate: ROLLUP over growing windows
SELECT window_start, window_end, auction, COUNT(*) AS n
FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS, INTERVAL '60' SECONDS))
GROUP BY window_start, window_end, ROLLUP (auction);
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auction` INT, `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, 5]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, null, 14]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 3, 3]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 4, 2]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2, 4]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 4, 3]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 5, 1]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 2, 5]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, null, 20]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 1, 7]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 3, 4]

-- case rollup_null: NULL of the data beside NULL of the sets
SELECT window_start, customer, COUNT(*) AS n, GROUPING(customer) AS g
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, ROLLUP (customer);
-- columns: `window_start` TIMESTAMP(3), `customer` STRING, `n` BIGINT, `g` BIGINT
-- flink
-- +I[2024-03-01T10:00, ann, 8, 0]
-- +I[2024-03-01T10:00, dee, 4, 0]
-- +I[2024-03-01T10:00, cid, 4, 0]
-- +I[2024-03-01T10:00, null, 2, 0]
-- +I[2024-03-01T10:00, bob, 6, 0]
-- +I[2024-03-01T10:00, null, 24, 1]

-- case sets_distinct: DISTINCT in sets
SELECT window_start, auction, COUNT(DISTINCT bidder) AS b
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, GROUPING SETS ((auction), ());
-- columns: `window_start` TIMESTAMP(3), `auction` INT, `b` BIGINT
-- flink
-- +I[2024-03-01T12:00, 1, 3]
-- +I[2024-03-01T12:00, 5, 1]
-- +I[2024-03-01T12:00, 4, 3]
-- +I[2024-03-01T12:00, 3, 3]
-- +I[2024-03-01T12:00, 2, 4]
-- +I[2024-03-01T12:00, null, 5]

-- case window_in_sets: the window in the sets themselves
SELECT window_start, window_end, auction, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
GROUP BY GROUPING SETS ((window_start, window_end, auction), (window_start, window_end));
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auction` INT, `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1, 5]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, null, 14]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 3, 3]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 4, 2]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2, 4]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, null, 6]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 5, 1]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 2, 1]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 4, 1]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1, 2]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 3, 1]

-- case window_not_in_all: a set without the window
SELECT window_start, auction, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
GROUP BY GROUPING SETS ((window_start, window_end), (auction));
-- columns: `window_start` TIMESTAMP(3), `auction` INT, `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, null, 1]
-- +I[null, 1, 1]
-- -U[2024-03-01T12:00, null, 1]
-- +U[2024-03-01T12:00, null, 2]
-- -U[null, 1, 1]
-- +U[null, 1, 2]
-- -U[2024-03-01T12:00, null, 2]
-- +U[2024-03-01T12:00, null, 3]
-- +I[null, 2, 1]
-- -U[2024-03-01T12:00, null, 3]
-- +U[2024-03-01T12:00, null, 4]
-- -U[null, 1, 2]
-- +U[null, 1, 3]
-- -U[2024-03-01T12:00, null, 4]
-- +U[2024-03-01T12:00, null, 5]
-- +I[null, 3, 1]
-- -U[2024-03-01T12:00, null, 5]
-- +U[2024-03-01T12:00, null, 6]
-- -U[null, 2, 1]
-- +U[null, 2, 2]
-- -U[2024-03-01T12:00, null, 6]
-- +U[2024-03-01T12:00, null, 7]
-- -U[null, 2, 2]
-- +U[null, 2, 3]
-- -U[2024-03-01T12:00, null, 7]
-- +U[2024-03-01T12:00, null, 8]
-- -U[null, 1, 3]
-- +U[null, 1, 4]
-- -U[2024-03-01T12:00, null, 8]
-- +U[2024-03-01T12:00, null, 9]
-- -U[null, 3, 1]
-- +U[null, 3, 2]
-- -U[2024-03-01T12:00, null, 9]
-- +U[2024-03-01T12:00, null, 10]
-- -U[null, 3, 2]
-- +U[null, 3, 3]
-- -U[2024-03-01T12:00, null, 10]
-- +U[2024-03-01T12:00, null, 11]
-- -U[null, 1, 4]
-- +U[null, 1, 5]
-- -U[2024-03-01T12:00, null, 11]
-- +U[2024-03-01T12:00, null, 12]
-- +I[null, 4, 1]
-- -U[2024-03-01T12:00, null, 12]
-- +U[2024-03-01T12:00, null, 13]
-- -U[null, 2, 3]
-- +U[null, 2, 4]
-- -U[2024-03-01T12:00, null, 13]
-- +U[2024-03-01T12:00, null, 14]
-- -U[null, 4, 1]
-- +U[null, 4, 2]
-- +I[2024-03-01T12:00:30, null, 1]
-- -U[null, 3, 3]
-- +U[null, 3, 4]
-- -U[2024-03-01T12:00:30, null, 1]
-- +U[2024-03-01T12:00:30, null, 2]
-- -U[null, 1, 5]
-- +U[null, 1, 6]
-- -U[2024-03-01T12:00:30, null, 2]
-- +U[2024-03-01T12:00:30, null, 3]
-- -U[null, 4, 2]
-- +U[null, 4, 3]
-- -U[2024-03-01T12:00:30, null, 3]
-- +U[2024-03-01T12:00:30, null, 4]
-- -U[null, 2, 4]
-- +U[null, 2, 5]
-- -U[2024-03-01T12:00:30, null, 4]
-- +U[2024-03-01T12:00:30, null, 5]
-- +I[null, 5, 1]
-- -U[2024-03-01T12:00:30, null, 5]
-- +U[2024-03-01T12:00:30, null, 6]
-- -U[null, 1, 6]
-- +U[null, 1, 7]

-- case rowtime_lost: without window_time there is no time to go on with
CREATE VIEW per10 AS SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS)) GROUP BY window_start, window_end;
SELECT window_start, SUM(n) AS n FROM TABLE(TUMBLE(TABLE per10, DESCRIPTOR(window_end), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
-- flink refuses: SqlValidatorException: Column 'window_start' is ambiguous

-- case filter_between: a condition between two levels
SELECT window_start, window_end, COUNT(*) AS busy
FROM (SELECT auction, window_start, window_end, COUNT(*) AS n
      FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS))
      GROUP BY auction, window_start, window_end)
WHERE n > 1
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `busy` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 3]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:40, 1]
