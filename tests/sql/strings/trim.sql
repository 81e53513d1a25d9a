-- TRIM takes characters off one or both ends.
CREATE TABLE trimmed (a STRING, b STRING, c STRING, d STRING, e STRING, f STRING, g STRING) WITH ('connector' = 'print');
INSERT INTO trimmed SELECT '[' || TRIM(s) || ']', '[' || TRIM(LEADING FROM s) || ']', '[' || TRIM(TRAILING ' ' FROM s) || ']', TRIM(BOTH 'x' FROM s),
  LTRIM(s, ' x'), RTRIM(s, ' x'), BTRIM(s, ' x')
FROM (VALUES ('  ab  '), ('xxabxx'), (' x a x '), ('')) AS t(s);
-- rows
-- +I[[ab], [ab  ], [  ab],   ab  , ab  ,   ab, ab]
-- +I[[xxabxx], [xxabxx], [xxabxx], ab, abxx, xxab, ab]
-- +I[[x a x], [x a x ], [ x a x],  x a x , a x ,  x a, a]
-- +I[[], [], [], , , , ]
