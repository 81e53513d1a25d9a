-- What ALTER TABLE refuses: names that are there, or are not; columns that something refers to.
CREATE TABLE t (id BIGINT, name STRING, twice AS id * 2, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
WITH ('connector' = 'datagen');
ALTER TABLE t ADD name INT FIRST;
ALTER TABLE t ADD more INT AFTER nam;
ALTER TABLE t MODIFY nam INT;
ALTER TABLE t MODIFY PRIMARY KEY (id) NOT ENFORCED;
ALTER TABLE t ADD WATERMARK FOR ts AS ts - INTERVAL '1' SECOND;
ALTER TABLE t DROP (name, id);
ALTER TABLE t DROP ts;
ALTER TABLE t DROP PRIMARY KEY;
ALTER TABLE t RENAME id TO name;
ALTER TABLE t RENAME id TO number;
ALTER TABLE t DROP CONSTRAINT pk;
-- error
-- case.sql:4:19: error: the table has a column `name` already
--  4 | ALTER TABLE t ADD name INT FIRST;
--    |                   ^^^^
--    = MODIFY changes it
-- case.sql:5:34: error: the table has no column `nam`; did you mean `name`?
--  5 | ALTER TABLE t ADD more INT AFTER nam;
--    |                                  ^^^
-- case.sql:6:22: error: the table has no column `nam`; did you mean `name`?
--  6 | ALTER TABLE t MODIFY nam INT;
--    |                      ^^^
-- case.sql:7:22: error: the table has no primary key
--  7 | ALTER TABLE t MODIFY PRIMARY KEY (id) NOT ENFORCED;
--    |                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
--    = ADD adds one
-- case.sql:8:19: error: the table has a watermark already
--  8 | ALTER TABLE t ADD WATERMARK FOR ts AS ts - INTERVAL '1' SECOND;
--    |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
--    = MODIFY changes it, DROP WATERMARK drops it
-- case.sql:9:13: error: after this, column `id` is not known
--  9 | ALTER TABLE t DROP (name, id);
--    |             ^
--    = columns: `ts`
-- case.sql:10:20: error: `ts` cannot be dropped: the watermark refers to it
--  10 | ALTER TABLE t DROP ts;
--     |                    ^^
-- case.sql:11:13: error: the table has no primary key
--  11 | ALTER TABLE t DROP PRIMARY KEY;
--     |             ^
-- case.sql:12:28: error: the table has a column `name` already
--  12 | ALTER TABLE t RENAME id TO name;
--     |                            ^^^^
-- case.sql:13:13: error: after this, column `id` is not known
--  13 | ALTER TABLE t RENAME id TO number;
--     |             ^
--     = columns: `number`, `name`, `ts`
-- case.sql:14:13: error: the table has no primary key
--  14 | ALTER TABLE t DROP CONSTRAINT pk;
--     |             ^
