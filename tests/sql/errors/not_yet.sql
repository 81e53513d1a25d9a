-- What the engine does not run is named, with its place.
CREATE TABLE a (id BIGINT, v INT, ts TIMESTAMP(3)) WITH ('connector' = 'datagen');
CREATE TABLE sink (x BIGINT) WITH ('connector' = 'print');
INSERT INTO sink SELECT id FROM a TABLESAMPLE (10);
INSERT INTO sink SELECT id FROM a WHERE (id, v) > ALL (SELECT id, v FROM a);
INSERT INTO sink SELECT v FROM a PIVOT (SUM(v) FOR id IN (1, 2));
INSERT INTO sink SELECT CASE WHEN (id, v) NOT IN (SELECT id, v FROM a) THEN 1 ELSE 2 END FROM a;
UPDATE sink SET x = 1;
-- error
-- case.sql:4:48: error: sluice does not run TABLESAMPLE yet
--  4 | INSERT INTO sink SELECT id FROM a TABLESAMPLE (10);
--    |                                                ^^
-- case.sql:5:41: error: sluice does not run a comparison of several columns with SOME or ALL (SELECT ...) yet
--  5 | INSERT INTO sink SELECT id FROM a WHERE (id, v) > ALL (SELECT id, v FROM a);
--    |                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- case.sql:6:34: error: sluice does not run PIVOT yet
--  6 | INSERT INTO sink SELECT v FROM a PIVOT (SUM(v) FOR id IN (1, 2));
--    |                                  ^^^^^
-- case.sql:7:35: error: sluice does not run IN (SELECT ...) of several columns that may be NULL, but as a condition of WHERE, yet
--  7 | INSERT INTO sink SELECT CASE WHEN (id, v) NOT IN (SELECT id, v FROM a) THEN 1 ELSE 2 END FROM a;
--    |                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- case.sql:8:1: error: UPDATE is a statement of Flink that sluice does not run
--  8 | UPDATE sink SET x = 1;
--    | ^^^^^^^^^^^^^^^^^^^^^
