-- The words that are a BOOLEAN, in any case of letters; others are NULL.
CREATE TABLE casted (s STRING, b BOOLEAN) WITH ('connector' = 'print');
INSERT INTO casted SELECT s, TRY_CAST(s AS BOOLEAN)
FROM (VALUES ('true'), ('TRUE'), ('t'), ('T'), ('y'), ('yes'), ('1'), ('false'), ('f'), ('n'), ('No'), ('0'), ('2'), ('on'), ('')) AS t(s);
-- rows
-- +I[true, true]
-- +I[TRUE, true]
-- +I[t, true]
-- +I[T, true]
-- +I[y, true]
-- +I[yes, true]
-- +I[1, true]
-- +I[false, false]
-- +I[f, false]
-- +I[n, false]
-- +I[No, false]
-- +I[0, false]
-- +I[2, null]
-- +I[on, null]
-- +I[, null]
