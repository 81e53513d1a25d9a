-- What there is one of, or nothing: modules, functions of the user's, models, jars.
USE MODULES core;
DROP FUNCTION IF EXISTS f;
DROP TEMPORARY SYSTEM FUNCTION IF EXISTS f;
CREATE TABLE t (a INT) WITH ('connector' = 'datagen');
ALTER TABLE t RESET ('number-of-rows');
SHOW MODULES;
SHOW FULL MODULES;
SHOW USER FUNCTIONS;
SHOW MODELS;
SHOW JARS;
-- skip table: it makes no table
-- skip restart: it makes no table
-- rows in order
-- ┌─────────────┐
-- │ module name │
-- ├─────────────┤
-- │ core        │
-- └─────────────┘
-- ┌─────────────┬──────┐
-- │ module name │ used │
-- ├─────────────┼──────┤
-- │ core        │ TRUE │
-- └─────────────┴──────┘
-- ┌───────────────┐
-- │ function name │
-- ├───────────────┤
-- └───────────────┘
-- ┌────────────┐
-- │ model name │
-- ├────────────┤
-- └────────────┘
-- ┌──────┐
-- │ jars │
-- ├──────┤
-- └──────┘
