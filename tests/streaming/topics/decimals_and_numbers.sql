-- Numbers: result types, nulls, extremes, rounding.

-- case add: INT and what it meets
SELECT id, tiny + small AS a, small + num AS b, num + big AS c, num + real8 AS d, big + money AS e FROM numbers WHERE id > 2;
-- columns: `id` INT, `a` SMALLINT, `b` INT, `c` BIGINT, `d` DOUBLE, `e` DECIMAL(23, 3)
-- flink
-- +I[3, 0, 0, 0, 0.0, 0.000]
-- +I[4, null, null, null, null, null]
-- +I[5, 11, 110, 1100, 1.00000001E10, 10000999.999]
-- +I[6, 22, 220, 2200, 199.875, 2000.001]
-- +I[7, 33, 330, 3300, 307.0, 3005.500]
-- +I[8, 11, 110, 1100, 100.1, 10000999.999]
-- +I[9, -11, -110, -1100, -99.8, -1000.001]

-- case overflow: integers wrap
SELECT num + 1 AS a, big + 1 AS b, num * 2 AS c, -num AS d FROM numbers WHERE id < 3;
-- columns: `a` INT, `b` BIGINT, `c` INT, `d` INT
-- flink
-- +I[-2147483648, -9223372036854775808, -2, -2147483647]
-- +I[-2147483647, -9223372036854775807, 0, -2147483648]

-- case divide: integers and decimals
SELECT id, num / 7 AS a, money / 3 AS b, real8 / 4 AS c, num / CAST(3 AS DECIMAL(3, 1)) AS d FROM numbers WHERE id IN (1, 2, 5, 6, 7);
-- columns: `id` INT, `a` INT, `b` DECIMAL(21, 14), `c` DOUBLE, `d` DECIMAL(17, 6)
-- flink
-- +I[1, 306783378, 0.37500000000000, 0.625, 715827882.333333]
-- +I[2, -306783378, -0.37500000000000, -0.625, -715827882.666667]
-- +I[5, 14, 3333333.33300000000000, 2.5E9, 33.333333]
-- +I[6, 28, 0.00033333333333, -0.03125, 66.666667]
-- +I[7, 42, 1.83333333333333, 1.75, 100.000000]

-- case modulo: % and MOD
SELECT id, num % 7 AS a, MOD(big, 10) AS b, MOD(small, 7) AS c, money % 2 AS d FROM numbers WHERE id IN (1, 2, 5, 6, 7, 9);
-- columns: `id` INT, `a` INT, `b` INT, `c` INT, `d` DECIMAL(10, 3)
-- flink
-- +I[1, 1, 7, 0, 1.125]
-- +I[2, -2, -8, -1, -1.125]
-- +I[5, 2, 0, 3, 1.999]
-- +I[6, 4, 0, 6, 0.001]
-- +I[7, 6, 0, 2, 1.500]
-- +I[9, -2, 0, -3, -0.001]

-- case multiply: decimals
SELECT id, money * money AS a, money * num AS b, money * 1.5 AS c FROM numbers WHERE id IN (3, 5, 6, 7);
-- columns: `id` INT, `a` DECIMAL(21, 6), `b` DECIMAL(21, 3), `c` DECIMAL(13, 4)
-- flink
-- +I[3, 0.000000, 0.000, 0.0000]
-- +I[5, 99999999980000.000001, 999999999.900, 14999999.9985]
-- +I[6, 0.000001, 0.200, 0.0015]
-- +I[7, 30.250000, 1650.000, 8.2500]

-- case subtract: decimals of several scales
SELECT id, money - CAST(0.5 AS DECIMAL(3, 2)) AS a, CAST(1 AS DECIMAL(20, 10)) - money AS b FROM numbers WHERE id > 4;
-- columns: `id` INT, `a` DECIMAL(11, 3), `b` DECIMAL(21, 10)
-- flink
-- +I[5, 9999999.499, -9999998.9990000000]
-- +I[6, -0.499, 0.9990000000]
-- +I[7, 5.000, -4.5000000000]
-- +I[8, 9999999.499, -9999998.9990000000]
-- +I[9, -0.501, 1.0010000000]

-- case literals: types of literals
SELECT 1 AS a, 1.0 AS b, 1e0 AS c, 100000000000 AS d, 0.10 AS e, -5 AS f, .5 AS g FROM numbers WHERE id = 1;
-- columns: `a` INT, `b` DECIMAL(2, 1), `c` DOUBLE, `d` BIGINT, `e` DECIMAL(3, 2), `f` INT, `g` DECIMAL(1, 1)
-- flink
-- +I[1, 1.0, 1.0, 100000000000, 0.10, -5, 0.5]

-- case round: ROUND, CEIL, FLOOR, TRUNCATE
SELECT id, ROUND(money, 1) AS a, ROUND(money) AS b, CEIL(money) AS c, FLOOR(money) AS d, TRUNCATE(money, 1) AS e, ROUND(real8, 1) AS f FROM numbers WHERE id IN (1, 2, 6, 7);
-- columns: `id` INT, `a` DECIMAL(9, 1), `b` DECIMAL(8, 0), `c` DECIMAL(10, 0), `d` DECIMAL(10, 0), `e` DECIMAL(9, 1), `f` DOUBLE
-- flink
-- +I[1, 1.1, 1, 2, 1, 1.1, 2.5]
-- +I[2, -1.1, -1, -1, -2, -1.1, -2.5]
-- +I[6, 0.0, 0, 1, 0, 0.0, -0.1]
-- +I[7, 5.5, 6, 6, 5, 5.5, 7.0]

-- case round_int: of integers
SELECT id, ROUND(num, -1) AS a, CEIL(num) AS b, FLOOR(num) AS c, ROUND(num, 2) AS d FROM numbers WHERE id IN (5, 6, 7);
-- columns: `id` INT, `a` INT, `b` INT, `c` INT, `d` INT
-- flink
-- +I[5, 100, 100, 100, 100]
-- +I[6, 200, 200, 200, 200]
-- +I[7, 300, 300, 300, 300]

-- case abs_sign: ABS, SIGN
SELECT id, ABS(num) AS a, SIGN(num) AS b, ABS(money) AS c, SIGN(money) AS d, ABS(real8) AS e FROM numbers WHERE id <> 2;
-- columns: `id` INT, `a` INT, `b` INT, `c` DECIMAL(10, 3), `d` DECIMAL(10, 3), `e` DOUBLE
-- flink
-- +I[1, 2147483647, 1, 1.125, 1.000, 2.5]
-- +I[3, 0, 0, 0.000, 0.000, 0.0]
-- +I[4, null, null, null, null, null]
-- +I[5, 100, 1, 9999999.999, 1.000, 1.0E10]
-- +I[6, 200, 1, 0.001, 1.000, 0.125]
-- +I[7, 300, 1, 5.500, 1.000, 7.0]
-- +I[8, 100, 1, 9999999.999, 1.000, 0.1]
-- +I[9, 100, -1, 0.001, -1.000, 0.2]

-- case power: POWER, SQRT, EXP, LN, LOG
SELECT id, POWER(tiny, 2) AS a, SQRT(small) AS b, EXP(0) AS c, LN(small) AS d, LOG10(small) AS e, LOG2(8) AS f, LOG(2, 8) AS g FROM numbers WHERE id IN (5, 6, 7);
-- columns: `id` INT, `a` DOUBLE, `b` DOUBLE, `c` DOUBLE, `d` DOUBLE, `e` DOUBLE, `f` DOUBLE, `g` DOUBLE
-- flink
-- +I[5, 1.0, 3.1622776601683795, 1.0, 2.302585092994046, 1.0, 3.0, 3.0]
-- +I[6, 4.0, 4.47213595499958, 1.0, 2.995732273553991, 1.3010299956639813, 3.0, 3.0]
-- +I[7, 9.0, 5.477225575051661, 1.0, 3.4011973816621555, 1.4771212547196624, 3.0, 3.0]

-- case trigonometry: SIN and its like
SELECT SIN(0) AS a, COS(0) AS b, TAN(0) AS c, ASIN(0) AS d, ACOS(1) AS e, ATAN(0) AS f, ATAN2(0, 1) AS g, SINH(0) AS h, COSH(0) AS i, TANH(0) AS j, COT(1) AS k, DEGREES(0) AS l, RADIANS(0) AS m FROM numbers WHERE id = 1;
-- columns: `a` DOUBLE, `b` DOUBLE, `c` DOUBLE, `d` DOUBLE, `e` DOUBLE, `f` DOUBLE, `g` DOUBLE, `h` DOUBLE, `i` DOUBLE, `j` DOUBLE, `k` DOUBLE, `l` DOUBLE, `m` DOUBLE
-- flink
-- +I[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.6420926159343306, 0.0, 0.0]

-- case pi: constants
SELECT PI() AS a, E() AS b FROM numbers WHERE id = 1;
-- columns: `a` DOUBLE, `b` DOUBLE
-- flink
-- +I[3.141592653589793, 2.718281828459045]

-- case compare: numbers of different types
SELECT id FROM numbers WHERE num = big AND money > 5;
-- columns: `id` INT
-- flink

-- case compare_decimal_double: DECIMAL against DOUBLE
SELECT id FROM numbers WHERE money = real8 OR money < 0.01;
-- columns: `id` INT
-- flink
-- +I[2]
-- +I[3]
-- +I[6]
-- +I[9]

-- case between: BETWEEN with nulls
SELECT id, num BETWEEN 0 AND 100 AS a, money NOT BETWEEN -1 AND 1 AS b, num BETWEEN SYMMETRIC 100 AND 0 AS c FROM numbers;
-- columns: `id` INT, `a` BOOLEAN, `b` BOOLEAN, `c` BOOLEAN
-- flink
-- +I[1, false, true, false]
-- +I[2, false, true, false]
-- +I[3, true, false, true]
-- +I[4, null, null, null]
-- +I[5, true, true, true]
-- +I[6, false, false, false]
-- +I[7, false, true, false]
-- +I[8, true, true, true]
-- +I[9, false, false, false]

-- case is_distinct: null-safe comparison
SELECT id, flag IS DISTINCT FROM TRUE AS a, num IS NOT DISTINCT FROM NULL AS b FROM numbers;
-- columns: `id` INT, `a` BOOLEAN, `b` BOOLEAN
-- flink
-- +I[1, false, false]
-- +I[2, true, false]
-- +I[3, false, false]
-- +I[4, true, true]
-- +I[5, true, false]
-- +I[6, false, false]
-- +I[7, true, false]
-- +I[8, true, false]
-- +I[9, false, false]

-- case three_valued: AND, OR, NOT with nulls
SELECT id, flag AND num > 0 AS a, flag OR num > 0 AS b, NOT flag AS c, flag IS TRUE AS d, flag IS NOT TRUE AS e, flag IS UNKNOWN AS f FROM numbers;
-- columns: `id` INT, `a` BOOLEAN, `b` BOOLEAN, `c` BOOLEAN, `d` BOOLEAN, `e` BOOLEAN, `f` BOOLEAN
-- flink
-- +I[1, true, true, false, true, false, false]
-- +I[2, false, false, true, false, true, false]
-- +I[3, false, true, false, true, false, false]
-- +I[4, null, null, null, false, true, true]
-- +I[5, false, true, true, false, true, false]
-- +I[6, true, true, false, true, false, false]
-- +I[7, null, true, null, false, true, true]
-- +I[8, false, true, true, false, true, false]
-- +I[9, false, true, false, true, false, false]

-- case casts_to_int: casts that cut
SELECT id, CAST(money AS INT) AS a, CAST(real8 AS BIGINT) AS b, CAST(real4 AS SMALLINT) AS c, CAST(num AS TINYINT) AS d FROM numbers WHERE id IN (3, 6, 7, 9);
-- columns: `id` INT, `a` INT, `b` BIGINT, `c` SMALLINT, `d` TINYINT
-- flink
-- +I[3, 0, 0, 0, 0]
-- +I[6, 0, 0, 3, -56]
-- +I[7, 5, 7, 4, 44]
-- +I[9, 0, 0, 8, -100]

-- case casts_overflow: integers that do not fit wrap
SELECT CAST(num AS SMALLINT) AS a, CAST(big AS INT) AS b, CAST(small AS TINYINT) AS c FROM numbers WHERE id < 3;
-- columns: `a` SMALLINT, `b` INT, `c` TINYINT
-- flink
-- +I[-1, -1, -1]
-- +I[0, 0, 0]

-- case casts_to_decimal: casts that round
SELECT id, CAST(money AS DECIMAL(10, 1)) AS a, CAST(real8 AS DECIMAL(10, 2)) AS b, CAST(num AS DECIMAL(5, 2)) AS c, CAST('1.255' AS DECIMAL(5, 2)) AS d FROM numbers WHERE id > 2;
-- columns: `id` INT, `a` DECIMAL(10, 1), `b` DECIMAL(10, 2), `c` DECIMAL(5, 2), `d` DECIMAL(5, 2)
-- flink
-- +I[3, 0.0, 0.00, 0.00, 1.26]
-- +I[4, null, null, null, 1.26]
-- +I[5, 10000000.0, null, 100.00, 1.26]
-- +I[6, 0.0, -0.13, 200.00, 1.26]
-- +I[7, 5.5, 7.00, 300.00, 1.26]
-- +I[8, 10000000.0, 0.10, 100.00, 1.26]
-- +I[9, 0.0, 0.20, -100.00, 1.26]

-- case casts_to_text: numbers as text
SELECT id, CAST(num AS STRING) AS a, CAST(money AS STRING) AS b, CAST(real8 AS STRING) AS c, CAST(real4 AS STRING) AS d, CAST(flag AS STRING) AS e, CAST(born AS STRING) AS f FROM numbers;
-- columns: `id` INT, `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING
-- flink
-- +I[1, 2147483647, 1.125, 2.5, 1.5, TRUE, 2024-02-29]
-- +I[2, -2147483648, -1.125, -2.5, -1.5, FALSE, 1970-01-01]
-- +I[3, 0, 0.000, 0.0, 0.0, TRUE, 2000-12-31]
-- +I[4, null, null, null, null, null, null]
-- +I[5, 100, 9999999.999, 1.0E10, 0.25, FALSE, 2024-03-01]
-- +I[6, 200, 0.001, -0.125, 3.0, TRUE, 1999-01-01]
-- +I[7, 300, 5.500, 7.0, 4.5, null, 2024-03-01]
-- +I[8, 100, 9999999.999, 0.1, 0.25, FALSE, 2024-03-02]
-- +I[9, -100, -0.001, 0.2, 8.0, TRUE, null]

-- case casts_from_text: text as numbers
SELECT CAST('12' AS INT) AS a, CAST(' 12 ' AS INT) AS b, CAST('1.5' AS DOUBLE) AS c, CAST('true' AS BOOLEAN) AS d, CAST('2024-02-29' AS DATE) AS e, CAST('1e3' AS DOUBLE) AS f, CAST('12.9' AS INT) AS g FROM numbers WHERE id = 1;
-- columns: `a` INT, `b` INT, `c` DOUBLE, `d` BOOLEAN, `e` DATE, `f` DOUBLE, `g` INT
-- flink
-- +I[12, 12, 1.5, true, 2024-02-29, 1000.0, 12]

-- case try_cast: what cannot be cast is NULL
SELECT TRY_CAST('x' AS INT) AS a, TRY_CAST('300' AS TINYINT) AS b, TRY_CAST('2024-13-01' AS DATE) AS c, TRY_CAST('12' AS INT) AS d, TRY_CAST('maybe' AS BOOLEAN) AS e FROM numbers WHERE id = 1;
-- columns: `a` INT, `b` TINYINT, `c` DATE, `d` INT, `e` BOOLEAN
-- flink
-- +I[null, null, null, 12, null]

-- case cast_boolean: booleans and numbers
SELECT id, CAST(flag AS INT) AS a, CAST(num AS BOOLEAN) AS b FROM numbers;
-- columns: `id` INT, `a` INT, `b` BOOLEAN
-- flink
-- +I[1, 1, true]
-- +I[2, 0, true]
-- +I[3, 1, false]
-- +I[4, null, null]
-- +I[5, 0, true]
-- +I[6, 1, true]
-- +I[7, null, true]
-- +I[8, 0, true]
-- +I[9, 1, true]

-- case greatest: GREATEST, LEAST
SELECT id, GREATEST(num, 5) AS a, LEAST(num, 5, 200) AS b FROM numbers;
-- columns: `id` INT, `a` INT, `b` INT
-- flink
-- +I[1, 2147483647, 5]
-- +I[2, 5, -2147483648]
-- +I[3, 5, 0]
-- +I[4, null, null]
-- +I[5, 100, 5]
-- +I[6, 200, 5]
-- +I[7, 300, 5]
-- +I[8, 100, 5]
-- +I[9, 5, -100]

-- case coalesce: COALESCE, IFNULL, NULLIF, IF
SELECT id, COALESCE(num, small, -7) AS a, IFNULL(money, 0) AS b, NULLIF(num, 0) AS c, IF(num > 5, 'big', 'small') AS d FROM numbers;
-- columns: `id` INT, `a` INT, `b` DECIMAL(13, 3), `c` INT, `d` VARCHAR(5)
-- flink
-- +I[1, 2147483647, 1.125, 2147483647, big]
-- +I[2, -2147483648, -1.125, -2147483648, small]
-- +I[3, 0, 0.000, null, small]
-- +I[4, -7, 0.000, null, small]
-- +I[5, 100, 9999999.999, 100, big]
-- +I[6, 200, 0.001, 200, big]
-- +I[7, 300, 5.500, 300, big]
-- +I[8, 100, 9999999.999, 100, big]
-- +I[9, -100, -0.001, -100, small]

-- case case_when: CASE in both forms and their types
SELECT id, CASE WHEN num > 100 THEN 1 WHEN num > 0 THEN 2.5 ELSE NULL END AS a, CASE grp WHEN 'a' THEN 'first' WHEN 'b' THEN 'second' END AS b FROM numbers;
-- columns: `id` INT, `a` DECIMAL(11, 1), `b` VARCHAR(6)
-- flink
-- +I[1, 1.0, first]
-- +I[2, null, first]
-- +I[3, null, second]
-- +I[4, null, second]
-- +I[5, 2.5, first]
-- +I[6, 1.0, null]
-- +I[7, 1.0, null]
-- +I[8, 2.5, second]
-- +I[9, null, second]

-- case bits: bit functions and conversions
SELECT id, BIN(num) AS a, HEX(num) AS b FROM numbers WHERE id IN (3, 5, 6);
-- columns: `id` INT, `a` STRING, `b` STRING
-- flink
-- +I[3, 0, 0]
-- +I[5, 1100100, 64]
-- +I[6, 11001000, C8]

-- case uuid_length: functions without a fixed answer
SELECT CHAR_LENGTH(UUID()) AS a, RAND() < 1 AS b, RAND_INTEGER(1) AS c FROM numbers WHERE id = 1;
-- columns: `a` INT, `b` BOOLEAN, `c` INT
-- flink
-- +I[36, true, 0]

-- case sums: types of sums and averages
SELECT SUM(tiny) AS a, SUM(small) AS b, SUM(real4) AS c, SUM(real8) AS d, SUM(money) AS e, AVG(tiny) AS f, AVG(small) AS g, AVG(money) AS h, AVG(real4) AS i FROM numbers WHERE id > 2;
-- columns: `a` TINYINT, `b` SMALLINT, `c` FLOAT, `d` DOUBLE, `e` DECIMAL(38, 3), `f` TINYINT, `g` SMALLINT, `h` DECIMAL(38, 6), `i` FLOAT
-- flink
-- +I[0, 0, 0.0, 0.0, 0.000, 0, 0, 0.000000, 0.0]
-- -U[0, 0, 0.0, 0.0, 0.000, 0, 0, 0.000000, 0.0]
-- +U[1, 10, 0.25, 1.0E10, 9999999.999, 0, 5, 4999999.999500, 0.125]
-- -U[1, 10, 0.25, 1.0E10, 9999999.999, 0, 5, 4999999.999500, 0.125]
-- +U[3, 30, 3.25, 9.999999999875E9, 10000000.000, 1, 10, 3333333.333333, 1.0833334]
-- -U[3, 30, 3.25, 9.999999999875E9, 10000000.000, 1, 10, 3333333.333333, 1.0833334]
-- +U[6, 60, 7.75, 1.0000000006875E10, 10000005.500, 1, 15, 2500001.375000, 1.9375]
-- -U[6, 60, 7.75, 1.0000000006875E10, 10000005.500, 1, 15, 2500001.375000, 1.9375]
-- +U[7, 70, 8.0, 1.0000000006975E10, 20000005.499, 1, 14, 4000001.099800, 1.6]
-- -U[7, 70, 8.0, 1.0000000006975E10, 20000005.499, 1, 14, 4000001.099800, 1.6]
-- +U[6, 60, 16.0, 1.0000000007175001E10, 20000005.498, 1, 10, 3333334.249667, 2.6666667]

-- case min_max: of every type
SELECT MIN(tiny) AS a, MAX(small) AS b, MIN(num) AS c, MAX(big) AS d, MIN(real4) AS e, MAX(real8) AS f, MIN(money) AS g, MAX(flag) AS h, MIN(born) AS i, MAX(grp) AS j FROM numbers;
-- columns: `a` TINYINT, `b` SMALLINT, `c` INT, `d` BIGINT, `e` FLOAT, `f` DOUBLE, `g` DECIMAL(10, 3), `h` BOOLEAN, `i` DATE, `j` STRING
-- flink
-- +I[127, 32767, 2147483647, 9223372036854775807, 1.5, 2.5, 1.125, true, 2024-02-29, a]
-- -U[127, 32767, 2147483647, 9223372036854775807, 1.5, 2.5, 1.125, true, 2024-02-29, a]
-- +U[-128, 32767, -2147483648, 9223372036854775807, -1.5, 2.5, -1.125, true, 1970-01-01, a]
-- -U[-128, 32767, -2147483648, 9223372036854775807, -1.5, 2.5, -1.125, true, 1970-01-01, a]
-- +U[-128, 32767, -2147483648, 9223372036854775807, -1.5, 2.5, -1.125, true, 1970-01-01, b]
-- -U[-128, 32767, -2147483648, 9223372036854775807, -1.5, 2.5, -1.125, true, 1970-01-01, b]
-- +U[-128, 32767, -2147483648, 9223372036854775807, -1.5, 1.0E10, -1.125, true, 1970-01-01, b]

-- case division_by_zero: decimals and doubles
SELECT id, real8 / 0e0 AS a FROM numbers WHERE id IN (1, 2, 3);
-- columns: `id` INT, `a` DOUBLE
-- flink
-- +I[1, Infinity]
-- +I[2, -Infinity]
-- +I[3, NaN]

-- case group_by_double: groups of doubles and decimals
SELECT money, real4, COUNT(*) AS n FROM numbers GROUP BY money, real4;
-- columns: `money` DECIMAL(10, 3), `real4` FLOAT, `n` BIGINT
-- flink
-- +I[1.125, 1.5, 1]
-- +I[-1.125, -1.5, 1]
-- +I[0.000, 0.0, 1]
-- +I[null, null, 1]
-- +I[9999999.999, 0.25, 1]
-- +I[0.001, 3.0, 1]
-- +I[5.500, 4.5, 1]
-- -U[9999999.999, 0.25, 1]
-- +U[9999999.999, 0.25, 2]
-- +I[-0.001, 8.0, 1]
