-- MATCH_RECOGNIZE: AFTER MATCH SKIP, WITHIN.

-- case past_last: past the last row
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(A.price) AS f, COUNT(A.price) AS n, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ C)
  DEFINE A AS A.price > 10, C AS C.price < 26
) AS t;
-- columns: `symbol` STRING, `f` INT, `n` BIGINT, `c` INT
-- flink
-- +I[acme, 12, 5, 2]

-- case next_row: to the next row
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(A.price) AS f, COUNT(A.price) AS n, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A+ C)
  DEFINE A AS A.price > 10, C AS C.price < 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `n` BIGINT, `c` INT
-- flink
-- +I[acme, 12, 5, 2]
-- +I[acme, 17, 4, 2]
-- +I[acme, 13, 3, 2]
-- +I[acme, 16, 2, 2]
-- +I[acme, 25, 1, 2]

-- case default: without the clause
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(A.price) AS f, COUNT(A.price) AS n, C.price AS c
  ONE ROW PER MATCH
  PATTERN (A+ C)
  DEFINE A AS A.price > 10, C AS C.price < 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `n` BIGINT, `c` INT
-- flink
-- +I[acme, 12, 5, 2]
-- +I[acme, 17, 4, 2]
-- +I[acme, 13, 3, 2]
-- +I[acme, 16, 2, 2]
-- +I[acme, 25, 1, 2]

-- case to_last: to the last row of a variable
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(A.price) AS f, COUNT(B.price) AS n, LAST(B.price) AS l
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO LAST B
  PATTERN (A B+ C)
  DEFINE B AS B.price >= LAST(B.price, 1) OR LAST(B.price, 1) IS NULL, C AS C.price < LAST(B.price)
) AS t;
-- columns: `symbol` STRING, `f` INT, `n` BIGINT, `l` INT
-- flink
-- +I[acme, 12, 1, 17]
-- +I[acme, 17, 3, 25]
-- +I[bolt, 50, 2, 41]

-- case to_first: to the first row of a variable
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, FIRST(B.price) AS f, LAST(B.price) AS l, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO FIRST B
  PATTERN (A B+ C)
  DEFINE A AS A.price > 10, B AS B.price > 10, C AS C.price < 26
) AS t;
-- columns: `symbol` STRING, `a` INT, `f` INT, `l` INT, `c` INT
-- flink
-- +I[acme, 12, 17, 25, 2]
-- +I[acme, 17, 13, 25, 2]
-- +I[acme, 13, 16, 25, 2]
-- +I[acme, 16, 25, 25, 2]

-- case to_variable: to a variable
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, LAST(B.price) AS l, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO B
  PATTERN (A B+ C)
  DEFINE A AS A.price > 10, B AS B.price > 10, C AS C.price < 26
) AS t;
-- columns: `symbol` STRING, `a` INT, `l` INT, `c` INT
-- flink
-- +I[acme, 12, 25, 2]

-- case to_first_first: to the first row of the match
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO FIRST A
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: FlinkRuntimeException: Could not skip to first element of a match.

-- case to_unknown: to a variable that is not there
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO LAST X
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: SqlValidatorException: Unknown pattern 'X'

-- case next_reluctant: to the next row, reluctant
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, COUNT(B.price) AS n, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B*? C)
  DEFINE A AS A.price < 20, C AS C.price > 15
) AS t;
-- columns: `symbol` STRING, `a` INT, `n` BIGINT, `c` INT
-- flink
-- +I[acme, 12, 0, 17]
-- +I[acme, 17, 1, 16]
-- +I[acme, 13, 0, 16]
-- +I[acme, 16, 0, 25]
-- +I[acme, 2, 3, 25]
-- +I[acme, 4, 2, 25]
-- +I[acme, 10, 1, 25]
-- +I[acme, 15, 0, 25]

-- case overlap: every pair of neighbours
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.ts AS a, B.ts AS b, B.price - A.price AS step
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B)
  DEFINE B AS TRUE
) AS t;
-- columns: `symbol` STRING, `a` TIMESTAMP(3), `b` TIMESTAMP(3), `step` INT
-- flink
-- +I[acme, 2024-03-01T09:00:01, 2024-03-01T09:00:02, 5]
-- +I[acme, 2024-03-01T09:00:02, 2024-03-01T09:00:03, -4]
-- +I[acme, 2024-03-01T09:00:03, 2024-03-01T09:00:04, 3]
-- +I[acme, 2024-03-01T09:00:04, 2024-03-01T09:00:05, 9]
-- +I[bolt, 2024-03-01T09:00:04, 2024-03-01T09:00:05, -10]
-- +I[acme, 2024-03-01T09:00:05, 2024-03-01T09:00:06, -23]
-- +I[bolt, 2024-03-01T09:00:05, 2024-03-01T09:00:06, 1]
-- +I[acme, 2024-03-01T09:00:06, 2024-03-01T09:00:07, 2]
-- +I[acme, 2024-03-01T09:00:07, 2024-03-01T09:00:08, 6]
-- +I[bolt, 2024-03-01T09:00:06, 2024-03-01T09:00:08, -2]
-- +I[acme, 2024-03-01T09:00:08, 2024-03-01T09:00:09, 5]
-- +I[bolt, 2024-03-01T09:00:08, 2024-03-01T09:00:09, 6]
-- +I[acme, 2024-03-01T09:00:09, 2024-03-01T09:00:10, 10]
-- +I[acme, 2024-03-01T09:00:10, 2024-03-01T09:00:11, 0]
-- +I[acme, 2024-03-01T09:00:11, 2024-03-01T09:00:12, 5]
-- +I[bolt, 2024-03-01T09:00:09, 2024-03-01T09:00:12, 15]

-- case doc_skip_1: the documentation's table, past the last row
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES SUM(A.price) AS sumPrice, FIRST(A.ts) AS startTime, LAST(A.ts) AS endTime
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ C)
  DEFINE A AS SUM(A.price) < 40
) AS t;
-- columns: `symbol` STRING, `sumPrice` INT, `startTime` TIMESTAMP(3), `endTime` TIMESTAMP(3)
-- flink
-- +I[acme, 29, 2024-03-01T09:00:01, 2024-03-01T09:00:02]
-- +I[acme, 16, 2024-03-01T09:00:04, 2024-03-01T09:00:04]
-- +I[bolt, 39, 2024-03-01T09:00:08, 2024-03-01T09:00:08]
-- +I[acme, 31, 2024-03-01T09:00:06, 2024-03-01T09:00:09]
-- +I[acme, 25, 2024-03-01T09:00:11, 2024-03-01T09:00:11]

-- case doc_skip_2: to the next row
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES SUM(A.price) AS sumPrice, FIRST(A.ts) AS startTime, LAST(A.ts) AS endTime
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A+ C)
  DEFINE A AS SUM(A.price) < 40
) AS t;
-- columns: `symbol` STRING, `sumPrice` INT, `startTime` TIMESTAMP(3), `endTime` TIMESTAMP(3)
-- flink
-- +I[acme, 29, 2024-03-01T09:00:01, 2024-03-01T09:00:02]
-- +I[acme, 30, 2024-03-01T09:00:02, 2024-03-01T09:00:03]
-- +I[acme, 29, 2024-03-01T09:00:03, 2024-03-01T09:00:04]
-- +I[acme, 16, 2024-03-01T09:00:04, 2024-03-01T09:00:04]
-- +I[acme, 31, 2024-03-01T09:00:05, 2024-03-01T09:00:07]
-- +I[bolt, 39, 2024-03-01T09:00:08, 2024-03-01T09:00:08]
-- +I[acme, 31, 2024-03-01T09:00:06, 2024-03-01T09:00:09]
-- +I[acme, 29, 2024-03-01T09:00:07, 2024-03-01T09:00:09]
-- +I[acme, 25, 2024-03-01T09:00:08, 2024-03-01T09:00:09]
-- +I[acme, 15, 2024-03-01T09:00:09, 2024-03-01T09:00:09]
-- +I[acme, 25, 2024-03-01T09:00:10, 2024-03-01T09:00:10]
-- +I[acme, 25, 2024-03-01T09:00:11, 2024-03-01T09:00:11]

-- case doc_skip_3: to the last row
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES SUM(A.price) AS sumPrice, FIRST(A.ts) AS startTime, LAST(A.ts) AS endTime
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO LAST A
  PATTERN (A+ C)
  DEFINE A AS SUM(A.price) < 40
) AS t;
-- flink refuses: FlinkRuntimeException: Could not skip to first element of a match.

-- case within: rows of three seconds
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, COUNT(B.price) AS n, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B* C) WITHIN INTERVAL '3' SECOND
  DEFINE A AS A.price < 20, B AS B.price < 20, C AS C.price > 20
) AS t;
-- columns: `symbol` STRING, `a` INT, `n` BIGINT, `c` INT
-- flink
-- +I[acme, 13, 1, 25]
-- +I[acme, 16, 0, 25]
-- +I[acme, 10, 1, 25]
-- +I[acme, 15, 0, 25]

-- case doc_within: the documentation's drop within an hour
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES C.ts AS dropTime, A.price - C.price AS dropDiff
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B* C) WITHIN INTERVAL '1' HOUR
  DEFINE B AS B.price > A.price - 10, C AS C.price < A.price - 10
) AS t;
-- columns: `symbol` STRING, `dropTime` TIMESTAMP(3), `dropDiff` INT
-- flink
-- +I[acme, 2024-03-01T09:00:06, 15]

-- case within_exact: a match of exactly the interval
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.ts AS a, C.ts AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B C) WITHIN INTERVAL '2' SECOND
  DEFINE A AS A.price > 0
) AS t;
-- columns: `symbol` STRING, `a` TIMESTAMP(3), `c` TIMESTAMP(3)
-- flink

-- case within_short: nothing fits
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.ts AS a, C.ts AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B C) WITHIN INTERVAL '1' SECOND
  DEFINE A AS A.price > 0
) AS t;
-- columns: `symbol` STRING, `a` TIMESTAMP(3), `c` TIMESTAMP(3)
-- flink

-- case within_reluctant: the shortest within the interval
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.ts AS a, C.ts AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B*? C) WITHIN INTERVAL '5' SECOND
  DEFINE A AS A.price > 20, C AS C.price < 20
) AS t;
-- columns: `symbol` STRING, `a` TIMESTAMP(3), `c` TIMESTAMP(3)
-- flink
-- +I[acme, 2024-03-01T09:00:05, 2024-03-01T09:00:06]

-- case within_end: greedy at the end with an interval
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.ts AS a, COUNT(B.price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B+) WITHIN INTERVAL '3' SECOND
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: TableException: Greedy quantifiers are not allowed as the last element of a Pattern yet. Finish your pattern with either a simple variable or reluctant quantifier.

-- case within_months: an interval in months
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.ts AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B) WITHIN INTERVAL '1' MONTH
  DEFINE B AS B.price > 0
) AS t;
-- flink refuses: TableException: Only constant intervals with millisecond resolution are supported as time constraints of patterns.

-- case no_partition: no key
SELECT * FROM ticker MATCH_RECOGNIZE (
  ORDER BY ts
  MEASURES A.symbol AS a, B.symbol AS b, B.price AS p
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE A AS A.symbol = 'bolt', B AS B.symbol = 'acme' AND B.price > 12
) AS t;
-- columns: `a` STRING, `b` STRING, `p` INT
-- flink
-- +I[bolt, acme, 25]
-- +I[bolt, acme, 15]
-- +I[bolt, acme, 25]

-- case order_two: ordered by time and by price
SELECT * FROM ticker MATCH_RECOGNIZE (
  ORDER BY ts, price
  MEASURES A.symbol AS a, A.price AS ap, B.symbol AS b, B.price AS bp
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `a` STRING, `ap` INT, `b` STRING, `bp` INT
-- flink
-- +I[acme, 12, acme, 17]
-- +I[acme, 13, acme, 16]
-- +I[acme, 16, bolt, 50]
-- +I[acme, 25, bolt, 40]
-- +I[acme, 2, bolt, 41]
-- +I[acme, 4, acme, 10]
-- +I[acme, 10, bolt, 39]
-- +I[acme, 15, bolt, 45]
-- +I[acme, 25, acme, 30]
-- +I[acme, 30, bolt, 60]

-- case order_descending: ordered by time descending
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts DESC
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: TableException: Primary sort order of a streaming table must be ascending on time.

-- case order_number: ordered by a number
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY price
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: TableException: You must specify either rowtime or proctime for order by as the first one.

-- case no_order: no order
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: TableException: You must specify either rowtime or proctime for order by.

-- case all_rows: ALL ROWS PER MATCH
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ALL ROWS PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B)
  DEFINE B AS B.price > A.price
) AS t;
-- flink refuses: TableException: All rows per match mode is not supported yet.

-- case rows_default: without ONE ROW PER MATCH
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
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

-- case skip_to_self: to the first row of a reluctant match
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO FIRST B
  PATTERN (A B+?)
  DEFINE B AS B.price > A.price
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT
-- flink
-- +I[acme, 12, 17]
-- +I[acme, 13, 16]
-- +I[acme, 16, 25]
-- +I[bolt, 40, 41]
-- +I[acme, 2, 4]
-- +I[acme, 4, 10]
-- +I[acme, 10, 15]
-- +I[bolt, 39, 45]
-- +I[acme, 15, 25]
-- +I[acme, 25, 30]
-- +I[bolt, 45, 60]
