-- LIKE: % is any text, _ one character, ESCAPE takes their meaning.
CREATE TABLE matched (id INT, a BOOLEAN, b BOOLEAN, c BOOLEAN, d BOOLEAN) WITH ('connector' = 'print');
INSERT INTO matched SELECT id, s LIKE 'a%', s LIKE '_b_', s LIKE '%!%%' ESCAPE '!', s NOT LIKE '%b%'
FROM (VALUES (1, 'abc'), (2, 'ABC'), (3, '5%'), (4, 'äbü'), (5, ''), (6, U&'a\000ab'), (7, CAST(NULL AS STRING))) AS t(id, s);
-- rows
-- +I[1, true, true, false, false]
-- +I[2, false, false, false, true]
-- +I[3, false, false, true, true]
-- +I[4, false, true, false, false]
-- +I[5, false, false, false, true]
-- +I[6, true, false, false, false]
-- +I[7, null, null, null, null]
