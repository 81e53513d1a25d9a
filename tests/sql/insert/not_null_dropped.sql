-- With table.exec.sink.not-null-enforcer = DROP such rows are left out.
SET 'table.exec.sink.not-null-enforcer' = 'DROP';
CREATE TABLE strict (id INT, a INT NOT NULL) WITH ('connector' = 'print');
INSERT INTO strict SELECT id, a FROM (VALUES (1, 1), (2, CAST(NULL AS INT)), (3, 3)) AS t(id, a);
-- rows
-- +I[1, 1]
-- +I[3, 3]
