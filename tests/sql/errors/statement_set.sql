-- Mistakes inside a statement set.
CREATE TABLE t (id BIGINT) WITH ('connector' = 'datagen');
CREATE TABLE sink (a BIGINT) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
  INSERT INTO sink SELECT idd FROM t;
  INSERT INTO sink SELECT id, id FROM t;
  SELECT 1;
END;
EXECUTE STATEMENT SET BEGIN
  INSERT INTO sink SELECT id FROM t;
-- error
-- case.sql:7:3: error: unexpected 'SELECT'
--  7 |   SELECT 1;
--    |   ^^^^^^
--    = expected INSERT or END in a statement set
-- case.sql:9:9: error: the statement set has no END
--  9 | EXECUTE STATEMENT SET BEGIN
--    |         ^^^^^^^^^^^^^^^^^^^
--    = expected END; after its INSERT statements
