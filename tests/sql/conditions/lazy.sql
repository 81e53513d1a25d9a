-- A branch that is not taken is not computed: no division by zero.
CREATE TABLE chosen (a INT, b INT, c INT) WITH ('connector' = 'print');
INSERT INTO chosen SELECT x, CASE WHEN x = 0 THEN -1 ELSE 10 / x END, IF(x <> 0, 10 / x, 0)
FROM (VALUES (0), (2), (5)) AS t(x);
-- rows
-- +I[0, -1, 0]
-- +I[2, 5, 5]
-- +I[5, 2, 2]
