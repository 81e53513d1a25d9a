-- With table.exec.sink.type-length-enforcer = TRIM_PAD texts are cut and padded to what the sink says.
SET 'table.exec.sink.type-length-enforcer' = 'TRIM_PAD';
CREATE TABLE narrow (id INT, a CHAR(3), b VARCHAR(3)) WITH ('connector' = 'print');
INSERT INTO narrow SELECT id, t, t FROM (VALUES (1, 'ab'), (2, 'abcd'), (3, CAST(NULL AS STRING))) AS t(id, t);
-- rows
-- +I[1, ab , ab]
-- +I[2, abc, abc]
-- +I[3, null, null]
