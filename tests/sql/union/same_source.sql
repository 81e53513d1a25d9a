-- Both sides read the same table: each row comes once per side.
CREATE TABLE numbers (id INT) WITH ('connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '5');
CREATE TABLE merged (a INT, s STRING) WITH ('connector' = 'print');
INSERT INTO merged SELECT id, 'low' FROM numbers WHERE id < 3 UNION ALL SELECT id, 'all' FROM numbers;
-- rows
-- +I[1, low]
-- +I[2, low]
-- +I[1, all]
-- +I[2, all]
-- +I[3, all]
-- +I[4, all]
-- +I[5, all]
