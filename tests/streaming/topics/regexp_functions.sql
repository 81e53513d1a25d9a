-- REGEXP_* functions.

-- case count: REGEXP_COUNT
SELECT REGEXP_COUNT('foobar', 'o') AS a, REGEXP_COUNT('foobar', '') AS b, REGEXP_COUNT('', '') AS c, REGEXP_COUNT('aaa', 'aa') AS d, REGEXP_COUNT('abc', 'x*') AS e, REGEXP_COUNT('abc', '(') AS f, REGEXP_COUNT(CAST(NULL AS STRING), 'a') AS g, REGEXP_COUNT('a', CAST(NULL AS STRING)) AS h, REGEXP_COUNT('größe', '.') AS i, REGEXP_COUNT('a.b', '\.') AS j FROM profiles WHERE id = 1;
-- columns: `a` INT, `b` INT, `c` INT, `d` INT, `e` INT, `f` INT, `g` INT, `h` INT, `i` INT, `j` INT
-- flink
-- +I[2, 7, 1, 1, 4, null, null, null, 5, 1]

-- case instr: REGEXP_INSTR
SELECT REGEXP_INSTR('foobar', 'o+') AS a, REGEXP_INSTR('foobar', 'z') AS b, REGEXP_INSTR('größe', 'e') AS c, REGEXP_INSTR('abc', '[') AS d, REGEXP_INSTR('abc', '') AS e, REGEXP_INSTR('😀x', 'x') AS f, REGEXP_INSTR(CAST(NULL AS STRING), 'a') AS g FROM profiles WHERE id = 1;
-- columns: `a` INT, `b` INT, `c` INT, `d` INT, `e` INT, `f` INT, `g` INT
-- flink
-- +I[2, 0, 5, null, 1, 3, null]

-- case substr: REGEXP_SUBSTR
SELECT REGEXP_SUBSTR('foobar', 'o+') AS a, REGEXP_SUBSTR('foobar', 'z') AS b, REGEXP_SUBSTR('foobar', '(b)(a)r') AS c, REGEXP_SUBSTR('abc', '*') AS d, REGEXP_SUBSTR('abc', '') AS e, REGEXP_SUBSTR('abc', CAST(NULL AS STRING)) AS f FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING
-- flink
-- +I[oo, null, bar, null, , null]

-- case extract_all: REGEXP_EXTRACT_ALL
SELECT REGEXP_EXTRACT_ALL('a1b2', '([a-z])([0-9])') AS a, REGEXP_EXTRACT_ALL('a1b2', '([a-z])([0-9])', 2) AS b, REGEXP_EXTRACT_ALL('a1b2', '[a-z]') AS c, REGEXP_EXTRACT_ALL('a1b2', '[a-z]', 0) AS d, REGEXP_EXTRACT_ALL('a1b2', 'x', 0) AS e, REGEXP_EXTRACT_ALL('a1b2', '[a-z]', 5) AS f, REGEXP_EXTRACT_ALL('a1b2', '[a-z]', -1) AS g, REGEXP_EXTRACT_ALL('ab', '(a)|(b)', 1) AS h, REGEXP_EXTRACT_ALL('ab', '(', 0) AS i, REGEXP_EXTRACT_ALL('ab', '(a)', CAST(NULL AS INT)) AS j, REGEXP_EXTRACT_ALL('ab', '', 0) AS k, REGEXP_EXTRACT_ALL('a1b2', '([a-z])', CAST(1 AS BIGINT)) AS l FROM profiles WHERE id = 1;
-- columns: `a` ARRAY<STRING>, `b` ARRAY<STRING>, `c` ARRAY<STRING>, `d` ARRAY<STRING>, `e` ARRAY<STRING>, `f` ARRAY<STRING>, `g` ARRAY<STRING>, `h` ARRAY<STRING>, `i` ARRAY<STRING>, `j` ARRAY<STRING>, `k` ARRAY<STRING>, `l` ARRAY<STRING>
-- flink
-- +I[[a, b], [1, 2], null, [a, b], [], null, null, [a, null], null, null, [, , ], [a, b]]

-- case columns: text and pattern of columns
SELECT id, REGEXP_COUNT(grp, 'a|b') AS a, REGEXP_INSTR('xa', grp) AS b, REGEXP_SUBSTR('xa', grp) AS c, REGEXP_EXTRACT_ALL('abab', grp, 0) AS d FROM numbers;
-- columns: `id` INT, `a` INT, `b` INT, `c` STRING, `d` ARRAY<STRING>
-- flink
-- +I[1, 1, 2, a, [a, a]]
-- +I[2, 1, 2, a, [a, a]]
-- +I[3, 1, 0, null, [b, b]]
-- +I[4, 1, 0, null, [b, b]]
-- +I[5, 1, 2, a, [a, a]]
-- +I[6, null, null, null, null]
-- +I[7, 0, 1, , [, , , , ]]
-- +I[8, 1, 0, null, [b, b]]
-- +I[9, 1, 0, null, [b, b]]

-- case many_groups: more groups than a few
SELECT REGEXP_EXTRACT('abcdefghijkl', '(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)', 12) AS a, REGEXP_EXTRACT_ALL('abcdefghijkl', '(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)', 11) AS b FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` ARRAY<STRING>
-- flink
-- +I[l, [k]]

-- case extract_all_text: the number of the group is a number
SELECT REGEXP_EXTRACT_ALL('a', 'a', '1') AS a FROM profiles;
-- flink refuses: ValidationException: Invalid input arguments.

-- case count_number: a number is no text
SELECT REGEXP_COUNT(12, '1') AS a FROM profiles;
-- flink refuses: ValidationException: Unsupported argument type. Expected type of family 'CHARACTER_STRING' but actual type was 'INT NOT NULL'.

-- case malformed: what older functions make of a pattern that is none
SELECT id, REGEXP(grp, '(') AS a, REGEXP_EXTRACT(grp, '[') AS b, REGEXP_REPLACE(grp, '(', 'x') AS c, REGEXP_EXTRACT(grp, 'b', -1) AS d FROM numbers WHERE id < 7;
-- columns: `id` INT, `a` BOOLEAN, `b` STRING, `c` STRING, `d` STRING
-- flink
-- +I[1, false, null, null, null]
-- +I[2, false, null, null, null]
-- +I[3, false, null, null, null]
-- +I[4, false, null, null, null]
-- +I[5, false, null, null, null]
-- +I[6, null, null, null, null]
