-- JSON_VALUE, JSON_QUERY, JSON_EXISTS and IS JSON, with the clauses for what is not there or not right.
CREATE TABLE found (id INT, v STRING, n INT, d STRING, q STRING, w STRING, e BOOLEAN, j BOOLEAN)
WITH ('connector' = 'print');
INSERT INTO found
SELECT id, JSON_VALUE(t, '$.a'), JSON_VALUE(t, '$.b[1]' RETURNING INT),
       JSON_VALUE(t, 'lax $.none' DEFAULT 'absent' ON EMPTY DEFAULT 'wrong' ON ERROR),
       JSON_QUERY(t, '$.b'), JSON_QUERY(t, '$.a' WITH WRAPPER), JSON_EXISTS(t, '$.c.d'), t IS JSON OBJECT
FROM (VALUES (1, '{"a": "x", "b": [1, 22], "c": {"d": 0.5}}'),
             (2, '{"a": {"z": true}}'), (3, 'no json'), (4, '[1]'),
             (5, CAST(NULL AS STRING))) AS t(id, t);
-- rows
-- +I[1, x, 22, absent, [1,22], ["x"], true, true]
-- +I[2, null, null, absent, null, [{"z":true}], false, true]
-- +I[3, null, null, wrong, null, null, false, false]
-- +I[4, null, null, absent, null, null, false, false]
-- +I[5, null, null, null, null, null, null, false]
