-- The group windows of old, with their auxiliary functions.

-- case tumble: start, end and time
SELECT TUMBLE_START(ts, INTERVAL '20' SECOND) AS s, TUMBLE_END(ts, INTERVAL '20' SECOND) AS e,
  TUMBLE_ROWTIME(ts, INTERVAL '20' SECOND) AS r, COUNT(*) AS n
FROM bids GROUP BY TUMBLE(ts, INTERVAL '20' SECOND);
-- columns: `s` TIMESTAMP(3), `e` TIMESTAMP(3), `r` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 2024-03-01T12:00:19.999, 11]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:40, 2024-03-01T12:00:39.999, 5]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:01, 2024-03-01T12:00:59.999, 4]

-- case tumble_key: a key behind the window
SELECT auction, TUMBLE_START(ts, INTERVAL '30' SECOND) AS s, MAX(price) AS top
FROM bids GROUP BY TUMBLE(ts, INTERVAL '30' SECOND), auction;
-- columns: `auction` INT, `s` TIMESTAMP(3), `top` BIGINT
-- flink
-- +I[1, 2024-03-01T12:00, 150]
-- +I[2, 2024-03-01T12:00, 75]
-- +I[4, 2024-03-01T12:00, 1000]
-- +I[3, 2024-03-01T12:00, 8]
-- +I[3, 2024-03-01T12:00:30, 20]
-- +I[5, 2024-03-01T12:00:30, 1]
-- +I[2, 2024-03-01T12:00:30, 80]
-- +I[4, 2024-03-01T12:00:30, 900]
-- +I[1, 2024-03-01T12:00:30, 210]

-- case hop: start, end and time
SELECT HOP_START(ts, INTERVAL '10' SECOND, INTERVAL '20' SECOND) AS s, HOP_END(ts, INTERVAL '10' SECOND, INTERVAL '20' SECOND) AS e,
  HOP_ROWTIME(ts, INTERVAL '10' SECOND, INTERVAL '20' SECOND) AS r, COUNT(*) AS n, AVG(price) AS a
FROM bids GROUP BY HOP(ts, INTERVAL '10' SECOND, INTERVAL '20' SECOND);
-- columns: `s` TIMESTAMP(3), `e` TIMESTAMP(3), `r` TIMESTAMP(3), `n` BIGINT, `a` BIGINT
-- flink
-- +I[2024-03-01T11:59:50, 2024-03-01T12:00:10, 2024-03-01T12:00:09.999, 6, 75]
-- +I[2024-03-01T12:00, 2024-03-01T12:00:20, 2024-03-01T12:00:19.999, 11, 69]
-- +I[2024-03-01T12:00:10, 2024-03-01T12:00:30, 2024-03-01T12:00:29.999, 8, 298]
-- +I[2024-03-01T12:00:20, 2024-03-01T12:00:40, 2024-03-01T12:00:39.999, 5, 459]
-- +I[2024-03-01T12:00:30, 2024-03-01T12:00:50, 2024-03-01T12:00:49.999, 3, 373]
-- +I[2024-03-01T12:00:40, 2024-03-01T12:01, 2024-03-01T12:00:59.999, 4, 297]
-- +I[2024-03-01T12:00:50, 2024-03-01T12:01:10, 2024-03-01T12:01:09.999, 3, 97]

-- case hop_no_multiple: the size is no multiple of the slide
SELECT HOP_START(ts, INTERVAL '10' SECOND, INTERVAL '15' SECOND) AS s, COUNT(*) AS n
FROM bids GROUP BY HOP(ts, INTERVAL '10' SECOND, INTERVAL '15' SECOND);
-- columns: `s` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T11:59:50, 3]
-- +I[2024-03-01T12:00, 8]
-- +I[2024-03-01T12:00:10, 7]
-- +I[2024-03-01T12:00:20, 4]
-- +I[2024-03-01T12:00:30, 3]
-- +I[2024-03-01T12:00:40, 3]
-- +I[2024-03-01T12:00:50, 3]

-- case session: start, end and time
SELECT auction, SESSION_START(ts, INTERVAL '10' SECOND) AS s, SESSION_END(ts, INTERVAL '10' SECOND) AS e,
  SESSION_ROWTIME(ts, INTERVAL '10' SECOND) AS r, COUNT(*) AS n
FROM bids GROUP BY auction, SESSION(ts, INTERVAL '10' SECOND);
-- columns: `auction` INT, `s` TIMESTAMP(3), `e` TIMESTAMP(3), `r` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2, 2024-03-01T12:00:04, 2024-03-01T12:00:21, 2024-03-01T12:00:20.999, 3]
-- +I[3, 2024-03-01T12:00:07, 2024-03-01T12:00:26, 2024-03-01T12:00:25.999, 3]
-- +I[1, 2024-03-01T12:00:01, 2024-03-01T12:00:28, 2024-03-01T12:00:27.999, 5]
-- +I[2, 2024-03-01T12:00:24, 2024-03-01T12:00:34, 2024-03-01T12:00:33.999, 1]
-- +I[4, 2024-03-01T12:00:21, 2024-03-01T12:00:35, 2024-03-01T12:00:34.999, 2]
-- +I[3, 2024-03-01T12:00:33, 2024-03-01T12:00:43, 2024-03-01T12:00:42.999, 1]
-- +I[1, 2024-03-01T12:00:35, 2024-03-01T12:00:45, 2024-03-01T12:00:44.999, 1]
-- +I[4, 2024-03-01T12:00:41, 2024-03-01T12:00:51, 2024-03-01T12:00:50.999, 1]
-- +I[2, 2024-03-01T12:00:52, 2024-03-01T12:01:02, 2024-03-01T12:01:01.999, 1]
-- +I[5, 2024-03-01T12:00:53, 2024-03-01T12:01:03, 2024-03-01T12:01:02.999, 1]
-- +I[1, 2024-03-01T12:00:58, 2024-03-01T12:01:08, 2024-03-01T12:01:07.999, 1]

-- case session_global: without a key
SELECT SESSION_START(ts, INTERVAL '5' SECOND) AS s, SESSION_END(ts, INTERVAL '5' SECOND) AS e, SUM(price) AS total
FROM bids GROUP BY SESSION(ts, INTERVAL '5' SECOND);
-- columns: `s` TIMESTAMP(3), `e` TIMESTAMP(3), `total` BIGINT
-- flink
-- +I[2024-03-01T12:00:01, 2024-03-01T12:00:30, 2838]
-- +I[2024-03-01T12:00:33, 2024-03-01T12:00:40, 220]
-- +I[2024-03-01T12:00:41, 2024-03-01T12:00:46, 900]
-- +I[2024-03-01T12:00:52, 2024-03-01T12:01:03, 291]

-- case having: HAVING over the window
SELECT auction, TUMBLE_START(ts, INTERVAL '20' SECOND) AS s, COUNT(*) AS n
FROM bids GROUP BY auction, TUMBLE(ts, INTERVAL '20' SECOND)
HAVING COUNT(*) >= 2 AND TUMBLE_START(ts, INTERVAL '20' SECOND) > TIMESTAMP '2024-03-01 12:00:00';
-- columns: `auction` INT, `s` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[4, 2024-03-01T12:00:20, 2]

-- case cascade: a window over a window
SELECT TUMBLE_START(r, INTERVAL '30' SECOND) AS s, SUM(n) AS n, COUNT(*) AS parts
FROM (SELECT TUMBLE_ROWTIME(ts, INTERVAL '10' SECOND) AS r, COUNT(*) AS n FROM bids GROUP BY TUMBLE(ts, INTERVAL '10' SECOND))
GROUP BY TUMBLE(r, INTERVAL '30' SECOND);
-- columns: `s` TIMESTAMP(3), `n` BIGINT, `parts` BIGINT
-- flink
-- +I[2024-03-01T12:00, 14, 3]
-- +I[2024-03-01T12:00:30, 6, 3]

-- case cascade_lost: TUMBLE_END is no time attribute
SELECT TUMBLE_START(r, INTERVAL '30' SECOND) AS s, SUM(n) AS n
FROM (SELECT TUMBLE_END(ts, INTERVAL '10' SECOND) AS r, COUNT(*) AS n FROM bids GROUP BY TUMBLE(ts, INTERVAL '10' SECOND))
GROUP BY TUMBLE(r, INTERVAL '30' SECOND);
-- flink refuses: TableException: Window aggregate can only be defined over a time attribute column, but TIMESTAMP(3) encountered.

-- case into_tvf: a table function over a group window
CREATE VIEW old_way AS SELECT TUMBLE_ROWTIME(ts, INTERVAL '10' SECOND) AS r, COUNT(*) AS n FROM bids GROUP BY TUMBLE(ts, INTERVAL '10' SECOND);
SELECT window_start, SUM(n) AS n FROM TABLE(TUMBLE(TABLE old_way, DESCRIPTOR(r), INTERVAL '30' SECOND)) GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 14]
-- +I[2024-03-01T12:00:30, 6]

-- case late: late rows are dropped
SELECT TUMBLE_START(ts, INTERVAL '30' SECOND) AS s, COUNT(*) AS n FROM orders GROUP BY TUMBLE(ts, INTERVAL '30' SECOND);
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `s` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T10:00, 9]
-- +I[2024-03-01T10:00:30, 3]
-- +I[2024-03-01T10:01, 5]
-- +I[2024-03-01T10:01:30, 2]
-- +I[2024-03-01T10:02, 4]

-- case filter: FILTER and DISTINCT
SELECT TUMBLE_START(ts, INTERVAL '30' SECOND) AS s, COUNT(*) FILTER (WHERE auction = 1) AS one, COUNT(DISTINCT bidder) AS b
FROM bids GROUP BY TUMBLE(ts, INTERVAL '30' SECOND);
-- flink refuses: ParseException: Encountered "one" at line 1, column 92. Was expecting one of: <QUOTED_STRING> ... <BRACKET_QUOTED_IDENTIFIER> ... <QUOTED_IDENTIFIER> ... <BACK_QUOTED_IDENTIFIER> ... <BIG_QUERY_BACK_QUOTED_IDENTIFIER> ... <HYPHENATED_IDENTIFIER> ... <IDENTIFIER> ... <UNICODE_QUOTED_IDENTIFIER> ...

-- case two_windows: two windows
SELECT COUNT(*) AS n FROM bids GROUP BY TUMBLE(ts, INTERVAL '30' SECOND), HOP(ts, INTERVAL '10' SECOND, INTERVAL '20' SECOND);
-- flink refuses: TableException: Only a single window group function may be used in GROUP BY

-- case other_start: START of another window
SELECT TUMBLE_START(ts, INTERVAL '20' SECOND) AS s, COUNT(*) AS n FROM bids GROUP BY TUMBLE(ts, INTERVAL '30' SECOND);
-- flink refuses: SqlValidatorException: Call to auxiliary group function 'TUMBLE_START' must have matching call to group function '$TUMBLE' in GROUP BY clause

-- case not_time: a window over a number
SELECT COUNT(*) AS n FROM bids GROUP BY TUMBLE(price, INTERVAL '20' SECOND);
-- flink refuses: SqlValidatorException: Cannot apply '$TUMBLE' to arguments of type '$TUMBLE(<BIGINT>, <INTERVAL SECOND>)'. Supported form(s): '$TUMBLE(<DATETIME>, <DATETIME_INTERVAL>)' '$TUMBLE(<DATETIME>, <DATETIME_INTERVAL>, <TIME>)'

-- case months: a window of a month
SELECT COUNT(*) AS n FROM bids GROUP BY TUMBLE(ts, INTERVAL '1' MONTH);
-- flink refuses: TableException: Window aggregate only support SECOND, MINUTE, HOUR, DAY as the time unit. MONTH and YEAR time unit are not supported yet.

-- case in_select: a window function in SELECT
SELECT TUMBLE(ts, INTERVAL '20' SECOND) AS w FROM bids;
-- flink refuses: SqlValidatorException: Group function '$TUMBLE' can only appear in GROUP BY clause

-- case over_upserts: watermarks come from the rows as they arrive, before changes are put in order per key
SELECT TUMBLE_START(ts, INTERVAL '1' MINUTE) AS s, COUNT(*) AS n, SUM(rate) AS r FROM rates GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE);
-- skip whole, bounded: rows that are taken back before their window ends do not count
-- columns: `s` TIMESTAMP(3), `n` BIGINT, `r` DECIMAL(38, 4)
-- flink
-- +I[2024-03-01T10:00, 2, 1.0062]
-- +I[2024-03-01T10:01, 1, 0.9200]
-- +I[2024-03-01T10:02, 1, 1.0100]
-- +I[2024-03-01T10:03, 1, 0.9100]
