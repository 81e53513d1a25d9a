-- Texts and types with a character set, as Flink writes them into the statements that it shows.
CREATE TABLE out1 (a STRING, b STRING, c STRING, d INT) WITH ('connector' = 'print');
INSERT INTO out1 SELECT _UTF-16LE'abc', N'é''x', CAST(_UTF8'a' AS VARCHAR(2147483647) CHARACTER SET `UTF-16LE`), n FROM (VALUES (1)) AS t(n);
-- rows
-- +I[abc, é'x, a, 1]
