-- A partial column list: columns that are not named become NULL.
CREATE TABLE wide (a INT, b STRING, c BIGINT) WITH ('connector' = 'print');
INSERT INTO wide (c, a) VALUES (5, 1), (6, 2);
-- rows in order
-- +I[1, null, 5]
-- +I[2, null, 6]
