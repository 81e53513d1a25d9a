-- Arrays, maps, rows.

-- case made: constructors
SELECT ARRAY[1, 2, 3] AS a, MAP['k', 1, 'l', 2] AS b, ROW(1, 'x') AS c FROM profiles WHERE id = 1;
-- columns: `a` ARRAY<INT NOT NULL>, `b` MAP<CHAR(1) NOT NULL, INT NOT NULL>, `c` ROW<`EXPR$0` INT NOT NULL, `EXPR$1` CHAR(1) NOT NULL>
-- flink
-- +I[[1, 2, 3], {k=1, l=2}, +I[1, x]]

-- case fields: fields of rows
SELECT p.id, p.home.city AS city, p.home.zip AS zip FROM profiles AS p WHERE p.home.zip > 100;
-- columns: `id` INT, `city` STRING, `zip` INT
-- flink
-- +I[4, Lima, 300]
-- +I[5, null, 400]

-- case nulls: nothing in nothing
SELECT id, tags[9] AS a, scores['q'] AS b, home IS NULL AS c, tags IS NOT NULL AS d FROM profiles;
-- columns: `id` INT, `a` STRING, `b` INT, `c` BOOLEAN, `d` BOOLEAN
-- flink
-- +I[1, null, null, false, true]
-- +I[2, null, null, false, true]
-- +I[3, null, null, true, false]
-- +I[4, null, null, false, true]
-- +I[5, null, null, false, true]

-- case cardinality: sizes
SELECT id, CARDINALITY(tags) AS a, CARDINALITY(scores) AS b FROM profiles;
-- columns: `id` INT, `a` INT, `b` INT
-- flink
-- +I[1, 3, 2]
-- +I[2, 0, 0]
-- +I[3, null, null]
-- +I[4, 2, 2]
-- +I[5, 1, 1]

-- case element: ELEMENT of one
SELECT ELEMENT(ARRAY[7]) AS a FROM profiles WHERE id = 1;
-- columns: `a` INT
-- flink
-- +I[7]

-- case map_parts: MAP_KEYS, MAP_VALUES, MAP_ENTRIES of one entry
SELECT id, MAP_KEYS(scores) AS a, MAP_VALUES(scores) AS b FROM profiles WHERE id = 5;
-- columns: `id` INT, `a` ARRAY<STRING>, `b` ARRAY<INT>
-- flink
-- +I[5, [y], [5]]

-- case group_by_row: rows as keys
SELECT home, COUNT(*) AS n FROM profiles GROUP BY home;
-- columns: `home` ROW<`city` STRING, `zip` INT>, `n` BIGINT
-- flink
-- +I[+I[Rome, 100], 1]
-- +I[+I[Oslo, null], 1]
-- +I[null, 1]
-- +I[+I[Lima, 300], 1]
-- +I[+I[null, 400], 1]

-- case group_by_field: fields as keys
SELECT p.home.city AS city, COUNT(*) AS n FROM profiles AS p GROUP BY p.home.city;
-- columns: `city` STRING, `n` BIGINT
-- flink
-- +I[Rome, 1]
-- +I[Oslo, 1]
-- +I[null, 1]
-- +I[Lima, 1]
-- -U[null, 1]
-- +U[null, 2]

-- case cast_array: casts of arrays
SELECT CAST(ARRAY[1, 2] AS ARRAY<STRING>) AS a, CAST(ARRAY['1', '2'] AS ARRAY<INT>) AS b FROM profiles WHERE id = 1;
-- columns: `a` ARRAY<STRING>, `b` ARRAY<INT>
-- flink
-- +I[[1, 2], [1, 2]]

-- case array_agg: ARRAY_AGG
SELECT product, ARRAY_AGG(order_id) AS ids FROM orders WHERE order_id < 8 GROUP BY product;
-- columns: `product` INT, `ids` ARRAY<INT>
-- flink
-- +I[10, [1]]
-- +I[11, [2]]
-- +I[12, [3]]
-- -U[10, [1]]
-- +U[10, [1, 4]]
-- +I[13, [5]]
-- -U[10, [1, 4]]
-- +U[10, [1, 4, 6]]
-- -U[11, [2]]
-- +U[11, [2, 7]]

-- case row_compare: rows compare by field
SELECT id FROM profiles AS p WHERE (p.home.city, p.home.zip) = ('Rome', 100);
-- columns: `id` INT
-- flink
-- +I[1]

-- case nested_constructors: arrays of rows and maps of arrays
SELECT ARRAY[ROW(1, 'a'), ROW(2, 'b')] AS a, MAP['k', ARRAY[1, 2]] AS b FROM profiles WHERE id = 1;
-- columns: `a` ARRAY<ROW<`EXPR$0` INT NOT NULL, `EXPR$1` CHAR(1) NOT NULL> NOT NULL>, `b` MAP<CHAR(1) NOT NULL, ARRAY<INT NOT NULL> NOT NULL>
-- flink
-- +I[[+I[1, a], +I[2, b]], {k=[1, 2]}]
