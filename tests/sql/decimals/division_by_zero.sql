-- A whole number divided by zero stops the run.
CREATE TABLE numbers (id INT) WITH ('connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '5');
CREATE TABLE made (a INT) WITH ('connector' = 'print');
INSERT INTO made SELECT 10 / (id - 3) FROM numbers;
-- fails
-- division by zero
