-- LIKE takes columns, computed columns and options of another table.
CREATE TABLE base (id BIGINT, twice AS id * 2) WITH (
  'connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '2');
CREATE TABLE longer (thrice AS id * 3) WITH ('fields.id.end' = '3') LIKE base (OVERWRITING OPTIONS);
CREATE TABLE out1 (a BIGINT, b BIGINT, c BIGINT) WITH ('connector' = 'print');
INSERT INTO out1 SELECT id, twice, thrice FROM longer;
-- rows
-- +I[1, 2, 3]
-- +I[2, 4, 6]
-- +I[3, 6, 9]
