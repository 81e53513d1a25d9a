-- REGEXP finds anywhere; REGEXP_EXTRACT gives a group; SIMILAR TO takes the whole text.
CREATE TABLE matched (s STRING, a BOOLEAN, b STRING, c STRING, d STRING, e BOOLEAN) WITH ('connector' = 'print');
INSERT INTO matched SELECT s, REGEXP(s, '[0-9]+'), REGEXP_EXTRACT(s, '([a-z]+)=([0-9]+)', 2), REGEXP_EXTRACT(s, 'x(y)?', 1), REGEXP_REPLACE(s, '[0-9]', '#'),
  s SIMILAR TO '(a|b)+'
FROM (VALUES ('key=12'), ('abba'), ('x'), ('channel_id=7&b'), ('')) AS t(s);
-- rows
-- +I[key=12, true, 12, null, key=##, false]
-- +I[abba, false, null, null, abba, true]
-- +I[x, false, null, null, x, false]
-- +I[channel_id=7&b, true, 7, null, channel_id=#&b, false]
-- +I[, false, null, null, , false]
