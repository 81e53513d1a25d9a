-- EXCEPT ALL of a stream takes rows back when the other side brings them.
CREATE TABLE o (x BIGINT) WITH ('connector' = 'print');
INSERT INTO o SELECT n FROM (
  SELECT x, COUNT(*) AS n FROM (
    SELECT x FROM (VALUES (1), (1), (2)) AS t(x) EXCEPT ALL SELECT x FROM (VALUES (1), (2), (2)) AS u(x)) AS d
  GROUP BY x) AS c WHERE n > 5;
-- skip table: the result is updated
-- skip restart: the result is updated
-- rows
