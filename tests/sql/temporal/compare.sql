-- Points in time of different precision are compared as points in time.
CREATE TABLE seen (a BOOLEAN, b BOOLEAN, c BOOLEAN, d BOOLEAN) WITH ('connector' = 'print');
INSERT INTO seen SELECT x < y, x = y, x BETWEEN TIMESTAMP '2021-01-01 00:00:00' AND TIMESTAMP '2021-12-31 00:00:00', CAST(x AS DATE) = DATE '2021-01-02'
FROM (VALUES (TIMESTAMP '2021-01-02 03:04:05.100', TIMESTAMP '2021-01-02 03:04:05.100000'), (TIMESTAMP '2021-01-02 03:04:05.100', TIMESTAMP '2021-01-02 03:04:05.100001'),
  (CAST(NULL AS TIMESTAMP(3)), TIMESTAMP '2021-01-02 03:04:05.100001')) AS t(x, y);
-- rows
-- +I[false, true, true, true]
-- +I[true, false, true, true]
-- +I[null, null, null, null]
