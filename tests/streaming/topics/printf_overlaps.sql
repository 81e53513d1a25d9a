-- PRINTF and OVERLAPS.

-- case texts: %s, %b, %c and widths
SELECT PRINTF('%s|%10s|%-10s|%.2s|%S', 'abc', 'abc', 'abc', 'abc', 'äbc') AS a, PRINTF('%b %B %b', TRUE, FALSE, CAST(NULL AS BOOLEAN)) AS b, PRINTF('%c%c', 97, CAST(98 AS SMALLINT)) AS c, PRINTF('%2$s %1$s %<s', 'a', 'b') AS d, PRINTF('100%%') AS e, PRINTF('%s %s', 1) AS f, PRINTF('%q', 1) AS g, PRINTF(CAST(NULL AS STRING), 1) AS h, PRINTF('%s %5s|%.2s', CAST(NULL AS STRING), CAST(NULL AS INT), CAST(NULL AS INT)) AS i, PRINTF('plain') AS j FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING, `g` STRING, `h` STRING, `i` STRING, `j` STRING
-- flink
-- +I[abc|       abc|abc       |ab|ÄBC, true FALSE false, ab, b a a, 100%, null, null, null, null  null|nu, plain]

-- case integers: %d, %o, %x with flags
SELECT PRINTF('%d|%5d|%-5d|%05d|%+d|% d|%,d|%(d', 42, 42, 42, 42, 42, 42, 1234567, -42) AS a, PRINTF('%x|%X|%#x|%08x|%o|%#o', 255, 255, 255, 255, 8, 8) AS b, PRINTF('%x %x %x', CAST(-1 AS TINYINT), CAST(-1 AS SMALLINT), -1) AS c, PRINTF('%d', 'a') AS d, PRINTF('%d', 1.5) AS e, PRINTF('%-d', 1) AS f, PRINTF('%+ d', 1) AS g, PRINTF('%.2d', 1) AS h, PRINTF('%d', CAST(NULL AS INT)) AS i, PRINTF('%(010d|%,012d', -42, -1234567) AS j, PRINTF('%d', CAST(-9223372036854775808 AS BIGINT)) AS k FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING, `g` STRING, `h` STRING, `i` STRING, `j` STRING, `k` STRING
-- flink
-- +I[42|   42|42   |00042|+42| 42|1,234,567|(42), ff|FF|0xff|000000ff|10|010, ff ffff ffffffff, null, null, null, null, null, null, (00000042)|-001,234,567, -9223372036854775808]

-- case floats: %f, %e, %g
SELECT PRINTF('%f|%.2f|%10.3f|%-10.1f|%010.2f|%+.1f|%,.2f', CAST(3.14159 AS DOUBLE), CAST(2.345 AS DOUBLE), CAST(-1.5 AS DOUBLE), CAST(0.05 AS DOUBLE), CAST(-3.5 AS DOUBLE), CAST(1.25 AS DOUBLE), CAST(1234567.891 AS DOUBLE)) AS a, PRINTF('%e|%.2e|%E', CAST(12345.678 AS DOUBLE), CAST(0 AS DOUBLE), CAST(1.0E-10 AS DOUBLE)) AS b, PRINTF('%g|%g|%.3g|%g', CAST(123456 AS DOUBLE), CAST(0.00001 AS DOUBLE), CAST(1234.5 AS DOUBLE), CAST(0 AS DOUBLE)) AS c, PRINTF('%.0f|%.0f|%.0f|%#.0f', CAST(0.5 AS DOUBLE), CAST(1.5 AS DOUBLE), CAST(2.5 AS DOUBLE), CAST(9.5 AS DOUBLE)) AS d, PRINTF('%s %s', CAST(1.0E10 AS DOUBLE), CAST(0.1 AS FLOAT)) AS e, PRINTF('%.3f', CAST(0.1 AS FLOAT)) AS f, PRINTF('%f %f', CAST('NaN' AS DOUBLE), CAST('-Infinity' AS DOUBLE)) AS g, PRINTF('%.1f', CAST(0.25 AS DOUBLE)) AS h, PRINTF('%f', 1) AS i FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING, `g` STRING, `h` STRING, `i` STRING
-- flink
-- +I[3.141590|2.35|    -1.500|0.1       |-000003.50|+1.3|1,234,567.89, 1.234568e+04|0.00e+00|1.000000E-10, 123456|1.00000e-05|1.23e+03|0.00000, 1|2|3|10., 1.0E10 0.1, 0.100, NaN -Infinity, 0.3, null]

-- case times: what times and decimals are to it
SELECT PRINTF('%s', TIMESTAMP '2024-03-01 10:00:00') AS a, PRINTF('%s', TIMESTAMP '2024-03-01 10:00:01.5') AS b, PRINTF('%s', DATE '2024-03-01') AS c, PRINTF('%d', DATE '1970-01-02') AS d, PRINTF('%s %s', 1.50, CAST(2 AS DECIMAL(10, 3))) AS e, PRINTF('%f', 1.5) AS f, PRINTF('%s', TIME '00:00:01') AS g FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING, `g` STRING
-- flink
-- +I[2024-03-01T10:00, 2024-03-01T10:00:01.500, 19783, 1, 1.50 2.000, null, 1000]

-- case columns: formats and values of columns
SELECT id, PRINTF('%s-%d-%.1f-%b', grp, num, real8, flag) AS a, PRINTF(grp || '%s', id) AS b FROM numbers;
-- columns: `id` INT, `a` STRING, `b` STRING
-- flink
-- +I[1, a-2147483647-2.5-true, a1]
-- +I[2, a--2147483648--2.5-false, a2]
-- +I[3, b-0-0.0-true, b3]
-- +I[4, b-null-n-false, b4]
-- +I[5, a-100-10000000000.0-false, a5]
-- +I[6, null-200--0.1-true, null]
-- +I[7, -300-7.0-false, 7]
-- +I[8, b-100-0.1-false, b8]
-- +I[9, b--100-0.2-true, b9]

-- case no_text: the format is a text
SELECT PRINTF(1, 2) AS a FROM profiles;
-- flink refuses: ValidationException: Unsupported argument type. Expected type of family 'CHARACTER_STRING' but actual type was 'INT NOT NULL'.

-- case overlaps: two periods
SELECT (TIME '2:55:00', INTERVAL '1' HOUR) OVERLAPS (TIME '3:30:00', INTERVAL '2' HOUR) AS a, (TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP '2024-01-02 00:00:00') OVERLAPS (TIMESTAMP '2024-01-03 00:00:00', TIMESTAMP '2024-01-04 00:00:00') AS b, (DATE '2024-01-01', DATE '2024-01-02') OVERLAPS (DATE '2024-01-02', DATE '2024-01-03') AS c, (DATE '2024-01-05', DATE '2024-01-01') OVERLAPS (DATE '2024-01-02', DATE '2024-01-03') AS d, (TIMESTAMP '2024-01-01 00:00:00', INTERVAL '1' DAY) OVERLAPS (TIMESTAMP '2024-01-01 12:00:00', TIMESTAMP '2024-01-05 00:00:00') AS e, (CAST(NULL AS DATE), DATE '2024-01-02') OVERLAPS (DATE '2024-01-02', DATE '2024-01-03') AS f FROM profiles WHERE id = 1;
-- columns: `a` BOOLEAN, `b` BOOLEAN, `c` BOOLEAN, `d` BOOLEAN, `e` BOOLEAN, `f` BOOLEAN
-- flink
-- +I[true, false, true, true, true, null]

-- case overlaps_columns: of columns
SELECT order_id, (ts, INTERVAL '10' SECOND) OVERLAPS (TIMESTAMP '2024-03-01 10:00:10', TIMESTAMP '2024-03-01 10:00:20') AS a FROM orders WHERE order_id < 9;
-- columns: `order_id` INT, `a` BOOLEAN
-- flink
-- +I[1, true]
-- +I[2, true]
-- +I[3, true]
-- +I[4, true]
-- +I[5, true]
-- +I[6, true]
-- +I[7, false]
-- +I[8, false]

-- case overlaps_numbers: numbers are no points in time
SELECT (1, 2) OVERLAPS (3, 4) AS a FROM profiles;
-- flink refuses: SqlValidatorException: Cannot apply 'OVERLAPS' to arguments of type '<RECORDTYPE:PEEK_NO_EXPAND(INTEGER EXPR$0, INTEGER EXPR$1)> OVERLAPS <RECORDTYPE:PEEK_NO_EXPAND(INTEGER EXPR$0, INTEGER EXPR$1)>'. Supported form(s): '<DATETIME> OVERLAPS <DATETIME>' '<DATETIME> OVERLAPS <DATETIME>' '<DATETIME> OVE

-- case overlaps_single: one value is no period
SELECT id OVERLAPS id AS a FROM profiles;
-- flink refuses: SqlValidatorException: Cannot apply 'OVERLAPS' to arguments of type '<INTEGER> OVERLAPS <INTEGER>'. Supported form(s): '<DATETIME> OVERLAPS <DATETIME>' '<DATETIME> OVERLAPS <DATETIME>' '<DATETIME> OVERLAPS <INTERVAL>' '<DATETIME> OVERLAPS <INTERVAL>'
