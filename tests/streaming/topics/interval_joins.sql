-- Interval joins: time bounds between the rows of two tables.

-- case between: payments within half a minute
SELECT o.order_id, p.payment_id FROM orders AS o, payments AS p WHERE o.order_id = p.order_id AND p.ts BETWEEN o.ts AND o.ts + INTERVAL '30' SECOND AND o.order_id NOT IN (10, 18);
-- columns: `order_id` INT, `payment_id` INT
-- flink
-- +I[1, 1]
-- +I[2, 2]
-- +I[2, 3]
-- +I[5, 4]
-- +I[7, 6]
-- +I[9, 7]
-- +I[13, 9]
-- +I[15, 10]
-- +I[21, 11]
-- +I[23, 12]

-- case both_bounds: before and after
SELECT b.auction, b.price, i.invoice FROM (SELECT auction, price, ts - INTERVAL '2' HOUR AS t FROM bids) AS b JOIN invoices AS i ON b.auction = i.invoice;
-- columns: `auction` INT, `price` BIGINT, `invoice` INT
-- flink
-- +I[1, 200, 1]
-- +I[1, 150, 1]
-- +I[1, 100, 1]
-- +I[1, 210, 1]
-- +I[1, 110, 1]
-- +I[1, 110, 1]
-- +I[1, 90, 1]
-- +I[2, 50, 2]
-- +I[2, 60, 2]
-- +I[2, 75, 2]
-- +I[2, 75, 2]
-- +I[2, 80, 2]
-- +I[3, 8, 3]
-- +I[3, 5, 3]
-- +I[3, 5, 3]
-- +I[3, 20, 3]
-- +I[4, 1000, 4]
-- +I[4, 1000, 4]
-- +I[4, 900, 4]
-- +I[5, 1, 5]

-- case left: payments without an invoice near
SELECT p.payment_id, i.invoice FROM payments AS p LEFT JOIN invoices AS i ON p.payment_id = i.invoice AND i.ts BETWEEN p.ts - INTERVAL '5' SECOND AND p.ts + INTERVAL '5' SECOND;
-- columns: `payment_id` INT, `invoice` INT
-- flink
-- +I[1, 1]
-- +I[2, 2]
-- +I[3, 3]
-- +I[4, 4]
-- +I[5, null]
-- +I[7, 7]
-- +I[6, null]
-- +I[8, null]
-- +I[9, null]
-- +I[10, null]
-- +I[11, null]
-- +I[12, null]

-- case right: the other side kept
SELECT p.payment_id, i.invoice FROM payments AS p RIGHT JOIN invoices AS i ON p.payment_id = i.invoice AND i.ts BETWEEN p.ts - INTERVAL '5' SECOND AND p.ts + INTERVAL '5' SECOND;
-- columns: `payment_id` INT, `invoice` INT
-- flink
-- +I[1, 1]
-- +I[2, 2]
-- +I[3, 3]
-- +I[4, 4]
-- +I[7, 7]
-- +I[null, 5]
-- +I[null, 6]
-- +I[null, 8]
-- +I[null, 9]
-- +I[null, 10]

-- case full: both kept
SELECT p.payment_id, i.invoice FROM payments AS p FULL OUTER JOIN invoices AS i ON p.payment_id = i.invoice AND i.ts BETWEEN p.ts - INTERVAL '5' SECOND AND p.ts + INTERVAL '5' SECOND;
-- columns: `payment_id` INT, `invoice` INT
-- flink
-- +I[1, 1]
-- +I[2, 2]
-- +I[3, 3]
-- +I[4, 4]
-- +I[5, null]
-- +I[7, 7]
-- +I[null, 5]
-- +I[null, 6]
-- +I[6, null]
-- +I[8, null]
-- +I[9, null]
-- +I[null, 8]
-- +I[10, null]
-- +I[11, null]
-- +I[12, null]
-- +I[null, 9]
-- +I[null, 10]

-- case inner_wide: wide bounds
SELECT p.payment_id, i.invoice FROM payments AS p JOIN invoices AS i ON p.payment_id = i.invoice AND i.ts BETWEEN p.ts - INTERVAL '1' HOUR AND p.ts + INTERVAL '1' HOUR;
-- columns: `payment_id` INT, `invoice` INT
-- flink
-- +I[1, 1]
-- +I[2, 2]
-- +I[3, 3]
-- +I[4, 4]
-- +I[5, 5]
-- +I[6, 6]
-- +I[7, 7]
-- +I[8, 8]
-- +I[9, 9]
-- +I[10, 10]

-- case strict: less than
SELECT p.payment_id, i.invoice FROM payments AS p JOIN invoices AS i ON p.payment_id = i.invoice AND i.ts > p.ts - INTERVAL '10' SECOND AND i.ts < p.ts + INTERVAL '10' SECOND;
-- columns: `payment_id` INT, `invoice` INT
-- flink
-- +I[1, 1]
-- +I[2, 2]
-- +I[3, 3]
-- +I[4, 4]
-- +I[7, 7]

-- case negative: only before
SELECT p.payment_id, i.invoice FROM payments AS p JOIN invoices AS i ON p.payment_id = i.invoice AND i.ts BETWEEN p.ts - INTERVAL '1' MINUTE AND p.ts - INTERVAL '1' SECOND;
-- columns: `payment_id` INT, `invoice` INT
-- flink
-- +I[2, 2]
-- +I[6, 6]

-- case equal_times: time equality is an interval of nothing
SELECT p.payment_id, o.invoice FROM payments AS p JOIN invoices AS o ON p.ts = o.ts;
-- columns: `payment_id` INT, `invoice` INT
-- flink
-- +I[3, 3]
-- +I[5, 4]
-- +I[8, 7]
-- +I[10, 8]
-- +I[12, 9]

-- case more_condition: bounds and a condition
SELECT p.payment_id, i.invoice FROM payments AS p JOIN invoices AS i ON p.payment_id = i.invoice AND i.ts BETWEEN p.ts - INTERVAL '1' HOUR AND p.ts + INTERVAL '1' HOUR AND i.total > p.paid;
-- columns: `payment_id` INT, `invoice` INT
-- flink
-- +I[1, 1]
-- +I[3, 3]
-- +I[5, 5]
-- +I[7, 7]
-- +I[8, 8]

-- case left_more_condition: a left join with a condition besides
SELECT p.payment_id, i.invoice FROM payments AS p LEFT JOIN invoices AS i ON p.payment_id = i.invoice AND i.ts BETWEEN p.ts - INTERVAL '1' HOUR AND p.ts + INTERVAL '1' HOUR AND i.total > p.paid;
-- columns: `payment_id` INT, `invoice` INT
-- flink
-- +I[1, 1]
-- +I[3, 3]
-- +I[5, 5]
-- +I[7, 7]
-- +I[8, 8]
-- +I[2, null]
-- +I[4, null]
-- +I[6, null]
-- +I[9, null]
-- +I[10, null]
-- +I[11, null]
-- +I[12, null]

-- case null_key: NULL meets nothing, but stays on the left
SELECT i.invoice, i.currency, j.invoice AS other FROM invoices AS i LEFT JOIN invoices AS j ON i.currency = j.currency AND j.ts BETWEEN i.ts - INTERVAL '1' MINUTE AND i.ts - INTERVAL '1' SECOND;
-- columns: `invoice` INT, `currency` STRING, `other` INT
-- flink
-- +I[1, USD, null]
-- +I[2, EUR, null]
-- +I[3, JPY, null]
-- +I[4, USD, 1]
-- +I[5, JPY, 3]
-- +I[6, GBP, null]
-- +I[7, USD, 4]
-- +I[7, USD, 1]
-- +I[8, JPY, 5]
-- +I[9, EUR, null]
-- +I[10, null, null]

-- case self: a table with itself
SELECT a.auction, a.bidder AS first_bidder, b.bidder AS second_bidder FROM bids AS a JOIN bids AS b ON a.auction = b.auction AND b.ts BETWEEN a.ts + INTERVAL '1' SECOND AND a.ts + INTERVAL '5' SECOND;
-- columns: `auction` INT, `first_bidder` STRING, `second_bidder` STRING
-- flink
-- +I[1, u1, u2]
-- +I[1, u1, u3]
-- +I[1, u2, u3]
-- +I[2, u1, u3]
-- +I[2, u3, u2]
-- +I[3, u1, u3]
-- +I[1, u1, u2]
-- +I[4, u4, u2]

-- case windowed: a window over an interval join keeps the time attribute
SELECT window_start, COUNT(*) AS n FROM TABLE(TUMBLE((SELECT a.auction, a.ts FROM bids AS a JOIN bids AS b ON a.auction = b.auction AND b.ts BETWEEN a.ts - INTERVAL '5' SECOND AND a.ts), DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `n` BIGINT
-- flink
-- +I[2024-03-01T12:00, 10]
-- +I[2024-03-01T12:00:10, 8]
-- +I[2024-03-01T12:00:20, 4]
-- +I[2024-03-01T12:00:30, 2]
-- +I[2024-03-01T12:00:40, 1]
-- +I[2024-03-01T12:00:50, 3]

-- case aggregate: an aggregate over an interval join
SELECT i.currency, COUNT(*) AS n FROM payments AS p JOIN invoices AS i ON p.payment_id = i.invoice AND i.ts BETWEEN p.ts - INTERVAL '1' HOUR AND p.ts + INTERVAL '1' HOUR GROUP BY i.currency;
-- columns: `currency` STRING, `n` BIGINT
-- flink
-- +I[USD, 1]
-- +I[EUR, 1]
-- +I[JPY, 1]
-- -U[USD, 1]
-- +U[USD, 2]
-- -U[JPY, 1]
-- +U[JPY, 2]
-- +I[GBP, 1]
-- -U[USD, 2]
-- +U[USD, 3]
-- -U[JPY, 2]
-- +U[JPY, 3]
-- -U[EUR, 1]
-- +U[EUR, 2]
-- +I[null, 1]

-- case two_keys: two equalities
SELECT a.ts, b.ts AS later FROM bids AS a JOIN bids AS b ON a.auction = b.auction AND a.bidder = b.bidder AND b.ts BETWEEN a.ts + INTERVAL '1' SECOND AND a.ts + INTERVAL '1' MINUTE;
-- columns: `ts` TIMESTAMP(3), `later` TIMESTAMP(3)
-- flink
-- +I[2024-03-01T12:00:01, 2024-03-01T12:00:13]
-- +I[2024-03-01T12:00:03, 2024-03-01T12:00:18]
-- +I[2024-03-01T12:00:04, 2024-03-01T12:00:24]
-- +I[2024-03-01T12:00:07, 2024-03-01T12:00:33]
-- +I[2024-03-01T12:00:06, 2024-03-01T12:00:35]
-- +I[2024-03-01T12:00:01, 2024-03-01T12:00:58]
-- +I[2024-03-01T12:00:13, 2024-03-01T12:00:58]

-- case no_key: bounds alone
SELECT p.payment_id, i.invoice FROM payments AS p JOIN invoices AS i ON i.ts BETWEEN p.ts AND p.ts + INTERVAL '1' SECOND;
-- columns: `payment_id` INT, `invoice` INT
-- flink
-- +I[1, 1]
-- +I[2, 3]
-- +I[3, 3]
-- +I[4, 4]
-- +I[5, 4]
-- +I[8, 7]
-- +I[10, 8]
-- +I[12, 10]
-- +I[12, 9]

-- case semi: IN with bounds is a regular join
SELECT p.payment_id FROM payments AS p WHERE EXISTS (SELECT 1 FROM invoices AS i WHERE i.invoice = p.payment_id AND i.ts BETWEEN p.ts - INTERVAL '1' MINUTE AND p.ts + INTERVAL '1' MINUTE);
-- columns: `payment_id` INT
-- flink
-- +I[1]
-- +I[2]
-- +I[3]
-- +I[4]
-- +I[5]
-- +I[6]
-- +I[7]
-- +I[8]
