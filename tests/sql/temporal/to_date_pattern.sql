-- TO_DATE with a pattern reads as java.text.SimpleDateFormat does, as in Flink: any number of digits, months and days that go
-- on, text behind the form; a zone gives the date in UTC. What has not the form is NULL (Flink: a date without meaning).
CREATE TABLE o (text STRING, d DATE) WITH ('connector' = 'print');
INSERT INTO o SELECT t, TO_DATE(t, f) FROM (VALUES
  ('1999-9-10', 'yyyy-MM-dd'), ('1999-13-10', 'yyyy-MM-dd'), ('2020-02-30', 'yyyy-MM-dd'), ('10.9.1999 later', 'dd.MM.yyyy'),
  ('1999-09-10 23:30 -0100', 'yyyy-MM-dd HH:mm Z'), ('19990910', 'yyyyMMdd'), ('x', 'yyyy'), ('10 Sep 1999', 'dd MMM yyyy')) AS v(t, f);
-- rows
-- +I[1999-9-10, 1999-09-10]
-- +I[1999-13-10, 2000-01-10]
-- +I[2020-02-30, 2020-03-01]
-- +I[10.9.1999 later, 1999-09-10]
-- +I[1999-09-10 23:30 -0100, 1999-09-11]
-- +I[19990910, 1999-09-10]
-- +I[x, null]
-- +I[10 Sep 1999, 1999-09-10]
