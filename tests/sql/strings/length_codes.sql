-- Length in characters, codes of characters, digits and letters.
CREATE TABLE made (s STRING, a INT, b INT, c STRING, d BOOLEAN, e BOOLEAN, f BOOLEAN) WITH ('connector' = 'print');
INSERT INTO made SELECT s, CHAR_LENGTH(s), ASCII(s), CHR(CHAR_LENGTH(s) + 64), IS_ALPHA(s), IS_DIGIT(s), IS_DECIMAL(s)
FROM (VALUES ('abc'), ('äöü'), ('123'), ('1.5'), ('-7'), ('😀'), ('')) AS t(s);
-- rows
-- +I[abc, 3, 97, C, true, false, false]
-- +I[äöü, 3, -61, C, true, false, false]
-- +I[123, 3, 49, C, false, true, true]
-- +I[1.5, 3, 49, C, false, false, true]
-- +I[-7, 2, 45, B, false, false, true]
-- +I[😀, 1, -16, A, false, false, false]
-- +I[, 0, 0, @, false, false, false]
