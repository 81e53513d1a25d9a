-- JSON_QUERY gives text.
CREATE TABLE o (x ARRAY<STRING>) WITH ('connector' = 'print');
INSERT INTO o SELECT JSON_QUERY(j, '$.a' RETURNING ARRAY<STRING>) FROM (VALUES ('{"a": [1]}')) AS t(j);
-- error
-- case.sql:3:42: error: sluice does not run JSON_QUERY ... RETURNING ARRAY<STRING> yet
--  3 | INSERT INTO o SELECT JSON_QUERY(j, '$.a' RETURNING ARRAY<STRING>) FROM (VALUES ('{"a": [1]}')) AS t(j);
--    |                                          ^^^^^^^^^^^^^^^^^^^^^^^
