-- Outer columns on the left of RIGHT and FULL JOIN: rows of the right side stay for each of them.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE counts (kind STRING, id INT, n BIGINT) WITH ('connector' = 'print');
CREATE VIEW ids AS SELECT id FROM (VALUES (1), (2), (6)) AS t(id);
CREATE VIEW a AS SELECT x FROM (VALUES (1), (2), (5)) AS t(x);
CREATE VIEW b AS SELECT y FROM (VALUES (1), (2), (3), (4)) AS t(y);
EXECUTE STATEMENT SET BEGIN
INSERT INTO counts
SELECT 'right', id, (SELECT COUNT(*) FROM (SELECT x FROM a WHERE x < id) AS a RIGHT JOIN b ON x = y) FROM ids;
INSERT INTO counts
SELECT 'full', id, (SELECT COUNT(*) FROM (SELECT x FROM a WHERE x < id) AS a FULL JOIN b ON x = y) FROM ids;
INSERT INTO counts
SELECT 'matched', id, (SELECT COUNT(x) FROM (SELECT x FROM a WHERE x < id) AS a RIGHT JOIN b ON x = y) FROM ids;
END;
-- rows
-- +I[right, 1, 4]
-- +I[right, 2, 4]
-- +I[right, 6, 4]
-- +I[full, 1, 4]
-- +I[full, 2, 4]
-- +I[full, 6, 5]
-- +I[matched, 1, 0]
-- +I[matched, 2, 1]
-- +I[matched, 6, 2]
