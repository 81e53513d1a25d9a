-- TIME goes round the clock; days and months lead to the same time.
CREATE TABLE o (id INT, a TIME(0), b TIME(0), c TIME(0), d TIME(0), e TIME(0), f TIME(0)) WITH ('connector' = 'print');
INSERT INTO o
SELECT id, TIMESTAMPADD(SECOND, 1, t), TIMESTAMPADD(MINUTE, -n, t), TIMESTAMPADD(HOUR, 25, t),
  TIMESTAMPADD(WEEK, 3, t), TIMESTAMPADD(QUARTER, n, t), t + INTERVAL '14' MONTH
FROM (VALUES (1, 1, TIME '23:59:59'), (2, 5, TIME '00:00:00'), (3, 1, CAST(NULL AS TIME(0)))) AS v(id, n, t);
-- rows
-- +I[1, 00:00, 23:58:59, 00:59:59, 23:59:59, 23:59:59, 23:59:59]
-- +I[2, 00:00:01, 23:55, 01:00, 00:00, 00:00, 00:00]
-- +I[3, null, null, null, null, null, null]
