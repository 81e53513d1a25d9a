-- AND binds closer than OR, NOT closer than AND, * closer than +, comparison last.
CREATE TABLE seen (a BOOLEAN, b BOOLEAN, c BOOLEAN, d INT, e INT, f BOOLEAN) WITH ('connector' = 'print');
INSERT INTO seen SELECT p OR q AND r, NOT p AND q, NOT (p AND q), 2 + 3 * n, -n + 10 - 2 - 1, n + 1 = 2 * n - 2 AND p
FROM (VALUES (TRUE, FALSE, FALSE, 3), (FALSE, TRUE, TRUE, 4)) AS t(p, q, r, n);
-- rows
-- +I[true, false, true, 11, 4, true]
-- +I[true, true, true, 14, 3, false]
