-- TUMBLE as a table function.

-- case per_minute: rows, sums and customers per minute; two orders come too late
SELECT window_start, window_end, COUNT(*) AS orders, SUM(amount) AS amount, COUNT(DISTINCT customer) AS customers
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
WHERE order_id < 19
GROUP BY window_start, window_end;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `orders` BIGINT, `amount` INT, `customers` BIGINT
-- flink
-- +I[2024-03-01T10:00, 2024-03-01T10:01, 12, 34, 4]
-- +I[2024-03-01T10:01, 2024-03-01T10:02, 5, 20, 4]

-- case by_customer: keys, one of them null
SELECT customer, window_start, SUM(price) AS total
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECOND))
GROUP BY customer, window_start, window_end;
-- skip whole, bounded: late rows come with the rows that make them late
-- columns: `customer` STRING, `window_start` TIMESTAMP(3), `total` DECIMAL(38, 2)
-- flink
-- +I[ann, 2024-03-01T10:00, 111.49]
-- +I[bob, 2024-03-01T10:00, 130.24]
-- +I[cid, 2024-03-01T10:00, 20.25]
-- +I[null, 2024-03-01T10:00, 9.99]
-- +I[cid, 2024-03-01T10:00:30, 9.99]
-- +I[dee, 2024-03-01T10:00:30, null]
-- +I[null, 2024-03-01T10:00:30, 0.50]
-- +I[ann, 2024-03-01T10:01, 10.49]
-- +I[cid, 2024-03-01T10:01, 0.50]
-- +I[dee, 2024-03-01T10:01, 20.25]
-- +I[bob, 2024-03-01T10:01, 100.00]
-- +I[bob, 2024-03-01T10:01:30, 99999999.99]
-- +I[ann, 2024-03-01T10:01:30, -99999999.99]
-- +I[cid, 2024-03-01T10:02, 100.00]
-- +I[ann, 2024-03-01T10:02, 20.25]
-- +I[bob, 2024-03-01T10:02, 9.99]
-- +I[dee, 2024-03-01T10:02, 20.25]

-- case unknown_column: refused
SELECT nothing FROM orders;
-- flink refuses: SqlValidatorException: Column 'nothing' not found in any table

-- case group_by: a changelog with updates
SELECT customer, COUNT(*) AS n, MAX(price) AS top FROM orders GROUP BY customer;
-- columns: `customer` STRING, `n` BIGINT, `top` DECIMAL(10, 2)
-- flink
-- +I[ann, 1, 9.99]
-- +I[bob, 1, 100.00]
-- -U[ann, 1, 9.99]
-- +U[ann, 2, 9.99]
-- +I[null, 1, 9.99]
-- +I[cid, 1, 20.25]
-- -U[bob, 1, 100.00]
-- +U[bob, 2, 100.00]
-- -U[ann, 2, 9.99]
-- +U[ann, 3, 100.00]
-- +I[dee, 1, null]
-- -U[bob, 2, 100.00]
-- +U[bob, 3, 100.00]
-- -U[ann, 3, 100.00]
-- +U[ann, 4, 100.00]
-- -U[cid, 1, 20.25]
-- +U[cid, 2, 20.25]
-- -U[null, 1, 9.99]
-- +U[null, 2, 9.99]
-- -U[dee, 1, null]
-- +U[dee, 2, 20.25]
-- -U[ann, 4, 100.00]
-- +U[ann, 5, 100.00]
-- -U[bob, 3, 100.00]
-- +U[bob, 4, 100.00]
-- -U[cid, 2, 20.25]
-- +U[cid, 3, 20.25]
-- -U[ann, 5, 100.00]
-- +U[ann, 6, 100.00]
-- -U[dee, 2, 20.25]
-- +U[dee, 3, 20.25]
-- -U[bob, 4, 100.00]
-- +U[bob, 5, 99999999.99]
-- -U[ann, 6, 100.00]
-- +U[ann, 7, 100.00]
-- -U[cid, 3, 20.25]
-- +U[cid, 4, 100.00]
-- -U[dee, 3, 20.25]
-- +U[dee, 4, 20.25]
-- -U[bob, 5, 99999999.99]
-- +U[bob, 6, 99999999.99]
-- -U[ann, 7, 100.00]
-- +U[ann, 8, 100.00]

-- case join: two tables
SELECT o.order_id, p.name FROM orders AS o JOIN products AS p ON o.product = p.product;
-- columns: `order_id` INT, `name` STRING
-- flink
-- +I[1, pen]
-- +I[2, desk]
-- +I[3, clip]
-- +I[4, pen]
-- +I[5, lamp]
-- +I[6, pen]
-- +I[7, desk]
-- +I[8, clip]
-- +I[9, lamp]
-- +I[11, pen]
-- +I[12, clip]
-- +I[13, lamp]
-- +I[14, pen]
-- +I[15, desk]
-- +I[16, clip]
-- +I[17, clip]
-- +I[18, pen]
-- +I[19, lamp]
-- +I[20, desk]
-- +I[21, desk]
-- +I[22, lamp]
-- +I[23, pen]
-- +I[24, lamp]

-- case cdc: a changelog as input
SELECT city, COUNT(*) AS n, SUM(level) AS levels FROM customers GROUP BY city;
-- columns: `city` STRING, `n` BIGINT, `levels` INT
-- flink
-- +I[Rome, 1, 1]
-- +I[Oslo, 1, 2]
-- -U[Rome, 1, 1]
-- +U[Rome, 2, 2]
-- -U[Rome, 2, 2]
-- +U[Rome, 1, 1]
-- -U[Oslo, 1, 2]
-- +U[Oslo, 2, 3]
-- +I[null, 1, 3]
-- -U[Oslo, 2, 3]
-- +U[Oslo, 1, 1]
-- -U[Oslo, 1, 1]
-- +U[Oslo, 2, 6]
-- -D[Rome, 1, 1]
-- +I[Lima, 1, 2]
-- -U[Lima, 1, 2]
-- +U[Lima, 2, 6]
-- -U[Lima, 2, 6]
-- +U[Lima, 1, 4]
-- -U[Lima, 1, 4]
-- +U[Lima, 2, 11]
-- -D[null, 1, 3]
-- +I[Rome, 1, null]

-- case upserts: with a key
SELECT place, SUM(pieces) AS n FROM stock GROUP BY place;
-- columns: `place` STRING, `n` INT
-- flink
-- +I[north, 5]
-- +I[south, 2]
-- -D[north, 5]
-- +I[north, 4]
-- -D[south, 2]
-- +I[south, 30]
-- +I[null, 7]
-- -D[north, 4]
-- +I[east, 4]
-- +I[north, 9]
-- -D[null, 7]
-- -D[north, 9]
-- +I[north, 8]

-- case versioned: the rate at the time of the invoice
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

-- case nested: unnest
SELECT id, tag FROM profiles CROSS JOIN UNNEST(tags) AS t (tag);
-- columns: `id` INT, `tag` STRING
-- flink
-- +I[1, a]
-- +I[1, b]
-- +I[1, a]
-- +I[4, c]
-- +I[4, null]
-- +I[5, b]

-- case zoo: all types
SELECT * FROM numbers;
-- columns: `id` INT, `grp` STRING, `tiny` TINYINT, `small` SMALLINT, `num` INT, `big` BIGINT, `real4` FLOAT, `real8` DOUBLE, `money` DECIMAL(10, 3), `flag` BOOLEAN, `born` DATE
-- flink
-- +I[1, a, 127, 32767, 2147483647, 9223372036854775807, 1.5, 2.5, 1.125, true, 2024-02-29]
-- +I[2, a, -128, -32768, -2147483648, -9223372036854775808, -1.5, -2.5, -1.125, false, 1970-01-01]
-- +I[3, b, 0, 0, 0, 0, 0.0, 0.0, 0.000, true, 2000-12-31]
-- +I[4, b, null, null, null, null, null, null, null, null, null]
-- +I[5, a, 1, 10, 100, 1000, 0.25, 1.0E10, 9999999.999, false, 2024-03-01]
-- +I[6, null, 2, 20, 200, 2000, 3.0, -0.125, 0.001, true, 1999-01-01]
-- +I[7, , 3, 30, 300, 3000, 4.5, 7.0, 5.500, null, 2024-03-01]
-- +I[8, b, 1, 10, 100, 1000, 0.25, 0.1, 9999999.999, false, 2024-03-02]
-- +I[9, b, -1, -10, -100, -1000, 8.0, 0.2, -0.001, true, null]
