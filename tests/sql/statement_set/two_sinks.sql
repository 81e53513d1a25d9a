-- A statement set is one job: one read feeds both tables.
CREATE TABLE small (a INT) WITH ('connector' = 'print');
CREATE TABLE big (a INT) WITH ('connector' = 'print');
CREATE VIEW v AS SELECT a FROM (VALUES (1), (20), (3), (40)) AS t(a);
EXECUTE STATEMENT SET BEGIN
INSERT INTO small SELECT a FROM v WHERE a < 10;
INSERT INTO big SELECT a FROM v WHERE a >= 10;
END;
-- rows
-- +I[1]
-- +I[20]
-- +I[3]
-- +I[40]
