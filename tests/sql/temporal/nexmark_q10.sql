-- The columns that Nexmark's q10 partitions by.
CREATE TABLE seen (auction BIGINT, dt STRING, hm STRING) WITH ('connector' = 'print');
INSERT INTO seen SELECT auction, DATE_FORMAT(ts, 'yyyy-MM-dd'), DATE_FORMAT(ts, 'HH:mm')
FROM (VALUES (CAST(1 AS BIGINT), TIMESTAMP '2015-07-15 00:00:00.000'), (CAST(2 AS BIGINT), TIMESTAMP '2015-12-31 23:59:59.999')) AS t(auction, ts);
-- rows
-- +I[1, 2015-07-15, 00:00]
-- +I[2, 2015-12-31, 23:59]
