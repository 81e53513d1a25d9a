-- The older spelling of a statement set, over one datagen source with different filters.
CREATE TABLE numbers (id INT) WITH ('connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '6');
CREATE TABLE odd (a INT) WITH ('connector' = 'print');
CREATE TABLE even (a INT, b INT) WITH ('connector' = 'print');
BEGIN STATEMENT SET;
INSERT INTO odd SELECT id FROM numbers WHERE MOD(id, 2) = 1;
INSERT INTO even SELECT id, id * id FROM numbers WHERE MOD(id, 2) = 0;
END;
-- rows
-- +I[1]
-- +I[2, 4]
-- +I[3]
-- +I[4, 16]
-- +I[5]
-- +I[6, 36]
