-- Joins: conditions that lack, names that are ambiguous, hints that are not known.
CREATE TABLE a (id BIGINT, v INT, ts TIMESTAMP(3)) WITH ('connector' = 'datagen');
CREATE TABLE b (id BIGINT, w INT) WITH ('connector' = 'datagen');
CREATE TABLE sink (x BIGINT) WITH ('connector' = 'print');
INSERT INTO sink SELECT a.id FROM a JOIN b;
INSERT INTO sink SELECT id FROM a JOIN b ON a.id = b.id;
INSERT INTO sink SELECT v FROM a, a;
INSERT INTO sink SELECT v FROM a JOIN b USING (idd);
INSERT INTO sink SELECT v FROM a JOIN b FOR SYSTEM_TIME AS OF a.ts ON a.id = b.id;
INSERT INTO sink SELECT /*+ STATE_TLT('a' = '1 h') */ v FROM a JOIN b ON a.id = b.id;
INSERT INTO sink SELECT /*+ STATE_TTL('c' = '1 h') */ v FROM a JOIN b ON a.id = b.id;
INSERT INTO sink SELECT v FROM a WHERE (id, v) IN (SELECT id FROM b);
INSERT INTO sink SELECT v FROM a JOIN c ON a.id = c.id;
