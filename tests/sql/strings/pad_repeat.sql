-- LPAD and RPAD fill or cut; REPEAT, REVERSE, INITCAP, UPPER and LOWER.
CREATE TABLE made (a STRING, b STRING, c STRING, d STRING, e STRING, f STRING, g STRING) WITH ('connector' = 'print');
INSERT INTO made SELECT LPAD(s, 5, '*-'), RPAD(s, 5, '*-'), REPEAT(s, 2), REVERSE(s), INITCAP(s), UPPER(s), LOWER(s)
FROM (VALUES ('ab'), ('hello world'), ('ÄÖ ü'), ('')) AS t(s);
-- rows
-- +I[*-*ab, ab*-*, abab, ba, Ab, AB, ab]
-- +I[hello, hello, hello worldhello world, dlrow olleh, Hello World, HELLO WORLD, hello world]
-- +I[*ÄÖ ü, ÄÖ ü*, ÄÖ üÄÖ ü, ü ÖÄ, ÄÖ ü, ÄÖ Ü, äö ü]
-- +I[*-*-*, *-*-*, , , , , ]
