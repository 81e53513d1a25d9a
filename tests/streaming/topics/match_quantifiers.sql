-- MATCH_RECOGNIZE: quantifiers, greedy and reluctant.

-- case doc_v: the documentation's falling price
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES START_ROW.ts AS start_ts, LAST(PRICE_DOWN.ts) AS bottom_ts, LAST(PRICE_UP.ts) AS end_ts
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO LAST PRICE_UP
  PATTERN (START_ROW PRICE_DOWN+ PRICE_UP)
  DEFINE PRICE_DOWN AS (LAST(PRICE_DOWN.price, 1) IS NULL AND PRICE_DOWN.price < START_ROW.price) OR PRICE_DOWN.price < LAST(PRICE_DOWN.price, 1),
    PRICE_UP AS PRICE_UP.price > LAST(PRICE_DOWN.price, 1)
) AS t;
-- columns: `symbol` STRING, `start_ts` TIMESTAMP(3), `bottom_ts` TIMESTAMP(3), `end_ts` TIMESTAMP(3)
-- flink

-- case doc_avg: the documentation's average below a limit
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(A.ts) AS start_ts, LAST(A.ts) AS end_ts, AVG(A.price) AS avg_price
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS AVG(A.price) < 15
) AS t;
-- columns: `symbol` STRING, `start_ts` TIMESTAMP(3), `end_ts` TIMESTAMP(3), `avg_price` INT
-- flink
-- +I[acme, 2024-03-01T09:00:01, 2024-03-01T09:00:04, 14]
-- +I[acme, 2024-03-01T09:00:06, 2024-03-01T09:00:11, 13]

-- case plus: one and more
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(A.price) AS f, LAST(A.price) AS l, COUNT(A.price) AS n, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 12, B AS B.price <= 12
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `n` BIGINT, `b` INT
-- flink
-- +I[acme, 17, 25, 4, 2]

-- case star: none and more
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(B.price) AS n, A.price AS a, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B* C)
  DEFINE A AS A.price < 15, B AS B.price < 20, C AS C.price > 20
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `a` INT, `c` INT
-- flink
-- +I[acme, 3, 12, 25]
-- +I[acme, 3, 2, 25]

-- case star_reluctant: none and more, as few as can be
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(B.price) AS n, A.price AS a, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B*? C)
  DEFINE A AS A.price < 15, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `a` INT, `c` INT
-- flink
-- +I[acme, 0, 12, 17]
-- +I[acme, 0, 13, 16]
-- +I[acme, 2, 2, 15]

-- case plus_reluctant: one and more, as few as can be
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(B.price) AS n, A.price AS a, LAST(B.price) AS b, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B+? C)
  DEFINE A AS A.price < 18, B AS B.price < 30, C AS C.price > 12
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `a` INT, `b` INT, `c` INT
-- flink
-- +I[acme, 1, 12, 17, 13]
-- +I[acme, 4, 16, 10, 15]

-- case optional: none or one
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B? C)
  DEFINE A AS A.price < 15, B AS B.price < A.price, C AS C.price > A.price
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT, `c` INT
-- flink
-- +I[acme, 12, null, 17]
-- +I[acme, 13, null, 16]
-- +I[acme, 2, null, 4]
-- +I[acme, 10, null, 15]

-- case optional_reluctant: none or one, none first
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B?? C)
  DEFINE A AS A.price < 20, C AS C.price > 12
) AS t;
-- flink refuses: TableException: Reluctant optional variables are not supported yet.

-- case exact: exactly two
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES FIRST(A.price) AS f, LAST(A.price) AS l, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A{2} B)
  DEFINE A AS A.price > 10, B AS B.price > 10
) AS t;
-- columns: `symbol` STRING, `f` INT, `l` INT, `b` INT
-- flink
-- +I[acme, 12, 17, 13]
-- +I[bolt, 50, 40, 41]
-- +I[acme, 15, 25, 25]
-- +I[bolt, 39, 45, 60]

-- case at_least: two and more
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS n, LAST(A.price) AS l, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A{2,} B)
  DEFINE A AS A.price > 12, B AS B.price < 12
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `l` INT, `b` INT
-- flink
-- +I[acme, 4, 25, 2]

-- case range: from one to three
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS n, LAST(A.price) AS l, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A{1,3} B)
  DEFINE A AS A.price > 10, B AS B.price > 0
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `l` INT, `b` INT
-- flink
-- +I[acme, 3, 25, 2]

-- case range_reluctant: from one to three, as few as can be
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS n, LAST(A.price) AS l, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A{1,3}? B)
  DEFINE A AS A.price > 10, B AS B.price > 10
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `l` INT, `b` INT
-- flink
-- +I[acme, 1, 12, 17]
-- +I[acme, 1, 13, 16]
-- +I[bolt, 1, 50, 40]
-- +I[bolt, 1, 41, 39]
-- +I[acme, 1, 15, 25]
-- +I[acme, 1, 25, 30]
-- +I[bolt, 1, 45, 60]

-- case zero_range: from none to two
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(B.price) AS n, A.price AS a, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{0,2} C)
  DEFINE A AS A.price < 18, B AS B.price > A.price, C AS C.price < 41
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `a` INT, `c` INT
-- flink
-- +I[acme, 0, 17, 13]
-- +I[acme, 1, 16, 2]

-- case range_reluctant_zero: from none to two, as few as can be
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(B.price) AS n, A.price AS a, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B{0,2}? C)
  DEFINE A AS A.price < 18, B AS B.price > 3, C AS C.price > 14
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `a` INT, `c` INT
-- flink
-- +I[acme, 0, 12, 17]
-- +I[acme, 0, 13, 16]
-- +I[acme, 2, 2, 15]

-- case at_least_reluctant: two and more, as few as can be
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS n, LAST(A.price) AS l, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A{2,}? B)
  DEFINE A AS A.price > 3, B AS B.price > 10
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `l` INT, `b` INT
-- flink
-- +I[acme, 2, 17, 13]
-- +I[bolt, 2, 40, 41]
-- +I[acme, 2, 10, 15]
-- +I[acme, 2, 25, 30]
-- +I[bolt, 2, 45, 60]

-- case undefined: a variable without a condition takes every row
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B C)
  DEFINE B AS B.price > 20
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT, `c` INT
-- flink
-- +I[acme, 16, 25, 2]
-- +I[bolt, 50, 40, 41]
-- +I[acme, 15, 25, 25]
-- +I[bolt, 39, 45, 60]

-- case two_rows: rises of neighbours
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO NEXT ROW
  PATTERN (A B)
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

-- case single: one row is a match
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS p
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A)
  DEFINE A AS A.price > 20
) AS t;
-- columns: `symbol` STRING, `p` INT
-- flink
-- +I[bolt, 50]
-- +I[acme, 25]
-- +I[bolt, 40]
-- +I[bolt, 41]
-- +I[bolt, 39]
-- +I[bolt, 45]
-- +I[acme, 25]
-- +I[acme, 25]
-- +I[acme, 30]
-- +I[bolt, 60]

-- case repeated_names: one variable in two places
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B A)
  DEFINE A AS A.price > 10, B AS B.price < 20
) AS t;
-- flink refuses: TableException: Pattern variables must be unique. That might change in the future.

-- case greedy_end: a greedy quantifier at the end
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (B A+)
  DEFINE A AS A.price > 10
) AS t;
-- flink refuses: TableException: Greedy quantifiers are not allowed as the last element of a Pattern yet. Finish your pattern with either a simple variable or reluctant quantifier.

-- case greedy_star_end: a greedy star at the end
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (B A*)
  DEFINE A AS A.price > 10
) AS t;
-- flink refuses: TableException: Greedy quantifiers are not allowed as the last element of a Pattern yet. Finish your pattern with either a simple variable or reluctant quantifier.

-- case reluctant_end: a reluctant quantifier at the end
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS n, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (B A+?)
  DEFINE A AS A.price > 10
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `b` INT
-- flink
-- +I[acme, 1, 12]
-- +I[acme, 1, 13]
-- +I[bolt, 1, 50]
-- +I[bolt, 1, 41]
-- +I[acme, 1, 10]
-- +I[acme, 1, 25]
-- +I[bolt, 1, 45]

-- case optional_end: an optional variable at the end
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B?)
  DEFINE A AS A.price > 10
) AS t;
-- columns: `symbol` STRING, `a` INT, `b` INT
-- flink
-- +I[acme, 12, null]
-- +I[acme, 17, null]
-- +I[acme, 13, null]
-- +I[acme, 16, null]
-- +I[bolt, 50, null]
-- +I[acme, 25, null]
-- +I[bolt, 40, null]
-- +I[bolt, 41, null]
-- +I[bolt, 39, null]
-- +I[acme, 15, null]
-- +I[bolt, 45, null]
-- +I[acme, 25, null]
-- +I[acme, 25, null]
-- +I[acme, 30, null]
-- +I[bolt, 60, null]

-- case empty: a pattern that no row satisfies
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A B+ C)
  DEFINE A AS A.price > 1000, B AS B.price > 0, C AS C.price > 0
) AS t;
-- columns: `symbol` STRING, `a` INT
-- flink

-- case greedy_overlap: the greedy variable takes what the next one could
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS n, B.price AS b
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B)
  DEFINE A AS A.price > 10, B AS B.price > 15
) AS t;
-- columns: `symbol` STRING, `n` BIGINT, `b` INT
-- flink

-- case two_greedy: two greedy variables
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS a, COUNT(B.price) AS b, C.price AS c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A+ B+ C)
  DEFINE A AS A.price > 10, B AS B.price > 12, C AS C.price < 12
) AS t;
-- columns: `symbol` STRING, `a` BIGINT, `b` BIGINT, `c` INT
-- flink

-- case alternation: alternatives
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN ((A | B) C)
  DEFINE A AS A.price > 10
) AS t;
-- flink refuses: TableException: Expression not supported: |(_UTF-16LE'A', _UTF-16LE'B'). Currently, CEP doesn't support branching patterns.

-- case group: a group with a quantifier
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN ((A B)+ C)
  DEFINE A AS A.price > 10
) AS t;
-- flink refuses: TableException: Expression not supported: (_UTF-16LE'A', _UTF-16LE'B') Group patterns are not supported yet.

-- case empty_match: a pattern that could be empty
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES COUNT(A.price) AS n
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A*)
  DEFINE A AS A.price > 10
) AS t;
-- flink refuses: TableException: Patterns that can produce empty matches are not supported. There must be at least one non-optional state.

-- case permute: PERMUTE
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (PERMUTE(A, B))
  DEFINE A AS A.price > 10
) AS t;
-- flink refuses: TableException: Expression not supported: PATTERN_PERMUTE(_UTF-16LE'A', _UTF-16LE'B'). Currently, CEP doesn't support PERMUTE patterns.

-- case exclusion: an exclusion
SELECT * FROM ticker MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY ts
  MEASURES A.price AS a
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (A {- B -} C)
  DEFINE A AS A.price > 10
) AS t;
-- flink refuses: TableException: Expression not supported: PATTERN_EXCLUDE(_UTF-16LE'B'). Currently, CEP doesn't support '{-' '-}' patterns.
