-- COUNT, SUM, AVG, MIN, MAX, $SUM0 over every numeric type, with nulls and extremes.

-- case count_literal_null: COUNT of a literal NULL is 0
SELECT grp, COUNT(CAST(NULL AS INT)) AS n FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `n` BIGINT
-- flink
-- +I[a, 0]
-- +I[b, 0]
-- +I[null, 0]
-- +I[, 0]

-- case count_distinct_pair: COUNT(DISTINCT a, b) leaves out rows with a NULL
SELECT COUNT(DISTINCT grp, tiny) AS n FROM numbers;
-- flink refuses: TableException: We now only support the count of one field.

-- case sum_integers: of the type of the argument; they wrap around
SELECT grp, SUM(tiny) AS a, SUM(small) AS b, SUM(num) AS c, SUM(big) AS d FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` TINYINT, `b` SMALLINT, `c` INT, `d` BIGINT
-- flink
-- +I[a, 127, 32767, 2147483647, 9223372036854775807]
-- -U[a, 127, 32767, 2147483647, 9223372036854775807]
-- +U[a, -1, -1, -1, -1]
-- +I[b, 0, 0, 0, 0]
-- -U[a, -1, -1, -1, -1]
-- +U[a, 0, 9, 99, 999]
-- +I[null, 2, 20, 200, 2000]
-- +I[, 3, 30, 300, 3000]
-- -U[b, 0, 0, 0, 0]
-- +U[b, 1, 10, 100, 1000]
-- -U[b, 1, 10, 100, 1000]
-- +U[b, 0, 0, 0, 0]

-- case sum_overflow: a sum beyond the type
SELECT SUM(t) AS a, SUM(s) AS b, SUM(i) AS c, SUM(l) AS d FROM (VALUES (CAST(100 AS TINYINT), CAST(32000 AS SMALLINT), 2147483647, 9223372036854775807), (CAST(100 AS TINYINT), CAST(32000 AS SMALLINT), 1, CAST(1 AS BIGINT))) AS v (t, s, i, l);
-- columns: `a` TINYINT, `b` SMALLINT, `c` INT, `d` BIGINT
-- flink
-- +I[100, 32000, 2147483647, 9223372036854775807]
-- -U[100, 32000, 2147483647, 9223372036854775807]
-- +U[-56, -1536, -2147483648, -9223372036854775808]

-- case sum_floats: of FLOAT and DOUBLE
SELECT grp, SUM(real4) AS a, SUM(real8) AS b FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` FLOAT, `b` DOUBLE
-- flink
-- +I[a, 1.5, 2.5]
-- -U[a, 1.5, 2.5]
-- +U[a, 0.0, 0.0]
-- +I[b, 0.0, 0.0]
-- -U[a, 0.0, 0.0]
-- +U[a, 0.25, 1.0E10]
-- +I[null, 3.0, -0.125]
-- +I[, 4.5, 7.0]
-- -U[b, 0.0, 0.0]
-- +U[b, 0.25, 0.1]
-- -U[b, 0.25, 0.1]
-- +U[b, 8.25, 0.30000000000000004]

-- case sum_decimal: DECIMAL(38, s)
SELECT grp, SUM(money) AS a FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` DECIMAL(38, 3)
-- flink
-- +I[a, 1.125]
-- -U[a, 1.125]
-- +U[a, 0.000]
-- +I[b, 0.000]
-- -U[a, 0.000]
-- +U[a, 9999999.999]
-- +I[null, 0.001]
-- +I[, 5.500]
-- -U[b, 0.000]
-- +U[b, 9999999.999]
-- -U[b, 9999999.999]
-- +U[b, 9999999.998]

-- case sum_big_decimal: a DECIMAL(38, 0) that overflows is NULL
SELECT SUM(d) AS a FROM (VALUES (CAST('99999999999999999999999999999999999999' AS DECIMAL(38, 0))), (CAST('1' AS DECIMAL(38, 0)))) AS v (d);
-- columns: `a` DECIMAL(38, 0)
-- flink
-- +I[99999999999999999999999999999999999999]
-- -U[99999999999999999999999999999999999999]
-- +U[null]

-- case sum0: $SUM0 has no NULL
SELECT customer, COUNT(amount) AS n FROM orders WHERE amount IS NULL GROUP BY customer;
-- columns: `customer` STRING, `n` BIGINT
-- flink
-- +I[ann, 0]

-- case avg_integers: cut off
SELECT grp, AVG(tiny) AS a, AVG(small) AS b, AVG(num) AS c, AVG(big) AS d FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` TINYINT, `b` SMALLINT, `c` INT, `d` BIGINT
-- flink
-- +I[a, 127, 32767, 2147483647, 9223372036854775807]
-- -U[a, 127, 32767, 2147483647, 9223372036854775807]
-- +U[a, 0, 0, 0, 0]
-- +I[b, 0, 0, 0, 0]
-- -U[a, 0, 0, 0, 0]
-- +U[a, 0, 3, 33, 333]
-- +I[null, 2, 20, 200, 2000]
-- +I[, 3, 30, 300, 3000]
-- -U[b, 0, 0, 0, 0]
-- +U[b, 0, 5, 50, 500]
-- -U[b, 0, 5, 50, 500]
-- +U[b, 0, 0, 0, 0]

-- case avg_floats: FLOAT stays FLOAT
SELECT grp, AVG(real4) AS a, AVG(real8) AS b FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` FLOAT, `b` DOUBLE
-- flink
-- +I[a, 1.5, 2.5]
-- -U[a, 1.5, 2.5]
-- +U[a, 0.0, 0.0]
-- +I[b, 0.0, 0.0]
-- -U[a, 0.0, 0.0]
-- +U[a, 0.083333336, 3.3333333333333335E9]
-- +I[null, 3.0, -0.125]
-- +I[, 4.5, 7.0]
-- -U[b, 0.0, 0.0]
-- +U[b, 0.125, 0.05]
-- -U[b, 0.125, 0.05]
-- +U[b, 2.75, 0.10000000000000002]

-- case avg_decimal: the scale is 6 at least
SELECT grp, AVG(money) AS a FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` DECIMAL(38, 6)
-- flink
-- +I[a, 1.125000]
-- -U[a, 1.125000]
-- +U[a, 0.000000]
-- +I[b, 0.000000]
-- -U[a, 0.000000]
-- +U[a, 3333333.333000]
-- +I[null, 0.001000]
-- +I[, 5.500000]
-- -U[b, 0.000000]
-- +U[b, 4999999.999500]
-- -U[b, 4999999.999500]
-- +U[b, 3333333.332667]

-- case avg_decimal_scales: scales of 0, 2 and 10
SELECT AVG(a) AS x, AVG(b) AS y, AVG(c) AS z FROM (VALUES (CAST(1 AS DECIMAL(5, 0)), CAST(1.05 AS DECIMAL(10, 2)), CAST(0.0000000001 AS DECIMAL(20, 10))), (CAST(2 AS DECIMAL(5, 0)), CAST(1.10 AS DECIMAL(10, 2)), CAST(0.0000000002 AS DECIMAL(20, 10)))) AS v (a, b, c);
-- columns: `x` DECIMAL(38, 6), `y` DECIMAL(38, 6), `z` DECIMAL(38, 10)
-- flink
-- +I[1.000000, 1.050000, 1E-10]
-- -U[1.000000, 1.050000, 1E-10]
-- +U[1.500000, 1.075000, 2E-10]

-- case avg_negative: towards zero
SELECT AVG(x) AS a FROM (VALUES (-1), (-2)) AS v (x);
-- columns: `a` INT
-- flink
-- +I[-1]

-- case avg_cast: the usual way to keep the fraction
SELECT customer, AVG(CAST(amount AS DOUBLE)) AS a FROM orders WHERE order_id < 18 GROUP BY customer;
-- columns: `customer` STRING, `a` DOUBLE
-- flink
-- +I[ann, 3.0]
-- +I[bob, 1.0]
-- +I[null, 5.0]
-- +I[cid, 2.0]
-- -U[bob, 1.0]
-- +U[bob, -1.5]
-- -U[ann, 3.0]
-- +U[ann, 5.0]
-- +I[dee, 1.0]
-- -U[bob, -1.5]
-- +U[bob, 0.0]
-- -U[ann, 5.0]
-- +U[ann, 4.0]
-- -U[cid, 2.0]
-- +U[cid, 4.0]
-- -U[null, 5.0]
-- +U[null, 6.5]
-- -U[dee, 1.0]
-- +U[dee, 1.5]
-- -U[ann, 4.0]
-- +U[ann, 3.25]
-- -U[bob, 0.0]
-- +U[bob, 2.25]
-- -U[ann, 3.25]
-- +U[ann, 3.4]

-- case min_max_numbers: of every numeric type
SELECT grp, MIN(tiny) AS a, MAX(tiny) AS b, MIN(big) AS c, MAX(big) AS d, MIN(real8) AS e, MAX(real8) AS f, MIN(money) AS g, MAX(money) AS h FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` TINYINT, `b` TINYINT, `c` BIGINT, `d` BIGINT, `e` DOUBLE, `f` DOUBLE, `g` DECIMAL(10, 3), `h` DECIMAL(10, 3)
-- flink
-- +I[a, 127, 127, 9223372036854775807, 9223372036854775807, 2.5, 2.5, 1.125, 1.125]
-- -U[a, 127, 127, 9223372036854775807, 9223372036854775807, 2.5, 2.5, 1.125, 1.125]
-- +U[a, -128, 127, -9223372036854775808, 9223372036854775807, -2.5, 2.5, -1.125, 1.125]
-- +I[b, 0, 0, 0, 0, 0.0, 0.0, 0.000, 0.000]
-- -U[a, -128, 127, -9223372036854775808, 9223372036854775807, -2.5, 2.5, -1.125, 1.125]
-- +U[a, -128, 127, -9223372036854775808, 9223372036854775807, -2.5, 1.0E10, -1.125, 9999999.999]
-- +I[null, 2, 2, 2000, 2000, -0.125, -0.125, 0.001, 0.001]
-- +I[, 3, 3, 3000, 3000, 7.0, 7.0, 5.500, 5.500]
-- -U[b, 0, 0, 0, 0, 0.0, 0.0, 0.000, 0.000]
-- +U[b, 0, 1, 0, 1000, 0.0, 0.1, 0.000, 9999999.999]
-- -U[b, 0, 1, 0, 1000, 0.0, 0.1, 0.000, 9999999.999]
-- +U[b, -1, 1, -1000, 1000, 0.0, 0.2, -0.001, 9999999.999]

-- case min_max_small: SMALLINT, INT, FLOAT
SELECT grp, MIN(small) AS a, MAX(small) AS b, MIN(num) AS c, MAX(num) AS d, MIN(real4) AS e, MAX(real4) AS f FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` SMALLINT, `b` SMALLINT, `c` INT, `d` INT, `e` FLOAT, `f` FLOAT
-- flink
-- +I[a, 32767, 32767, 2147483647, 2147483647, 1.5, 1.5]
-- -U[a, 32767, 32767, 2147483647, 2147483647, 1.5, 1.5]
-- +U[a, -32768, 32767, -2147483648, 2147483647, -1.5, 1.5]
-- +I[b, 0, 0, 0, 0, 0.0, 0.0]
-- +I[null, 20, 20, 200, 200, 3.0, 3.0]
-- +I[, 30, 30, 300, 300, 4.5, 4.5]
-- -U[b, 0, 0, 0, 0, 0.0, 0.0]
-- +U[b, 0, 10, 0, 100, 0.0, 0.25]
-- -U[b, 0, 10, 0, 100, 0.0, 0.25]
-- +U[b, -10, 10, -100, 100, 0.0, 8.0]

-- case min_max_boolean: of BOOLEAN
SELECT grp, MIN(flag) AS a, MAX(flag) AS b FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` BOOLEAN, `b` BOOLEAN
-- flink
-- +I[a, true, true]
-- -U[a, true, true]
-- +U[a, false, true]
-- +I[b, true, true]
-- +I[null, true, true]
-- +I[, null, null]
-- -U[b, true, true]
-- +U[b, false, true]

-- case min_max_date: of DATE
SELECT grp, MIN(born) AS a, MAX(born) AS b FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` DATE, `b` DATE
-- flink
-- +I[a, 2024-02-29, 2024-02-29]
-- -U[a, 2024-02-29, 2024-02-29]
-- +U[a, 1970-01-01, 2024-02-29]
-- +I[b, 2000-12-31, 2000-12-31]
-- -U[a, 1970-01-01, 2024-02-29]
-- +U[a, 1970-01-01, 2024-03-01]
-- +I[null, 1999-01-01, 1999-01-01]
-- +I[, 2024-03-01, 2024-03-01]
-- -U[b, 2000-12-31, 2000-12-31]
-- +U[b, 2000-12-31, 2024-03-02]

-- case min_max_text: of STRING
SELECT product, MIN(customer) AS a, MAX(customer) AS b FROM orders GROUP BY product;
-- columns: `product` INT, `a` STRING, `b` STRING
-- flink
-- +I[10, ann, ann]
-- +I[11, bob, bob]
-- +I[12, ann, ann]
-- +I[13, cid, cid]
-- -U[10, ann, ann]
-- +U[10, ann, bob]
-- -U[11, bob, bob]
-- +U[11, ann, bob]
-- -U[12, ann, ann]
-- +U[12, ann, dee]
-- -U[13, cid, cid]
-- +U[13, bob, cid]
-- +I[null, ann, ann]
-- -U[10, ann, bob]
-- +U[10, ann, cid]
-- -U[13, bob, cid]
-- +U[13, bob, dee]
-- -U[10, ann, cid]
-- +U[10, ann, dee]
-- -U[11, ann, bob]
-- +U[11, ann, cid]
-- -U[13, bob, dee]
-- +U[13, ann, dee]

-- case min_max_timestamp: of TIMESTAMP
SELECT customer, MIN(ts) AS a, MAX(ts) AS b FROM orders GROUP BY customer;
-- columns: `customer` STRING, `a` TIMESTAMP(3), `b` TIMESTAMP(3)
-- flink
-- +I[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:01]
-- +I[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:03]
-- -U[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:01]
-- +U[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:02]
-- +I[null, 2024-03-01T10:00:12, 2024-03-01T10:00:12]
-- +I[cid, 2024-03-01T10:00:14, 2024-03-01T10:00:14]
-- -U[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:03]
-- +U[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:11]
-- -U[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:02]
-- +U[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:25]
-- +I[dee, 2024-03-01T10:00:31, 2024-03-01T10:00:31]
-- -U[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:11]
-- +U[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:28]
-- -U[cid, 2024-03-01T10:00:14, 2024-03-01T10:00:14]
-- +U[cid, 2024-03-01T10:00:14, 2024-03-01T10:00:45]
-- -U[null, 2024-03-01T10:00:12, 2024-03-01T10:00:12]
-- +U[null, 2024-03-01T10:00:12, 2024-03-01T10:00:47]
-- -U[dee, 2024-03-01T10:00:31, 2024-03-01T10:00:31]
-- +U[dee, 2024-03-01T10:00:31, 2024-03-01T10:01:02]
-- -U[ann, 2024-03-01T10:00:01, 2024-03-01T10:00:25]
-- +U[ann, 2024-03-01T10:00:01, 2024-03-01T10:01:02]
-- -U[bob, 2024-03-01T10:00:03, 2024-03-01T10:00:28]
-- +U[bob, 2024-03-01T10:00:03, 2024-03-01T10:01]
-- -U[cid, 2024-03-01T10:00:14, 2024-03-01T10:00:45]
-- +U[cid, 2024-03-01T10:00:14, 2024-03-01T10:01:20]
-- -U[ann, 2024-03-01T10:00:01, 2024-03-01T10:01:02]
-- +U[ann, 2024-03-01T10:00:01, 2024-03-01T10:01:21]
-- -U[bob, 2024-03-01T10:00:03, 2024-03-01T10:01]
-- +U[bob, 2024-03-01T10:00:03, 2024-03-01T10:01:40]
-- -U[ann, 2024-03-01T10:00:01, 2024-03-01T10:01:21]
-- +U[ann, 2024-03-01T10:00:01, 2024-03-01T10:01:41]
-- -U[cid, 2024-03-01T10:00:14, 2024-03-01T10:01:20]
-- +U[cid, 2024-03-01T10:00:14, 2024-03-01T10:02:05]
-- -U[dee, 2024-03-01T10:00:31, 2024-03-01T10:01:02]
-- +U[dee, 2024-03-01T10:00:31, 2024-03-01T10:02:06]
-- -U[bob, 2024-03-01T10:00:03, 2024-03-01T10:01:40]
-- +U[bob, 2024-03-01T10:00:03, 2024-03-01T10:02:07]
-- -U[ann, 2024-03-01T10:00:01, 2024-03-01T10:01:41]
-- +U[ann, 2024-03-01T10:00:01, 2024-03-01T10:02:20]

-- case min_max_time: of TIME
SELECT k, MIN(t) AS a, MAX(t) AS b FROM (VALUES ('a', TIME '10:00:00'), ('a', TIME '09:30:00'), ('b', CAST(NULL AS TIME))) AS v (k, t) GROUP BY k;
-- columns: `k` CHAR(1), `a` TIME(0), `b` TIME(0)
-- flink
-- +I[a, 10:00, 10:00]
-- -U[a, 10:00, 10:00]
-- +U[a, 09:30, 10:00]
-- +I[b, null, null]

-- case min_max_ltz: of TIMESTAMP_LTZ
SELECT customer, MIN(CAST(ts AS TIMESTAMP_LTZ(3))) AS a, MAX(CAST(ts AS TIMESTAMP_LTZ(3))) AS b FROM orders WHERE order_id < 8 GROUP BY customer;
-- columns: `customer` STRING, `a` TIMESTAMP_LTZ(3), `b` TIMESTAMP_LTZ(3)
-- flink
-- +I[ann, 2024-03-01T10:00:01Z, 2024-03-01T10:00:01Z]
-- +I[bob, 2024-03-01T10:00:03Z, 2024-03-01T10:00:03Z]
-- -U[ann, 2024-03-01T10:00:01Z, 2024-03-01T10:00:01Z]
-- +U[ann, 2024-03-01T10:00:01Z, 2024-03-01T10:00:02Z]
-- +I[null, 2024-03-01T10:00:12Z, 2024-03-01T10:00:12Z]
-- +I[cid, 2024-03-01T10:00:14Z, 2024-03-01T10:00:14Z]
-- -U[bob, 2024-03-01T10:00:03Z, 2024-03-01T10:00:03Z]
-- +U[bob, 2024-03-01T10:00:03Z, 2024-03-01T10:00:11Z]
-- -U[ann, 2024-03-01T10:00:01Z, 2024-03-01T10:00:02Z]
-- +U[ann, 2024-03-01T10:00:01Z, 2024-03-01T10:00:25Z]

-- case sum_text: refused
SELECT SUM(customer) AS a FROM orders;
-- flink refuses: SqlValidatorException: Cannot apply 'SUM' to arguments of type 'SUM(<VARCHAR(2147483647)>)'. Supported form(s): 'SUM(<NUMERIC>)'

-- case sum_boolean: refused
SELECT SUM(flag) AS a FROM numbers;
-- flink refuses: SqlValidatorException: Cannot apply 'SUM' to arguments of type 'SUM(<BOOLEAN>)'. Supported form(s): 'SUM(<NUMERIC>)'

-- case avg_text: refused
SELECT AVG(customer) AS a FROM orders;
-- flink refuses: SqlValidatorException: Cannot apply 'AVG' to arguments of type 'AVG(<VARCHAR(2147483647)>)'. Supported form(s): 'AVG(<NUMERIC>)'

-- case sum_date: refused
SELECT SUM(born) AS a FROM numbers;
-- flink refuses: SqlValidatorException: Cannot apply 'SUM' to arguments of type 'SUM(<DATE>)'. Supported form(s): 'SUM(<NUMERIC>)'

-- case max_array: refused
SELECT MAX(tags) AS a FROM profiles;
-- flink refuses: TableException: Max aggregate function does not support type: ''ARRAY''. Please re-check the data type.

-- case max_row: refused
SELECT MAX(home) AS a FROM profiles;
-- flink refuses: TableException: Max aggregate function does not support type: ''ROW''. Please re-check the data type.

-- case max_binary: refused
SELECT MAX(CAST(customer AS BYTES)) AS a FROM orders;
-- flink refuses: TableException: Max aggregate function does not support type: ''VARBINARY''. Please re-check the data type.

-- case nested_aggregate: refused
SELECT SUM(COUNT(*)) AS a FROM orders;
-- flink refuses: SqlValidatorException: Aggregate expressions cannot be nested

-- case aggregate_in_where: refused
SELECT customer FROM orders WHERE COUNT(*) > 1;
-- flink refuses: SqlValidatorException: Aggregate expression is illegal in WHERE clause

-- case sum_star: refused
SELECT SUM(*) AS a FROM orders;
-- flink refuses: SqlValidatorException: Unknown identifier '*'

-- case empty_global: without rows a global aggregate gives nothing in a stream
SELECT COUNT(*) AS n, SUM(amount) AS s, MAX(ts) AS t FROM orders WHERE order_id > 1000;
-- skip bounded: a batch has a row
-- columns: `n` BIGINT, `s` INT, `t` TIMESTAMP(3)
-- flink

-- case empty_group: nothing
SELECT customer, COUNT(*) AS n FROM orders WHERE order_id > 1000 GROUP BY customer;
-- columns: `customer` STRING, `n` BIGINT
-- flink

-- case expression_of_aggregates: arithmetic between them
SELECT customer, SUM(amount) * 2 + COUNT(*) AS a, MAX(price) - MIN(price) AS b, CAST(SUM(amount) AS DOUBLE) / COUNT(amount) AS c FROM orders WHERE order_id < 18 GROUP BY customer;
-- columns: `customer` STRING, `a` BIGINT, `b` DECIMAL(11, 2), `c` DOUBLE
-- flink
-- +I[ann, 7, 0.00, 3.0]
-- +I[bob, 3, 0.00, 1.0]
-- -U[ann, 7, 0.00, 3.0]
-- +U[ann, 8, 9.49, 3.0]
-- +I[null, 11, 0.00, 5.0]
-- +I[cid, 5, 0.00, 2.0]
-- -U[bob, 3, 0.00, 1.0]
-- +U[bob, -4, 90.01, -1.5]
-- -U[ann, 8, 9.49, 3.0]
-- +U[ann, 23, 99.50, 5.0]
-- +I[dee, 3, null, 1.0]
-- -U[bob, -4, 90.01, -1.5]
-- +U[bob, 3, 90.01, 0.0]
-- -U[ann, 23, 99.50, 5.0]
-- +U[ann, 28, 99.50, 4.0]
-- -U[cid, 5, 0.00, 2.0]
-- +U[cid, 18, 10.26, 4.0]
-- -U[null, 11, 0.00, 5.0]
-- +U[null, 28, 9.49, 6.5]
-- -U[dee, 3, null, 1.0]
-- +U[dee, 8, 0.00, 1.5]
-- -U[ann, 28, 99.50, 4.0]
-- +U[ann, 31, 99.50, 3.25]
-- -U[bob, 3, 90.01, 0.0]
-- +U[bob, 22, 90.01, 2.25]
-- -U[cid, 18, 10.26, 4.0]
-- +U[cid, 27, 19.75, 4.0]
-- -U[ann, 31, 99.50, 3.25]
-- +U[ann, 40, 99.50, 3.4]

-- case aggregate_of_expression: CASE within SUM
SELECT customer, SUM(CASE WHEN amount > 3 THEN 1 ELSE 0 END) AS many, SUM(amount * price) AS total, SUM(COALESCE(amount, 100)) AS c FROM orders WHERE order_id < 18 GROUP BY customer;
-- columns: `customer` STRING, `many` INT, `total` DECIMAL(38, 2), `c` INT
-- flink
-- +I[ann, 0, 29.97, 3]
-- +I[bob, 0, 100.00, 1]
-- -U[ann, 0, 29.97, 3]
-- +U[ann, 0, 29.97, 103]
-- +I[null, 1, 49.95, 5]
-- +I[cid, 0, 40.50, 2]
-- -U[bob, 0, 100.00, 1]
-- +U[bob, 0, 60.04, -3]
-- -U[ann, 0, 29.97, 103]
-- +U[ann, 1, 729.97, 110]
-- +I[dee, 0, null, 1]
-- -U[bob, 0, 60.04, -3]
-- +U[bob, 0, 120.79, 0]
-- -U[ann, 1, 729.97, 110]
-- +U[ann, 1, 731.97, 112]
-- -U[cid, 0, 40.50, 2]
-- +U[cid, 1, 100.44, 8]
-- -U[null, 1, 49.95, 5]
-- +U[null, 2, 53.95, 13]
-- -U[dee, 0, null, 1]
-- +U[dee, 0, 40.50, 3]
-- -U[ann, 1, 731.97, 112]
-- +U[ann, 1, 741.96, 113]
-- -U[bob, 0, 120.79, 0]
-- +U[bob, 1, 1020.79, 9]
-- -U[cid, 1, 100.44, 8]
-- +U[cid, 2, 102.44, 12]
-- -U[ann, 1, 741.96, 113]
-- +U[ann, 2, 743.96, 117]

-- case equal_aggregates: twice the same
SELECT customer, COUNT(*) AS a, COUNT(*) AS b, SUM(amount) AS c, SUM(amount) + 1 AS d FROM orders WHERE order_id < 10 GROUP BY customer;
-- columns: `customer` STRING, `a` BIGINT, `b` BIGINT, `c` INT, `d` INT
-- flink
-- +I[ann, 1, 1, 3, 4]
-- +I[bob, 1, 1, 1, 2]
-- -U[ann, 1, 1, 3, 4]
-- +U[ann, 2, 2, 3, 4]
-- +I[null, 1, 1, 5, 6]
-- +I[cid, 1, 1, 2, 3]
-- -U[bob, 1, 1, 1, 2]
-- +U[bob, 2, 2, -3, -2]
-- -U[ann, 2, 2, 3, 4]
-- +U[ann, 3, 3, 10, 11]
-- +I[dee, 1, 1, 1, 2]
-- -U[bob, 2, 2, -3, -2]
-- +U[bob, 3, 3, 0, 1]

-- case count_forms: every form of COUNT
SELECT grp, COUNT(*) AS a, COUNT(1) AS b, COUNT(num) AS c, COUNT(ALL num) AS d, COUNT(DISTINCT num) AS e FROM numbers GROUP BY grp;
-- columns: `grp` STRING, `a` BIGINT, `b` BIGINT, `c` BIGINT, `d` BIGINT, `e` BIGINT
-- flink
-- +I[a, 1, 1, 1, 1, 1]
-- -U[a, 1, 1, 1, 1, 1]
-- +U[a, 2, 2, 2, 2, 2]
-- +I[b, 1, 1, 1, 1, 1]
-- -U[b, 1, 1, 1, 1, 1]
-- +U[b, 2, 2, 1, 1, 1]
-- -U[a, 2, 2, 2, 2, 2]
-- +U[a, 3, 3, 3, 3, 3]
-- +I[null, 1, 1, 1, 1, 1]
-- +I[, 1, 1, 1, 1, 1]
-- -U[b, 2, 2, 1, 1, 1]
-- +U[b, 3, 3, 2, 2, 2]
-- -U[b, 3, 3, 2, 2, 2]
-- +U[b, 4, 4, 3, 3, 3]

-- case count_two: of two columns
SELECT COUNT(num, born) AS f FROM numbers;
-- flink refuses: TableException: We now only support the count of one field.
