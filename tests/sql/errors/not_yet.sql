-- What the engine does not run is named, with its place.
CREATE TABLE a (id BIGINT, v INT, ts TIMESTAMP(3)) WITH ('connector' = 'datagen');
CREATE TABLE sink (x BIGINT) WITH ('connector' = 'print');
INSERT INTO sink SELECT id FROM a TABLESAMPLE (10);
INSERT INTO sink SELECT id FROM a WHERE id > ALL (SELECT v FROM a);
INSERT INTO sink SELECT v FROM a PIVOT (SUM(v) FOR id IN (1, 2));
INSERT INTO sink SELECT (SELECT id FROM a AS b WHERE b.v = a.v) FROM a;
INSERT INTO sink SELECT CASE WHEN id NOT IN (SELECT v FROM a) THEN 1 ELSE 2 END FROM a;
UPDATE sink SET x = 1;
