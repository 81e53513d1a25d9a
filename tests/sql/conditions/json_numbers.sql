-- Numbers of a JSON text keep their digits, members come in the order of their names; NULL is not JSON.
CREATE TABLE o (path STRING, v STRING, wrapped STRING) WITH ('connector' = 'print');
CREATE TABLE isjson (t STRING, a BOOLEAN, b BOOLEAN, c BOOLEAN, d BOOLEAN) WITH ('connector' = 'print');
INSERT INTO o
SELECT p, JSON_VALUE(j, p), JSON_QUERY(j, p WITH CONDITIONAL WRAPPER)
FROM (VALUES ('{"f":123456789.987654321,"g":1.50,"h":1e5,"k":-0.0,"l":12345678901234567890123,"n":1E-10,"o":{"y":0.00001,"x":{}}}'))
  AS t(j)
CROSS JOIN (VALUES ('$.f'), ('$.g'), ('$.h'), ('$.k'), ('$.l'), ('$.n'), ('$.o'), ('$.o.x'), ('$.o.y')) AS u(p);
INSERT INTO isjson SELECT t, t IS JSON, t IS NOT JSON, t IS JSON OBJECT, t IS NOT JSON ARRAY
FROM (VALUES (CAST(NULL AS STRING)), ('1'), ('x'), ('{}')) AS v(t);
-- rows
-- +I[$.f, 123456789.987654321, [123456789.987654321]]
-- +I[$.g, 1.50, [1.50]]
-- +I[$.h, 1E+5, [1E+5]]
-- +I[$.k, 0.0, [0.0]]
-- +I[$.l, 12345678901234567890123, [12345678901234567890123]]
-- +I[$.n, 1E-10, [1E-10]]
-- +I[$.o, null, [{"x":{},"y":0.00001}]]
-- +I[$.o.x, null, [{}]]
-- +I[$.o.y, 0.00001, [0.00001]]
-- +I[null, false, true, false, true]
-- +I[1, true, false, false, true]
-- +I[x, false, true, false, true]
-- +I[{}, true, false, true, true]
