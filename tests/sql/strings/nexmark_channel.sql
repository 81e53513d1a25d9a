-- The expressions of Nexmark's q21 and q22 on URLs.
CREATE TABLE channels (channel STRING, id STRING, dir1 STRING, dir3 STRING) WITH ('connector' = 'print');
INSERT INTO channels SELECT channel,
  CASE WHEN LOWER(channel) = 'apple' THEN '0' WHEN LOWER(channel) = 'google' THEN '1'
    ELSE REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2) END,
  SPLIT_INDEX(url, '/', 3), SPLIT_INDEX(url, '/', 5)
FROM (VALUES ('apple', 'https://www.nexmark.com/a/b/c/item.htm?query=1'), ('Google', 'https://www.nexmark.com/x/y/z/item.htm?query=1'),
  ('channel-1', 'https://www.nexmark.com/q/r/s/item.htm?query=1&channel_id=77'), ('other', 'https://www.nexmark.com/')) AS t(channel, url);
-- rows
-- +I[apple, 0, a, c]
-- +I[Google, 1, x, z]
-- +I[channel-1, 77, q, s]
-- +I[other, null, , null]
