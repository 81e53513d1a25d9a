-- Joins: conditions that lack, names that are ambiguous, hints that are not known.
CREATE TABLE a (id BIGINT, v INT, ts TIMESTAMP(3)) WITH ('connector' = 'datagen');
CREATE TABLE b (id BIGINT, w INT) WITH ('connector' = 'datagen');
CREATE TABLE sink (x BIGINT) WITH ('connector' = 'print');
INSERT INTO sink SELECT a.id FROM a JOIN b;
INSERT INTO sink SELECT id FROM a JOIN b ON a.id = b.id;
INSERT INTO sink SELECT v FROM a, a;
INSERT INTO sink SELECT v FROM a JOIN b USING (idd);
INSERT INTO sink SELECT v FROM a JOIN b FOR SYSTEM_TIME AS OF a.ts ON a.id = b.id;
INSERT INTO sink SELECT /*+ STATE_TLT('a' = '1 h') */ v FROM a JOIN b ON a.id = b.id;
INSERT INTO sink SELECT /*+ STATE_TTL('c' = '1 h') */ v FROM a JOIN b ON a.id = b.id;
INSERT INTO sink SELECT v FROM a WHERE (id, v) IN (SELECT id FROM b);
INSERT INTO sink SELECT v FROM a JOIN c ON a.id = c.id;
-- error
-- case.sql:5:37: error: INNER, LEFT, RIGHT or FULL join requires a condition (NATURAL keyword or ON or USING clause)
--  5 | INSERT INTO sink SELECT a.id FROM a JOIN b;
--    |                                     ^^^^
--    = CROSS JOIN takes none
-- case.sql:6:25: error: column `id` is ambiguous
--  6 | INSERT INTO sink SELECT id FROM a JOIN b ON a.id = b.id;
--    |                         ^^
-- case.sql:7:25: error: column `v` is ambiguous
--  7 | INSERT INTO sink SELECT v FROM a, a;
--    |                         ^
-- case.sql:7:35: error: Duplicate relation name 'a' in FROM clause
--  7 | INSERT INTO sink SELECT v FROM a, a;
--    |                                   ^
--    = give one of them another name with AS
-- case.sql:8:48: error: Column 'idd' not found in any table
--  8 | INSERT INTO sink SELECT v FROM a JOIN b USING (idd);
--    |                                                ^^^
-- case.sql:9:63: error: Temporal table join currently only supports 'FOR SYSTEM_TIME AS OF' left table's time attribute field
--  9 | INSERT INTO sink SELECT v FROM a JOIN b FOR SYSTEM_TIME AS OF a.ts ON a.id = b.id;
--    |                                                               ^^^^
--    = a column with a WATERMARK, or one computed AS PROCTIME()
-- case.sql:10:29: error: there is no hint STATE_TLT
--  10 | INSERT INTO sink SELECT /*+ STATE_TLT('a' = '1 h') */ v FROM a JOIN b ON a.id = b.id;
--     |                             ^^^^^^^^^^^^^^^^^^^^^^
--     = did you mean STATE_TTL?
-- case.sql:11:39: error: The options of following hints cannot match the name of input tables or views: `c` in `STATE_TTL`
--  11 | INSERT INTO sink SELECT /*+ STATE_TTL('c' = '1 h') */ v FROM a JOIN b ON a.id = b.id;
--     |                                       ^^^
-- case.sql:12:40: error: IN compares 2 columns with 1 of the query
--  12 | INSERT INTO sink SELECT v FROM a WHERE (id, v) IN (SELECT id FROM b);
--     |                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
-- case.sql:13:39: error: table `c` is not known
--  13 | INSERT INTO sink SELECT v FROM a JOIN c ON a.id = c.id;
--     |                                       ^
