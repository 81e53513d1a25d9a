-- ORDER BY: names of SELECT's items count inside expressions too, before columns of FROM, but not in aggregates.
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE t (a BIGINT, b INT) WITH ('connector' = 'print');
INSERT INTO t SELECT x, y FROM (
  SELECT p AS x, q AS y FROM (VALUES (3, 1), (1, 2), (2, 3), (2, 0)) AS v(p, q)
  ORDER BY CASE WHEN x = 3 THEN 0 ELSE x END, -y LIMIT 3);
INSERT INTO t SELECT k, s FROM (
  SELECT GROUPING(p) AS k, SUM(q) AS s FROM (VALUES (3, 10), (1, 20)) AS v(p, q) GROUP BY ROLLUP(p)
  ORDER BY k DESC, CASE WHEN k = 0 THEN s END DESC LIMIT 2);
INSERT INTO t SELECT x, q FROM (
  SELECT -q AS q, SUM(p) AS x FROM (VALUES (3, 50), (1, 60), (2, 70)) AS v(p, q) GROUP BY q ORDER BY q + 1, SUM(p) LIMIT 1);
-- rows
-- +I[3, 1]
-- +I[1, 2]
-- +I[2, 3]
-- +I[1, 30]
-- +I[0, 20]
-- +I[2, -70]
