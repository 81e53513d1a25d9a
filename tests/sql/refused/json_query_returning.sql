-- JSON_QUERY gives text or an array of texts, and an array has no EMPTY OBJECT.
CREATE TABLE o (v ARRAY<STRING>) WITH ('connector' = 'print');
INSERT INTO o SELECT JSON_QUERY(j, '$.a' RETURNING ARRAY<INT>) FROM (VALUES ('{"a": [1]}')) AS t(j);
INSERT INTO o SELECT JSON_QUERY(j, '$.a' RETURNING ARRAY<STRING> EMPTY OBJECT ON EMPTY) FROM (VALUES ('{"a": [1]}')) AS t(j);
-- error
-- case.sql:3:42: error: JSON_QUERY gives STRING or ARRAY<STRING>, not ARRAY<INT>
--  3 | INSERT INTO o SELECT JSON_QUERY(j, '$.a' RETURNING ARRAY<INT>) FROM (VALUES ('{"a": [1]}')) AS t(j);
--    |                                          ^^^^^^^^^^^^^^^^^^^^
-- case.sql:4:22: error: EMPTY OBJECT is no ARRAY<STRING>: write EMPTY ARRAY, NULL or ERROR
--  4 | INSERT INTO o SELECT JSON_QUERY(j, '$.a' RETURNING ARRAY<STRING> EMPTY OBJECT ON EMPTY) FROM (VALUES ('{"a": [1]}')) AS t(j);
--    |                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
