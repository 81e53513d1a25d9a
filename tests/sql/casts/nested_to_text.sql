-- Rows, arrays and maps as text.
CREATE TABLE casted (r STRING, a STRING, m STRING) WITH ('connector' = 'print');
INSERT INTO casted SELECT CAST(ROW(id, name, TRUE) AS STRING), CAST(ARRAY[id, NULL, 2] AS STRING), CAST(MAP[name, id] AS STRING)
FROM (VALUES (1, 'abc'), (2, '')) AS t(id, name);
-- rows
-- +I[(1, abc, TRUE), [1, NULL, 2], {abc=1}]
-- +I[(2, , TRUE), [2, NULL, 2], {=2}]
