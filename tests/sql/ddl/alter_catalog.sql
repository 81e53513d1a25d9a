-- ALTER CATALOG, ALTER DATABASE; DESCRIBE with EXTENDED shows what they changed.
CREATE CATALOG c WITH ('type' = 'generic_in_memory', 'default-database' = 'd');
ALTER CATALOG c SET ('default-database' = 'e');
ALTER CATALOG c COMMENT 'of this session';
DESCRIBE CATALOG EXTENDED c;
ALTER CATALOG c RESET ('default-database');
DESCRIBE CATALOG c;
CREATE DATABASE sales COMMENT 'orders and more' WITH ('owner' = 'a', 'region' = 'eu');
ALTER DATABASE sales SET ('owner' = 'b', 'tier' = '1');
DESCRIBE DATABASE EXTENDED sales;
DESCRIBE DATABASE sales;
DESCRIBE FUNCTION upper;
DESCRIBE FUNCTION EXTENDED SUM;
-- skip table: it makes no table
-- skip restart: it makes no table
-- rows in order
-- ┌─────────────────────────┬───────────────────┐
-- │ info name               │ info value        │
-- ├─────────────────────────┼───────────────────┤
-- │ name                    │ c                 │
-- │ type                    │ generic_in_memory │
-- │ comment                 │ of this session   │
-- │ option:default-database │ e                 │
-- └─────────────────────────┴───────────────────┘
-- ┌───────────┬───────────────────┐
-- │ info name │ info value        │
-- ├───────────┼───────────────────┤
-- │ name      │ c                 │
-- │ type      │ generic_in_memory │
-- │ comment   │ of this session   │
-- └───────────┴───────────────────┘
-- ┌─────────────────┬─────────────────┐
-- │ info name       │ info value      │
-- ├─────────────────┼─────────────────┤
-- │ name            │ sales           │
-- │ catalog         │ default_catalog │
-- │ comment         │ orders and more │
-- │ property:owner  │ b               │
-- │ property:region │ eu              │
-- │ property:tier   │ 1               │
-- └─────────────────┴─────────────────┘
-- ┌───────────┬─────────────────┐
-- │ info name │ info value      │
-- ├───────────┼─────────────────┤
-- │ name      │ sales           │
-- │ catalog   │ default_catalog │
-- │ comment   │ orders and more │
-- └───────────┴─────────────────┘
-- ┌────────────────────┬────────────┐
-- │ info name          │ info value │
-- ├────────────────────┼────────────┤
-- │ is system function │ true       │
-- │ is temporary       │ false      │
-- └────────────────────┴────────────┘
-- ┌───────────────────────────┬───────────────────┐
-- │ info name                 │ info value        │
-- ├───────────────────────────┼───────────────────┤
-- │ is system function        │ true              │
-- │ is temporary              │ false             │
-- │ kind                      │ AGGREGATE         │
-- │ requirements              │ []                │
-- │ is deterministic          │ true              │
-- │ supports constant folding │ true              │
-- │ signature                 │ SUM([DISTINCT] a) │
-- └───────────────────────────┴───────────────────┘
