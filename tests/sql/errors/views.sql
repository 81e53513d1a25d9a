-- A mistake in a view is reported once, where it is, not at each use.
CREATE TABLE t (id BIGINT, v INT) WITH ('connector' = 'datagen');
CREATE TABLE sink (a BIGINT) WITH ('connector' = 'print');
CREATE VIEW broken AS SELECT idd FROM t;
INSERT INTO sink SELECT id FROM broken;
CREATE VIEW two (a) AS SELECT id, v FROM t;
CREATE VIEW fine AS SELECT id AS a FROM t;
INSERT INTO sink SELECT id FROM fine;
INSERT INTO fine SELECT id FROM t;
-- error
-- case.sql:4:30: error: column `idd` is not known
--  4 | CREATE VIEW broken AS SELECT idd FROM t;
--    |                              ^^^
--    = did you mean `id`?
-- case.sql:6:18: error: the view names 1 columns, its query has 2
--  6 | CREATE VIEW two (a) AS SELECT id, v FROM t;
--    |                  ^
-- case.sql:8:25: error: column `id` is not known
--  8 | INSERT INTO sink SELECT id FROM fine;
--    |                         ^^
--    = columns: `a`
-- case.sql:9:13: error: `fine` is a view; a view cannot be written
--  9 | INSERT INTO fine SELECT id FROM t;
--    |             ^^^^
