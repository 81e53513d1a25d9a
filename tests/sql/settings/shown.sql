-- SET without a value lists what was set; RESET takes one back.
SET 'pipeline.name' = 'one';
SET 'execution.checkpointing.interval' = '3 s';
SET;
RESET 'pipeline.name';
SET;
-- skip batch 1: the mode sets a key of its own
-- skip table: it makes no table
-- skip restart: it makes no table
-- skip spill: the mode sets keys of its own
-- rows in order
-- ┌──────────────────────────────────┬───────┐
-- │ key                              │ value │
-- ├──────────────────────────────────┼───────┤
-- │ execution.checkpointing.interval │ 3 s   │
-- │ pipeline.name                    │ one   │
-- └──────────────────────────────────┴───────┘
-- ┌──────────────────────────────────┬───────┐
-- │ key                              │ value │
-- ├──────────────────────────────────┼───────┤
-- │ execution.checkpointing.interval │ 3 s   │
-- └──────────────────────────────────┴───────┘
