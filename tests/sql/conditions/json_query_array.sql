-- JSON_QUERY RETURNING ARRAY<STRING>: texts as they are, all else as JSON; wrappers; NULL, EMPTY ARRAY where it is none.
CREATE TABLE o (path STRING, plain ARRAY<STRING>, wrapped ARRAY<STRING>, conditional ARRAY<STRING>, otherwise ARRAY<STRING>)
  WITH ('connector' = 'print');
INSERT INTO o
SELECT p, JSON_QUERY(j, p RETURNING ARRAY<STRING>), JSON_QUERY(j, p RETURNING ARRAY<STRING> WITH WRAPPER),
  JSON_QUERY(j, p RETURNING ARRAY<STRING> WITH CONDITIONAL WRAPPER),
  JSON_QUERY(j, p RETURNING ARRAY<VARCHAR> EMPTY ARRAY ON EMPTY EMPTY ARRAY ON ERROR)
FROM (VALUES ('{"a":["x",1,null,true,{"b":[1, 2]},[3]],"s":"t","o":{"q":1},"e":[],"n":null,"m":[1.50,1e5]}')) AS t(j)
CROSS JOIN (VALUES ('$.a'), ('$.s'), ('$.o'), ('$.e'), ('$.n'), ('lax $.zz'), ('lax $.a[*].b'), ('$.m')) AS u(p);
-- rows
-- +I[$.a, [x, 1, null, true, {"b":[1,2]}, [3]], [["x",1,null,true,{"b":[1,2]},[3]]], [x, 1, null, true, {"b":[1,2]}, [3]], [x, 1, null, true, {"b":[1,2]}, [3]]]
-- +I[$.s, null, [t], [t], []]
-- +I[$.o, null, [{"q":1}], [{"q":1}], []]
-- +I[$.e, [], [[]], [], []]
-- +I[$.n, null, null, null, []]
-- +I[lax $.zz, null, null, null, []]
-- +I[lax $.a[*].b, [[1,2]], [[[1,2]]], [[1,2]], [[1,2]]]
-- +I[$.m, [1.50, 1E+5], [[1.50,1E+5]], [1.50, 1E+5], [1.50, 1E+5]]
