-- '' is a quote inside text; U&'' takes code points; a backslash is a backslash.
CREATE TABLE made (a STRING, b STRING, c STRING, d STRING) WITH ('connector' = 'print');
INSERT INTO made SELECT 'it''s', U&'\00e4\0062', 'a\nb', '-- no comment /* nor this */' FROM (VALUES (1)) AS t(i);
-- rows
-- +I[it's, äb, a\nb, -- no comment /* nor this */]
