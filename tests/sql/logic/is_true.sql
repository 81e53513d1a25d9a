-- IS TRUE, IS FALSE, IS UNKNOWN and their opposites never give NULL.
CREATE TABLE truth (a BOOLEAN, t BOOLEAN, nt BOOLEAN, f BOOLEAN, nf BOOLEAN, u BOOLEAN, nu BOOLEAN) WITH ('connector' = 'print');
INSERT INTO truth SELECT a, a IS TRUE, a IS NOT TRUE, a IS FALSE, a IS NOT FALSE, a IS UNKNOWN, a IS NOT UNKNOWN
FROM (VALUES (TRUE), (FALSE), (CAST(NULL AS BOOLEAN))) AS x(a);
-- rows
-- +I[true, true, false, false, true, false, true]
-- +I[false, false, true, true, false, false, true]
-- +I[null, false, true, false, true, true, false]
