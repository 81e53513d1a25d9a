-- TRY_CAST of text to DOUBLE and DECIMAL: exponents are taken, decimals are rounded half up and must fit.
CREATE TABLE casted (s STRING, d DOUBLE, m DECIMAL(5, 2)) WITH ('connector' = 'print');
INSERT INTO casted SELECT s, TRY_CAST(s AS DOUBLE), TRY_CAST(s AS DECIMAL(5, 2))
FROM (VALUES ('1.5'), (' 1.5 '), ('-1.555'), ('1.555'), ('1.545'), ('1e2'), ('1E-3'), ('999.994'), ('1e400'),
  ('NaN'), ('abc'), (''), ('1.'), ('.25'), ('1,5'), ('--1')) AS t(s);
-- rows
-- +I[1.5, 1.5, 1.50]
-- +I[ 1.5 , 1.5, 1.50]
-- +I[-1.555, -1.555, -1.56]
-- +I[1.555, 1.555, 1.56]
-- +I[1.545, 1.545, 1.55]
-- +I[1e2, 100.0, 100.00]
-- +I[1E-3, 0.001, 0.00]
-- +I[999.994, 999.994, 999.99]
-- +I[1e400, Infinity, null]
-- +I[NaN, NaN, null]
-- +I[abc, null, null]
-- +I[, null, null]
-- +I[1., 1.0, 1.00]
-- +I[.25, 0.25, 0.25]
-- +I[1,5, null, null]
-- +I[--1, null, null]
