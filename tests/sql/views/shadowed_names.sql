-- Columns of the inner query are seen, not the alias of the same SELECT; names in backticks may be reserved words.
CREATE TABLE out1 (`value` INT, `select` STRING) WITH ('connector' = 'print');
INSERT INTO out1 SELECT x.`value` + 1 AS `value`, `from` FROM (SELECT a AS `value`, b AS `from` FROM (VALUES (1, 'x'), (2, 'y')) AS t(a, b)) AS x WHERE `value` = 1;
-- rows
-- +I[2, x]
