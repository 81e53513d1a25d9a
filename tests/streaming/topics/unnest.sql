-- UNNEST and other table functions beside a row.

-- case array: every element a row
SELECT id, tag FROM profiles CROSS JOIN UNNEST(tags) AS t (tag);
-- columns: `id` INT, `tag` STRING
-- flink
-- +I[1, a]
-- +I[1, b]
-- +I[1, a]
-- +I[4, c]
-- +I[4, null]
-- +I[5, b]

-- case array_comma: the comma form
SELECT id, tag FROM profiles, UNNEST(tags) AS t (tag);
-- columns: `id` INT, `tag` STRING
-- flink
-- +I[1, a]
-- +I[1, b]
-- +I[1, a]
-- +I[4, c]
-- +I[4, null]
-- +I[5, b]

-- case array_left: rows without elements stay
SELECT id, tag FROM profiles LEFT JOIN UNNEST(tags) AS t (tag) ON TRUE;
-- columns: `id` INT, `tag` STRING
-- flink
-- +I[1, a]
-- +I[1, b]
-- +I[1, a]
-- +I[2, null]
-- +I[3, null]
-- +I[4, c]
-- +I[4, null]
-- +I[5, b]

-- case map: every entry a row
SELECT id, k, v FROM profiles CROSS JOIN UNNEST(scores) AS t (k, v);
-- columns: `id` INT, `k` STRING, `v` INT
-- flink
-- +I[1, x, 1]
-- +I[1, y, 2]
-- +I[4, x, 7]
-- +I[4, z, null]
-- +I[5, y, 5]

-- case map_left: rows without entries stay
SELECT id, k, v FROM profiles LEFT JOIN UNNEST(scores) AS t (k, v) ON TRUE;
-- columns: `id` INT, `k` STRING, `v` INT
-- flink
-- +I[1, x, 1]
-- +I[1, y, 2]
-- +I[2, null, null]
-- +I[3, null, null]
-- +I[4, x, 7]
-- +I[4, z, null]
-- +I[5, y, 5]

-- case ordinality: with the place
SELECT id, tag, n FROM profiles CROSS JOIN UNNEST(tags) WITH ORDINALITY AS t (tag, n);
-- columns: `id` INT, `tag` STRING, `n` INT
-- flink
-- +I[1, a, 1]
-- +I[1, b, 2]
-- +I[1, a, 3]
-- +I[4, c, 1]
-- +I[4, null, 2]
-- +I[5, b, 1]

-- case ordinality_map: a map with places
SELECT id, k, v, n FROM profiles CROSS JOIN UNNEST(scores) WITH ORDINALITY AS t (k, v, n) WHERE id = 5;
-- columns: `id` INT, `k` STRING, `v` INT, `n` INT
-- flink
-- +I[5, y, 5, 1]

-- case literal: an array of constants
SELECT id, x FROM profiles CROSS JOIN UNNEST(ARRAY[1, 2]) AS t (x) WHERE id < 3;
-- columns: `id` INT, `x` INT
-- flink
-- +I[1, 1]
-- +I[2, 1]
-- +I[2, 2]
-- +I[1, 2]

-- case rows: an array of rows
SELECT id, a, b FROM profiles CROSS JOIN UNNEST(ARRAY[ROW(1, 'one'), ROW(2, 'two')]) AS t (a, b) WHERE id < 3;
-- columns: `id` INT, `a` INT, `b` CHAR(3)
-- flink
-- +I[2, 1, one]
-- +I[1, 1, one]
-- +I[2, 2, two]
-- +I[1, 2, two]

-- case filter: elements filtered
SELECT id, tag FROM profiles CROSS JOIN UNNEST(tags) AS t (tag) WHERE tag <> 'a';
-- columns: `id` INT, `tag` STRING
-- flink
-- +I[1, b]
-- +I[4, c]
-- +I[5, b]

-- case aggregate: counted by element
SELECT tag, COUNT(*) AS n FROM profiles CROSS JOIN UNNEST(tags) AS t (tag) GROUP BY tag;
-- columns: `tag` STRING, `n` BIGINT
-- flink
-- +I[a, 1]
-- +I[b, 1]
-- -U[a, 1]
-- +U[a, 2]
-- +I[c, 1]
-- +I[null, 1]
-- -U[b, 1]
-- +U[b, 2]

-- case collected: what an aggregate collects, taken apart
SELECT product, customer, n FROM (SELECT product, COLLECT(customer) AS customers FROM orders WHERE order_id < 8 GROUP BY product) CROSS JOIN UNNEST(customers) AS t (customer, n);
-- flink refuses: SqlValidatorException: List of column aliases must have same degree as table; table has 1 columns ('EXPR$0'), whereas alias list has 2 columns

-- case nested_field: fields of a row
SELECT id, p.home.city, p.home.zip FROM profiles AS p;
-- columns: `id` INT, `city` STRING, `zip` INT
-- flink
-- +I[1, Rome, 100]
-- +I[2, Oslo, null]
-- +I[3, null, null]
-- +I[4, Lima, 300]
-- +I[5, null, 400]

-- case array_access: elements by place
SELECT id, tags[1] AS t1, tags[2] AS t2, CARDINALITY(tags) AS n FROM profiles;
-- columns: `id` INT, `t1` STRING, `t2` STRING, `n` INT
-- flink
-- +I[1, a, b, 3]
-- +I[2, null, null, 0]
-- +I[3, null, null, null]
-- +I[4, c, null, 2]
-- +I[5, b, null, 1]

-- case map_access: values by key
SELECT id, scores['x'] AS x, scores['nothing'] AS gone, CARDINALITY(scores) AS n FROM profiles;
-- columns: `id` INT, `x` INT, `gone` INT, `n` INT
-- flink
-- +I[1, 1, null, 2]
-- +I[2, null, null, 0]
-- +I[3, null, null, null]
-- +I[4, 7, null, 2]
-- +I[5, null, null, 1]

-- case lateral_subquery: LATERAL with a correlated query
SELECT p.name, t.order_id FROM products AS p, LATERAL (SELECT order_id FROM orders AS o WHERE o.product = p.product AND o.amount > 4) AS t (order_id);
-- columns: `name` STRING, `order_id` INT
-- flink
-- +I[pen, 4]
-- +I[desk, 7]
-- +I[pen, 11]
-- +I[clip, 12]
-- +I[desk, 15]
-- +I[lamp, 19]
-- +I[desk, 21]
-- +I[lamp, 22]

-- case lateral_top: the two biggest orders of each product
SELECT p.name, t.order_id, t.amount FROM (SELECT DISTINCT product, name FROM products) AS p, LATERAL (SELECT order_id, amount FROM orders AS o WHERE o.product = p.product ORDER BY amount DESC LIMIT 2) AS t (order_id, amount);
-- flink refuses: TableException: unexpected correlate variable $cor0 in the plan
-- sluice takes: LIMIT in LATERAL is a Top-N

-- case lateral_left: LEFT JOIN LATERAL
SELECT p.name, t.order_id FROM products AS p LEFT JOIN LATERAL (SELECT order_id FROM orders AS o WHERE o.product = p.product AND o.amount > 5) AS t (order_id) ON TRUE;
-- columns: `name` STRING, `order_id` INT
-- flink
-- +I[pen, null]
-- +I[desk, null]
-- +I[clip, null]
-- +I[lamp, null]
-- +I[vase, null]
-- -D[desk, null]
-- +I[desk, 7]
-- -D[pen, null]
-- +I[pen, 11]
-- -D[clip, null]
-- +I[clip, 12]
-- +I[desk, 15]
-- -D[lamp, null]
-- +I[lamp, 19]

-- case unnest_text: not an array
SELECT id FROM profiles CROSS JOIN UNNEST(id) AS t (x);
-- flink refuses: SqlValidatorException: Cannot apply 'UNNEST' to arguments of type 'UNNEST(<INTEGER>)'. Supported form(s): 'UNNEST(<MULTISET>)' 'UNNEST(<ARRAY>)' 'UNNEST(<MAP>)' UNNEST(<MULTISET>) UNNEST(<ARRAY>) UNNEST(<MAP>)
