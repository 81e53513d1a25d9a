-- MATCH_RECOGNIZE: what Flink's documentation says of it, sentence by sentence.

-- case doc_greedy: the documentation's greedy B
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES C.price AS last_price
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B* C)
  DEFINE A AS A.price > 10, B AS B.price < 15, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `last_price` INT
-- flink
-- +I[acme, 17]
-- +I[acme, 16]
-- +I[bolt, 40]
-- +I[bolt, 39]
-- +I[acme, 15]
-- +I[acme, 25]
-- +I[bolt, 60]

-- case doc_reluctant: and reluctant
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES C.price AS last_price
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B*? C)
  DEFINE A AS A.price > 10, B AS B.price < 15, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `last_price` INT
-- flink
-- +I[acme, 17]
-- +I[acme, 16]
-- +I[bolt, 40]
-- +I[bolt, 39]
-- +I[acme, 15]
-- +I[acme, 25]
-- +I[bolt, 60]

-- case doc_output: the documentation's output mode
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(A.price) AS start_price, LAST(A.price) AS top_price, B.price AS last_price
  ONE ROW PER MATCH
  PATTERN (A+ B)
  DEFINE A AS LAST(A.price, 1) IS NULL OR A.price > LAST(A.price, 1), B AS B.price < LAST(A.price)
) AS t;
-- columns: `symbol` STRING, `start_price` INT, `top_price` INT, `last_price` INT
-- flink
-- +I[acme, 12, 17, 13]
-- +I[acme, 17, 17, 13]
-- +I[bolt, 50, 50, 40]
-- +I[acme, 13, 25, 2]
-- +I[acme, 16, 25, 2]
-- +I[acme, 25, 25, 2]
-- +I[bolt, 40, 41, 39]
-- +I[bolt, 41, 41, 39]

-- case doc_references: the documentation's references of variables
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, COUNT(B.price) AS n, SUM(price) AS total, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B+ C)
  DEFINE A AS A.price >= 10, B AS B.price > A.price AND SUM(price) < 100 AND SUM(B.price) < 80, C AS C.price <= A.price
) AS t;
-- columns: `symbol` STRING, `a` INT, `n` BIGINT, `total` INT, `c` INT
-- flink
-- +I[acme, 12, 4, 85, 2]
-- +I[bolt, 40, 1, 120, 39]

-- case doc_offsets: the documentation's logical offsets
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, FIRST(B.price) AS f, LAST(B.price) AS l, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B+ C)
  DEFINE A AS A.price >= 10, B AS (LAST(B.price, 1) IS NULL OR B.price > LAST(B.price, 1)) AND (LAST(B.price, 2) IS NULL OR B.price > 2 * LAST(B.price, 2)), C AS TRUE
) AS t;
-- columns: `symbol` STRING, `a` INT, `f` INT, `l` INT, `c` INT
-- flink
-- +I[acme, 12, 17, 17, 13]
-- +I[acme, 16, 25, 25, 2]
-- +I[bolt, 50, 40, 41, 39]
-- +I[acme, 10, 15, 25, 25]

-- case doc_default: the default variable with an offset
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B? C)
  DEFINE B AS B.price < 20, C AS LAST(price, 1) < C.price
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT, `c` INT
-- flink
-- +I[acme, 12, null, 17]
-- +I[acme, 13, null, 16]
-- +I[bolt, 40, null, 41]
-- +I[acme, 25, 2, 4]
-- +I[acme, 10, null, 15]
-- +I[bolt, 39, null, 45]
-- +I[acme, 25, null, 30]

-- case doc_expression: LAST of two columns of one row
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES LAST(A.price * A.tax) AS product, FIRST(A.price + A.tax, 1) AS other
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A{2,} B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- columns: `symbol` STRING, `product` INT, `other` INT
-- flink
-- +I[acme, 50, 19]

-- case two_in_last: LAST of two variables
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES LAST(A.price * B.tax) AS product
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- flink refuses: SqlValidatorException: Multiple pattern variables in 'LAST(`A`.`price` * `B`.`tax`, 0)'

-- case within_hour: the documentation's drop
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES C.ts AS drop_time, A.price - C.price AS fall
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B* C) WITHIN INTERVAL '3' SECOND
  DEFINE B AS B.price > A.price - 10, C AS C.price < A.price - 10
) AS t;
-- columns: `symbol` STRING, `drop_time` TIMESTAMP(3), `fall` INT
-- flink
-- +I[acme, 2024-03-01T09:00:06, 14]

-- case within_zero: WITHIN nothing
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B) WITHIN INTERVAL '0' SECOND
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `a` INT
-- flink
-- +I[acme, 12]
-- +I[acme, 13]
-- +I[bolt, 40]
-- +I[acme, 2]
-- +I[acme, 10]
-- +I[bolt, 39]
-- +I[acme, 25]

-- case within_negative: WITHIN a negative time
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B) WITHIN INTERVAL -'1' SECOND
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: SqlValidatorException: Interval must be non-negative '1'

-- case within_number: WITHIN a number
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B) WITHIN 5
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: ParseException: Encountered "5" at line 7, column 24. Was expecting: "INTERVAL" ...

-- case within_minutes: WITHIN minutes to seconds
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B) WITHIN INTERVAL '0:02' MINUTE TO SECOND
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT
-- flink
-- +I[acme, 12, 17]
-- +I[acme, 13, 16]
-- +I[bolt, 40, 41]
-- +I[acme, 2, 4]
-- +I[acme, 10, 15]
-- +I[bolt, 39, 45]
-- +I[acme, 25, 30]

-- case pattern_zero_times: no repetition
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{0} C)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- flink refuses: IllegalArgumentException: The to should be a number greater than or equal to from: 1.

-- case pattern_least_zero: none and more
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{0,} C)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `n` BIGINT
-- flink
-- +I[acme, 12, 25, 5]
-- +I[bolt, 50, 40, 2]
-- +I[bolt, 41, 39, 2]
-- +I[acme, 15, 25, 2]
-- +I[acme, 25, 30, 2]
-- +I[bolt, 45, 60, 2]

-- case pattern_most: up to two
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{,2} C)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- flink refuses: IllegalArgumentException: The from should be a positive number greater than 0.
-- sluice takes: the documentation has {, m}

-- case pattern_turned: more than there may be
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{3,2} C)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- flink refuses: IllegalArgumentException: The to should be a number greater than or equal to from: 3.

-- case pattern_range_exact: between two and two
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{2,2} C)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `n` BIGINT
-- flink
-- +I[acme, 12, 16, 4]

-- case pattern_one_or_more_braces: {1,}
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{1,} C)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `n` BIGINT
-- flink
-- +I[acme, 12, 25, 5]

-- case pattern_optional_braces: {0,1}
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{0,1} C)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `n` BIGINT
-- flink
-- +I[acme, 12, 17, 2]
-- +I[acme, 13, 16, 2]
-- +I[bolt, 50, 40, 2]
-- +I[bolt, 41, 39, 2]
-- +I[acme, 15, 25, 2]
-- +I[acme, 25, 30, 2]
-- +I[bolt, 45, 60, 2]

-- case pattern_optional_braces_reluctant: {0,1}?
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{0,1}? C)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- flink refuses: TableException: Reluctant optional variables are not supported yet.

-- case pattern_exact_reluctant: {2}?
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{2}? C)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `n` BIGINT
-- flink
-- +I[acme, 12, 16, 4]

-- case pattern_parentheses: one variable in parentheses
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A (B) C)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `n` BIGINT
-- flink
-- +I[acme, 12, 13, 3]

-- case pattern_parentheses_all: the pattern in parentheses
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN ((A B C))
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `n` BIGINT
-- flink
-- +I[acme, 12, 13, 3]

-- case pattern_nested_group: a group without a quantifier
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A (B C))
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `n` BIGINT
-- flink
-- +I[acme, 12, 13, 3]

-- case pattern_range_end: a range at the end
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{1,2})
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- flink refuses: TableException: Greedy quantifiers are not allowed as the last element of a Pattern yet. Finish your pattern with either a simple variable or reluctant quantifier.

-- case pattern_exact_end: exactly two at the end
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{2})
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `n` BIGINT
-- flink
-- +I[acme, 12, 13, 3]
-- +I[acme, 25, 4, 3]

-- case pattern_star_reluctant_end: a reluctant star at the end
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B*?)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `n` BIGINT
-- flink
-- +I[acme, 12, 12, 1]
-- +I[acme, 17, 17, 1]
-- +I[acme, 13, 13, 1]
-- +I[acme, 16, 16, 1]
-- +I[bolt, 50, 50, 1]
-- +I[acme, 25, 25, 1]
-- +I[bolt, 40, 40, 1]
-- +I[bolt, 41, 41, 1]
-- +I[bolt, 39, 39, 1]
-- +I[acme, 15, 15, 1]
-- +I[bolt, 45, 45, 1]
-- +I[acme, 25, 25, 1]
-- +I[acme, 25, 25, 1]
-- +I[acme, 30, 30, 1]
-- +I[bolt, 60, 60, 1]

-- case pattern_all_optional: everything is optional
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A? B* C?)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- flink refuses: MalformedPatternException: Optional pattern cannot be preceded by greedy pattern

-- case pattern_first_optional: the first is optional
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(price) AS f, LAST(price) AS l, COUNT(price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A? B C)
  DEFINE A AS A.price > 10, B AS B.price < 20, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `n` BIGINT
-- flink
-- +I[acme, 12, 17, 2]
-- +I[acme, 13, 16, 2]
-- +I[acme, 10, 15, 2]

-- case final: FINAL in a measure
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FINAL LAST(A.price) AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price < 10
) AS t;
-- columns: `symbol` STRING, `a` INT
-- flink
-- +I[acme, 25]

-- case running: RUNNING in a measure
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES RUNNING LAST(A.price) AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price < 10
) AS t;
-- flink refuses: CodeGenException: Unsupported call: RUNNING(INT) If you think this function should be supported, you can create an issue and start a discussion for it.

-- case all_rows_unmatched: ALL ROWS PER MATCH
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ALL ROWS PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price < 10
) AS t;
-- flink refuses: TableException: All rows per match mode is not supported yet.

-- case skip_missing: a variable that took no row
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO LAST B
  PATTERN (A B? C)
  DEFINE B AS B.price > 1000
) AS t;
-- flink refuses: FlinkRuntimeException: Could not skip to B. No such element in the found match {A=[EventId{id=0, timestamp=1709283601000}], C=[EventId{id=0, timestamp=1709283602000}]}

-- case skip_missing_first: the first of a variable that took no row
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO FIRST B
  PATTERN (A B* C)
  DEFINE B AS B.price > 1000
) AS t;
-- flink refuses: FlinkRuntimeException: Could not skip to B. No such element in the found match {A=[EventId{id=0, timestamp=1709283601000}], C=[EventId{id=0, timestamp=1709283602000}]}

-- case skip_first_of_last: to the first row of the last variable
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO FIRST C
  PATTERN (A B C)
  DEFINE A AS A.price > 10
) AS t;
-- columns: `symbol` STRING, `a` INT, `c` INT
-- flink
-- +I[acme, 12, 13]
-- +I[acme, 13, 25]
-- +I[bolt, 50, 41]
-- +I[acme, 25, 4]
-- +I[bolt, 41, 45]
-- +I[acme, 15, 25]

-- case skip_last_of_first: to the last row of the first variable
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(A.price) AS f, LAST(A.price) AS l
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO LAST A
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- flink refuses: FlinkRuntimeException: Could not skip to first element of a match.

-- case prev_nested: PREV of LAST
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS PREV(LAST(A.price), 1) < B.price
) AS t;
-- flink refuses: TableException: Flink does not support physical offsets within partition.

-- case prev_measure: PREV in a measure
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES PREV(A.price) AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: SqlValidatorException: Cannot use PREV/NEXT in MEASURE 'PREV(`A`.`price`, 1)'

-- case last_column_offset: an offset that is a column
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES LAST(A.price, A.tax) AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- flink refuses: ParseException: Encountered "A" at line 4, column 26. Was expecting one of: <UNSIGNED_INTEGER_LITERAL> ... <APPROX_NUMERIC_LITERAL> ... <DECIMAL_NUMERIC_LITERAL> ... "+" ... "-" ...

-- case last_far: an offset behind the rows
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES LAST(A.price, 9) AS a, FIRST(A.price, 9) AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT
-- flink
-- +I[acme, null, null]

-- case first_of_last: FIRST of LAST
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(LAST(A.price)) AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- flink refuses: SqlValidatorException: Cannot nest PREV/NEXT under LAST/FIRST 'LAST(`A`.`price`, 0)'

-- case last_of_sum: LAST of an aggregate
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES LAST(SUM(A.price)) AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- flink refuses: SqlValidatorException: Cannot use aggregation in navigation 'SUM(`A`.`price`)'

-- case last_constant: LAST of a constant
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES LAST(1) AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- flink refuses: SqlValidatorException: Null parameters in 'LAST(1, 0)'
-- sluice takes: a constant is the same in every row

-- case last_function: LAST of a function
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES LAST(UPPER(A.symbol)) AS a, LAST(ABS(A.price - 100)) AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- columns: `symbol` STRING, `a` STRING, `b` INT
-- flink
-- +I[acme, ACME, 75]

-- case aggregates_more: other aggregates
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES MIN(A.price) AS lo, MAX(A.price) AS hi, STDDEV_POP(A.price) AS dev, LISTAGG(A.symbol) AS names
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- columns: `symbol` STRING, `lo` INT, `hi` INT, `dev` INT, `names` STRING
-- flink
-- +I[acme, 12, 25, 4, acme,acme,acme,acme,acme]

-- case aggregate_values: values of a match
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST_VALUE(A.price) AS f, LAST_VALUE(A.price) AS l
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT
-- flink
-- +I[acme, 12, 25]

-- case aggregate_mixed: aggregates of variables and of all
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES SUM(A.price) AS a, SUM(B.price) AS b, SUM(price) AS total, COUNT(*) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT, `total` INT, `n` BIGINT
-- flink
-- +I[acme, 83, 2, 85, 6]

-- case aggregate_beside: an aggregate and a column
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES SUM(A.price) + B.price AS x, SUM(A.price) / COUNT(A.price) AS mean
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- columns: `symbol` STRING, `x` INT, `mean` BIGINT
-- flink
-- +I[acme, 85, 16]

-- case aggregate_filter: FILTER
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES SUM(A.price) FILTER (WHERE A.tax > 1) AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price <= 10
) AS t;
-- flink refuses: CodeGenException: Unsupported call: FILTER(INT, BOOLEAN) If you think this function should be supported, you can create an issue and start a discussion for it.

-- case aggregate_distinct_define: DISTINCT in a condition
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS COUNT(DISTINCT A.price) < 3, B AS B.price <= 10
) AS t;
-- flink refuses: SqlValidatorException: DISTINCT/ALL not allowed with COUNT(DISTINCT `A`.`price`) function

-- case constant_measure: a constant
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES 'x' AS x, 1 + 1 AS two
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `x` CHAR(1), `two` INT
-- flink
-- +I[acme, x, 2]
-- +I[acme, x, 2]
-- +I[bolt, x, 2]
-- +I[acme, x, 2]
-- +I[acme, x, 2]
-- +I[bolt, x, 2]
-- +I[acme, x, 2]

-- case same_measures: two measures of one name
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS x, B.price AS x
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: IllegalArgumentException: Multiple entries with same key: x=FINAL(B.$1) and x=FINAL(A.$1)
-- sluice takes: names may stand twice

-- case unknown_column: an unknown column
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.nothing AS x
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: SqlValidatorException: Column 'nothing' not found in table 'A'

-- case unknown_variable: a variable that is not in the pattern
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES X.price AS x
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: SqlValidatorException: Table 'X' not found

-- case unknown_definition: a definition of no variable
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS x
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price, X AS X.price > 1
) AS t;
-- columns: `symbol` STRING, `x` INT
-- flink
-- +I[acme, 12]
-- +I[acme, 13]
-- +I[bolt, 40]
-- +I[acme, 2]
-- +I[acme, 10]
-- +I[bolt, 39]
-- +I[acme, 25]

-- case defined_twice: a variable defined twice
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS x
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price, B AS B.price > 1
) AS t;
-- flink refuses: SqlValidatorException: Pattern variable 'B' has already been defined

-- case define_number: a condition that is none
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS x
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price + 1
) AS t;
-- flink refuses: SqlValidatorException: DEFINE clause must be a condition

-- case define_null: a condition that is NULL
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS x
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS CAST(NULL AS BOOLEAN)
) AS t;
-- columns: `symbol` STRING, `x` INT
-- flink

-- case no_define: without DEFINE
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
) AS t;
-- flink refuses: ParseException: Encountered ")" at line 8, column 1. Was expecting one of: "DEFINE" ... "SUBSET" ... "WITHIN" ...
-- sluice takes: every row is taken

-- case key_measured: the key among the measures
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.symbol AS s, A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `s` STRING, `a` INT
-- flink
-- +I[acme, acme, 12]
-- +I[acme, acme, 13]
-- +I[bolt, bolt, 40]
-- +I[acme, acme, 2]
-- +I[acme, acme, 10]
-- +I[bolt, bolt, 39]
-- +I[acme, acme, 25]

-- case key_same_name: a measure named as the key
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS symbol
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: ValidationException: Columns ambiguously defined: {symbol}
-- sluice takes: names may stand twice

-- case order_asc: ASC
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts ASC
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT
-- flink
-- +I[acme, 12, 17]
-- +I[acme, 13, 16]
-- +I[bolt, 40, 41]
-- +I[acme, 2, 4]
-- +I[acme, 10, 15]
-- +I[bolt, 39, 45]
-- +I[acme, 25, 30]

-- case order_second_descending: by price descending at one time
SELECT * FROM ticker MATCH_RECOGNIZE (
  ORDER BY ts ASC, price DESC
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price < A.price
) AS t;
-- columns: `a` INT, `b` INT
-- flink
-- +I[17, 13]
-- +I[50, 16]
-- +I[40, 25]
-- +I[41, 2]
-- +I[39, 10]
-- +I[45, 15]
-- +I[60, 30]

-- case order_price_first: by price first
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY price, ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: TableException: You must specify either rowtime or proctime for order by as the first one.

-- case changelog: of a changelog
SELECT * FROM stock MATCH_RECOGNIZE (
  PARTITION BY product
  ORDER BY pieces
  MEASURES A.pieces AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.pieces > A.pieces
) AS t;
-- flink refuses: TableException: Match Recognize doesn't support consuming update and delete changes which is produced by node ChangelogNormalize(key=[product])

-- case changelog_time: of a changelog with time
SELECT * FROM rates MATCH_RECOGNIZE (
  PARTITION BY currency
  ORDER BY ts
  MEASURES A.rate AS a, B.rate AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.rate > A.rate
) AS t;
-- flink refuses: TableException: Match Recognize doesn't support consuming update and delete changes which is produced by node ChangelogNormalize(key=[currency])

-- case renamed: columns under other names
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t (s, x, y);
-- flink refuses: SqlValidatorException: Duplicate relation name 't' in FROM clause
-- sluice takes: columns of any relation can be renamed

-- case unnamed: without a name
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
);
-- columns: `symbol` STRING, `a` INT, `b` INT
-- flink
-- +I[acme, 12, 17]
-- +I[acme, 13, 16]
-- +I[bolt, 40, 41]
-- +I[acme, 2, 4]
-- +I[acme, 10, 15]
-- +I[bolt, 39, 45]
-- +I[acme, 25, 30]

-- case then_over: OVER behind a match
SELECT symbol, a, COUNT(*) OVER (PARTITION BY symbol ORDER BY mt) AS n FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, MATCH_ROWTIME() AS mt
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `a` INT, `n` BIGINT
-- flink
-- +I[acme, 12, 1]
-- +I[acme, 13, 2]
-- +I[bolt, 40, 1]
-- +I[acme, 2, 3]
-- +I[acme, 10, 4]
-- +I[bolt, 39, 2]
-- +I[acme, 25, 5]

-- case then_rowtime_only: MATCH_ROWTIME is a time attribute
SELECT symbol, mt, CAST(mt AS DATE) AS d FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES MATCH_ROWTIME(ts) AS mt
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `mt` TIMESTAMP(3), `d` DATE
-- flink
-- +I[acme, 2024-03-01T09:00:02, 2024-03-01]
-- +I[acme, 2024-03-01T09:00:04, 2024-03-01]
-- +I[bolt, 2024-03-01T09:00:06, 2024-03-01]
-- +I[acme, 2024-03-01T09:00:07, 2024-03-01]
-- +I[acme, 2024-03-01T09:00:09, 2024-03-01]
-- +I[bolt, 2024-03-01T09:00:09, 2024-03-01]
-- +I[acme, 2024-03-01T09:00:12, 2024-03-01]

-- case rowtime_of_other: MATCH_ROWTIME of what is no time
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES MATCH_ROWTIME(price) AS mt
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: ValidationException: The function MATCH_ROWTIME requires argument to be a row time attribute type, but is 'INTEGER'.

-- case proctime_in_define: MATCH_PROCTIME in a condition
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS MATCH_PROCTIME() IS NOT NULL AND B.price > A.price
) AS t;
-- columns: `symbol` STRING, `a` INT
-- flink
-- +I[acme, 12]
-- +I[acme, 13]
-- +I[bolt, 40]
-- +I[acme, 2]
-- +I[acme, 10]
-- +I[bolt, 39]
-- +I[acme, 25]

-- case ttl: state that is forgotten has no meaning here
SET 'table.exec.state.ttl' = '1 d';
SELECT * FROM ticker MATCH_RECOGNIZE (
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
-- +I[acme, 13, 16]
-- +I[bolt, 40, 41]
-- +I[acme, 2, 4]
-- +I[acme, 10, 15]
-- +I[bolt, 39, 45]
-- +I[acme, 25, 30]

-- case twice: a match of matches
SELECT * FROM (SELECT * FROM ticker MATCH_RECOGNIZE (PARTITION BY symbol ORDER BY ts MEASURES MATCH_ROWTIME() AS mt, B.price AS b PATTERN (A B) DEFINE B AS B.price > A.price)) MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY mt
  MEASURES A.b AS a, B.b AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.b > A.b
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT
-- flink
-- +I[acme, 16, 25]
-- +I[acme, 4, 10]
-- +I[bolt, 41, 45]
-- +I[acme, 15, 25]
