-- Positions count from 1; a negative start counts from the end.
CREATE TABLE cut (a STRING, b STRING, c STRING, d STRING, e STRING, f STRING, g STRING) WITH ('connector' = 'print');
INSERT INTO cut SELECT SUBSTRING(s FROM 2), SUBSTRING(s FROM 2 FOR 2), SUBSTR(s, 0, 2), SUBSTR(s, -3), SUBSTRING(s, 4, 100), `LEFT`(s, 2), `RIGHT`(s, 2)
FROM (VALUES ('abcdef'), ('äöü'), ('x'), (''), (CAST(NULL AS STRING))) AS t(s);
-- rows
-- +I[bcdef, bc, ab, def, def, ab, ef]
-- +I[öü, öü, äö, äöü, , äö, öü]
-- +I[, , x, , , x, x]
-- +I[, , , , , , ]
-- +I[null, null, null, null, null, null, null]
