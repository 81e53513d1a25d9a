-- A sum that would wrap around fails.
CREATE TABLE o (x TIMESTAMP(9)) WITH ('connector' = 'print');
INSERT INTO o SELECT TIMESTAMPADD(YEAR, n, t) FROM (VALUES (TIMESTAMP '2000-01-01 00:00:00.123456789', 300)) AS v(t, n);
-- error
-- error: TIMESTAMP(9) NOT NULL spans the years 1677 to 2262, and the result lies outside of it: CAST to TIMESTAMP(6) first
