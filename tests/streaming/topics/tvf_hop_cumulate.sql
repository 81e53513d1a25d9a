-- HOP and CUMULATE as table functions.

-- case hop: each row in two windows
SELECT window_start, window_end, COUNT(*) AS n, SUM(price) AS total
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '20' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT, `total` BIGINT
-- flink
-- +I[2024-03-01T11:59:50, 2024-03-01T12:00:10, 6, 450]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 11, 763]
-- +I[2024-03-01T12:00:10, 2024-03-01T12:00:30, 8, 2388]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:40, 5, 2295]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:00:50, 3, 1120]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:01, 4, 1191]
-- +I[2024-03-01T12:00:50, 2024-03-01T12:01:10, 3, 291]

-- case hop_rows: rows stand once for each of their windows
SELECT auction, price, window_start, window_end
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '20' SECONDS))
WHERE auction = 3;
-- columns: `auction` INT, `price` BIGINT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[3, 5, 2024-03-01T12:00, 2024-03-01T12:00:20]
-- +I[3, 5, 2024-03-01T11:59:50, 2024-03-01T12:00:10]
-- +I[3, 5, 2024-03-01T12:00:10, 2024-03-01T12:00:30]
-- +I[3, 5, 2024-03-01T12:00, 2024-03-01T12:00:20]
-- +I[3, 8, 2024-03-01T12:00:10, 2024-03-01T12:00:30]
-- +I[3, 8, 2024-03-01T12:00, 2024-03-01T12:00:20]
-- +I[3, 20, 2024-03-01T12:00:30, 2024-03-01T12:00:50]
-- +I[3, 20, 2024-03-01T12:00:20, 2024-03-01T12:00:40]

-- case hop_named: named arguments
SELECT window_start, window_end, SUM(price) AS total
FROM TABLE(HOP(DATA => TABLE bids, TIMECOL => DESCRIPTOR(ts), SLIDE => INTERVAL '5' SECONDS, SIZE => INTERVAL '15' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `total` BIGINT
-- flink
-- +I[2024-03-01T11:59:50, 2024-03-01T12:00:05, 260]
-- +I[2024-03-01T11:59:55, 2024-03-01T12:00:10, 450]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:15, 660]
-- +I[2024-03-01T12:00:05, 2024-03-01T12:00:20, 503]
-- +I[2024-03-01T12:00:10, 2024-03-01T12:00:25, 1388]
-- +I[2024-03-01T12:00:15, 2024-03-01T12:00:30, 2178]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:35, 2095]
-- +I[2024-03-01T12:00:25, 2024-03-01T12:00:40, 1220]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:00:45, 1120]
-- +I[2024-03-01T12:00:35, 2024-03-01T12:00:50, 1100]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:00:55, 981]
-- +I[2024-03-01T12:00:45, 2024-03-01T12:01, 291]
-- +I[2024-03-01T12:00:50, 2024-03-01T12:01:05, 291]
-- +I[2024-03-01T12:00:55, 2024-03-01T12:01:10, 210]

-- case hop_offset: an offset
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '20' SECONDS, INTERVAL '3' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T11:59:53, 2024-03-01T12:00:13, 7]
-- +I[2024-03-01T12:00:03, 2024-03-01T12:00:23, 6]
-- +I[2024-03-01T12:00:13, 2024-03-01T12:00:33, 7]
-- +I[2024-03-01T12:00:23, 2024-03-01T12:00:43, 5]
-- +I[2024-03-01T12:00:33, 2024-03-01T12:00:53, 4]
-- +I[2024-03-01T12:00:43, 2024-03-01T12:01:03, 3]
-- +I[2024-03-01T12:00:53, 2024-03-01T12:01:13, 2]
-- sluice: windows with an offset hold all of their rows
-- +I[2024-03-01T11:59:43, 2024-03-01T12:00:03, 1]
-- +I[2024-03-01T11:59:53, 2024-03-01T12:00:13, 7]
-- +I[2024-03-01T12:00:03, 2024-03-01T12:00:23, 11]
-- +I[2024-03-01T12:00:13, 2024-03-01T12:00:33, 7]
-- +I[2024-03-01T12:00:23, 2024-03-01T12:00:43, 5]
-- +I[2024-03-01T12:00:33, 2024-03-01T12:00:53, 4]
-- +I[2024-03-01T12:00:43, 2024-03-01T12:01:03, 3]
-- +I[2024-03-01T12:00:53, 2024-03-01T12:01:13, 2]

-- case hop_offset_negative: a negative offset
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '20' SECONDS, INTERVAL '-4' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T11:59:56, 2024-03-01T12:00:16, 7]
-- +I[2024-03-01T12:00:06, 2024-03-01T12:00:26, 11]
-- +I[2024-03-01T12:00:16, 2024-03-01T12:00:36, 7]
-- +I[2024-03-01T12:00:26, 2024-03-01T12:00:46, 3]
-- +I[2024-03-01T12:00:36, 2024-03-01T12:00:56, 1]
-- +I[2024-03-01T12:00:46, 2024-03-01T12:01:06, 3]
-- +I[2024-03-01T12:00:56, 2024-03-01T12:01:16, 1]
-- sluice: windows with an offset hold all of their rows
-- +I[2024-03-01T11:59:46, 2024-03-01T12:00:06, 3]
-- +I[2024-03-01T11:59:56, 2024-03-01T12:00:16, 9]
-- +I[2024-03-01T12:00:06, 2024-03-01T12:00:26, 11]
-- +I[2024-03-01T12:00:16, 2024-03-01T12:00:36, 7]
-- +I[2024-03-01T12:00:26, 2024-03-01T12:00:46, 3]
-- +I[2024-03-01T12:00:36, 2024-03-01T12:00:56, 3]
-- +I[2024-03-01T12:00:46, 2024-03-01T12:01:06, 3]
-- +I[2024-03-01T12:00:56, 2024-03-01T12:01:16, 1]

-- case hop_once: slide is the size
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '20' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 11]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:40, 5]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:01, 4]

-- case hop_no_multiple: the size is no multiple of the slide
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '25' SECONDS))
GROUP BY window_start, window_end;
-- flink refuses: TableException: HOP table function based aggregate requires size must be an integral multiple of slide, but got size 25000 ms and slide 10000 ms

-- case hop_gaps: the slide is longer than the size
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '10' SECONDS))
GROUP BY window_start, window_end;
-- flink refuses: TableException: HOP table function based aggregate requires size must be an integral multiple of slide, but got size 10000 ms and slide 20000 ms

-- case hop_gaps_rows: the same, rows alone
SELECT auction, window_start, window_end
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '10' SECONDS));
-- columns: `auction` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[1, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[1, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[2, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[1, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[3, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[2, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[4, 2024-03-01T12:00:20, 2024-03-01T12:00:30]
-- +I[2, 2024-03-01T12:00:20, 2024-03-01T12:00:30]
-- +I[4, 2024-03-01T12:00:20, 2024-03-01T12:00:30]
-- +I[4, 2024-03-01T12:00:40, 2024-03-01T12:00:50]

-- case hop_keys: keys and distinct values
SELECT auction, window_start, window_end, COUNT(DISTINCT bidder) AS bidders, MAX(price) AS top
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '15' SECONDS, INTERVAL '30' SECONDS))
GROUP BY auction, window_start, window_end;
-- columns: `auction` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `bidders` BIGINT, `top` BIGINT
-- flink
-- +I[1, 2024-03-01T11:59:45, 2024-03-01T12:00:15, 3, 150]
-- +I[2, 2024-03-01T11:59:45, 2024-03-01T12:00:15, 3, 75]
-- +I[3, 2024-03-01T11:59:45, 2024-03-01T12:00:15, 1, 5]
-- +I[2, 2024-03-01T12:00, 2024-03-01T12:00:30, 3, 75]
-- +I[3, 2024-03-01T12:00, 2024-03-01T12:00:30, 3, 8]
-- +I[4, 2024-03-01T12:00, 2024-03-01T12:00:30, 2, 1000]
-- +I[1, 2024-03-01T12:00, 2024-03-01T12:00:30, 3, 150]
-- +I[4, 2024-03-01T12:00:15, 2024-03-01T12:00:45, 3, 1000]
-- +I[2, 2024-03-01T12:00:15, 2024-03-01T12:00:45, 1, 75]
-- +I[1, 2024-03-01T12:00:15, 2024-03-01T12:00:45, 2, 200]
-- +I[3, 2024-03-01T12:00:15, 2024-03-01T12:00:45, 3, 20]
-- +I[1, 2024-03-01T12:00:30, 2024-03-01T12:01, 2, 210]
-- +I[5, 2024-03-01T12:00:30, 2024-03-01T12:01, 1, 1]
-- +I[4, 2024-03-01T12:00:30, 2024-03-01T12:01, 1, 900]
-- +I[3, 2024-03-01T12:00:30, 2024-03-01T12:01, 1, 20]
-- +I[2, 2024-03-01T12:00:30, 2024-03-01T12:01, 1, 80]
-- +I[2, 2024-03-01T12:00:45, 2024-03-01T12:01:15, 1, 80]
-- +I[1, 2024-03-01T12:00:45, 2024-03-01T12:01:15, 1, 210]
-- +I[5, 2024-03-01T12:00:45, 2024-03-01T12:01:15, 1, 1]

-- case hop_avg: averages are merged from slices
SELECT window_start, AVG(reading) AS a, MIN(reading) AS lo, MAX(reading) AS hi, COUNT(reading) AS n
FROM TABLE(HOP(TABLE pings, DESCRIPTOR(ts), INTERVAL '5' SECONDS, INTERVAL '15' SECONDS))
WHERE reading IS NULL OR reading <> 0.1
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `a` DOUBLE, `lo` DOUBLE, `hi` DOUBLE, `n` BIGINT
-- flink
-- +I[2024-03-01T07:59:50, 2.0, 1.5, 2.5, 3]
-- +I[2024-03-01T07:59:55, 3.9375, 1.5, 9.75, 4]
-- +I[2024-03-01T08:00, 2.607142857142857, -1.0, 9.75, 7]
-- +I[2024-03-01T08:00:05, 3.25, -1.0, 9.75, 5]
-- +I[2024-03-01T08:00:10, 1.55, -1.0, 4.0, 5]
-- +I[2024-03-01T08:00:15, 2.625, 1.25, 4.0, 2]
-- +I[2024-03-01T08:00:20, 4.6875, 1.25, 8.5, 4]
-- +I[2024-03-01T08:00:25, 5.833333333333333, 2.0, 8.5, 3]
-- +I[2024-03-01T08:00:30, 5.833333333333333, 2.0, 8.5, 3]
-- +I[2024-03-01T08:00:35, 3.0, 3.0, 3.0, 1]
-- +I[2024-03-01T08:00:40, 3.0, 3.0, 3.0, 1]
-- +I[2024-03-01T08:00:45, 4.75, 3.0, 6.5, 2]
-- +I[2024-03-01T08:00:50, 6.5, 6.5, 6.5, 1]
-- +I[2024-03-01T08:00:55, 6.5, 6.5, 6.5, 1]

-- case hop_empty_slices: windows without rows between rows
SELECT device, window_start, window_end, SUM(reading) AS s
FROM TABLE(HOP(TABLE pings, DESCRIPTOR(ts), INTERVAL '4' SECONDS, INTERVAL '8' SECONDS))
WHERE device = 'd3'
GROUP BY device, window_start, window_end;
-- columns: `device` STRING, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `s` DOUBLE
-- flink
-- +I[d3, 2024-03-01T08:00, 2024-03-01T08:00:08, 9.75]
-- +I[d3, 2024-03-01T08:00:04, 2024-03-01T08:00:12, 9.75]
-- +I[d3, 2024-03-01T08:00:16, 2024-03-01T08:00:24, 1.25]
-- +I[d3, 2024-03-01T08:00:20, 2024-03-01T08:00:28, 1.25]
-- +I[d3, 2024-03-01T08:00:40, 2024-03-01T08:00:48, 3.0]
-- +I[d3, 2024-03-01T08:00:44, 2024-03-01T08:00:52, 3.0]

-- case hop_first_last: ordered aggregates over overlapping windows
SELECT auction, window_start, FIRST_VALUE(price) AS f, LAST_VALUE(price) AS l
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '20' SECONDS))
GROUP BY auction, window_start, window_end;
-- flink refuses: ValidationException: Could not find an implementation method 'merge' in class 'org.apache.flink.table.runtime.functions.aggregate.FirstValueAggFunction' for function 'FIRST_VALUE' that matches the following signature: void merge(org.apache.flink.table.data.RowData, java.lang.Iterable)
-- sluice takes: slices know the order of their rows

-- case hop_filter: FILTER
SELECT window_start, window_end, COUNT(*) FILTER (WHERE price >= 100) AS dear, SUM(price) FILTER (WHERE auction = 2) AS two
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '20' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `dear` BIGINT, `two` BIGINT
-- flink
-- +I[2024-03-01T11:59:50, 2024-03-01T12:00:10, 3, 125]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 4, 185]
-- +I[2024-03-01T12:00:10, 2024-03-01T12:00:30, 3, 135]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:40, 3, 75]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:00:50, 2, null]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:01, 2, 80]
-- +I[2024-03-01T12:00:50, 2024-03-01T12:01:10, 1, 80]

-- case hop_filtered_start: a condition over the window
SELECT window_start, COUNT(*) AS n
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '20' SECONDS))
WHERE window_start >= TIMESTAMP '2024-03-01 12:00:20'
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00:20, 5]
-- +I[2024-03-01T12:00:30, 3]
-- +I[2024-03-01T12:00:40, 4]
-- +I[2024-03-01T12:00:50, 3]

-- case hop_time: window_time
SELECT window_time, COUNT(*) AS n
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '40' SECONDS))
GROUP BY window_start, window_end, window_time;
-- columns: `window_time` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00:19.999, 11]
-- +I[2024-03-01T12:00:39.999, 16]
-- +I[2024-03-01T12:00:59.999, 9]
-- +I[2024-03-01T12:01:19.999, 4]

-- case cumulate: growing windows
SELECT window_start, window_end, COUNT(*) AS n, SUM(price) AS total
FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT, `total` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:10, 6, 450]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 11, 763]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 14, 2838]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:00:40, 2, 220]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:00:50, 3, 1120]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 6, 1411]

-- case cumulate_rows: a row stands in all windows up to the size
SELECT auction, price, window_start, window_end
FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS, INTERVAL '30' SECONDS))
WHERE auction = 2;
-- columns: `auction` INT, `price` BIGINT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[2, 50, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[2, 50, 2024-03-01T12:00, 2024-03-01T12:00:20]
-- +I[2, 50, 2024-03-01T12:00, 2024-03-01T12:00:30]
-- +I[2, 75, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[2, 75, 2024-03-01T12:00, 2024-03-01T12:00:20]
-- +I[2, 75, 2024-03-01T12:00, 2024-03-01T12:00:30]
-- +I[2, 60, 2024-03-01T12:00, 2024-03-01T12:00:20]
-- +I[2, 60, 2024-03-01T12:00, 2024-03-01T12:00:30]
-- +I[2, 75, 2024-03-01T12:00, 2024-03-01T12:00:30]
-- +I[2, 80, 2024-03-01T12:00:30, 2024-03-01T12:01]

-- case cumulate_named: named arguments
SELECT window_start, window_end, SUM(price) AS total
FROM TABLE(CUMULATE(DATA => TABLE bids, TIMECOL => DESCRIPTOR(ts), STEP => INTERVAL '20' SECONDS, SIZE => INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `total` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 763]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:40, 3058]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 4249]

-- case cumulate_offset: an offset
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '15' SECONDS, INTERVAL '30' SECONDS, INTERVAL '7' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00:07, 2024-03-01T12:00:37, 11]
-- +I[2024-03-01T12:00:37, 2024-03-01T12:00:52, 1]
-- +I[2024-03-01T12:00:37, 2024-03-01T12:01:07, 4]
-- sluice: windows with an offset hold all of their rows
-- +I[2024-03-01T11:59:37, 2024-03-01T12:00:07, 4]
-- +I[2024-03-01T12:00:07, 2024-03-01T12:00:22, 8]
-- +I[2024-03-01T12:00:07, 2024-03-01T12:00:37, 12]
-- +I[2024-03-01T12:00:37, 2024-03-01T12:00:52, 1]
-- +I[2024-03-01T12:00:37, 2024-03-01T12:01:07, 4]

-- case cumulate_once: the step is the size
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '20' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 11]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:40, 5]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:01, 4]

-- case cumulate_no_multiple: the size is no multiple of the step
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
-- flink refuses: ValidationException: CUMULATE table function based aggregate requires maxSize must be an integral multiple of step, but got maxSize 30000 ms and step 20000 ms.

-- case cumulate_keys: keys without rows in the first steps
SELECT auction, window_start, window_end, COUNT(*) AS n, MAX(price) AS top
FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '1' MINUTE))
GROUP BY auction, window_start, window_end;
-- columns: `auction` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT, `top` BIGINT
-- flink
-- +I[1, 2024-03-01T12:00, 2024-03-01T12:00:20, 5, 150]
-- +I[2, 2024-03-01T12:00, 2024-03-01T12:00:20, 3, 75]
-- +I[3, 2024-03-01T12:00, 2024-03-01T12:00:20, 3, 8]
-- +I[2, 2024-03-01T12:00, 2024-03-01T12:00:40, 4, 75]
-- +I[4, 2024-03-01T12:00, 2024-03-01T12:00:40, 2, 1000]
-- +I[3, 2024-03-01T12:00, 2024-03-01T12:00:40, 4, 20]
-- +I[1, 2024-03-01T12:00, 2024-03-01T12:00:40, 6, 200]
-- +I[3, 2024-03-01T12:00, 2024-03-01T12:01, 4, 20]
-- +I[5, 2024-03-01T12:00, 2024-03-01T12:01, 1, 1]
-- +I[1, 2024-03-01T12:00, 2024-03-01T12:01, 7, 210]
-- +I[4, 2024-03-01T12:00, 2024-03-01T12:01, 3, 1000]
-- +I[2, 2024-03-01T12:00, 2024-03-01T12:01, 5, 80]

-- case cumulate_distinct: distinct values grow too
SELECT window_start, window_end, COUNT(DISTINCT bidder) AS bidders, SUM(DISTINCT price) AS s, COUNT(DISTINCT auction) AS auctions
FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '15' SECONDS, INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `bidders` BIGINT, `s` BIGINT, `auctions` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:15, 3, 550, 3]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 4, 1648, 4]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:45, 4, 2768, 4]
-- +I[2024-03-01T12:00, 2024-03-01T12:01, 5, 3059, 5]

-- case cumulate_day: a unique count for a day so far
SELECT CAST(window_start AS DATE) AS d, DATE_FORMAT(window_end, 'HH:mm') AS until, COUNT(DISTINCT device) AS devices
FROM TABLE(CUMULATE(TABLE pings, DESCRIPTOR(ts), INTERVAL '4' HOURS, INTERVAL '1' DAY))
GROUP BY window_start, window_end;
-- columns: `d` DATE, `until` STRING, `devices` BIGINT
-- flink
-- +I[2024-03-01, 12:00, 3]
-- +I[2024-03-01, 16:00, 3]
-- +I[2024-03-01, 20:00, 3]
-- +I[2024-03-01, 00:00, 3]

-- case cumulate_having: HAVING
SELECT device, window_end, SUM(reading) AS s
FROM TABLE(CUMULATE(TABLE pings, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '1' MINUTE))
GROUP BY device, window_start, window_end
HAVING SUM(reading) > 5;
-- columns: `device` STRING, `window_end` TIMESTAMP(3), `s` DOUBLE
-- flink
-- +I[d1, 2024-03-01T08:00:20, 11.5]
-- +I[d3, 2024-03-01T08:00:20, 9.75]
-- +I[d2, 2024-03-01T08:00:40, 11.5]
-- +I[d3, 2024-03-01T08:00:40, 11.0]
-- +I[d1, 2024-03-01T08:00:40, 18.5]
-- +I[d2, 2024-03-01T08:01, 11.5]
-- +I[d1, 2024-03-01T08:01, 25.0]
-- +I[d3, 2024-03-01T08:01, 14.0]

-- case hop_late: late rows miss the windows that are over
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T09:59:20, 2024-03-01T10:00:20, 6]
-- +I[2024-03-01T09:59:40, 2024-03-01T10:00:40, 10]
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 12]
-- +I[2024-03-01T10:00:20, 2024-03-01T10:01:20, 9]
-- +I[2024-03-01T10:00:40, 2024-03-01T10:01:40, 8]
-- +I[2024-03-01T10:01, 2024-03-01T10:02, 7]
-- +I[2024-03-01T10:01:20, 2024-03-01T10:02:20, 7]
-- +I[2024-03-01T10:01:40, 2024-03-01T10:02:40, 6]
-- +I[2024-03-01T10:02, 2024-03-01T10:03, 4]
-- +I[2024-03-01T10:02:20, 2024-03-01T10:03:20, 1]

-- case cumulate_late: a late row counts in the windows that are open
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(CUMULATE(TABLE orders, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '2' MINUTES))
GROUP BY window_start, window_end;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T10:00, 2024-03-01T10:00:20, 6]
-- +I[2024-03-01T10:00, 2024-03-01T10:00:40, 10]
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 12]
-- +I[2024-03-01T10:00, 2024-03-01T10:01:20, 16]
-- +I[2024-03-01T10:00, 2024-03-01T10:01:40, 18]
-- +I[2024-03-01T10:00, 2024-03-01T10:02, 20]
-- +I[2024-03-01T10:02, 2024-03-01T10:02:20, 3]
-- +I[2024-03-01T10:02, 2024-03-01T10:02:40, 4]
-- +I[2024-03-01T10:02, 2024-03-01T10:03, 4]
-- +I[2024-03-01T10:02, 2024-03-01T10:03:20, 4]
-- +I[2024-03-01T10:02, 2024-03-01T10:03:40, 4]
-- +I[2024-03-01T10:02, 2024-03-01T10:04, 4]

-- case hop_zero: a slide of nothing
SELECT window_start, COUNT(*) AS n
FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '0' SECONDS, INTERVAL '10' SECONDS))
GROUP BY window_start, window_end;
-- flink refuses: ValidationException: HOP table function based aggregate requires slide and size to be positive, but got slide 0 ms and size 10000 ms.

-- case hop_too_few: no size
SELECT * FROM TABLE(HOP(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS));
-- flink refuses: SqlValidatorException: Invalid number of arguments to function 'HOP'. Was expecting 4 arguments

-- case cumulate_too_few: no size
SELECT * FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS));
-- flink refuses: SqlValidatorException: Invalid number of arguments to function 'CUMULATE'. Was expecting 4 arguments

-- case cumulate_step_larger: the step is longer than the size
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(CUMULATE(TABLE bids, DESCRIPTOR(ts), INTERVAL '40' SECONDS, INTERVAL '20' SECONDS))
GROUP BY window_start, window_end;
-- flink refuses: ValidationException: CUMULATE table function based aggregate requires maxSize must be an integral multiple of step, but got maxSize 20000 ms and step 40000 ms.

-- case hop_wrong_name: an argument of another function
SELECT window_start, COUNT(*) AS n
FROM TABLE(HOP(DATA => TABLE bids, TIMECOL => DESCRIPTOR(ts), STEP => INTERVAL '10' SECONDS, SIZE => INTERVAL '20' SECONDS))
GROUP BY window_start, window_end;
-- flink refuses: SqlValidatorException: Invalid number of arguments to function 'HOP'. Was expecting 4 arguments
