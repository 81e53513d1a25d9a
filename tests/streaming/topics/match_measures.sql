-- MATCH_RECOGNIZE: MEASURES and DEFINE.

-- case doc_first: the documentation's simplest
SELECT t.a, t.b, t.c FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B C)
  DEFINE A AS price = 12, B AS price = 17, C AS price = 13
) AS t;
-- columns: `a` INT, `b` INT, `c` INT
-- flink
-- +I[12, 17, 13]

-- case last_offset: LAST with an offset
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES LAST(A.price) AS l0, LAST(A.price, 1) AS l1, LAST(A.price, 2) AS l2
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A{3} B)
  DEFINE A AS A.price > 1
) AS t;
-- columns: `symbol` STRING, `l0` INT, `l1` INT, `l2` INT
-- flink
-- +I[acme, 13, 17, 12]
-- +I[acme, 16, 13, 17]
-- +I[acme, 25, 16, 13]
-- +I[acme, 2, 25, 16]
-- +I[acme, 4, 2, 25]
-- +I[bolt, 41, 40, 50]
-- +I[acme, 10, 4, 2]
-- +I[bolt, 39, 41, 40]
-- +I[acme, 15, 10, 4]
-- +I[acme, 25, 15, 10]
-- +I[acme, 25, 25, 15]
-- +I[bolt, 45, 39, 41]

-- case first_offset: FIRST with an offset
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(A.price) AS f0, FIRST(A.price, 1) AS f1, FIRST(A.price, 3) AS f3
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A{3} B)
  DEFINE A AS A.price > 1
) AS t;
-- columns: `symbol` STRING, `f0` INT, `f1` INT, `f3` INT
-- flink
-- +I[acme, 12, 17, null]
-- +I[acme, 17, 13, null]
-- +I[acme, 13, 16, null]
-- +I[acme, 16, 25, null]
-- +I[acme, 25, 2, null]
-- +I[bolt, 50, 40, null]
-- +I[acme, 2, 4, null]
-- +I[bolt, 40, 41, null]
-- +I[acme, 4, 10, null]
-- +I[acme, 10, 15, null]
-- +I[acme, 15, 25, null]
-- +I[bolt, 41, 39, null]

-- case last_plain: a plain column is the last row
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, LAST(A.price) AS l, FIRST(A.price) AS f
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 12, B AS B.price < 12
) AS t;
-- columns: `symbol` STRING, `a` INT, `l` INT, `f` INT
-- flink
-- +I[acme, 25, 25, 17]

-- case aggregates: aggregates of a variable
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS n, SUM(A.price) AS s, AVG(A.price) AS a, MIN(A.price) AS lo, MAX(A.price) AS hi
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 12, B AS B.price < 12
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `s` INT, `a` INT, `lo` INT, `hi` INT
-- flink
-- +I[acme, 4, 71, 17, 13, 25]

-- case aggregate_expression: aggregates of expressions
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES SUM(A.price * A.tax) AS s, MAX(A.price + A.tax) AS m, AVG(CAST(A.price AS DOUBLE)) AS d
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 12, B AS B.price < 12
) AS t;
-- columns: `symbol` STRING, `s` INT, `m` INT, `d` DOUBLE
-- flink
-- +I[acme, 145, 27, 17.75]

-- case count_star: COUNT(*) of a variable
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.*) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 12, B AS B.price < 12
) AS t;
-- flink refuses: SqlValidatorException: Unknown field '*'
-- sluice takes: COUNT(A.*) counts the rows of A, as the standard says

-- case count_all: COUNT(*) of the match
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(*) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 12, B AS B.price < 12
) AS t;
-- columns: `symbol` STRING, `n` BIGINT
-- flink
-- +I[acme, 5]

-- case sum_all: SUM of the match
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES SUM(price) AS s
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 12, B AS B.price < 12
) AS t;
-- columns: `symbol` STRING, `s` INT
-- flink
-- +I[acme, 73]

-- case distinct: DISTINCT in a measure
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(DISTINCT A.price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 12, B AS B.price < 12
) AS t;
-- flink refuses: SqlValidatorException: DISTINCT/ALL not allowed with COUNT(DISTINCT `A`.`price`) function

-- case define_sum: a condition over a running sum
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS n, SUM(A.price) AS s, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS SUM(A.price) < 60
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `s` INT, `b` INT
-- flink
-- +I[acme, 4, 58, 25]
-- +I[bolt, 1, 50, 40]
-- +I[bolt, 1, 41, 39]
-- +I[acme, 5, 56, 25]
-- +I[bolt, 1, 45, 60]

-- case define_count: a condition over a count
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS n, FIRST(A.price) AS f
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS COUNT(A.price) <= 2, B AS B.price > 0
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `f` INT
-- flink
-- +I[acme, 2, 12]
-- +I[acme, 2, 16]
-- +I[bolt, 2, 50]
-- +I[acme, 2, 4]
-- +I[acme, 2, 25]
-- +I[bolt, 2, 39]

-- case define_first: a condition over the first row
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(A.price) AS f, LAST(A.price) AS l, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price >= FIRST(A.price), B AS B.price < FIRST(A.price)
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `b` INT
-- flink
-- +I[bolt, 50, 50, 40]
-- +I[acme, 12, 25, 2]
-- +I[bolt, 41, 41, 39]

-- case define_other: a condition over another variable
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, LAST(B.price) AS b, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B+ C)
  DEFINE B AS B.price > A.price, C AS C.price < A.price
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT, `c` INT
-- flink
-- +I[acme, 12, 25, 2]
-- +I[acme, 13, 25, 2]
-- +I[acme, 16, 25, 2]
-- +I[bolt, 40, 41, 39]

-- case define_average: a condition over an average of another variable
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES AVG(A.price) AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A{2} B)
  DEFINE B AS B.price > AVG(A.price)
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT
-- flink
-- +I[acme, 15, 16]
-- +I[acme, 14, 25]
-- +I[acme, 3, 10]
-- +I[acme, 7, 15]
-- +I[bolt, 40, 45]
-- +I[acme, 12, 25]
-- +I[acme, 20, 25]
-- +I[acme, 25, 30]
-- +I[bolt, 42, 60]

-- case define_other_column: other columns
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.tax AS a, B.tax AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B)
  DEFINE B AS B.tax > A.tax
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT
-- flink
-- +I[acme, 1, 2]
-- +I[acme, 1, 3]
-- +I[acme, 1, 2]
-- +I[bolt, 1, 2]
-- +I[bolt, 1, 3]

-- case define_last_zero: LAST of the variable itself, one before
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(B.price) AS f, LAST(B.price) AS l
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B+ C)
  DEFINE B AS LAST(B.price, 1) IS NULL OR B.price > LAST(B.price, 1), C AS C.price < LAST(B.price)
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT
-- flink
-- +I[acme, 17, 17]
-- +I[acme, 25, 25]
-- +I[bolt, 40, 41]

-- case define_text: functions in conditions
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.symbol AS s, A.price AS p
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE A AS UPPER(A.symbol) = 'ACME' AND MOD(A.price, 2) = 1, B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `s` STRING, `p` INT
-- flink
-- +I[acme, acme, 13]
-- +I[acme, acme, 15]
-- +I[acme, acme, 25]

-- case define_in: IN and BETWEEN in conditions
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE A AS A.price IN (12, 2, 50), B AS B.price BETWEEN 4 AND 40
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT
-- flink
-- +I[acme, 12, 17]
-- +I[bolt, 50, 40]
-- +I[acme, 2, 4]

-- case define_case: CASE in conditions
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS CASE WHEN A.price > 20 THEN B.price < A.price ELSE B.price > A.price END
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT
-- flink
-- +I[acme, 12, 17]
-- +I[acme, 13, 16]
-- +I[bolt, 50, 40]
-- +I[acme, 25, 2]
-- +I[acme, 4, 10]
-- +I[bolt, 41, 39]
-- +I[acme, 15, 25]

-- case define_time: times in conditions
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.ts AS a, B.ts AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B)
  DEFINE B AS B.ts >= A.ts + INTERVAL '2' SECOND
) AS t;
-- columns: `symbol` STRING, `a` TIMESTAMP(3), `b` TIMESTAMP(3)
-- flink
-- +I[bolt, 2024-03-01T09:00:06, 2024-03-01T09:00:08]
-- +I[bolt, 2024-03-01T09:00:09, 2024-03-01T09:00:12]

-- case plain_names: columns without a variable
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES price AS p, ts AS moment
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 12, B AS B.price < 12
) AS t;
-- columns: `symbol` STRING, `p` INT, `moment` TIMESTAMP(3)
-- flink
-- +I[acme, 2, 2024-03-01T09:00:06]

-- case match_rowtime: MATCH_ROWTIME
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES MATCH_ROWTIME() AS r, A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `r` TIMESTAMP(3), `a` INT
-- flink
-- +I[acme, 2024-03-01T09:00:02, 12]
-- +I[acme, 2024-03-01T09:00:04, 13]
-- +I[bolt, 2024-03-01T09:00:06, 40]
-- +I[acme, 2024-03-01T09:00:07, 2]
-- +I[acme, 2024-03-01T09:00:09, 10]
-- +I[bolt, 2024-03-01T09:00:09, 39]
-- +I[acme, 2024-03-01T09:00:12, 25]

-- case match_rowtime_argument: MATCH_ROWTIME of a column
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES MATCH_ROWTIME(ts) AS r, A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `r` TIMESTAMP(3), `a` INT
-- flink
-- +I[acme, 2024-03-01T09:00:02, 12]
-- +I[acme, 2024-03-01T09:00:04, 13]
-- +I[bolt, 2024-03-01T09:00:06, 40]
-- +I[acme, 2024-03-01T09:00:07, 2]
-- +I[acme, 2024-03-01T09:00:09, 10]
-- +I[bolt, 2024-03-01T09:00:09, 39]
-- +I[acme, 2024-03-01T09:00:12, 25]

-- case then_window: a window behind a match
SELECT TUMBLE_START(r, INTERVAL '5' SECOND) AS s, SUM(step) AS steps FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES MATCH_ROWTIME() AS r, B.price - A.price AS step
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t GROUP BY TUMBLE(r, INTERVAL '5' SECOND);
-- columns: `s` TIMESTAMP(3), `steps` INT
-- flink
-- +I[2024-03-01T09:00, 8]
-- +I[2024-03-01T09:00:05, 29]
-- +I[2024-03-01T09:00:10, 30]

-- case then_aggregate: an aggregate behind a match
SELECT symbol, COUNT(*) AS n, MAX(step) AS m FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES B.price - A.price AS step
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t GROUP BY symbol;
-- columns: `symbol` STRING, `n` BIGINT, `m` INT
-- flink
-- +I[acme, 1, 5]
-- -U[acme, 1, 5]
-- +U[acme, 2, 5]
-- -U[acme, 2, 5]
-- +U[acme, 3, 9]
-- +I[bolt, 1, 1]
-- -U[acme, 3, 9]
-- +U[acme, 4, 9]
-- -U[acme, 4, 9]
-- +U[acme, 5, 9]
-- -U[acme, 5, 9]
-- +U[acme, 6, 9]
-- -U[bolt, 1, 1]
-- +U[bolt, 2, 6]
-- -U[acme, 6, 9]
-- +U[acme, 7, 10]
-- -U[acme, 7, 10]
-- +U[acme, 8, 10]
-- -U[bolt, 2, 6]
-- +U[bolt, 3, 15]

-- case then_where: a condition behind a match
SELECT symbol, b - a AS step FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t WHERE symbol = 'acme' AND b > 15;
-- columns: `symbol` STRING, `step` INT
-- flink
-- +I[acme, 5]
-- +I[acme, 3]
-- +I[acme, 9]
-- +I[acme, 10]
-- +I[acme, 5]

-- case match_proctime: MATCH_PROCTIME in a condition
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, MATCH_PROCTIME() IS NULL AS p
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `a` INT, `p` BOOLEAN
-- flink
-- +I[acme, 12, false]
-- +I[acme, 13, false]
-- +I[bolt, 40, false]
-- +I[acme, 2, false]
-- +I[acme, 10, false]
-- +I[bolt, 39, false]
-- +I[acme, 25, false]

-- case match_number: MATCH_NUMBER
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES MATCH_NUMBER() AS n, A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: SqlValidatorException: No match found for function signature MATCH_NUMBER(). Supported signatures are: 'MATCH_NUMBER()'

-- case classifier: CLASSIFIER
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES CLASSIFIER() AS c, A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: CodeGenException: Unsupported call: CLASSIFIER() If you think this function should be supported, you can create an issue and start a discussion for it.

-- case prev: PREV
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > PREV(B.price)
) AS t;
-- flink refuses: TableException: Flink does not support physical offsets within partition.

-- case next: NEXT in a measure
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES NEXT(A.price) AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: SqlValidatorException: Cannot use PREV/NEXT in MEASURE 'NEXT(`A`.`price`, 1)'

-- case no_measures: no measures
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: ValidationException: Columns ambiguously defined: {}
-- sluice takes: the keys alone

-- case two_variables: an aggregate over two variables
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES SUM(A.price + B.price) AS s
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: SqlValidatorException: Multiple pattern variables in 'SUM(`A`.`price` + `B`.`price`)'

-- case two_partitions: two keys
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol, tax
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `tax` INT, `a` INT, `b` INT
-- flink
-- +I[acme, 1, 12, 13]
-- +I[acme, 2, 17, 25]
-- +I[acme, 1, 2, 4]
-- +I[acme, 2, 10, 15]
-- +I[bolt, 1, 41, 45]
-- +I[acme, 1, 25, 30]

-- case null_measure: a variable without rows is null
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b, COUNT(B.price) AS n, SUM(B.price) AS s
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B* C)
  DEFINE A AS A.price > 20, B AS B.price > 1000, C AS C.price > 0
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT, `n` BIGINT, `s` INT
-- flink
-- +I[bolt, 50, null, 0, null]
-- +I[acme, 25, null, 0, null]
-- +I[bolt, 41, null, 0, null]
-- +I[acme, 25, null, 0, null]
-- +I[bolt, 45, null, 0, null]

-- case over_view: a view with a condition
SELECT * FROM (SELECT * FROM ticker WHERE tax < 3) MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT
-- flink
-- +I[acme, 12, 17]
-- +I[acme, 13, 25]
-- +I[bolt, 40, 41]
-- +I[acme, 2, 4]
-- +I[acme, 10, 15]
-- +I[bolt, 39, 45]
-- +I[acme, 25, 30]

-- case over_devices: null in conditions
SELECT * FROM pings MATCH_RECOGNIZE (
  PARTITION BY device
  ORDER BY ts
  MEASURES A.reading AS a, B.reading AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B)
  DEFINE B AS B.reading > A.reading
) AS t;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `device` STRING, `a` DOUBLE, `b` DOUBLE
-- flink
-- +I[d1, 1.5, 2.5]
-- +I[d1, 3.5, 4.0]
-- +I[d1, 4.0, 7.0]
-- +I[d2, -1.0, 8.5]
-- +I[d3, 1.25, 3.0]

-- case over_nulls: IS NULL in conditions
SELECT * FROM pings MATCH_RECOGNIZE (
  PARTITION BY device
  ORDER BY ts
  MEASURES A.reading AS a, B.ts AS gap, C.reading AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B C)
  DEFINE B AS B.reading IS NULL
) AS t;
-- columns: `device` STRING, `a` DOUBLE, `gap` TIMESTAMP(3), `c` DOUBLE
-- flink
-- +I[d1, 2.5, 2024-03-01T08:00:04, 3.5]

-- case processing: processing time
SELECT * FROM orders MATCH_RECOGNIZE (
  PARTITION BY customer
  ORDER BY proc
  MEASURES A.order_id AS a, B.order_id AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `customer` STRING, `a` INT, `b` INT
-- flink
-- +I[ann, 3, 7]
-- +I[bob, 6, 9]
-- +I[ann, 10, 14]
-- +I[bob, 9, 15]
-- +I[bob, 15, 19]
-- +I[cid, 16, 21]
-- +I[dee, 18, 22]
-- +I[ann, 20, 24]

-- case late: late rows
SELECT * FROM orders MATCH_RECOGNIZE (
  PARTITION BY customer
  ORDER BY ts
  MEASURES A.order_id AS a, B.order_id AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `customer` STRING, `a` INT, `b` INT
-- flink
-- +I[ann, 3, 7]
-- +I[bob, 6, 9]
-- +I[bob, 9, 15]
-- +I[bob, 15, 19]
-- +I[cid, 16, 21]
-- +I[ann, 20, 24]
