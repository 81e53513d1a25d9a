-- IN of a subquery whose left side reads the query around that one: not the columns at the same places of its own.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE found (kind STRING, id INT) WITH ('connector' = 'print');
CREATE VIEW ids AS SELECT k, id FROM (VALUES (7, 1), (8, 2), (9, 6)) AS t(k, id);
CREATE VIEW pairs AS SELECT x, y FROM (VALUES (1, 1), (2, 6), (5, 5)) AS t(x, y);
CREATE VIEW chosen AS SELECT z FROM (VALUES (1), (6), (7)) AS t(z);
EXECUTE STATEMENT SET BEGIN
INSERT INTO found SELECT 'in', id FROM ids WHERE EXISTS (SELECT 1 FROM pairs WHERE id IN (SELECT z FROM chosen));
INSERT INTO found SELECT 'not in', id FROM ids WHERE EXISTS (SELECT 1 FROM pairs WHERE id NOT IN (SELECT z FROM chosen));
INSERT INTO found SELECT 'sum', id FROM ids WHERE EXISTS (SELECT 1 FROM pairs WHERE id + x IN (SELECT z FROM chosen));
INSERT INTO found SELECT 'sum not in', id FROM ids
WHERE NOT EXISTS (SELECT 1 FROM pairs WHERE id + x NOT IN (SELECT z FROM chosen WHERE z > 1));
INSERT INTO found SELECT 'inner too', id FROM ids
WHERE EXISTS (SELECT 1 FROM pairs WHERE id IN (SELECT z FROM chosen WHERE z = x));
INSERT INTO found SELECT 'all', id FROM ids WHERE 1 <> ALL (SELECT x FROM pairs WHERE id IN (SELECT z FROM chosen));
INSERT INTO found SELECT 'joined', id FROM ids CROSS JOIN (VALUES (6), (2)) AS more(n)
WHERE EXISTS (SELECT 1 FROM pairs WHERE n IN (SELECT z FROM chosen WHERE z = y));
INSERT INTO found SELECT 'count', CAST((SELECT COUNT(*) FROM pairs WHERE id + y IN (SELECT z FROM chosen)) AS INT) FROM ids;
END;
-- rows
-- +I[in, 1]
-- +I[in, 6]
-- +I[not in, 2]
-- +I[sum, 1]
-- +I[sum, 2]
-- +I[sum, 6]
-- +I[inner too, 1]
-- +I[all, 2]
-- +I[joined, 1]
-- +I[joined, 2]
-- +I[joined, 6]
-- +I[count, 2]
-- +I[count, 1]
-- +I[count, 1]
