-- Temporal joins: the version of a row at a time.

-- case inner: the rate at the time of the invoice
SELECT i.invoice, i.total, r.rate FROM invoices AS i JOIN rates FOR SYSTEM_TIME AS OF i.ts AS r ON i.currency = r.currency;
-- columns: `invoice` INT, `total` DECIMAL(10, 2), `rate` DECIMAL(10, 4)
-- flink
-- +I[1, 10.00, 0.9000]
-- +I[2, 5.00, 1.0000]
-- +I[4, 20.00, 0.9500]
-- +I[5, 500.00, 0.0062]
-- +I[7, 30.00, 0.9200]
-- +I[8, 100.00, 0.0062]
-- +I[9, 8.00, 1.0100]

-- case left: invoices in other currencies stay
SELECT i.invoice, i.total, r.rate FROM invoices AS i LEFT JOIN rates FOR SYSTEM_TIME AS OF i.ts AS r ON i.currency = r.currency;
-- columns: `invoice` INT, `total` DECIMAL(10, 2), `rate` DECIMAL(10, 4)
-- flink
-- +I[1, 10.00, 0.9000]
-- +I[2, 5.00, 1.0000]
-- +I[3, 1000.00, null]
-- +I[4, 20.00, 0.9500]
-- +I[5, 500.00, 0.0062]
-- +I[6, 7.00, null]
-- +I[7, 30.00, 0.9200]
-- +I[8, 100.00, 0.0062]
-- +I[9, 8.00, 1.0100]
-- +I[10, 9.00, null]

-- case computed: with arithmetic
SELECT i.invoice, i.total * r.rate AS euros, r.ts AS since FROM invoices AS i JOIN rates FOR SYSTEM_TIME AS OF i.ts AS r ON i.currency = r.currency;
-- columns: `invoice` INT, `euros` DECIMAL(21, 6), `since` TIMESTAMP(3)
-- flink
-- +I[1, 9.000000, 2024-03-01T10:00]
-- +I[2, 5.000000, 2024-03-01T10:00]
-- +I[4, 19.000000, 2024-03-01T10:00:20]
-- +I[5, 3.100000, 2024-03-01T10:00:30]
-- +I[7, 27.600000, 2024-03-01T10:01]
-- +I[8, 0.620000, 2024-03-01T10:00:30]
-- +I[9, 8.080000, 2024-03-01T10:02]

-- case condition: with a condition besides
SELECT i.invoice, r.rate FROM invoices AS i LEFT JOIN rates FOR SYSTEM_TIME AS OF i.ts AS r ON i.currency = r.currency AND i.total > 8;
-- columns: `invoice` INT, `rate` DECIMAL(10, 4)
-- flink
-- +I[1, 0.9000]
-- +I[2, null]
-- +I[3, null]
-- +I[4, 0.9500]
-- +I[5, 0.0062]
-- +I[6, null]
-- +I[7, 0.9200]
-- +I[8, 0.0062]
-- +I[9, null]
-- +I[10, null]

-- case where_filter: filtered after
SELECT i.invoice, r.rate FROM invoices AS i JOIN rates FOR SYSTEM_TIME AS OF i.ts AS r ON i.currency = r.currency WHERE r.rate < 1;
-- columns: `invoice` INT, `rate` DECIMAL(10, 4)
-- flink
-- +I[1, 0.9000]
-- +I[4, 0.9500]
-- +I[5, 0.0062]
-- +I[7, 0.9200]
-- +I[8, 0.0062]

-- case aggregated: totals in one currency
SELECT i.currency, SUM(i.total * r.rate) AS euros FROM invoices AS i JOIN rates FOR SYSTEM_TIME AS OF i.ts AS r ON i.currency = r.currency GROUP BY i.currency;
-- columns: `currency` STRING, `euros` DECIMAL(38, 6)
-- flink
-- +I[USD, 9.000000]
-- +I[EUR, 5.000000]
-- -U[USD, 9.000000]
-- +U[USD, 28.000000]
-- +I[JPY, 3.100000]
-- -U[USD, 28.000000]
-- +U[USD, 55.600000]
-- -U[JPY, 3.100000]
-- +U[JPY, 3.720000]
-- -U[EUR, 5.000000]
-- +U[EUR, 13.080000]

-- case windowed: the time attribute lives on
SELECT window_start, SUM(total) AS euros FROM TABLE(TUMBLE((SELECT i.ts, i.total * r.rate AS total FROM invoices AS i JOIN rates FOR SYSTEM_TIME AS OF i.ts AS r ON i.currency = r.currency), DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `euros` DECIMAL(38, 6)
-- flink
-- +I[2024-03-01T10:00, 36.100000]
-- +I[2024-03-01T10:01, 28.220000]
-- +I[2024-03-01T10:02, 8.080000]

-- case versioned_view: the last row of each key is a version
CREATE VIEW levels AS SELECT customer, amount, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY ts DESC) AS r FROM orders WHERE customer IS NOT NULL AND order_id NOT IN (10, 18)) WHERE r = 1;
SELECT p.payment_id, l.customer, l.amount FROM payments AS p JOIN levels FOR SYSTEM_TIME AS OF p.ts AS l ON l.customer = 'ann' AND p.payment_id > 0;
-- flink refuses: ValidationException: Currently the join key in Temporal Table Join can not be empty.

-- case two_temporal: the same table twice
SELECT i.invoice, r.rate, q.rate AS again FROM invoices AS i JOIN rates FOR SYSTEM_TIME AS OF i.ts AS r ON i.currency = r.currency LEFT JOIN rates FOR SYSTEM_TIME AS OF i.ts AS q ON i.currency = q.currency;
-- columns: `invoice` INT, `rate` DECIMAL(10, 4), `again` DECIMAL(10, 4)
-- flink
-- +I[1, 0.9000, 0.9000]
-- +I[2, 1.0000, 1.0000]
-- +I[4, 0.9500, 0.9500]
-- +I[5, 0.0062, 0.0062]
-- +I[7, 0.9200, 0.9200]
-- +I[8, 0.0062, 0.0062]
-- +I[9, 1.0100, 1.0100]

-- case not_a_key: the join has to be by the key
SELECT i.invoice FROM invoices AS i JOIN rates FOR SYSTEM_TIME AS OF i.ts AS r ON i.total = r.rate;
-- flink refuses: ValidationException: Temporal Table Join requires primary key in versioned table, but no primary key can be found. The physical plan is: FlinkLogicalJoin(condition=[AND(=($2, $4), __INITIAL_TEMPORAL_JOIN_CONDITION($1, $3, __TEMPORAL_JOIN_LEFT_KEY($2), __TEMPORAL_JOIN_RIGHT_KEY($4)))], joinType=[inne
