-- UNIX_TIMESTAMP reads zones by X, Z and z; a text that has not the form of TO_TIMESTAMP's pattern may have CAST's.
CREATE TABLE o (text STRING, seconds BIGINT) WITH ('connector' = 'print');
CREATE TABLE p (text STRING, ts TIMESTAMP(3), ltz TIMESTAMP_LTZ(3)) WITH ('connector' = 'print');
INSERT INTO o SELECT t, UNIX_TIMESTAMP(t, f) FROM (VALUES
  ('1970-01-01 08:00:01.001 +0800', 'yyyy-MM-dd HH:mm:ss.SSS X'), ('2023-01-01 10:00:00.000 -0500', 'yyyy-MM-dd HH:mm:ss.SSS Z'),
  ('2023-01-01 10:00:00 am EST', 'yyyy-MM-dd hh:mm:ss a z'), ('2023-01-01T10:00:00+02:00', 'yyyy-MM-dd''T''HH:mm:ssXXX'),
  ('2023-01-01 10:00:00 Z', 'yyyy-MM-dd HH:mm:ss X'), ('2023-01-01 10:00:00+0200', 'yyyy-MM-dd HH:mm:ssXX'),
  ('2023-07-01 10:00:00 PDT', 'yyyy-MM-dd HH:mm:ss z'), ('2023-07-01 10:00:00 UTC', 'yyyy-MM-dd HH:mm:ss Z'),
  ('2023-01-01 10:00:00 GMT+2', 'yyyy-MM-dd HH:mm:ss z'), ('2023-07-01 10:00:00 +02:00', 'yyyy-MM-dd HH:mm:ss Z'),
  ('2023-07-01 10:00:00 nix', 'yyyy-MM-dd HH:mm:ss z')) AS v(t, f);
INSERT INTO p SELECT t, TO_TIMESTAMP(t, f), TO_TIMESTAMP_LTZ(t, f) FROM (VALUES
  ('2017-09-15 00:00:00xyz', 'yyyy-MM-dd HH:mm:ss'), ('1999-9-10 05:20:10', 'yyyy-MM-dd HH:mm:ss'), ('1999-9-10', 'yyyy-MM-dd'),
  ('1999-09-10 05:20:10.1234567', 'yyyy-MM-dd'), ('10/09/1999', 'dd.MM.yyyy'), ('1999-9-10 5:2:1', 'yyyy'),
  ('2023-01-01 10:00:00 +0200', 'yyyy-MM-dd HH:mm:ss Z')) AS v(t, f);
-- rows
-- +I[1970-01-01 08:00:01.001 +0800, 1]
-- +I[2023-01-01 10:00:00.000 -0500, 1672585200]
-- +I[2023-01-01 10:00:00 am EST, 1672585200]
-- +I[2023-01-01T10:00:00+02:00, 1672560000]
-- +I[2023-01-01 10:00:00 Z, 1672567200]
-- +I[2023-01-01 10:00:00+0200, 1672560000]
-- +I[2023-07-01 10:00:00 PDT, 1688230800]
-- +I[2023-07-01 10:00:00 UTC, 1688205600]
-- +I[2023-01-01 10:00:00 GMT+2, -9223372036854775808]
-- +I[2023-07-01 10:00:00 +02:00, -9223372036854775808]
-- +I[2023-07-01 10:00:00 nix, -9223372036854775808]
-- +I[2017-09-15 00:00:00xyz, null, null]
-- +I[1999-9-10 05:20:10, 1999-09-10T05:20:10, 1999-09-10T05:20:10Z]
-- +I[1999-9-10, 1999-09-10T00:00, 1999-09-10T00:00:00Z]
-- +I[1999-09-10 05:20:10.1234567, 1999-09-10T05:20:10.123, 1999-09-10T05:20:10.123Z]
-- +I[10/09/1999, null, null]
-- +I[1999-9-10 5:2:1, 1999-09-10T05:02:01, 1999-09-10T05:02:01Z]
-- +I[2023-01-01 10:00:00 +0200, 2023-01-01T10:00, 2023-01-01T10:00:00Z]
