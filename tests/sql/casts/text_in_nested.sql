-- TRY_CAST of a ROW, ARRAY or MAP of which a part does not fit is NULL as a whole, as in Flink; parts that are NULL stay.
CREATE TABLE o (n INT, r ROW<a INT, b INT>, l ARRAY<INT>, ll ARRAY<ARRAY<INT>>, m MAP<INT, INT>, f INT) WITH ('connector' = 'print');
INSERT INTO o SELECT n, TRY_CAST(ROW(s, t) AS ROW<a INT, b INT>), TRY_CAST(ARRAY[s, t] AS ARRAY<INT>),
  TRY_CAST(ARRAY[ARRAY[s], ARRAY[t, s]] AS ARRAY<ARRAY<INT>>), TRY_CAST(MAP[COALESCE(s, '0'), t] AS MAP<INT, INT>),
  TRY_CAST(ROW(s, t) AS ROW<a INT, b INT>).b
FROM (VALUES (1, '1', '2'), (2, '1', 'x'), (3, 'x', '2'), (4, CAST(NULL AS STRING), '4'), (5, '5', '6')) AS v(n, s, t);
-- rows
-- +I[1, +I[1, 2], [1, 2], [[1], [2, 1]], {1=2}, 2]
-- +I[2, null, null, null, null, null]
-- +I[3, null, null, null, null, null]
-- +I[4, +I[null, 4], [null, 4], [[null], [4, null]], {0=4}, 4]
-- +I[5, +I[5, 6], [5, 6], [[5], [6, 5]], {5=6}, 6]
