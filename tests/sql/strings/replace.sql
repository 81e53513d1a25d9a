-- REPLACE, OVERLAY, TRANSLATE, SPLIT_INDEX.
CREATE TABLE made (a STRING, b STRING, c STRING, d STRING, e STRING, f STRING) WITH ('connector' = 'print');
INSERT INTO made SELECT REPLACE(s, 'a', 'AA'), OVERLAY(s PLACING '##' FROM 2), OVERLAY(s PLACING '#' FROM 2 FOR 3), TRANSLATE(s, 'abc', 'xy'),
  SPLIT_INDEX(s, '/', 1), SPLIT_INDEX(s, '/', 5)
FROM (VALUES ('abc/abc/d'), ('banana'), ('//')) AS t(s);
-- rows
-- +I[AAbc/AAbc/d, a##/abc/d, a#abc/d, xy/xy/d, abc, null]
-- +I[bAAnAAnAA, b##ana, b#na, yxnxnx, null, null]
-- +I[//, /##, /#, //, , null]
