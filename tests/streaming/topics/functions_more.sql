-- Functions of texts, numbers and times on odd input.

-- case element_many: ELEMENT, CARDINALITY
SELECT CARDINALITY(ARRAY[1]) AS a, ELEMENT(ARRAY['x']) AS b, ELEMENT(CAST(NULL AS ARRAY<INT>)) AS c FROM profiles WHERE id = 1;
-- columns: `a` INT, `b` CHAR(1), `c` INT
-- flink
-- +I[1, x, null]

-- case is_functions: IS_ALPHA, IS_DECIMAL, IS_DIGIT of odd texts
SELECT IS_ALPHA('') AS a, IS_ALPHA('ä') AS b, IS_DIGIT('١') AS c, IS_DECIMAL('1e5') AS d, IS_DECIMAL('+1') AS e, IS_DECIMAL(' 1') AS f, IS_DIGIT(CAST(NULL AS STRING)) AS g, IS_ALPHA(1) AS h, IS_DECIMAL(1.5) AS i, IS_DIGIT(12) AS j FROM profiles WHERE id = 1;
-- columns: `a` BOOLEAN, `b` BOOLEAN, `c` BOOLEAN, `d` BOOLEAN, `e` BOOLEAN, `f` BOOLEAN, `g` BOOLEAN, `h` BOOLEAN, `i` BOOLEAN, `j` BOOLEAN
-- flink
-- +I[false, true, true, true, true, true, false, false, false, true]

-- case hashes: digests of odd texts
SELECT MD5('') AS a, SHA1('ü') AS b, SHA2('a', 256) AS c, SHA2('a', 224) AS d, MD5(CAST(NULL AS STRING)) AS e, SHA2('a', CAST(NULL AS INT)) AS f FROM profiles WHERE id = 1;
-- columns: `a` CHAR(32), `b` CHAR(40), `c` VARCHAR(128), `d` VARCHAR(128), `e` CHAR(32), `f` VARCHAR(128)
-- flink
-- +I[d41d8cd98f00b204e9800998ecf8427e, 94a759fd37735430753c7b6b80684306d80ea16e, ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb, abd37534c7d9a2efb9465de931cd7055ffdb8879563ae98078d6d6d5, null, null]

-- case translate_null: TRANSLATE with NULL and empty parts
SELECT TRANSLATE('abc', '', 'x') AS a, TRANSLATE('abc', CAST(NULL AS STRING), 'x') AS b, TRANSLATE('abc', 'ab', CAST(NULL AS STRING)) AS c, TRANSLATE('aab', 'aa', 'xy') AS d, BTRIM('xax', 'x') AS e, BTRIM(' a ') AS f, BTRIM('abc', '') AS g FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING, `g` STRING
-- flink
-- +I[abc, abc, c, xxb, a, a, abc]

-- case chr_ascii: CHR, ASCII, BIN, HEX of odd numbers
SELECT HEX(CHR(0)) AS a, HEX(CHR(-1)) AS b, HEX(CHR(300)) AS c, ASCII('') AS d, BIN(-1) AS e, HEX(-1) AS f, HEX('ü') AS g, BIN(CAST(5 AS TINYINT)) AS h FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` INT, `e` STRING, `f` STRING, `g` STRING, `h` STRING
-- flink
-- +I[00, , 2C, 0, 1111111111111111111111111111111111111111111111111111111111111111, FFFFFFFFFFFFFFFF, C3BC, 101]

-- case urls_parts: PARSE_URL
SELECT PARSE_URL('http://user:pw@host:80/p/a?x=1&y=2#r', 'HOST') AS a, PARSE_URL('http://user:pw@host:80/p/a?x=1&y=2#r', 'AUTHORITY') AS b, PARSE_URL('http://user:pw@host:80/p/a?x=1&y=2#r', 'QUERY', 'y') AS c, PARSE_URL('mailto:x@y', 'PROTOCOL') AS d, PARSE_URL('nothing', 'HOST') AS e, PARSE_URL('http://h', 'PATH') AS f, PARSE_URL('http://h/?a=', 'QUERY', 'a') AS g, PARSE_URL('http://h/#', 'REF') AS h, PARSE_URL('http://h/p', 'FILE') AS i, PARSE_URL('http://h/p', 'host') AS j FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING, `g` STRING, `h` STRING, `i` STRING, `j` STRING
-- flink
-- +I[host, user:pw@host:80, 2, mailto, null, , , , /p, null]

-- case nullif_more: conditional functions with types
SELECT NULLIF(1, 1.0) AS a, IFNULL(CAST(NULL AS INT), 2.5) AS b, COALESCE(CAST(NULL AS STRING), 'ab', 'c') AS c, GREATEST('a', 'bc') AS d, LEAST(1, 2.5) AS e, GREATEST(DATE '2024-01-01', DATE '2023-01-01') AS f, IF(TRUE, 1, 2.5) AS g, GREATEST(TRUE, FALSE) AS h FROM profiles WHERE id = 1;
-- columns: `a` INT, `b` DECIMAL(11, 1), `c` STRING, `d` VARCHAR(2), `e` DECIMAL(11, 1), `f` DATE, `g` DECIMAL(11, 1), `h` BOOLEAN
-- flink
-- +I[null, 2.5, ab, bc, 1.0, 2024-01-01, 1.0, true]

-- case binary_search: STARTSWITH, ENDSWITH of bytes
SELECT STARTSWITH(X'0102', X'01') AS a, ENDSWITH(X'0102', X'01') AS b, STARTSWITH(X'01', X'') AS c, ENDSWITH(CAST(NULL AS BYTES), X'01') AS d FROM profiles WHERE id = 1;
-- columns: `a` BOOLEAN, `b` BOOLEAN, `c` BOOLEAN, `d` BOOLEAN
-- flink
-- +I[true, false, true, null]

-- case search_mixed: bytes in a text
SELECT STARTSWITH('a', X'01') AS a FROM profiles;
-- flink refuses: ValidationException: Invalid input arguments.

-- case ltz_forms: TO_TIMESTAMP_LTZ of decimals, doubles, texts
SELECT TO_TIMESTAMP_LTZ(1.5, 0) AS a, TO_TIMESTAMP_LTZ(CAST(1.5 AS DOUBLE), 0) AS b, TO_TIMESTAMP_LTZ(1000) AS c, TO_TIMESTAMP_LTZ('2023-01-01 00:00:00') AS d, TO_TIMESTAMP_LTZ('01/02/2023', 'dd/MM/yyyy') AS e, TO_TIMESTAMP_LTZ('2023-01-01 00:00:00', 'yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai') AS f, TO_TIMESTAMP_LTZ(CAST(NULL AS BIGINT)) AS h, TO_TIMESTAMP_LTZ(-1.5, 3) AS i, TO_TIMESTAMP_LTZ(CAST(1700000000123.9 AS DOUBLE)) AS j FROM profiles WHERE id = 1;
-- columns: `a` TIMESTAMP_LTZ(3), `b` TIMESTAMP_LTZ(3), `c` TIMESTAMP_LTZ(3), `d` TIMESTAMP_LTZ(3), `e` TIMESTAMP_LTZ(3), `f` TIMESTAMP_LTZ(3), `h` TIMESTAMP_LTZ(3), `i` TIMESTAMP_LTZ(3), `j` TIMESTAMP_LTZ(3)
-- flink
-- +I[1970-01-01T00:00:01Z, 1970-01-01T00:00:01.500Z, 1970-01-01T00:00:01Z, 2023-01-01T00:00:00Z, 2023-02-01T00:00:00Z, 2022-12-31T16:00:00Z, null, 1969-12-31T23:59:59.999Z, 2023-11-14T22:13:20.123Z]

-- case ltz_zone: a zone that is none
SELECT TO_TIMESTAMP_LTZ('2023-01-01 00:00:00', 'yyyy-MM-dd HH:mm:ss', 'nowhere') AS i FROM profiles WHERE id = 1;
-- columns: `i` TIMESTAMP_LTZ(3)
-- flink
-- +I[null]

-- case ltz_precision: a precision that is none
SELECT TO_TIMESTAMP_LTZ(1000, 6) AS i FROM profiles WHERE id = 1;
-- flink refuses: TableException: The precision value '6' for function TO_TIMESTAMP_LTZ(numeric, precision) is unsupported, the supported value is '0' for second or '3' for millisecond.

-- case locate: LOCATE, INSTR, POSITION with odd starts
SELECT LOCATE('', 'abc') AS a, LOCATE('a', 'abc', -1) AS b, LOCATE('c', 'abc', 9) AS c, INSTR('abcabc', 'b') AS d, POSITION('' IN '') AS e, REPEAT('a', -1) AS h, REVERSE('😀a') AS j FROM profiles WHERE id = 1;
-- columns: `a` INT, `b` INT, `c` INT, `d` INT, `e` INT, `h` STRING, `j` STRING
-- flink
-- +I[1, 1, 0, 2, 1, , a😀]

-- case locate_null: NULL where there is nothing to give
SELECT id, SPLIT_INDEX(grp, ',', -1) AS a, SPLIT_INDEX(grp, '', 0) AS b, LPAD(grp, -1, 'x') AS c, LPAD(grp, 3, '') AS d FROM numbers WHERE id < 8;
-- columns: `id` INT, `a` STRING, `b` STRING, `c` STRING, `d` STRING
-- flink
-- +I[1, null, a, null, null]
-- +I[2, null, a, null, null]
-- +I[3, null, b, null, null]
-- +I[4, null, b, null, null]
-- +I[5, null, a, null, null]
-- +I[6, null, null, null, null]
-- +I[7, null, null, null, null]

-- case is_columns: IS_ALPHA, IS_DECIMAL, IS_DIGIT of columns
SELECT id, IS_ALPHA(grp) AS a, IS_DIGIT(num) AS b, IS_DECIMAL(real8) AS c, IS_DECIMAL(money) AS d, IS_DIGIT(real8) AS e, IS_DECIMAL(grp) AS f FROM numbers;
-- columns: `id` INT, `a` BOOLEAN, `b` BOOLEAN, `c` BOOLEAN, `d` BOOLEAN, `e` BOOLEAN, `f` BOOLEAN
-- flink
-- +I[1, true, true, true, false, false, false]
-- +I[2, true, true, true, false, false, false]
-- +I[3, true, true, true, false, false, false]
-- +I[4, true, true, true, false, false, false]
-- +I[5, true, true, true, false, false, false]
-- +I[6, false, true, true, false, false, false]
-- +I[7, false, true, true, false, false, false]
-- +I[8, true, true, true, false, false, false]
-- +I[9, true, true, true, false, false, false]

-- case base64: TO_BASE64, FROM_BASE64, DECODE
SELECT TO_BASE64('') AS a, FROM_BASE64('YQ') AS b, TO_BASE64('ü') AS c, DECODE(X'00FC', 'UTF-16BE') AS e, FROM_BASE64('YQ==') AS g, DECODE(X'FEFF00FC', 'UTF-16') AS h, DECODE(X'FC00', 'UTF-16LE') AS i, DECODE(X'FFFEFC00', 'utf-16') AS j, DECODE(X'D83DDE00', 'UTF-16BE') AS k, DECODE(X'00FCD8', 'UTF-16BE') AS l FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `e` STRING, `g` STRING, `h` STRING, `i` STRING, `j` STRING, `k` STRING, `l` STRING
-- flink
-- +I[, a, w7w=, ü, a, ü, ü, ü, 😀, ü�]

-- case urls_odd: PARSE_URL of other schemes
SELECT PARSE_URL('mailto:x@y', 'HOST') AS a, PARSE_URL('mailto:x@y', 'AUTHORITY') AS b, PARSE_URL('mailto:x@y', 'PATH') AS c, PARSE_URL('foo://h/p', 'HOST') AS d, PARSE_URL('HTTP://H/p', 'PROTOCOL') AS e, PARSE_URL('HTTP://H/p', 'HOST') AS f, PARSE_URL('http:foo', 'PATH') AS g, PARSE_URL('ftp://u@h/p', 'USERINFO') AS h, PARSE_URL('file:///p/q', 'PATH') AS i, PARSE_URL('http://h/p', 'USERINFO') AS j, PARSE_URL('http:foo', 'HOST') AS k FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING, `g` STRING, `h` STRING, `i` STRING, `j` STRING, `k` STRING
-- flink
-- +I[, null, x@y, null, http, H, foo, u, /p/q, null, ]
