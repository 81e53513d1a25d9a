-- Bytes and text: CAST takes UTF-8, HEX shows it, ENCODE and DECODE name a character set.
CREATE TABLE seen (a STRING, b STRING, c STRING, d INT) WITH ('connector' = 'print');
INSERT INTO seen SELECT CAST(CAST(s AS BYTES) AS STRING), DECODE(ENCODE(s, 'UTF-8'), 'UTF-8'), HEX(s), CHAR_LENGTH(CAST(x'4142' AS STRING))
FROM (VALUES ('abc'), ('äé'), ('')) AS t(s);
-- rows
-- +I[abc, abc, 616263, 2]
-- +I[äé, äé, C3A4C3A9, 2]
-- +I[, , , 2]
