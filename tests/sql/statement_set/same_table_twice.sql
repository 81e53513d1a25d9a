-- Two INSERTs of a set into one table: both arrive.
CREATE TABLE out1 (a INT, s STRING) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
INSERT INTO out1 SELECT a, 'first' FROM (VALUES (1), (2)) AS t(a);
INSERT INTO out1 SELECT a, 'second' FROM (VALUES (1), (3)) AS t(a);
END;
-- rows
-- +I[1, first]
-- +I[2, first]
-- +I[1, second]
-- +I[3, second]
