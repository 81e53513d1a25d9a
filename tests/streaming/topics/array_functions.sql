-- ARRAY_* functions.

-- case append: ARRAY_APPEND, ARRAY_PREPEND, ARRAY_CONCAT with NULL arrays and NULL elements
SELECT id, ARRAY_APPEND(tags, 'z') AS a, ARRAY_APPEND(tags, CAST(NULL AS STRING)) AS b, ARRAY_PREPEND(tags, 'z') AS c, ARRAY_CONCAT(tags, ARRAY['q'], tags) AS d, ARRAY_CONCAT(tags) AS e FROM profiles;
-- columns: `id` INT, `a` ARRAY<STRING>, `b` ARRAY<STRING>, `c` ARRAY<STRING>, `d` ARRAY<STRING>, `e` ARRAY<STRING>
-- flink
-- +I[1, [a, b, a, z], [a, b, a, null], [z, a, b, a], [a, b, a, q, a, b, a], [a, b, a]]
-- +I[2, [z], [null], [z], [q], []]
-- +I[3, null, null, null, null, null]
-- +I[4, [c, null, z], [c, null, null], [z, c, null], [c, null, q, c, null], [c, null]]
-- +I[5, [b, z], [b, null], [z, b], [b, q, b], [b]]

-- case append_types: what the element and the arrays are cast to
SELECT ARRAY_APPEND(ARRAY[1, 2], 3) AS a, ARRAY_APPEND(ARRAY[1, 2], NULL) AS b, ARRAY_APPEND(ARRAY[CAST(1 AS BIGINT)], 2) AS c, ARRAY_CONCAT(ARRAY[1], ARRAY[2.5]) AS d, ARRAY_APPEND(ARRAY[ROW(1, 'a')], ROW(2, 'b')) AS e, ARRAY_CONCAT(ARRAY[1], ARRAY[CAST(NULL AS INT)]) AS f FROM profiles WHERE id = 1;
-- columns: `a` ARRAY<INT NOT NULL>, `b` ARRAY<INT>, `c` ARRAY<BIGINT NOT NULL>, `d` ARRAY<DECIMAL(11, 1) NOT NULL>, `e` ARRAY<ROW<`EXPR$0` INT NOT NULL, `EXPR$1` CHAR(1) NOT NULL> NOT NULL>, `f` ARRAY<INT>
-- flink
-- +I[[1, 2, 3], [1, 2, null], [1, 2], [1.0, 2.5], [+I[1, a], +I[2, b]], [1, null]]

-- case slice: ARRAY_SLICE with ends inside, outside, negative, zero and NULL
SELECT id, ARRAY_SLICE(tags, 2) AS a, ARRAY_SLICE(tags, 1, 2) AS b, ARRAY_SLICE(tags, -2, -1) AS c, ARRAY_SLICE(tags, 0, 0) AS d, ARRAY_SLICE(tags, 3, 1) AS e, ARRAY_SLICE(tags, -9, 9) AS f, ARRAY_SLICE(tags, 2147483647) AS g, ARRAY_SLICE(tags, CAST(NULL AS INT)) AS h FROM profiles;
-- columns: `id` INT, `a` ARRAY<STRING>, `b` ARRAY<STRING>, `c` ARRAY<STRING>, `d` ARRAY<STRING>, `e` ARRAY<STRING>, `f` ARRAY<STRING>, `g` ARRAY<STRING>, `h` ARRAY<STRING>
-- flink
-- +I[1, [b, a], [a, b], [b, a], [a], [], [a, b, a], [], null]
-- +I[2, [], [], [], [], [], [], [], null]
-- +I[3, null, null, null, null, null, null, null, null]
-- +I[4, [null], [c, null], [c, null], [c], [], [c, null], [], null]
-- +I[5, [], [b], [b], [b], [], [b], [], null]

-- case slice_ends: the end counted from behind, and an end that becomes 0
SELECT ARRAY_SLICE(ARRAY[1, 2, 3], 1, -4) AS a, ARRAY_SLICE(ARRAY[1, 2, 3], 1, -5) AS b, ARRAY_SLICE(ARRAY[1, 2, 3], -3, -2) AS c, ARRAY_SLICE(ARRAY[1, 2, 3], 2, 0) AS d, ARRAY_SLICE(ARRAY[1, 2, 3], -2147483648, 2147483647) AS e FROM profiles WHERE id = 1;
-- columns: `a` ARRAY<INT NOT NULL>, `b` ARRAY<INT NOT NULL>, `c` ARRAY<INT NOT NULL>, `d` ARRAY<INT NOT NULL>, `e` ARRAY<INT NOT NULL>
-- flink
-- +I[[1], [], [1, 2], [], [1, 2, 3]]

-- case reverse: ARRAY_REVERSE, ARRAY_DISTINCT
SELECT id, ARRAY_REVERSE(tags) AS a, ARRAY_DISTINCT(tags) AS b, ARRAY_DISTINCT(ARRAY[1, NULL, 1, NULL, id]) AS c FROM profiles;
-- columns: `id` INT, `a` ARRAY<STRING>, `b` ARRAY<STRING>, `c` ARRAY<INT>
-- flink
-- +I[1, [a, b, a], [a, b], [1, null]]
-- +I[2, [], [], [1, null, 2]]
-- +I[3, null, null, [1, null, 3]]
-- +I[4, [null, c], [c, null], [1, null, 4]]
-- +I[5, [b], [b], [1, null, 5]]

-- case distinct_nested: equal rows, arrays and numbers that are no numbers
SELECT ARRAY_DISTINCT(ARRAY[ROW(1, 'a'), ROW(1, 'a'), ROW(2, 'a')]) AS a, ARRAY_DISTINCT(ARRAY[ARRAY[1, 2], ARRAY[1, 2], ARRAY[2, 1]]) AS b, ARRAY_DISTINCT(ARRAY[1.50, 1.5, 2.0]) AS c, ARRAY_DISTINCT(ARRAY[CAST('NaN' AS DOUBLE), CAST('NaN' AS DOUBLE)]) AS d, ARRAY_DISTINCT(ARRAY[TRUE, FALSE, TRUE]) AS e FROM profiles WHERE id = 1;
-- columns: `a` ARRAY<ROW<`EXPR$0` INT NOT NULL, `EXPR$1` CHAR(1) NOT NULL> NOT NULL>, `b` ARRAY<ARRAY<INT NOT NULL> NOT NULL>, `c` ARRAY<DECIMAL(3, 2) NOT NULL>, `d` ARRAY<DOUBLE NOT NULL>, `e` ARRAY<BOOLEAN NOT NULL>
-- flink
-- +I[[+I[1, a], +I[2, a]], [[1, 2], [2, 1]], [1.50, 2.00], [NaN, NaN], [true, false]]

-- case sets: ARRAY_UNION, ARRAY_EXCEPT, ARRAY_INTERSECT
SELECT id, ARRAY_UNION(tags, ARRAY['b', 'q', 'q']) AS a, ARRAY_EXCEPT(tags, ARRAY['b']) AS b, ARRAY_INTERSECT(tags, ARRAY['a', 'c', CAST(NULL AS STRING)]) AS c, ARRAY_UNION(tags, tags) AS d, ARRAY_EXCEPT(ARRAY['a', 'a', 'x'], tags) AS e FROM profiles;
-- columns: `id` INT, `a` ARRAY<STRING>, `b` ARRAY<STRING>, `c` ARRAY<STRING>, `d` ARRAY<STRING>, `e` ARRAY<STRING>
-- flink
-- +I[1, [a, b, q], [a], [a], [a, b], [x]]
-- +I[2, [b, q], [], [], [], [a, x]]
-- +I[3, null, null, null, null, null]
-- +I[4, [c, null, b, q], [c, null], [c, null], [c, null], [a, x]]
-- +I[5, [b, q], [], [], [b], [a, x]]

-- case set_types: common types of two arrays
SELECT ARRAY_UNION(ARRAY[1, 2], ARRAY[2.0, 3.5]) AS a, ARRAY_EXCEPT(ARRAY[1, 2], ARRAY[CAST(2 AS BIGINT)]) AS b, ARRAY_INTERSECT(ARRAY['a', 'bc'], ARRAY['bc']) AS c FROM profiles WHERE id = 1;
-- columns: `a` ARRAY<DECIMAL(11, 1) NOT NULL>, `b` ARRAY<BIGINT NOT NULL>, `c` ARRAY<VARCHAR(2) NOT NULL>
-- flink
-- +I[[1.0, 2.0, 3.5], [1], [bc]]

-- case find: ARRAY_POSITION, ARRAY_CONTAINS, ARRAY_REMOVE
SELECT id, ARRAY_POSITION(tags, 'b') AS a, ARRAY_POSITION(tags, CAST(NULL AS STRING)) AS b, ARRAY_CONTAINS(tags, 'b') AS c, ARRAY_CONTAINS(tags, CAST(NULL AS STRING)) AS d, ARRAY_REMOVE(tags, 'a') AS e, ARRAY_REMOVE(tags, CAST(NULL AS STRING)) AS f, ARRAY_POSITION(ARRAY[1, 5, 3], id) AS g FROM profiles;
-- columns: `id` INT, `a` INT, `b` INT, `c` BOOLEAN, `d` BOOLEAN, `e` ARRAY<STRING>, `f` ARRAY<STRING>, `g` INT
-- flink
-- +I[1, 2, null, true, false, [b], [a, b, a], 1]
-- +I[2, 0, null, false, false, [], [], 0]
-- +I[3, null, null, null, null, null, null, 3]
-- +I[4, 0, null, false, true, [c, null], [c], 0]
-- +I[5, 1, null, true, false, [b], [b], 2]

-- case find_text_length: a longer text in an array of shorter ones
SELECT ARRAY_CONTAINS(ARRAY['a', 'b'], 'abc') AS a, ARRAY_POSITION(ARRAY['a', 'b'], 'bcd') AS b, ARRAY_REMOVE(ARRAY['a', 'b'], 'abc') AS c, ARRAY_APPEND(ARRAY['a', 'b'], 'cde') AS d FROM profiles WHERE id = 1;
-- columns: `a` BOOLEAN, `b` INT, `c` ARRAY<CHAR(1) NOT NULL>, `d` ARRAY<CHAR(1) NOT NULL>
-- flink
-- +I[true, 2, [b], [a, b, c]]

-- case find_varchar_in_char: a VARCHAR is not an element of an array of CHARs
SELECT ARRAY_CONTAINS(ARRAY['a', 'b'], grp) AS a FROM numbers;
-- flink refuses: ValidationException: Invalid input arguments.

-- case find_wider: a BIGINT is not an element of an array of INTs
SELECT ARRAY_POSITION(ARRAY[1, 2], CAST(2 AS BIGINT)) AS a FROM profiles;
-- flink refuses: ValidationException: Invalid input arguments.

-- case extremes: ARRAY_MAX, ARRAY_MIN
SELECT id, ARRAY_MAX(tags) AS a, ARRAY_MIN(tags) AS b, ARRAY_MAX(ARRAY[id, 3, NULL]) AS c, ARRAY_MIN(ARRAY[id, 3, NULL]) AS d FROM profiles;
-- columns: `id` INT, `a` STRING, `b` STRING, `c` INT, `d` INT
-- flink
-- +I[1, b, a, 3, 1]
-- +I[2, null, null, 3, 2]
-- +I[3, null, null, 3, 3]
-- +I[4, c, c, 4, 3]
-- +I[5, b, b, 5, 3]

-- case extreme_types: of every type with an order
SELECT ARRAY_MAX(ARRAY[1.5, 2.25]) AS a, ARRAY_MIN(ARRAY[DATE '2024-01-02', DATE '2023-01-02']) AS b, ARRAY_MAX(ARRAY[TIMESTAMP '2024-01-02 03:04:05', TIMESTAMP '2025-01-02 03:04:05']) AS c, ARRAY_MAX(ARRAY[CAST(1 AS TINYINT), CAST(2 AS TINYINT)]) AS d, ARRAY_MIN(ARRAY[CAST(1.5 AS FLOAT), CAST(-2 AS FLOAT)]) AS e, ARRAY_MAX(ARRAY[CAST(NULL AS INT)]) AS f, ARRAY_MAX(ARRAY['b', 'aa', 'é']) AS g FROM profiles WHERE id = 1;
-- columns: `a` DECIMAL(3, 2), `b` DATE, `c` TIMESTAMP(0), `d` TINYINT, `e` FLOAT, `f` INT, `g` VARCHAR(2)
-- flink
-- +I[2.25, 2023-01-02, 2025-01-02T03:04:05, 2, -2.0, null, é]

-- case extreme_boolean: BOOLEAN has no order here
SELECT ARRAY_MAX(ARRAY[TRUE, FALSE]) AS a FROM profiles;
-- flink refuses: ValidationException: Type 'BOOLEAN NOT NULL' should support both 'EQUALS' and 'ORDER' comparison with itself.

-- case extreme_row: rows have no order
SELECT ARRAY_MIN(ARRAY[ROW(1, 2)]) AS a FROM profiles;
-- flink refuses: ValidationException: Type 'ROW<`EXPR$0` INT NOT NULL, `EXPR$1` INT NOT NULL> NOT NULL' should support both 'EQUALS' and 'ORDER' comparison with itself.

-- case sort: ARRAY_SORT up and down, NULLs at either end
SELECT id, ARRAY_SORT(tags) AS a, ARRAY_SORT(tags, FALSE) AS b, ARRAY_SORT(tags, TRUE, FALSE) AS c, ARRAY_SORT(tags, FALSE, TRUE) AS d, ARRAY_SORT(ARRAY[3, NULL, id], TRUE) AS e, ARRAY_SORT(tags, CAST(NULL AS BOOLEAN)) AS f FROM profiles;
-- columns: `id` INT, `a` ARRAY<STRING>, `b` ARRAY<STRING>, `c` ARRAY<STRING>, `d` ARRAY<STRING>, `e` ARRAY<INT>, `f` ARRAY<STRING>
-- flink
-- +I[1, [a, a, b], [b, a, a], [a, a, b], [b, a, a], [null, 1, 3], null]
-- +I[2, [], [], [], [], [null, 2, 3], null]
-- +I[3, null, null, null, null, [null, 3, 3], null]
-- +I[4, [null, c], [c, null], [c, null], [null, c], [null, 3, 4], null]
-- +I[5, [b], [b], [b], [b], [null, 3, 5], null]

-- case sort_types: numbers, days
SELECT ARRAY_SORT(ARRAY[2.5, -1.0, 0.0]) AS a, ARRAY_SORT(ARRAY[DATE '2024-01-02', DATE '2023-01-02'], FALSE) AS b, ARRAY_SORT(ARRAY[CAST(3 AS DOUBLE), CAST(-3 AS DOUBLE)]) AS c FROM profiles WHERE id = 1;
-- columns: `a` ARRAY<DECIMAL(2, 1) NOT NULL>, `b` ARRAY<DATE NOT NULL>, `c` ARRAY<DOUBLE NOT NULL>
-- flink
-- +I[[-1.0, 0.0, 2.5], [2024-01-02, 2023-01-02], [-3.0, 3.0]]

-- case joined: ARRAY_JOIN
SELECT id, ARRAY_JOIN(tags, '-') AS a, ARRAY_JOIN(tags, '-', '?') AS b, ARRAY_JOIN(tags, '') AS c, ARRAY_JOIN(tags, CAST(NULL AS STRING)) AS d, ARRAY_JOIN(tags, '-', CAST(NULL AS STRING)) AS e FROM profiles;
-- columns: `id` INT, `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING
-- flink
-- +I[1, a-b-a, a-b-a, aba, null, null]
-- +I[2, , , , null, null]
-- +I[3, null, null, null, null, null]
-- +I[4, c, c-?, c, null, null]
-- +I[5, b, b, b, null, null]

-- case join_numbers: numbers are no texts
SELECT ARRAY_JOIN(ARRAY[1, 2], '-') AS a FROM profiles;
-- flink refuses: ValidationException: Invalid input arguments.

-- case append_no_array: the first argument is no array
SELECT ARRAY_APPEND(id, 1) AS a FROM profiles;
-- flink refuses: ValidationException: Invalid input arguments.

-- case append_other_type: a text is no element of an array of numbers
SELECT ARRAY_APPEND(ARRAY[1], 'a') AS a FROM profiles;
-- flink refuses: ValidationException: Invalid input arguments.

-- case concat_nothing: ARRAY_CONCAT of nothing
SELECT ARRAY_CONCAT() AS a FROM profiles;
-- flink refuses: SqlValidatorException: No match found for function signature ARRAY_CONCAT(). Supported signatures are: ARRAY_CONCAT(<COMMON>, <COMMON>...)

-- case union_three: ARRAY_UNION takes two
SELECT ARRAY_UNION(tags, tags, tags) AS a FROM profiles;
-- flink refuses: SqlValidatorException: No match found for function signature ARRAY_UNION(<VARCHAR(2147483647) ARRAY>, <VARCHAR(2147483647) ARRAY>, <VARCHAR(2147483647) ARRAY>). Supported signatures are: ARRAY_UNION(<COMMON>, <COMMON>)

-- case slice_bigint: the ends are INTs
SELECT ARRAY_SLICE(tags, CAST(1 AS BIGINT)) AS a FROM profiles;
-- flink refuses: ValidationException: Invalid input arguments.

-- case sort_number: the words of ARRAY_SORT are BOOLEANs
SELECT ARRAY_SORT(tags, 1) AS a FROM profiles;
-- flink refuses: ValidationException: Invalid input arguments.

-- case as_condition: in WHERE, and as a key
SELECT ARRAY_JOIN(ARRAY_SORT(ARRAY_DISTINCT(tags)), ',') AS t, COUNT(*) AS n FROM profiles WHERE ARRAY_CONTAINS(tags, 'a') OR ARRAY_POSITION(tags, 'b') > 0 GROUP BY ARRAY_JOIN(ARRAY_SORT(ARRAY_DISTINCT(tags)), ',');
-- columns: `t` STRING, `n` BIGINT
-- flink
-- +I[a,b, 1]
-- +I[b, 1]

-- case item_outside: an index that is NULL, zero, negative or behind the end
SELECT id, tags[id] AS a, tags[id - 1] AS b, tags[id - 3] AS c, tags[CAST(NULL AS INT)] AS d FROM profiles;
-- columns: `id` INT, `a` STRING, `b` STRING, `c` STRING, `d` STRING
-- flink
-- +I[1, a, null, null, null]
-- +I[2, null, null, null, null]
-- +I[3, null, null, null, null]
-- +I[4, null, null, c, null]
-- +I[5, null, null, null, null]

-- case item_zero: a constant index below 1 is refused
SELECT id, tags[0] AS a FROM profiles;
-- flink refuses: ValidationException: Array element access needs an index starting at 1 but was 0.
