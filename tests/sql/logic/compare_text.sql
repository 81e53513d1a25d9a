-- Text is compared by its bytes: capital letters first, blanks count.
CREATE TABLE seen (a STRING, b STRING, lt BOOLEAN, eq BOOLEAN, gt BOOLEAN) WITH ('connector' = 'print');
INSERT INTO seen SELECT a, b, a < b, a = b, a > b
FROM (VALUES ('a', 'b'), ('B', 'a'), ('a', 'a'), ('a', 'a '), ('', 'a'), ('ä', 'z'), ('10', '9')) AS t(a, b);
-- rows
-- +I[a, b, true, false, false]
-- +I[B, a, true, false, false]
-- +I[a, a, false, true, false]
-- +I[a, a , true, false, false]
-- +I[, a, true, false, false]
-- +I[ä, z, false, false, true]
-- +I[10, 9, true, false, false]
