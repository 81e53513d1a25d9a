-- TO_TIMESTAMP and TO_DATE: text that does not fit the pattern is NULL.
CREATE TABLE read_as (s STRING, a TIMESTAMP(3), b TIMESTAMP(3), c DATE) WITH ('connector' = 'print');
INSERT INTO read_as SELECT s, TO_TIMESTAMP(s), TO_TIMESTAMP(REPLACE(s, '2021-', 'y'), 'dd.MM.yyyy HH:mm'), TO_DATE(s)
FROM (VALUES ('2021-02-03 04:05:06'), ('2021-02-03 04:05:06.789'), ('03.02.2021 04:05'), ('2021-02-03'), ('x')) AS t(s);
-- rows
-- +I[2021-02-03 04:05:06, 2021-02-03T04:05:06, null, 2021-02-03]
-- +I[2021-02-03 04:05:06.789, 2021-02-03T04:05:06.789, null, 2021-02-03]
-- +I[03.02.2021 04:05, null, 2021-02-03T04:05, null]
-- +I[2021-02-03, 2021-02-03T00:00, null, 2021-02-03]
-- +I[x, null, null, null]
