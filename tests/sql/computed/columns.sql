-- Computed columns see the physical ones, and cannot be written.
CREATE TABLE numbers (id BIGINT, twice AS id * 2, label AS 'n' || CAST(id AS STRING)) WITH (
  'connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '4');
CREATE TABLE out1 (a BIGINT, b BIGINT, c STRING) WITH ('connector' = 'print');
INSERT INTO out1 SELECT id, twice + 1, label FROM numbers WHERE twice > 2;
-- rows
-- +I[2, 5, n2]
-- +I[3, 7, n3]
-- +I[4, 9, n4]
