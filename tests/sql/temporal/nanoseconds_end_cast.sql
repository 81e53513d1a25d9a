-- A CAST that would wrap around fails.
CREATE TABLE o (x TIMESTAMP(9)) WITH ('connector' = 'print');
INSERT INTO o SELECT CAST(t AS TIMESTAMP(9)) FROM (VALUES (TIMESTAMP '2000-01-01 00:00:00'), (TIMESTAMP '1600-01-01 00:00:00')) AS v(t);
-- error
-- error: cannot CAST to TIMESTAMP(9) NOT NULL: it spans the years 1677 to 2262, not 1600-01-01 00:00:00
