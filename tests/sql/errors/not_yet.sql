-- What the engine does not run is named, with its place.
CREATE TABLE a (id BIGINT, v INT, ts TIMESTAMP(3)) WITH ('connector' = 'datagen');
CREATE TABLE sink (x BIGINT) WITH ('connector' = 'print');
INSERT INTO sink SELECT COUNT(*) FROM a;
INSERT INTO sink SELECT id FROM a GROUP BY id;
INSERT INTO sink SELECT DISTINCT id FROM a;
INSERT INTO sink SELECT l.id FROM a AS l JOIN a AS r ON l.id = r.id;
INSERT INTO sink SELECT id FROM a ORDER BY id;
INSERT INTO sink SELECT id FROM a LIMIT 5;
INSERT INTO sink SELECT id FROM a UNION SELECT v FROM a;
INSERT INTO sink SELECT ROW_NUMBER() OVER (PARTITION BY id ORDER BY ts) FROM a;
INSERT INTO sink SELECT id FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '1' HOUR));
INSERT INTO sink SELECT id FROM a WHERE id IN (SELECT v FROM a);
INSERT INTO sink SELECT (SELECT MAX(id) FROM a);
UPDATE sink SET x = 1;
-- error
-- case.sql:4:25: error: sluice does not run the aggregate COUNT yet
--  4 | INSERT INTO sink SELECT COUNT(*) FROM a;
--    |                         ^^^^^
--    = projections, filters, VALUES, UNION ALL, views and subqueries in FROM run
-- case.sql:5:35: error: sluice does not run GROUP BY yet
--  5 | INSERT INTO sink SELECT id FROM a GROUP BY id;
--    |                                   ^^^^^^^^
--    = projections, filters, VALUES, UNION ALL, views and subqueries in FROM run
-- case.sql:6:25: error: sluice does not run SELECT DISTINCT yet
--  6 | INSERT INTO sink SELECT DISTINCT id FROM a;
--    |                         ^^^^^^^^
--    = projections, filters, VALUES, UNION ALL, views and subqueries in FROM run
-- case.sql:7:42: error: sluice does not run joins yet
--  7 | INSERT INTO sink SELECT l.id FROM a AS l JOIN a AS r ON l.id = r.id;
--    |                                          ^^^^
--    = projections, filters, VALUES, UNION ALL, views and subqueries in FROM run
-- case.sql:8:35: error: sluice does not run ORDER BY yet
--  8 | INSERT INTO sink SELECT id FROM a ORDER BY id;
--    |                                   ^^^^^
--    = projections, filters, VALUES, UNION ALL, views and subqueries in FROM run
-- case.sql:9:35: error: sluice does not run LIMIT and OFFSET yet
--  9 | INSERT INTO sink SELECT id FROM a LIMIT 5;
--    |                                   ^^^^^
--    = projections, filters, VALUES, UNION ALL, views and subqueries in FROM run
-- case.sql:10:35: error: sluice does not run UNION yet
--  10 | INSERT INTO sink SELECT id FROM a UNION SELECT v FROM a;
--     |                                   ^^^^^
--     = projections, filters, VALUES, UNION ALL, views and subqueries in FROM run
-- case.sql:11:25: error: sluice does not run ROW_NUMBER OVER (...) yet
--  11 | INSERT INTO sink SELECT ROW_NUMBER() OVER (PARTITION BY id ORDER BY ts) FROM a;
--     |                         ^^^^^^^^^^
--     = projections, filters, VALUES, UNION ALL, views and subqueries in FROM run
-- case.sql:12:39: error: sluice does not run the table function TUMBLE yet
--  12 | INSERT INTO sink SELECT id FROM TABLE(TUMBLE(TABLE a, DESCRIPTOR(ts), INTERVAL '1' HOUR));
--     |                                       ^^^^^^
--     = projections, filters, VALUES, UNION ALL, views and subqueries in FROM run
-- case.sql:13:41: error: sluice does not run IN (SELECT ...) yet
--  13 | INSERT INTO sink SELECT id FROM a WHERE id IN (SELECT v FROM a);
--     |                                         ^^^^^^^^^^^^^^^^^^^^^^^
--     = projections, filters, VALUES, UNION ALL, views and subqueries in FROM run
-- case.sql:14:25: error: sluice does not run a subquery in an expression yet
--  14 | INSERT INTO sink SELECT (SELECT MAX(id) FROM a);
--     |                         ^^^^^^^^^^^^^^^^^^^^^^^
--     = projections, filters, VALUES, UNION ALL, views and subqueries in FROM run
-- case.sql:15:1: error: UPDATE is a statement of Flink that sluice does not run
--  15 | UPDATE sink SET x = 1;
--     | ^^^^^^^^^^^^^^^^^^^^^
