-- INSTR from a place, backwards, the nth; LIKE with a backslash; texts and bytes in digests; fields of a ROW by [...].
CREATE TABLE o (a INT, b INT, c INT, d INT, e INT, f INT) WITH ('connector' = 'print');
CREATE TABLE likes (t STRING, p STRING, computed BOOLEAN, underscored BOOLEAN, percented BOOLEAN) WITH ('connector' = 'print');
CREATE TABLE more (a STRING, b STRING, c STRING, d INT, e STRING, f DOUBLE, g TIMESTAMP(0), h INT) WITH ('connector' = 'print');
INSERT INTO o SELECT INSTR(t, w, 3), INSTR(t, w, -2), INSTR(t, w, 1, 2), INSTR(t, w, -1, 2), INSTR(t, w, 0), INSTR(t, '', 2, 2)
FROM (VALUES ('Corporate Floor', 'or'), ('abcabc', 'b'), ('a界b界', '界'), ('aaa', 'aa'), (CAST(NULL AS STRING), 'x')) AS v(t, w);
INSERT INTO likes SELECT t, p, t LIKE p, t LIKE '%E\_S%', t LIKE 'a\%b'
FROM (VALUES ('TE_ST', '%E\_S%'), ('TEXST', '%E\_S%'), ('a%b', 'a\%b'), ('a\xb', 'a\%b'), ('a\b', 'a\\b')) AS v(t, p);
INSERT INTO more SELECT FROM_BASE64(b), MD5(b), TO_BASE64(b), r['n'], r[2], LOG2(10),
  TIMESTAMPADD(SQL_TSI_HOUR, 1, TIMESTAMP '2020-01-01 00:00:00'), TIMESTAMPDIFF(SQL_TSI_DAY, DATE '2020-01-01', DATE '2020-01-05')
FROM (VALUES (CAST('aGVsbG8=' AS BYTES), CAST(ROW(7, 'x') AS ROW<n INT, s STRING>))) AS v(b, r);
-- rows
-- +I[5, 5, 5, 5, 0, 1]
-- +I[5, 5, 5, 2, 0, 1]
-- +I[4, 2, 4, 2, 0, 1]
-- +I[0, 1, 2, 1, 0, 1]
-- +I[null, null, null, null, null, null]
-- +I[hello, 0733351879b2fa9bd05c7ca3061529c0, YUdWc2JHOD0=, 7, x, 3.3219280948873626, 2020-01-01T01:00, 4]
-- +I[TE_ST, %E\_S%, true, true, false]
-- +I[TEXST, %E\_S%, false, false, false]
-- +I[a%b, a\%b, true, false, false]
-- +I[a\xb, a\%b, false, false, true]
-- +I[a\b, a\\b, true, false, true]
