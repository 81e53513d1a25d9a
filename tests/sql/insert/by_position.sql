-- Columns are matched by position, not by name.
CREATE TABLE swapped (a STRING, b STRING) WITH ('connector' = 'print');
INSERT INTO swapped SELECT b, a FROM (VALUES ('was a', 'was b')) AS t(a, b);
-- rows
-- +I[was b, was a]
