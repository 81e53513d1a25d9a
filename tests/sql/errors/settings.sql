-- SET knows its keys.
SET 'sluice.dead-leter' = 'drop';
SET 'sluice.dead-letter' = 'away';
SET 'execution.checkpointing.interval' = 'soon';
SET 'parallelism.default' = 'many';
-- error
-- case.sql:2:5: error: SET knows no key 'sluice.dead-leter'
--  2 | SET 'sluice.dead-leter' = 'drop';
--    |     ^^^^^^^^^^^^^^^^^^^
--    = did you mean 'sluice.dead-letter'?
-- case.sql:3:28: error: 'away' is no value for 'sluice.dead-letter'
--  3 | SET 'sluice.dead-letter' = 'away';
--    |                            ^^^^^^
--    = expected one of 'table', 'fail', 'drop'
-- case.sql:4:42: error: 'soon' is no value for 'execution.checkpointing.interval'
--  4 | SET 'execution.checkpointing.interval' = 'soon';
--    |                                          ^^^^^^
--    = expected a duration, such as '10 s'
-- case.sql:5:29: error: 'many' is no value for 'parallelism.default'
--  5 | SET 'parallelism.default' = 'many';
--    |                             ^^^^^^
--    = expected a whole number
