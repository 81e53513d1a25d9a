-- TRY_CAST of text to whole numbers: blanks are trimmed, a fraction is cut, what does not fit is NULL.
CREATE TABLE casted (s STRING, i INT, b BIGINT) WITH ('connector' = 'print');
INSERT INTO casted SELECT s, TRY_CAST(s AS INT), TRY_CAST(s AS BIGINT)
FROM (VALUES ('12'), (' 12 '), ('+7'), ('-7'), ('12.9'), ('-12.9'), ('.5'), ('5.'), (''), ('-'), ('1e3'),
  ('2147483647'), ('2147483648'), ('-2147483648'), ('9223372036854775808'), ('0x10'), ('1 2'), ('x')) AS t(s);
-- rows
-- +I[12, 12, 12]
-- +I[ 12 , 12, 12]
-- +I[+7, 7, 7]
-- +I[-7, -7, -7]
-- +I[12.9, 12, 12]
-- +I[-12.9, -12, -12]
-- +I[.5, 0, 0]
-- +I[5., 5, 5]
-- +I[, null, null]
-- +I[-, null, null]
-- +I[1e3, null, null]
-- +I[2147483647, 2147483647, 2147483647]
-- +I[2147483648, null, 2147483648]
-- +I[-2147483648, -2147483648, -2147483648]
-- +I[9223372036854775808, null, null]
-- +I[0x10, null, null]
-- +I[1 2, null, null]
-- +I[x, null, null]
