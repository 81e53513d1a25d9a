-- Finding text in text; 0 is "not there".
CREATE TABLE found (s STRING, a INT, b INT, c INT, d INT, e BOOLEAN, f BOOLEAN) WITH ('connector' = 'print');
INSERT INTO found SELECT s, POSITION('b' IN s), LOCATE('b', s), LOCATE('b', s, 3), INSTR(s, 'b'), STARTSWITH(s, 'ab'), ENDSWITH(s, 'b')
FROM (VALUES ('abcb'), ('xyz'), ('äb'), (''), (CAST(NULL AS STRING))) AS t(s);
-- rows
-- +I[abcb, 2, 2, 4, 2, true, true]
-- +I[xyz, 0, 0, 0, 0, false, false]
-- +I[äb, 2, 2, 0, 2, false, true]
-- +I[, 0, 0, 0, 0, false, false]
-- +I[null, null, null, null, null, null, null]
