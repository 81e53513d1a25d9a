-- TUMBLE as a table function: forms of its arguments, what can be read from it, aggregates over it.

-- case plain: the rows with their windows
SELECT auction, price, window_start, window_end FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECONDS));
-- columns: `auction` INT, `price` BIGINT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[1, 100, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[1, 110, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[2, 50, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[1, 110, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[3, 5, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[2, 75, 2024-03-01T12:00, 2024-03-01T12:00:10]
-- +I[2, 60, 2024-03-01T12:00:10, 2024-03-01T12:00:20]
-- +I[1, 150, 2024-03-01T12:00:10, 2024-03-01T12:00:20]
-- +I[3, 5, 2024-03-01T12:00:10, 2024-03-01T12:00:20]
-- +I[3, 8, 2024-03-01T12:00:10, 2024-03-01T12:00:20]
-- +I[1, 90, 2024-03-01T12:00:10, 2024-03-01T12:00:20]
-- +I[4, 1000, 2024-03-01T12:00:20, 2024-03-01T12:00:30]
-- +I[2, 75, 2024-03-01T12:00:20, 2024-03-01T12:00:30]
-- +I[4, 1000, 2024-03-01T12:00:20, 2024-03-01T12:00:30]
-- +I[3, 20, 2024-03-01T12:00:30, 2024-03-01T12:00:40]
-- +I[1, 200, 2024-03-01T12:00:30, 2024-03-01T12:00:40]
-- +I[4, 900, 2024-03-01T12:00:40, 2024-03-01T12:00:50]
-- +I[2, 80, 2024-03-01T12:00:50, 2024-03-01T12:01]
-- +I[5, 1, 2024-03-01T12:00:50, 2024-03-01T12:01]
-- +I[1, 210, 2024-03-01T12:00:50, 2024-03-01T12:01]

-- case star: all columns, window_time the last
SELECT * FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECOND)) WHERE auction = 1;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT, `ts` TIMESTAMP(3), `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `window_time` TIMESTAMP(3)
-- flink
-- +I[1, u1, 100, 2024-03-01T12:00:01, 2024-03-01T12:00, 2024-03-01T12:00:20, 2024-03-01T12:00:19.999]
-- +I[1, u2, 110, 2024-03-01T12:00:03, 2024-03-01T12:00, 2024-03-01T12:00:20, 2024-03-01T12:00:19.999]
-- +I[1, u3, 110, 2024-03-01T12:00:06, 2024-03-01T12:00, 2024-03-01T12:00:20, 2024-03-01T12:00:19.999]
-- +I[1, u1, 150, 2024-03-01T12:00:13, 2024-03-01T12:00, 2024-03-01T12:00:20, 2024-03-01T12:00:19.999]
-- +I[1, u2, 90, 2024-03-01T12:00:18, 2024-03-01T12:00, 2024-03-01T12:00:20, 2024-03-01T12:00:19.999]
-- +I[1, u3, 200, 2024-03-01T12:00:35, 2024-03-01T12:00:20, 2024-03-01T12:00:40, 2024-03-01T12:00:39.999]
-- +I[1, u1, 210, 2024-03-01T12:00:58, 2024-03-01T12:00:40, 2024-03-01T12:01, 2024-03-01T12:00:59.999]

-- case named: named arguments
SELECT window_start, window_end, SUM(price) AS total
FROM TABLE(TUMBLE(DATA => TABLE bids, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL '10' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `total` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:10, 450]
-- +I[2024-03-01T12:00:10, 2024-03-01T12:00:20, 313]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:30, 2075]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:00:40, 220]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:00:50, 900]
-- +I[2024-03-01T12:00:50, 2024-03-01T12:01, 291]

-- case offset: windows begin 5 seconds later
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '5' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00:25, 2024-03-01T12:00:45, 4]
-- +I[2024-03-01T12:00:45, 2024-03-01T12:01:05, 3]
-- sluice: windows with an offset hold all of their rows
-- +I[2024-03-01T11:59:45, 2024-03-01T12:00:05, 3]
-- +I[2024-03-01T12:00:05, 2024-03-01T12:00:25, 10]
-- +I[2024-03-01T12:00:25, 2024-03-01T12:00:45, 4]
-- +I[2024-03-01T12:00:45, 2024-03-01T12:01:05, 3]

-- case offset_named: an offset by name
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(DATA => TABLE bids, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL '20' SECONDS, `OFFSET` => INTERVAL '3' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00:43, 2024-03-01T12:01:03, 3]
-- sluice: windows with an offset hold all of their rows
-- +I[2024-03-01T11:59:43, 2024-03-01T12:00:03, 1]
-- +I[2024-03-01T12:00:03, 2024-03-01T12:00:23, 11]
-- +I[2024-03-01T12:00:23, 2024-03-01T12:00:43, 5]
-- +I[2024-03-01T12:00:43, 2024-03-01T12:01:03, 3]

-- case offset_negative: windows begin before
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '-5' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00:35, 2024-03-01T12:00:55, 2]
-- +I[2024-03-01T12:00:55, 2024-03-01T12:01:15, 1]
-- sluice: windows with an offset hold all of their rows
-- +I[2024-03-01T11:59:55, 2024-03-01T12:00:15, 8]
-- +I[2024-03-01T12:00:15, 2024-03-01T12:00:35, 7]
-- +I[2024-03-01T12:00:35, 2024-03-01T12:00:55, 4]
-- +I[2024-03-01T12:00:55, 2024-03-01T12:01:15, 1]

-- case offset_minute: an offset larger than the window
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS, INTERVAL '1:05' MINUTE TO SECOND))
GROUP BY window_start, window_end;
-- flink refuses: ValidationException: TUMBLE table function parameters must satisfy abs(offset) < size, but got size 20000 ms and offset 65000 ms.
-- sluice takes: an offset is taken modulo the window

-- case day: a window of a day
SELECT window_start, window_end, COUNT(*) AS n, SUM(price) AS total
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' DAY))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT, `total` BIGINT
-- flink
-- +I[2024-03-01T00:00, 2024-03-02T00:00, 20, 4249]

-- case millis: windows below a second
SELECT window_start, window_end, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '2.500' SECOND))
WHERE price > 100
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00:02.500, 2024-03-01T12:00:05, 1]
-- +I[2024-03-01T12:00:05, 2024-03-01T12:00:07.500, 1]
-- +I[2024-03-01T12:00:12.500, 2024-03-01T12:00:15, 1]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:22.500, 1]
-- +I[2024-03-01T12:00:25, 2024-03-01T12:00:27.500, 1]
-- +I[2024-03-01T12:00:35, 2024-03-01T12:00:37.500, 1]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:00:42.500, 1]
-- +I[2024-03-01T12:00:57.500, 2024-03-01T12:01, 1]

-- case time_group: window_time among the keys
SELECT window_time, window_start, MAX(price) AS top
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end, window_time;
-- columns: `window_time` TIMESTAMP(3), `window_start` TIMESTAMP(3), `top` BIGINT
-- flink
-- +I[2024-03-01T12:00:29.999, 2024-03-01T12:00, 1000]
-- +I[2024-03-01T12:00:59.999, 2024-03-01T12:00:30, 900]

-- case over_query: a subquery in a view
CREATE VIEW dear AS SELECT * FROM bids WHERE price >= 75;
SELECT window_start, COUNT(*) AS n, MIN(price) AS low
FROM TABLE(TUMBLE(TABLE dear, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `n` BIGINT, `low` BIGINT
-- flink
-- +I[2024-03-01T12:00, 9, 75]
-- +I[2024-03-01T12:00:30, 4, 80]

-- case over_renamed: the time attribute under another name
CREATE VIEW renamed AS SELECT ts AS moment, price * 2 AS twice FROM bids;
SELECT window_start, SUM(twice) AS total
FROM TABLE(TUMBLE(TABLE renamed, DESCRIPTOR(moment), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `total` BIGINT
-- flink
-- +I[2024-03-01T12:00, 5676]
-- +I[2024-03-01T12:00:30, 2822]

-- case over_select: a query as the argument
SELECT window_start, SUM(price) AS total
FROM TABLE(TUMBLE((SELECT price, ts FROM bids WHERE auction <> 1), DESCRIPTOR(ts), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `total` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2278]
-- +I[2024-03-01T12:00:30, 1001]

-- case alias: the table function has a name
SELECT w.window_start, w.auction, SUM(w.price) AS total
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS)) AS w
GROUP BY w.window_start, w.window_end, w.auction;
-- columns: `window_start` TIMESTAMP(3), `auction` INT, `total` BIGINT
-- flink
-- +I[2024-03-01T12:00, 1, 560]
-- +I[2024-03-01T12:00, 2, 260]
-- +I[2024-03-01T12:00, 4, 2000]
-- +I[2024-03-01T12:00, 3, 18]
-- +I[2024-03-01T12:00:30, 3, 20]
-- +I[2024-03-01T12:00:30, 5, 1]
-- +I[2024-03-01T12:00:30, 2, 80]
-- +I[2024-03-01T12:00:30, 4, 900]
-- +I[2024-03-01T12:00:30, 1, 410]

-- case with_clause: in WITH
WITH w AS (SELECT * FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS)))
SELECT window_start, window_end, COUNT(DISTINCT bidder) AS bidders FROM w GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `bidders` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 4]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 5]

-- case having: a condition over the aggregate
SELECT window_start, auction, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS))
GROUP BY window_start, window_end, auction
HAVING COUNT(*) > 1;
-- columns: `window_start` TIMESTAMP(3), `auction` INT, `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 1, 5]
-- +I[2024-03-01T12:00, 2, 3]
-- +I[2024-03-01T12:00, 3, 3]
-- +I[2024-03-01T12:00:20, 4, 2]

-- case aggregates: every simple aggregate
SELECT window_start, COUNT(reading) AS n, SUM(reading) AS s, AVG(reading) AS a, MIN(reading) AS lo, MAX(reading) AS hi, COUNT(*) AS all_rows
FROM TABLE(TUMBLE(TABLE pings, DESCRIPTOR(ts), INTERVAL '10' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `n` BIGINT, `s` DOUBLE, `a` DOUBLE, `lo` DOUBLE, `hi` DOUBLE, `all_rows` BIGINT
-- flink
-- +I[2024-03-01T08:00, 4, 15.75, 3.9375, 1.5, 9.75, 5]
-- +I[2024-03-01T08:00:10, 4, 6.5, 1.625, -1.0, 4.0, 4]
-- +I[2024-03-01T08:00:20, 1, 1.25, 1.25, 1.25, 1.25, 1]
-- +I[2024-03-01T08:00:30, 3, 17.5, 5.833333333333333, 2.0, 8.5, 3]
-- +I[2024-03-01T08:00:40, 1, 3.0, 3.0, 3.0, 3.0, 1]
-- +I[2024-03-01T08:00:50, 1, 6.5, 6.5, 6.5, 6.5, 1]

-- case avg_whole: averages of whole numbers are whole
SELECT window_start, AVG(price) AS a, AVG(CAST(price AS DOUBLE)) AS d
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `a` BIGINT, `d` DOUBLE
-- flink
-- +I[2024-03-01T12:00, 202, 202.71428571428572]
-- +I[2024-03-01T12:00:30, 235, 235.16666666666666]

-- case filter: FILTER beside plain aggregates
SELECT window_start, COUNT(*) AS n, COUNT(*) FILTER (WHERE auction = 1) AS ones, SUM(price) FILTER (WHERE bidder = 'u2') AS u2
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `n` BIGINT, `ones` BIGINT, `u2` BIGINT
-- flink
-- +I[2024-03-01T12:00, 14, 5, 1265]
-- +I[2024-03-01T12:00:30, 6, 2, 20]

-- case distinct_filter: DISTINCT with different filters
SELECT window_start, COUNT(DISTINCT bidder) AS b, COUNT(DISTINCT bidder) FILTER (WHERE price > 80) AS dear, SUM(DISTINCT price) AS s
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `b` BIGINT, `dear` BIGINT, `s` BIGINT
-- flink
-- +I[2024-03-01T12:00, 4, 4, 1648]
-- +I[2024-03-01T12:00:30, 5, 2, 1411]

-- case first_last: the first and last value of a window
SELECT window_start, FIRST_VALUE(bidder) AS f, LAST_VALUE(bidder) AS l
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `f` STRING, `l` STRING
-- flink
-- +I[2024-03-01T12:00, u1, u2]
-- +I[2024-03-01T12:00:30, u2, u1]

-- case listagg: text of a window
SELECT window_start, LISTAGG(bidder, '|') AS who
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS))
GROUP BY window_start, window_end;
-- skip rescale: the order of rows of different shards
-- columns: `window_start` TIMESTAMP(3), `who` STRING
-- flink
-- +I[2024-03-01T12:00, u1|u2|u1|u3|u2|u3|u2|u1|u1|u3|u2]
-- +I[2024-03-01T12:00:20, u4|u1|u2|u2|u3]
-- +I[2024-03-01T12:00:40, u1|u4|u5|u1]

-- case expression_key: a computed key
SELECT window_start, auction * 10 + 1 AS k, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, auction * 10 + 1;
-- columns: `window_start` TIMESTAMP(3), `k` INT, `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 11, 7]
-- +I[2024-03-01T12:00, 51, 1]
-- +I[2024-03-01T12:00, 41, 3]
-- +I[2024-03-01T12:00, 31, 4]
-- +I[2024-03-01T12:00, 21, 5]

-- case arithmetic: expressions over windows and aggregates
SELECT DATE_FORMAT(window_start, 'HH:mm:ss') AS label, SUM(price) / COUNT(*) AS mean, MAX(price) - MIN(price) AS spread,
  TIMESTAMPDIFF(SECOND, window_start, window_end) AS size_s
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS))
GROUP BY window_start, window_end;
-- columns: `label` STRING, `mean` BIGINT, `spread` BIGINT, `size_s` INT
-- flink
-- +I[12:00:00, 69, 145, 20]
-- +I[12:00:20, 459, 980, 20]
-- +I[12:00:40, 297, 899, 20]

-- case no_aggregate: windows alone
SELECT window_start, window_end
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS))
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:40]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:01]

-- case distinct_rows: SELECT DISTINCT with a window
SELECT DISTINCT window_start, window_end, auction
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS));
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `auction` INT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 1]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 2]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 4]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:30, 3]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 3]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 5]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 2]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 4]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:01, 1]

-- case start_only: without the end of the window it is an aggregate without windows
SELECT window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
GROUP BY window_start;
-- columns: `window_start` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 1]
-- -U[2024-03-01T12:00, 1]
-- +U[2024-03-01T12:00, 2]
-- -U[2024-03-01T12:00, 2]
-- +U[2024-03-01T12:00, 3]
-- -U[2024-03-01T12:00, 3]
-- +U[2024-03-01T12:00, 4]
-- -U[2024-03-01T12:00, 4]
-- +U[2024-03-01T12:00, 5]
-- -U[2024-03-01T12:00, 5]
-- +U[2024-03-01T12:00, 6]
-- -U[2024-03-01T12:00, 6]
-- +U[2024-03-01T12:00, 7]
-- -U[2024-03-01T12:00, 7]
-- +U[2024-03-01T12:00, 8]
-- -U[2024-03-01T12:00, 8]
-- +U[2024-03-01T12:00, 9]
-- -U[2024-03-01T12:00, 9]
-- +U[2024-03-01T12:00, 10]
-- -U[2024-03-01T12:00, 10]
-- +U[2024-03-01T12:00, 11]
-- -U[2024-03-01T12:00, 11]
-- +U[2024-03-01T12:00, 12]
-- -U[2024-03-01T12:00, 12]
-- +U[2024-03-01T12:00, 13]
-- -U[2024-03-01T12:00, 13]
-- +U[2024-03-01T12:00, 14]
-- +I[2024-03-01T12:00:30, 1]
-- -U[2024-03-01T12:00:30, 1]
-- +U[2024-03-01T12:00:30, 2]
-- -U[2024-03-01T12:00:30, 2]
-- +U[2024-03-01T12:00:30, 3]
-- -U[2024-03-01T12:00:30, 3]
-- +U[2024-03-01T12:00:30, 4]
-- -U[2024-03-01T12:00:30, 4]
-- +U[2024-03-01T12:00:30, 5]
-- -U[2024-03-01T12:00:30, 5]
-- +U[2024-03-01T12:00:30, 6]

-- case empty: no rows, no windows
SELECT window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECONDS))
WHERE price < 0
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `n` BIGINT
-- flink

-- case null_keys: null is a key
SELECT customer, window_start, COUNT(*) AS n, SUM(amount) AS s
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
WHERE order_id NOT IN (10, 18)
GROUP BY customer, window_start, window_end;
-- columns: `customer` STRING, `window_start` TIMESTAMP(3), `n` BIGINT, `s` INT
-- flink
-- +I[ann, 2024-03-01T10:00, 3, 10]
-- +I[bob, 2024-03-01T10:00, 3, 0]
-- +I[cid, 2024-03-01T10:00, 2, 8]
-- +I[dee, 2024-03-01T10:00, 1, 1]
-- +I[null, 2024-03-01T10:00, 2, 13]
-- +I[bob, 2024-03-01T10:01, 2, -2147483640]
-- +I[ann, 2024-03-01T10:01, 3, -2147483643]
-- +I[cid, 2024-03-01T10:01, 1, 4]
-- +I[dee, 2024-03-01T10:01, 1, 2]
-- +I[cid, 2024-03-01T10:02, 1, 5]
-- +I[ann, 2024-03-01T10:02, 1, 1]
-- +I[bob, 2024-03-01T10:02, 1, 3]
-- +I[dee, 2024-03-01T10:02, 1, 5]

-- case overflow: a sum wraps around
SELECT window_start, SUM(amount) AS s, SUM(CAST(amount AS BIGINT)) AS wide
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND))
WHERE order_id > 18
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `s` INT, `wide` BIGINT
-- flink
-- +I[2024-03-01T10:01:40, -1, -1]
-- +I[2024-03-01T10:02, 13, 13]
-- +I[2024-03-01T10:02:20, 1, 1]

-- case not_time: a column that is no time attribute
SELECT window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(price), INTERVAL '30' SECONDS))
GROUP BY window_start, window_end;
-- flink refuses: ValidationException: The window function TUMBLE(TABLE table_name, DESCRIPTOR(timecol), datetime interval[, datetime interval]) requires the timecol to be TIMESTAMP or TIMESTAMP_LTZ, but is BIGINT. Besides, the timecol must be a time attribute type in streaming mode.

-- case no_such_column: an unknown column
SELECT * FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(nothing), INTERVAL '30' SECONDS));
-- flink refuses: SqlValidatorException: Unknown identifier 'nothing'

-- case no_time_table: a table without time
SELECT * FROM TABLE(TUMBLE(TABLE products, DESCRIPTOR(name), INTERVAL '30' SECONDS));
-- flink refuses: ValidationException: The window function TUMBLE(TABLE table_name, DESCRIPTOR(timecol), datetime interval[, datetime interval]) requires the timecol to be TIMESTAMP or TIMESTAMP_LTZ, but is VARCHAR(2147483647). Besides, the timecol must be a time attribute type in streaming mode.

-- case too_few: no size
SELECT * FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts)));
-- flink refuses: SqlValidatorException: Invalid number of arguments to function 'TUMBLE'. Was expecting 3 arguments

-- case size_number: a size that is no interval
SELECT * FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), 30));
-- flink refuses: SqlValidatorException: Cannot apply 'TUMBLE' to arguments of type 'TUMBLE(<RECORDTYPE(INTEGER AUCTION, VARCHAR(2147483647) BIDDER, BIGINT PRICE, TIMESTAMP(3) *ROWTIME* TS)>, <COLUMN_LIST>, <INTEGER>)'. Supported form(s): TUMBLE(TABLE table_name, DESCRIPTOR(timecol), datetime interval[, datetime inte

-- case size_month: a size in months
SELECT * FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '1' MONTH));
-- flink refuses: TableException: Window aggregate only support SECOND, MINUTE, HOUR, DAY as the time unit. MONTH and YEAR time unit are not supported yet.

-- case changelog_rows: the rows of a changelog have no windows alone
SELECT * FROM TABLE(TUMBLE(TABLE rates, DESCRIPTOR(ts), INTERVAL '1' MINUTE));
-- columns: `currency` STRING, `rate` DECIMAL(10, 4), `ts` TIMESTAMP(3), `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `window_time` TIMESTAMP(3)
-- flink
-- +I[EUR, 1.0000, 2024-03-01T10:00, 2024-03-01T10:00, 2024-03-01T10:01, 2024-03-01T10:00:59.999]
-- +I[USD, 0.9000, 2024-03-01T10:00, 2024-03-01T10:00, 2024-03-01T10:01, 2024-03-01T10:00:59.999]
-- -U[USD, 0.9000, 2024-03-01T10:00, 2024-03-01T10:00, 2024-03-01T10:01, 2024-03-01T10:00:59.999]
-- +U[USD, 0.9500, 2024-03-01T10:00:20, 2024-03-01T10:00, 2024-03-01T10:01, 2024-03-01T10:00:59.999]
-- +I[JPY, 0.0062, 2024-03-01T10:00:30, 2024-03-01T10:00, 2024-03-01T10:01, 2024-03-01T10:00:59.999]
-- -U[USD, 0.9500, 2024-03-01T10:00:20, 2024-03-01T10:00, 2024-03-01T10:01, 2024-03-01T10:00:59.999]
-- +U[USD, 0.9200, 2024-03-01T10:01, 2024-03-01T10:01, 2024-03-01T10:02, 2024-03-01T10:01:59.999]
-- -U[EUR, 1.0000, 2024-03-01T10:00, 2024-03-01T10:00, 2024-03-01T10:01, 2024-03-01T10:00:59.999]
-- +U[EUR, 1.0100, 2024-03-01T10:02, 2024-03-01T10:02, 2024-03-01T10:03, 2024-03-01T10:02:59.999]
-- -U[USD, 0.9200, 2024-03-01T10:01, 2024-03-01T10:01, 2024-03-01T10:02, 2024-03-01T10:01:59.999]
-- +U[USD, 0.9100, 2024-03-01T10:03, 2024-03-01T10:03, 2024-03-01T10:04, 2024-03-01T10:03:59.999]

-- case union_of_windows: rows of one window function on two ways
SELECT window_start, window_end, COUNT(*) AS n, SUM(amount) AS s FROM (SELECT window_start, window_end, amount FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) WHERE product = 10 AND order_id <> 18 UNION ALL SELECT window_start, window_end, order_id FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) WHERE customer = 'ann') GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT, `s` INT
-- flink
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 8, 31]
-- +I[2024-03-01T10:01, 2024-03-01T10:02, 4, 52]
-- +I[2024-03-01T10:02, 2024-03-01T10:03, 2, 27]
