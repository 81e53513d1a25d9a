-- OPTIONS behind a table overrides its WITH for one statement.
CREATE TABLE numbers (id INT) WITH ('connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '100');
CREATE TABLE out1 (a INT) WITH ('connector' = 'print');
INSERT INTO out1 SELECT id FROM numbers /*+ OPTIONS('fields.id.end' = '3') */;
-- rows
-- +I[1]
-- +I[2]
-- +I[3]
