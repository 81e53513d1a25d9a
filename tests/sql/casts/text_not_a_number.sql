-- CAST of text that is no number stops the run; TRY_CAST would give NULL.
CREATE TABLE numbers (id INT) WITH ('connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '5');
CREATE TABLE casted (i INT) WITH ('connector' = 'print');
INSERT INTO casted SELECT CAST('x' || CAST(id AS STRING) AS INT) FROM numbers;
-- fails
-- cannot CAST to INT: 'x1'
