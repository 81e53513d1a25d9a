-- Dates, times, timestamps, intervals.

-- case extract: EXTRACT and its short forms
SELECT order_id, EXTRACT(HOUR FROM ts) AS a, EXTRACT(MINUTE FROM ts) AS b, SECOND(ts) AS c, DAYOFMONTH(ts) AS d, YEAR(ts) AS e, QUARTER(ts) AS f, DAYOFWEEK(ts) AS g, DAYOFYEAR(ts) AS h, WEEK(ts) AS i FROM orders WHERE order_id < 3;
-- columns: `order_id` INT, `a` BIGINT, `b` BIGINT, `c` BIGINT, `d` BIGINT, `e` BIGINT, `f` BIGINT, `g` BIGINT, `h` BIGINT, `i` BIGINT
-- flink
-- +I[1, 10, 0, 1, 1, 2024, 1, 6, 61, 9]
-- +I[2, 10, 0, 3, 1, 2024, 1, 6, 61, 9]

-- case floor_ceil: FLOOR, CEIL to a unit
SELECT order_id, FLOOR(ts TO MINUTE) AS a, CEIL(ts TO MINUTE) AS b, FLOOR(ts TO DAY) AS c, CEIL(ts TO YEAR) AS d FROM orders WHERE order_id < 3;
-- columns: `order_id` INT, `a` TIMESTAMP(3), `b` TIMESTAMP(3), `c` TIMESTAMP(3), `d` TIMESTAMP(3)
-- flink
-- +I[1, 2024-03-01T10:00, 2024-03-01T10:01, 2024-03-01T00:00, 2025-01-01T00:00]
-- +I[2, 2024-03-01T10:00, 2024-03-01T10:01, 2024-03-01T00:00, 2025-01-01T00:00]

-- case add_interval: timestamps and intervals
SELECT order_id, ts + INTERVAL '1' DAY AS a, ts - INTERVAL '1 02:03:04' DAY TO SECOND AS b, ts + INTERVAL '1' MONTH AS c, ts + INTERVAL '1-2' YEAR TO MONTH AS d FROM orders WHERE order_id < 3;
-- columns: `order_id` INT, `a` TIMESTAMP(3), `b` TIMESTAMP(3), `c` TIMESTAMP(3), `d` TIMESTAMP(3)
-- flink
-- +I[1, 2024-03-02T10:00:01, 2024-02-29T07:56:57, 2024-04-01T10:00:01, 2025-05-01T10:00:01]
-- +I[2, 2024-03-02T10:00:03, 2024-02-29T07:56:59, 2024-04-01T10:00:03, 2025-05-01T10:00:03]

-- case timestampdiff: TIMESTAMPDIFF, TIMESTAMPADD
SELECT order_id, TIMESTAMPDIFF(SECOND, TIMESTAMP '2024-03-01 10:00:00', ts) AS a, TIMESTAMPDIFF(DAY, DATE '2024-01-01', ts) AS b, TIMESTAMPADD(WEEK, 1, ts) AS c FROM orders WHERE order_id < 3;
-- columns: `order_id` INT, `a` INT, `b` INT, `c` TIMESTAMP(3)
-- flink
-- +I[1, 1, 60, 2024-03-08T10:00:01]
-- +I[2, 3, 60, 2024-03-08T10:00:03]

-- case date_format: DATE_FORMAT
SELECT order_id, DATE_FORMAT(ts, 'yyyy-MM-dd HH:mm') AS a, DATE_FORMAT(ts, 'dd.MM.yy') AS b, DATE_FORMAT('2024-03-01 10:00:00', 'HH') AS c FROM orders WHERE order_id < 3;
-- columns: `order_id` INT, `a` STRING, `b` STRING, `c` STRING
-- flink
-- +I[1, 2024-03-01 10:00, 01.03.24, 10]
-- +I[2, 2024-03-01 10:00, 01.03.24, 10]

-- case to_timestamp: TO_TIMESTAMP, TO_DATE
SELECT TO_TIMESTAMP('2024-03-01 10:11:12') AS a, TO_TIMESTAMP('01/03/2024', 'dd/MM/yyyy') AS b, TO_DATE('2024-03-01') AS c, TO_DATE('01.03.2024', 'dd.MM.yyyy') AS d, TO_TIMESTAMP('nothing') AS e FROM numbers WHERE id = 1;
-- columns: `a` TIMESTAMP(3), `b` TIMESTAMP(3), `c` DATE, `d` DATE, `e` TIMESTAMP(3)
-- flink
-- +I[2024-03-01T10:11:12, 2024-03-01T00:00, 2024-03-01, 2024-03-01, null]

-- case unix: UNIX_TIMESTAMP, FROM_UNIXTIME
SELECT UNIX_TIMESTAMP('2024-03-01 10:00:00') AS a, FROM_UNIXTIME(1709287200) AS b, FROM_UNIXTIME(1709287200, 'yyyy') AS c FROM numbers WHERE id = 1;
-- columns: `a` BIGINT, `b` STRING, `c` STRING
-- flink
-- +I[1709287200, 2024-03-01 10:00:00, 2024]

-- case ltz: TO_TIMESTAMP_LTZ
SELECT TO_TIMESTAMP_LTZ(1709287200, 0) AS a, TO_TIMESTAMP_LTZ(1709287200123, 3) AS b, CAST(TO_TIMESTAMP_LTZ(1709287200, 0) AS TIMESTAMP(0)) AS c FROM numbers WHERE id = 1;
-- columns: `a` TIMESTAMP_LTZ(3), `b` TIMESTAMP_LTZ(3), `c` TIMESTAMP(0)
-- flink
-- +I[2024-03-01T10:00:00Z, 2024-03-01T10:00:00.123Z, 2024-03-01T10:00]

-- case ltz_zone: in another zone
SET 'table.local-time-zone' = 'Asia/Shanghai';
SELECT CAST(TO_TIMESTAMP_LTZ(1709287200, 0) AS TIMESTAMP(0)) AS a, FROM_UNIXTIME(1709287200) AS b, DATE_FORMAT(TO_TIMESTAMP_LTZ(1709287200, 0), 'HH:mm') AS c FROM numbers WHERE id = 1;
-- columns: `a` TIMESTAMP(0), `b` STRING, `c` STRING
-- flink
-- +I[2024-03-01T18:00, 2024-03-01 18:00:00, 18:00]

-- case convert_tz: CONVERT_TZ
SELECT CONVERT_TZ('1970-01-01 00:00:00', 'UTC', 'America/Los_Angeles') AS a FROM numbers WHERE id = 1;
-- columns: `a` STRING
-- flink
-- +I[1969-12-31 16:00:00]

-- case casts: between the types
SELECT order_id, CAST(ts AS DATE) AS a, CAST(ts AS TIME) AS b, CAST(ts AS STRING) AS c, CAST(CAST(ts AS DATE) AS TIMESTAMP(3)) AS d FROM orders WHERE order_id < 3;
-- columns: `order_id` INT, `a` DATE, `b` TIME(0), `c` STRING, `d` TIMESTAMP(3)
-- flink
-- +I[1, 2024-03-01, 10:00:01, 2024-03-01 10:00:01.000, 2024-03-01T00:00]
-- +I[2, 2024-03-01, 10:00:03, 2024-03-01 10:00:03.000, 2024-03-01T00:00]

-- case literals: literals of every kind
SELECT DATE '2024-02-29' AS a, TIME '10:11:12' AS b, TIMESTAMP '2024-02-29 10:11:12.123' AS c FROM numbers WHERE id = 1;
-- columns: `a` DATE, `b` TIME(0), `c` TIMESTAMP(3)
-- flink
-- +I[2024-02-29, 10:11:12, 2024-02-29T10:11:12.123]

-- case text_casts: from text
SELECT CAST('2024-02-29' AS DATE) AS a, CAST('10:11:12' AS TIME) AS b, CAST('2024-02-29 10:11:12.123456' AS TIMESTAMP(6)) AS c, TRY_CAST('2024-02-30' AS DATE) AS d FROM numbers WHERE id = 1;
-- columns: `a` DATE, `b` TIME(0), `c` TIMESTAMP(6), `d` DATE
-- flink
-- +I[2024-02-29, 10:11:12, 2024-02-29T10:11:12.123456, null]

-- case compare: times compare
SELECT order_id FROM orders WHERE ts > TIMESTAMP '2024-03-01 10:02:05' OR ts BETWEEN TIMESTAMP '2024-03-01 10:00:03' AND TIMESTAMP '2024-03-01 10:00:12';
-- columns: `order_id` INT
-- flink
-- +I[2]
-- +I[4]
-- +I[6]
-- +I[10]
-- +I[22]
-- +I[23]
-- +I[24]

-- case group_by_day: groups by a date
SELECT CAST(ts AS DATE) AS d, HOUR(ts) AS h, COUNT(*) AS n FROM orders GROUP BY CAST(ts AS DATE), HOUR(ts);
-- columns: `d` DATE, `h` BIGINT, `n` BIGINT
-- flink
-- +I[2024-03-01, 10, 1]
-- -U[2024-03-01, 10, 1]
-- +U[2024-03-01, 10, 2]
-- -U[2024-03-01, 10, 2]
-- +U[2024-03-01, 10, 3]
-- -U[2024-03-01, 10, 3]
-- +U[2024-03-01, 10, 4]
-- -U[2024-03-01, 10, 4]
-- +U[2024-03-01, 10, 5]
-- -U[2024-03-01, 10, 5]
-- +U[2024-03-01, 10, 6]
-- -U[2024-03-01, 10, 6]
-- +U[2024-03-01, 10, 7]
-- -U[2024-03-01, 10, 7]
-- +U[2024-03-01, 10, 8]
-- -U[2024-03-01, 10, 8]
-- +U[2024-03-01, 10, 9]
-- -U[2024-03-01, 10, 9]
-- +U[2024-03-01, 10, 10]
-- -U[2024-03-01, 10, 10]
-- +U[2024-03-01, 10, 11]
-- -U[2024-03-01, 10, 11]
-- +U[2024-03-01, 10, 12]
-- -U[2024-03-01, 10, 12]
-- +U[2024-03-01, 10, 13]
-- -U[2024-03-01, 10, 13]
-- +U[2024-03-01, 10, 14]
-- -U[2024-03-01, 10, 14]
-- +U[2024-03-01, 10, 15]
-- -U[2024-03-01, 10, 15]
-- +U[2024-03-01, 10, 16]
-- -U[2024-03-01, 10, 16]
-- +U[2024-03-01, 10, 17]
-- -U[2024-03-01, 10, 17]
-- +U[2024-03-01, 10, 18]
-- -U[2024-03-01, 10, 18]
-- +U[2024-03-01, 10, 19]
-- -U[2024-03-01, 10, 19]
-- +U[2024-03-01, 10, 20]
-- -U[2024-03-01, 10, 20]
-- +U[2024-03-01, 10, 21]
-- -U[2024-03-01, 10, 21]
-- +U[2024-03-01, 10, 22]
-- -U[2024-03-01, 10, 22]
-- +U[2024-03-01, 10, 23]
-- -U[2024-03-01, 10, 23]
-- +U[2024-03-01, 10, 24]

-- case max_ts: extremes of times
SELECT customer, MIN(ts) AS first_ts, MAX(ts) AS last_ts FROM orders GROUP BY customer;
-- columns: `customer` STRING, `first_ts` TIMESTAMP(3), `last_ts` TIMESTAMP(3)
-- flink
-- +I[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:01]
-- +I[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:03]
-- -U[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:01]
-- +U[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:02]
-- +I[null, 2024-03-01T10:00:12, 2024-03-01T10:00:12]
-- +I[cid, 2024-03-01T10:00:14, 2024-03-01T10:00:14]
-- -U[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:03]
-- +U[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:11]
-- -U[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:02]
-- +U[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:25]
-- +I[dee, 2024-03-01T10:00:31, 2024-03-01T10:00:31]
-- -U[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:11]
-- +U[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:28]
-- -U[cid, 2024-03-01T10:00:14, 2024-03-01T10:00:14]
-- +U[cid, 2024-03-01T10:00:14, 2024-03-01T10:00:45]
-- -U[null, 2024-03-01T10:00:12, 2024-03-01T10:00:12]
-- +U[null, 2024-03-01T10:00:12, 2024-03-01T10:00:47]
-- -U[dee, 2024-03-01T10:00:31, 2024-03-01T10:00:31]
-- +U[dee, 2024-03-01T10:00:31, 2024-03-01T10:01:02]
-- -U[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:25]
-- +U[ann, 2024-03-01T10:00:01, 2024-03-01T10:01:02]
-- -U[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:28]
-- +U[bob, 2024-03-01T10:00:03, 2024-03-01T10:01]
-- -U[cid, 2024-03-01T10:00:14, 2024-03-01T10:00:45]
-- +U[cid, 2024-03-01T10:00:14, 2024-03-01T10:01:20]
-- -U[ann, 2024-03-01T10:00:01, 2024-03-01T10:01:02]
-- +U[ann, 2024-03-01T10:00:01, 2024-03-01T10:01:21]
-- -U[bob, 2024-03-01T10:00:03, 2024-03-01T10:01]
-- +U[bob, 2024-03-01T10:00:03, 2024-03-01T10:01:40]
-- -U[ann, 2024-03-01T10:00:01, 2024-03-01T10:01:21]
-- +U[ann, 2024-03-01T10:00:01, 2024-03-01T10:01:41]
-- -U[cid, 2024-03-01T10:00:14, 2024-03-01T10:01:20]
-- +U[cid, 2024-03-01T10:00:14, 2024-03-01T10:02:05]
-- -U[dee, 2024-03-01T10:00:31, 2024-03-01T10:01:02]
-- +U[dee, 2024-03-01T10:00:31, 2024-03-01T10:02:06]
-- -U[bob, 2024-03-01T10:00:03, 2024-03-01T10:01:40]
-- +U[bob, 2024-03-01T10:00:03, 2024-03-01T10:02:07]
-- -U[ann, 2024-03-01T10:00:01, 2024-03-01T10:01:41]
-- +U[ann, 2024-03-01T10:00:01, 2024-03-01T10:02:20]

-- case dates: dates and intervals
SELECT id, born + INTERVAL '1' DAY AS a, born - INTERVAL '1' MONTH AS b, TIMESTAMPDIFF(YEAR, born, DATE '2024-03-01') AS c, YEAR(born) AS d FROM numbers;
-- columns: `id` INT, `a` DATE, `b` DATE, `c` INT, `d` BIGINT
-- flink
-- +I[1, 2024-03-01, 2024-01-29, 0, 2024]
-- +I[2, 1970-01-02, 1969-12-01, 54, 1970]
-- +I[3, 2001-01-01, 2000-11-30, 23, 2000]
-- +I[4, null, null, null, null]
-- +I[5, 2024-03-02, 2024-02-01, 0, 2024]
-- +I[6, 1999-01-02, 1998-12-01, 25, 1999]
-- +I[7, 2024-03-02, 2024-02-01, 0, 2024]
-- +I[8, 2024-03-03, 2024-02-02, 0, 2024]
-- +I[9, null, null, null, null]

-- case source_watermark_column: a computed time passes through a view
CREATE VIEW shifted AS SELECT bidder, price, ts FROM bids WHERE price > 50;
SELECT window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE shifted, DESCRIPTOR(ts), INTERVAL '20' SECOND)) GROUP BY window_start, window_end;
-- columns: `window_end` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00:20, 7]
-- +I[2024-03-01T12:00:40, 4]
-- +I[2024-03-01T12:01, 3]

-- case unix_forms: UNIX_TIMESTAMP reads the beginning of a text, leniently
SELECT UNIX_TIMESTAMP('2024-03-01 10:00:00.123') AS a, UNIX_TIMESTAMP('2024-03-01 10:00:00 rest') AS b,
  UNIX_TIMESTAMP('2024-3-1 1:2:3') AS c, UNIX_TIMESTAMP('2024-13-41 25:61:61') AS d, UNIX_TIMESTAMP('1960-01-01 00:00:00') AS e,
  UNIX_TIMESTAMP('2024-02-30 00:00:00') AS f, UNIX_TIMESTAMP('2024/03/01', 'yyyy/MM/dd') AS g,
  UNIX_TIMESTAMP('20240301', 'yyyyMMdd') AS h, UNIX_TIMESTAMP('2024-03-01 10:00:00.999', 'yyyy-MM-dd HH:mm:ss.SSS') AS i
FROM numbers WHERE id = 1;
-- columns: `a` BIGINT, `b` BIGINT, `c` BIGINT, `d` BIGINT, `e` BIGINT, `f` BIGINT, `g` BIGINT, `h` BIGINT, `i` BIGINT
-- flink
-- +I[1709287200, 1709287200, 1709254923, 1739239321, -315619200, 1709251200, 1709251200, 1709251200, 1709287200]

-- case unix_wrong: what is no time
SELECT UNIX_TIMESTAMP('nothing') AS a, UNIX_TIMESTAMP('2024-03-01') AS b, UNIX_TIMESTAMP('') AS c,
  UNIX_TIMESTAMP('2024-03-01T10:00:00') AS d, UNIX_TIMESTAMP(' 2024-03-01 10:00:00') AS e
FROM numbers WHERE id = 1;
-- columns: `a` BIGINT, `b` BIGINT, `c` BIGINT, `d` BIGINT, `e` BIGINT
-- flink
-- +I[-9223372036854775808, -9223372036854775808, -9223372036854775808, -9223372036854775808, 1709287200]

-- case unix_null: of NULL
SELECT UNIX_TIMESTAMP(CAST(NULL AS STRING)) AS a, UNIX_TIMESTAMP(grp) AS b FROM numbers WHERE id = 6;
-- columns: `a` BIGINT, `b` BIGINT
-- flink
-- +I[null, null]

-- case unix_window: of a window's start
SELECT UNIX_TIMESTAMP(CAST(window_start AS STRING)) AS a, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '30' SECOND)) GROUP BY window_start, window_end;
-- columns: `a` BIGINT, `n` BIGINT
-- flink
-- +I[1709294400, 14]
-- +I[1709294430, 6]

-- case unix_short_year: years of two digits, names, halves of days
SELECT UNIX_TIMESTAMP('01/02/24', 'dd/MM/yy') AS a, UNIX_TIMESTAMP('1 Mar 2024', 'd MMM yyyy') AS b,
  UNIX_TIMESTAMP('10 PM', 'hh a') AS c, UNIX_TIMESTAMP('2024', 'yyyy') AS d
FROM numbers WHERE id = 1;
-- columns: `a` BIGINT, `b` BIGINT, `c` BIGINT, `d` BIGINT
-- flink
-- +I[1706745600, 1709251200, 79200, 1704067200]

-- case format_weeks: weeks and their years, from Sunday, the first one being that of January 1
SELECT DATE_FORMAT(born, 'YYYY YY ww w W e c') AS a, DATE_FORMAT(TIMESTAMP '2023-12-31 00:00:00', 'YYYY-ww W e') AS b, DATE_FORMAT(TIMESTAMP '2022-12-31 00:00:00', 'YYYY-ww W e') AS c, FROM_UNIXTIME(1577923200, 'YYYY-MM-dd w') AS d FROM (SELECT id, CAST(born AS TIMESTAMP(3)) AS born FROM numbers) AS t;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING
-- flink
-- +I[2024 24 09 9 5 5 5, 2024-01 6 1, 2022-53 5 7, 2020-01-02 1]
-- +I[1970 70 01 1 1 5 5, 2024-01 6 1, 2022-53 5 7, 2020-01-02 1]
-- +I[2001 01 01 1 6 1 1, 2024-01 6 1, 2022-53 5 7, 2020-01-02 1]
-- +I[null, 2024-01 6 1, 2022-53 5 7, 2020-01-02 1]
-- +I[2024 24 09 9 1 6 6, 2024-01 6 1, 2022-53 5 7, 2020-01-02 1]
-- +I[1999 99 01 1 1 6 6, 2024-01 6 1, 2022-53 5 7, 2020-01-02 1]
-- +I[2024 24 09 9 1 6 6, 2024-01 6 1, 2022-53 5 7, 2020-01-02 1]
-- +I[2024 24 09 9 1 7 7, 2024-01 6 1, 2022-53 5 7, 2020-01-02 1]
-- +I[null, 2024-01 6 1, 2022-53 5 7, 2020-01-02 1]
