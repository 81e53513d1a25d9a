-- Text functions and predicates.

-- case case_functions: UPPER, LOWER, INITCAP
SELECT id, UPPER(grp) AS a, LOWER('ÄB') AS b, INITCAP('two words') AS c FROM numbers WHERE id < 4;
-- columns: `id` INT, `a` STRING, `b` CHAR(2), `c` CHAR(9)
-- flink
-- +I[1, A, äb, Two Words]
-- +I[2, A, äb, Two Words]
-- +I[3, B, äb, Two Words]

-- case concat: || and CONCAT with nulls
SELECT id, grp || '-' || CAST(id AS STRING) AS a, CONCAT(grp, 'x', grp) AS b, CONCAT_WS('/', grp, 'y', CAST(NULL AS STRING), 'z') AS c FROM numbers;
-- columns: `id` INT, `a` STRING, `b` STRING, `c` STRING
-- flink
-- +I[1, a-1, axa, a/y/z]
-- +I[2, a-2, axa, a/y/z]
-- +I[3, b-3, bxb, b/y/z]
-- +I[4, b-4, bxb, b/y/z]
-- +I[5, a-5, axa, a/y/z]
-- +I[6, null, null, y/z]
-- +I[7, -7, x, /y/z]
-- +I[8, b-8, bxb, b/y/z]
-- +I[9, b-9, bxb, b/y/z]

-- case substring: SUBSTRING in its forms
SELECT SUBSTRING('streams' FROM 3) AS a, SUBSTRING('streams' FROM 3 FOR 2) AS b, SUBSTR('streams', 2, 3) AS c, SUBSTRING('streams', -3) AS d, SUBSTRING('streams', 0, 3) AS e, SUBSTRING('streams', 20) AS f FROM numbers WHERE id = 1;
-- columns: `a` VARCHAR(7), `b` VARCHAR(7), `c` VARCHAR(7), `d` VARCHAR(7), `e` VARCHAR(7), `f` VARCHAR(7)
-- flink
-- +I[reams, re, tre, ams, str, ]

-- case left_right: LEFT, RIGHT
SELECT `LEFT`('streams', 3) AS a, `RIGHT`('streams', 3) AS b, `LEFT`('ab', 5) AS c, `RIGHT`('ab', -1) AS d FROM numbers WHERE id = 1;
-- columns: `a` VARCHAR(7), `b` VARCHAR(7), `c` VARCHAR(2), `d` VARCHAR(2)
-- flink
-- +I[str, ams, ab, ]

-- case trim: TRIM in its forms
SELECT TRIM('  a ') AS a, TRIM(LEADING 'x' FROM 'xxaxx') AS b, TRIM(TRAILING 'x' FROM 'xxaxx') AS c, TRIM(BOTH 'x' FROM 'xxaxx') AS d, LTRIM('  a') AS e, RTRIM('a  ') AS f, BTRIM(' a ') AS g FROM numbers WHERE id = 1;
-- columns: `a` VARCHAR(4), `b` VARCHAR(5), `c` VARCHAR(5), `d` VARCHAR(5), `e` VARCHAR(3), `f` VARCHAR(3), `g` STRING
-- flink
-- +I[a, axx, xxa, a, a, a, a]

-- case pad: LPAD, RPAD
SELECT LPAD('7', 3, '0') AS a, RPAD('7', 3, 'ab') AS b, LPAD('long text', 4, 'x') AS c FROM numbers WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING
-- flink
-- +I[007, 7ab, long]

-- case position: POSITION, INSTR, LOCATE
SELECT POSITION('a' IN 'streams') AS a, POSITION('z' IN 'streams') AS b, INSTR('streams', 'm') AS c, LOCATE('s', 'streams') AS d, LOCATE('s', 'streams', 2) AS e FROM numbers WHERE id = 1;
-- columns: `a` INT, `b` INT, `c` INT, `d` INT, `e` INT
-- flink
-- +I[5, 0, 6, 1, 7]

-- case replace: REPLACE, OVERLAY, TRANSLATE
SELECT REPLACE('a-b-c', '-', '+') AS a, OVERLAY('streams' PLACING 'XX' FROM 2) AS b, OVERLAY('streams' PLACING 'XX' FROM 2 FOR 4) AS c, TRANSLATE('abcab', 'ab', 'xy') AS d FROM numbers WHERE id = 1;
-- columns: `a` STRING, `b` VARCHAR(9), `c` VARCHAR(9), `d` STRING
-- flink
-- +I[a+b+c, sXXeams, sXXms, xycxy]

-- case repeat: REPEAT, REVERSE, SPACE-like
SELECT REPEAT('ab', 3) AS a, REPEAT('ab', 0) AS b, REVERSE('streams') AS c, CHR(97) AS d, ASCII('a') AS e FROM numbers WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` INT
-- flink
-- +I[ababab, , smaerts, a, 97]

-- case length: CHAR_LENGTH, CHARACTER_LENGTH, bytes
SELECT CHAR_LENGTH('größe') AS a, CHARACTER_LENGTH('') AS b, CHAR_LENGTH(grp) AS c FROM numbers WHERE id < 7;
-- columns: `a` INT, `b` INT, `c` INT
-- flink
-- +I[5, 0, 1]
-- +I[5, 0, 1]
-- +I[5, 0, 1]
-- +I[5, 0, 1]
-- +I[5, 0, 1]
-- +I[5, 0, null]

-- case like: LIKE with %, _ and ESCAPE
SELECT id, customer LIKE 'a%' AS a, customer LIKE '_o_' AS b, customer NOT LIKE '%e%' AS c, 'a%b' LIKE 'a!%b' ESCAPE '!' AS d FROM (SELECT order_id AS id, customer FROM orders WHERE order_id < 9);
-- columns: `id` INT, `a` BOOLEAN, `b` BOOLEAN, `c` BOOLEAN, `d` BOOLEAN
-- flink
-- +I[1, true, false, true, true]
-- +I[2, false, true, true, true]
-- +I[3, true, false, true, true]
-- +I[4, null, null, null, true]
-- +I[5, false, false, true, true]
-- +I[6, false, true, true, true]
-- +I[7, true, false, true, true]
-- +I[8, false, false, false, true]

-- case similar: SIMILAR TO
SELECT 'abc' SIMILAR TO '(a|b)%' AS a, 'abc' SIMILAR TO 'a' AS b, 'abc' NOT SIMILAR TO '%c' AS c FROM numbers WHERE id = 1;
-- columns: `a` BOOLEAN, `b` BOOLEAN, `c` BOOLEAN
-- flink
-- +I[true, false, false]

-- case regexp: REGEXP, REGEXP_EXTRACT, REGEXP_REPLACE
SELECT REGEXP('abc123', '[0-9]+') AS a, REGEXP_EXTRACT('abc123', '([a-z]+)([0-9]+)', 2) AS b, REGEXP_REPLACE('abc123', '[0-9]', '#') AS c, REGEXP_EXTRACT('abc', '[0-9]+') AS d FROM numbers WHERE id = 1;
-- columns: `a` BOOLEAN, `b` STRING, `c` STRING, `d` STRING
-- flink
-- +I[true, 123, abc###, null]

-- case hashes: MD5, SHA
SELECT MD5('a') AS a, SHA1('a') AS b, SHA256('a') AS c, SHA2('a', 256) AS d, SHA224('a') AS e, SHA384('') AS f FROM numbers WHERE id = 1;
-- columns: `a` CHAR(32), `b` CHAR(40), `c` CHAR(64), `d` VARCHAR(128), `e` CHAR(56), `f` CHAR(96)
-- flink
-- +I[0cc175b9c0f1b6a831c399e269772661, 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8, ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb, ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb, abd37534c7d9a2efb9465de931cd7055ffdb8879563ae98078d6d6d5, 38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b]

-- case encode: ENCODE, DECODE
SELECT DECODE(ENCODE('größe', 'UTF-8'), 'UTF-8') AS a, CAST(ENCODE('ab', 'UTF-8') AS STRING) AS b FROM numbers WHERE id = 1;
-- columns: `a` STRING, `b` STRING
-- flink
-- +I[größe, ab]

-- case starts_ends: STARTSWITH, ENDSWITH
SELECT STARTSWITH('streams', 'str') AS a, ENDSWITH('streams', 'x') AS b, STARTSWITH(grp, '') AS c FROM numbers WHERE id < 7;
-- columns: `a` BOOLEAN, `b` BOOLEAN, `c` BOOLEAN
-- flink
-- +I[true, false, true]
-- +I[true, false, true]
-- +I[true, false, true]
-- +I[true, false, true]
-- +I[true, false, true]
-- +I[true, false, null]

-- case is_alpha: IS_ALPHA, IS_DECIMAL, IS_DIGIT
SELECT IS_ALPHA('abc') AS a, IS_DECIMAL('1.5') AS b, IS_DIGIT('12a') AS c FROM numbers WHERE id = 1;
-- columns: `a` BOOLEAN, `b` BOOLEAN, `c` BOOLEAN
-- flink
-- +I[true, true, false]

-- case compare: text compares by bytes
SELECT id FROM numbers WHERE grp >= 'b' OR grp = '';
-- columns: `id` INT
-- flink
-- +I[3]
-- +I[4]
-- +I[7]
-- +I[8]
-- +I[9]

-- case char_types: CHAR and VARCHAR casts
SELECT CAST('abcdef' AS CHAR(3)) AS a, CAST('ab' AS CHAR(4)) AS b, CAST('abcdef' AS VARCHAR(4)) AS c, CAST(12345 AS VARCHAR(3)) AS d FROM numbers WHERE id = 1;
-- columns: `a` CHAR(3), `b` CHAR(4), `c` VARCHAR(4), `d` VARCHAR(3)
-- flink
-- +I[abc, ab  , abcd, 123]

-- case unicode: escapes and characters beyond the BMP
SELECT U&'\00e4' AS a, CHAR_LENGTH('😀') AS b, 'it''s' AS c FROM numbers WHERE id = 1;
-- columns: `a` CHAR(1), `b` INT, `c` CHAR(4)
-- flink
-- +I[ä, 1, it's]

-- case spelled_otherwise: TRANSLATE3, and PI without parentheses
SELECT TRANSLATE3('abc', 'ab', 'xy') AS t, PI > 3.14 AS p FROM numbers WHERE id = 1;
-- columns: `t` STRING, `p` BOOLEAN
-- flink
-- +I[xyc, true]
