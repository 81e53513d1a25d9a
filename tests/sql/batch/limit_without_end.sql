-- The largest LIMIT there is, behind an OFFSET: all rows but these.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE kept (way STRING, a INT) WITH ('connector' = 'print');
CREATE VIEW numbers AS SELECT a FROM (VALUES (1), (2), (3)) AS t(a);
EXECUTE STATEMENT SET BEGIN
INSERT INTO kept SELECT 'sorted', a FROM numbers ORDER BY a LIMIT 9223372036854775807 OFFSET 1;
INSERT INTO kept
SELECT 'correlated', p.a FROM numbers AS p
WHERE p.a IN (SELECT a FROM numbers AS q WHERE q.a <= p.a ORDER BY a LIMIT 9223372036854775807 OFFSET 1);
INSERT INTO kept SELECT 'counted', CAST(COUNT(*) AS INT) FROM (SELECT a FROM numbers LIMIT 9223372036854775807 OFFSET 1);
END;
-- rows
-- +I[sorted, 2]
-- +I[sorted, 3]
-- +I[correlated, 2]
-- +I[correlated, 3]
-- +I[counted, 2]
