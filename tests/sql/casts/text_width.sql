-- CHAR pads and cuts, VARCHAR cuts.
CREATE TABLE casted (a STRING, b STRING, c STRING) WITH ('connector' = 'print');
INSERT INTO casted SELECT CONCAT(CAST(s AS CHAR(5)), '|'), CONCAT(CAST(s AS VARCHAR(3)), '|'), CONCAT(CAST(i AS CHAR(2)), '|')
FROM (VALUES ('abc', 7), ('abcdef', 123), ('', 0)) AS t(s, i);
-- rows
-- +I[abc  |, abc|, 7 |]
-- +I[abcde|, abc|, 12|]
-- +I[     |, |, 0 |]
