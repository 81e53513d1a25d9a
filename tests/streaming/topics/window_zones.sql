-- case topn_west: windows of instants lie on the wall clock of a zone west of UTC, Top-N per window
SET 'table.local-time-zone' = 'America/Los_Angeles';
SELECT window_start, window_end, meter, kwh FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY kwh DESC, id) AS r
  FROM TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND)) WHERE r <= 2;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `meter` STRING, `kwh` INT
-- flink
-- +I[2024-03-10T00:00, 2024-03-10T00:00:10, b, 5]
-- +I[2024-03-10T00:00, 2024-03-10T00:00:10, c, 4]
-- +I[2024-03-10T00:00:10, 2024-03-10T00:00:20, a, 9]
-- +I[2024-03-10T00:00:10, 2024-03-10T00:00:20, c, 7]
-- +I[2024-03-10T00:00:20, 2024-03-10T00:00:30, b, 8]
-- +I[2024-03-10T00:00:20, 2024-03-10T00:00:30, a, 6]
-- +I[2024-03-10T00:00:30, 2024-03-10T00:00:40, a, 5]
-- +I[2024-03-10T00:00:30, 2024-03-10T00:00:40, b, 3]
-- +I[2024-03-10T00:00:40, 2024-03-10T00:00:50, c, 9]
-- +I[2024-03-10T00:00:40, 2024-03-10T00:00:50, a, 4]
-- +I[2024-03-10T00:00:50, 2024-03-10T00:01, c, 6]
-- +I[2024-03-10T00:00:50, 2024-03-10T00:01, b, 4]
-- +I[2024-03-10T00:01, 2024-03-10T00:01:10, b, 2]

-- case topn_per_meter_east: the same east of UTC, with another key
SET 'table.local-time-zone' = 'Asia/Kolkata';
SELECT window_start, window_end, meter, kwh, r FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, meter ORDER BY kwh DESC, id) AS r
  FROM TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '30' SECOND)) WHERE r <= 1;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `meter` STRING, `kwh` INT, `r` BIGINT
-- flink
-- +I[2024-03-10T13:30, 2024-03-10T13:30:30, a, 9, 1]
-- +I[2024-03-10T13:30, 2024-03-10T13:30:30, b, 8, 1]
-- +I[2024-03-10T13:30, 2024-03-10T13:30:30, c, 7, 1]
-- +I[2024-03-10T13:30:30, 2024-03-10T13:31, a, 5, 1]
-- +I[2024-03-10T13:30:30, 2024-03-10T13:31, b, 4, 1]
-- +I[2024-03-10T13:30:30, 2024-03-10T13:31, c, 9, 1]
-- +I[2024-03-10T13:31, 2024-03-10T13:31:30, b, 2, 1]

-- case join_west: a join per window
SET 'table.local-time-zone' = 'America/Los_Angeles';
SELECT a.window_start, a.window_end, a.meter, a.n, b.n AS most FROM (
  SELECT window_start, window_end, meter, COUNT(*) AS n FROM TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '20' SECOND)
  GROUP BY window_start, window_end, meter) AS a JOIN (
  SELECT window_start, window_end, MAX(kwh) AS n FROM TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '20' SECOND)
  GROUP BY window_start, window_end) AS b ON a.window_start = b.window_start AND a.window_end = b.window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `meter` STRING, `n` BIGINT, `most` INT
-- flink
-- +I[2024-03-10T00:00, 2024-03-10T00:00:20, a, 4, 9]
-- +I[2024-03-10T00:00, 2024-03-10T00:00:20, b, 2, 9]
-- +I[2024-03-10T00:00, 2024-03-10T00:00:20, c, 2, 9]
-- +I[2024-03-10T00:00:20, 2024-03-10T00:00:40, b, 3, 8]
-- +I[2024-03-10T00:00:20, 2024-03-10T00:00:40, c, 1, 8]
-- +I[2024-03-10T00:00:20, 2024-03-10T00:00:40, a, 2, 8]
-- +I[2024-03-10T00:00:40, 2024-03-10T00:01, c, 2, 9]
-- +I[2024-03-10T00:00:40, 2024-03-10T00:01, a, 2, 9]
-- +I[2024-03-10T00:00:40, 2024-03-10T00:01, b, 1, 9]
-- +I[2024-03-10T00:01, 2024-03-10T00:01:20, b, 1, 2]

-- case join_rows_west: a left join of rows per window and key
SET 'table.local-time-zone' = 'America/Los_Angeles';
SELECT a.id, b.id AS other, a.window_end FROM (
  SELECT * FROM TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '5' SECOND) WHERE kwh > 2) AS a LEFT JOIN (
  SELECT * FROM TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '5' SECOND) WHERE kwh < 6) AS b
  ON a.window_start = b.window_start AND a.window_end = b.window_end AND a.meter = b.meter;
-- columns: `id` INT, `other` INT, `window_end` TIMESTAMP(3)
-- flink
-- +I[1, 1, 2024-03-10T00:00:05]
-- +I[1, 3, 2024-03-10T00:00:05]
-- +I[2, 2, 2024-03-10T00:00:05]
-- +I[4, 4, 2024-03-10T00:00:10]
-- +I[6, null, 2024-03-10T00:00:15]
-- +I[7, null, 2024-03-10T00:00:20]
-- +I[8, null, 2024-03-10T00:00:20]
-- +I[10, 9, 2024-03-10T00:00:25]
-- +I[12, null, 2024-03-10T00:00:30]
-- +I[13, 13, 2024-03-10T00:00:35]
-- +I[14, 14, 2024-03-10T00:00:40]
-- +I[16, 16, 2024-03-10T00:00:45]
-- +I[15, null, 2024-03-10T00:00:45]
-- +I[17, 17, 2024-03-10T00:00:55]
-- +I[19, null, 2024-03-10T00:01]

-- case aggregate_of_aggregate_west: the second aggregate does not see the time
SET 'table.local-time-zone' = 'America/Los_Angeles';
SELECT window_start, window_end, MAX(n) AS n, COUNT(*) AS meters FROM (
  SELECT window_start, window_end, meter, SUM(kwh) AS n
  FROM HOP(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '20' SECOND)
  GROUP BY window_start, window_end, meter) GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` INT, `meters` BIGINT
-- flink
-- +I[2024-03-09T23:59:50, 2024-03-10T00:00:10, 5, 3]
-- +I[2024-03-10T00:00, 2024-03-10T00:00:20, 20, 3]
-- +I[2024-03-10T00:00:10, 2024-03-10T00:00:30, 22, 3]
-- +I[2024-03-10T00:00:20, 2024-03-10T00:00:40, 12, 3]
-- +I[2024-03-10T00:00:30, 2024-03-10T00:00:50, 9, 3]
-- +I[2024-03-10T00:00:40, 2024-03-10T00:01, 15, 3]
-- +I[2024-03-10T00:00:50, 2024-03-10T00:01:10, 6, 3]
-- +I[2024-03-10T00:01, 2024-03-10T00:01:20, 2, 1]

-- case aggregate_of_rows_west: windows that rows carry, by a key
SET 'table.local-time-zone' = 'America/Los_Angeles';
SELECT window_end, meter, SUM(kwh) AS n FROM (
  SELECT window_start, window_end, meter, kwh FROM TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND)
  WHERE SECOND(window_start) < 40) GROUP BY window_start, window_end, meter;
-- columns: `window_end` TIMESTAMP(3), `meter` STRING, `n` INT
-- flink
-- +I[2024-03-10T00:00:10, a, 4]
-- +I[2024-03-10T00:00:10, b, 5]
-- +I[2024-03-10T00:00:10, c, 4]
-- +I[2024-03-10T00:00:20, b, 2]
-- +I[2024-03-10T00:00:20, a, 16]
-- +I[2024-03-10T00:00:20, c, 7]
-- +I[2024-03-10T00:00:30, b, 9]
-- +I[2024-03-10T00:00:30, c, 2]
-- +I[2024-03-10T00:00:30, a, 6]
-- +I[2024-03-10T00:00:40, a, 5]
-- +I[2024-03-10T00:00:40, b, 3]
-- +I[2024-03-10T00:01:10, b, 2]

-- case aggregate_of_aggregate_east: the same east of UTC
SET 'table.local-time-zone' = 'Asia/Kolkata';
SELECT window_start, window_end, MAX(n) AS n, COUNT(*) AS meters FROM (
  SELECT window_start, window_end, meter, SUM(kwh) AS n
  FROM TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '20' SECOND)
  GROUP BY window_start, window_end, meter) GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` INT, `meters` BIGINT
-- flink
-- +I[2024-03-10T13:30, 2024-03-10T13:30:20, 20, 3]
-- +I[2024-03-10T13:30:20, 2024-03-10T13:30:40, 12, 3]
-- +I[2024-03-10T13:30:40, 2024-03-10T13:31, 15, 3]
-- +I[2024-03-10T13:31, 2024-03-10T13:31:20, 2, 1]
