-- Joins of windows: both sides the same windows.

-- case inner: the documentation's inner join
SELECT L.order_id, R.payment_id, L.window_start, L.window_end
FROM (SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
JOIN (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS))) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end;
-- columns: `order_id` INT, `payment_id` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[1, 1, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[2, 2, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[2, 3, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[5, 4, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[13, 9, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[21, 11, 2024-03-01T10:02, 2024-03-01T10:02:30]

-- case left: LEFT
SELECT L.order_id, R.payment_id, L.window_start, L.window_end
FROM (SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
LEFT JOIN (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS))) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end;
-- columns: `order_id` INT, `payment_id` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[1, 1, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[2, 2, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[2, 3, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[9, null, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[7, null, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[5, 4, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[3, null, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[4, null, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[6, null, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[8, null, 2024-03-01T10:00:30, 2024-03-01T10:01]
-- +I[11, null, 2024-03-01T10:00:30, 2024-03-01T10:01]
-- +I[12, null, 2024-03-01T10:00:30, 2024-03-01T10:01]
-- +I[14, null, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[13, 9, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[17, null, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[16, null, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[15, null, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[20, null, 2024-03-01T10:01:30, 2024-03-01T10:02]
-- +I[19, null, 2024-03-01T10:01:30, 2024-03-01T10:02]
-- +I[21, 11, 2024-03-01T10:02, 2024-03-01T10:02:30]
-- +I[24, null, 2024-03-01T10:02, 2024-03-01T10:02:30]
-- +I[23, null, 2024-03-01T10:02, 2024-03-01T10:02:30]
-- +I[22, null, 2024-03-01T10:02, 2024-03-01T10:02:30]

-- case right: RIGHT
SELECT L.order_id, R.payment_id, R.order_id AS paid_order, R.window_start
FROM (SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
RIGHT JOIN (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS))) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end;
-- columns: `order_id` INT, `payment_id` INT, `paid_order` INT, `window_start` TIMESTAMP(3)
-- flink
-- +I[1, 1, 1, 2024-03-01T10:00]
-- +I[2, 2, 2, 2024-03-01T10:00]
-- +I[2, 3, 2, 2024-03-01T10:00]
-- +I[5, 4, 5, 2024-03-01T10:00]
-- +I[null, 5, 99, 2024-03-01T10:00]
-- +I[null, 7, 9, 2024-03-01T10:00:30]
-- +I[null, 6, 7, 2024-03-01T10:00:30]
-- +I[null, 8, null, 2024-03-01T10:01]
-- +I[13, 9, 13, 2024-03-01T10:01]
-- +I[null, 10, 15, 2024-03-01T10:01:30]
-- +I[21, 11, 21, 2024-03-01T10:02]
-- +I[null, 12, 23, 2024-03-01T10:02:30]

-- case full: FULL, with COALESCE of the windows
SELECT L.order_id, R.payment_id, COALESCE(L.window_start, R.window_start) AS window_start, COALESCE(L.window_end, R.window_end) AS window_end
FROM (SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
FULL JOIN (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS))) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end;
-- columns: `order_id` INT, `payment_id` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[1, 1, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[2, 2, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[2, 3, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[null, 5, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[9, null, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[7, null, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[5, 4, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[3, null, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[4, null, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[6, null, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[8, null, 2024-03-01T10:00:30, 2024-03-01T10:01]
-- +I[11, null, 2024-03-01T10:00:30, 2024-03-01T10:01]
-- +I[null, 6, 2024-03-01T10:00:30, 2024-03-01T10:01]
-- +I[12, null, 2024-03-01T10:00:30, 2024-03-01T10:01]
-- +I[null, 7, 2024-03-01T10:00:30, 2024-03-01T10:01]
-- +I[14, null, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[13, 9, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[17, null, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[16, null, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[null, 8, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[15, null, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[null, 10, 2024-03-01T10:01:30, 2024-03-01T10:02]
-- +I[20, null, 2024-03-01T10:01:30, 2024-03-01T10:02]
-- +I[19, null, 2024-03-01T10:01:30, 2024-03-01T10:02]
-- +I[21, 11, 2024-03-01T10:02, 2024-03-01T10:02:30]
-- +I[24, null, 2024-03-01T10:02, 2024-03-01T10:02:30]
-- +I[23, null, 2024-03-01T10:02, 2024-03-01T10:02:30]
-- +I[22, null, 2024-03-01T10:02, 2024-03-01T10:02:30]
-- +I[null, 12, 2024-03-01T10:02:30, 2024-03-01T10:03]

-- case semi_in: IN, as in the documentation
SELECT L.order_id, L.window_start FROM (
  SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
WHERE L.order_id IN (
  SELECT order_id FROM (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS))) AS R
  WHERE L.window_start = R.window_start AND L.window_end = R.window_end);
-- columns: `order_id` INT, `window_start` TIMESTAMP(3)
-- flink
-- +I[1, 2024-03-01T10:00]
-- +I[2, 2024-03-01T10:00]
-- +I[5, 2024-03-01T10:00]
-- +I[13, 2024-03-01T10:01]
-- +I[21, 2024-03-01T10:02]

-- case semi_exists: EXISTS
SELECT L.order_id, L.window_start FROM (
  SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
WHERE EXISTS (
  SELECT * FROM (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS))) AS R
  WHERE L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end);
-- columns: `order_id` INT, `window_start` TIMESTAMP(3)
-- flink
-- +I[1, 2024-03-01T10:00]
-- +I[2, 2024-03-01T10:00]
-- +I[5, 2024-03-01T10:00]
-- +I[13, 2024-03-01T10:01]
-- +I[21, 2024-03-01T10:02]

-- case anti_not_in: NOT IN over values without null
SELECT L.order_id, L.window_start FROM (
  SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
WHERE L.order_id NOT IN (
  SELECT order_id FROM (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS)) WHERE order_id IS NOT NULL) AS R
  WHERE L.window_start = R.window_start AND L.window_end = R.window_end);
-- columns: `order_id` INT, `window_start` TIMESTAMP(3)
-- flink
-- +I[3, 2024-03-01T10:00]
-- +I[4, 2024-03-01T10:00]
-- +I[6, 2024-03-01T10:00]
-- +I[7, 2024-03-01T10:00]
-- +I[9, 2024-03-01T10:00]
-- +I[8, 2024-03-01T10:00:30]
-- +I[11, 2024-03-01T10:00:30]
-- +I[12, 2024-03-01T10:00:30]
-- +I[14, 2024-03-01T10:01]
-- +I[15, 2024-03-01T10:01]
-- +I[16, 2024-03-01T10:01]
-- +I[17, 2024-03-01T10:01]
-- +I[19, 2024-03-01T10:01:30]
-- +I[20, 2024-03-01T10:01:30]
-- +I[22, 2024-03-01T10:02]
-- +I[23, 2024-03-01T10:02]
-- +I[24, 2024-03-01T10:02]

-- case anti_not_in_null: NOT IN over values with null
SELECT L.order_id, L.window_start FROM (
  SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
WHERE L.order_id NOT IN (
  SELECT order_id FROM (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS))) AS R
  WHERE L.window_start = R.window_start AND L.window_end = R.window_end);
-- columns: `order_id` INT, `window_start` TIMESTAMP(3)
-- flink
-- +I[3, 2024-03-01T10:00]
-- +I[4, 2024-03-01T10:00]
-- +I[6, 2024-03-01T10:00]
-- +I[7, 2024-03-01T10:00]
-- +I[9, 2024-03-01T10:00]
-- +I[8, 2024-03-01T10:00:30]
-- +I[11, 2024-03-01T10:00:30]
-- +I[12, 2024-03-01T10:00:30]
-- +I[19, 2024-03-01T10:01:30]
-- +I[20, 2024-03-01T10:01:30]
-- +I[22, 2024-03-01T10:02]
-- +I[23, 2024-03-01T10:02]
-- +I[24, 2024-03-01T10:02]

-- case anti_not_exists: NOT EXISTS
SELECT L.order_id, L.window_start FROM (
  SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
WHERE NOT EXISTS (
  SELECT * FROM (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS))) AS R
  WHERE L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end);
-- columns: `order_id` INT, `window_start` TIMESTAMP(3)
-- flink
-- +I[4, 2024-03-01T10:00]
-- +I[9, 2024-03-01T10:00]
-- +I[3, 2024-03-01T10:00]
-- +I[6, 2024-03-01T10:00]
-- +I[7, 2024-03-01T10:00]
-- +I[12, 2024-03-01T10:00:30]
-- +I[8, 2024-03-01T10:00:30]
-- +I[11, 2024-03-01T10:00:30]
-- +I[16, 2024-03-01T10:01]
-- +I[17, 2024-03-01T10:01]
-- +I[14, 2024-03-01T10:01]
-- +I[15, 2024-03-01T10:01]
-- +I[19, 2024-03-01T10:01:30]
-- +I[20, 2024-03-01T10:01:30]
-- +I[22, 2024-03-01T10:02]
-- +I[23, 2024-03-01T10:02]
-- +I[24, 2024-03-01T10:02]

-- case no_key: windows alone
SELECT L.order_id, R.payment_id, L.window_start
FROM (SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '15' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
JOIN (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '15' SECONDS))) AS R
ON L.window_start = R.window_start AND L.window_end = R.window_end;
-- columns: `order_id` INT, `payment_id` INT, `window_start` TIMESTAMP(3)
-- flink
-- +I[1, 1, 2024-03-01T10:00]
-- +I[1, 2, 2024-03-01T10:00]
-- +I[1, 3, 2024-03-01T10:00]
-- +I[2, 1, 2024-03-01T10:00]
-- +I[2, 2, 2024-03-01T10:00]
-- +I[2, 3, 2024-03-01T10:00]
-- +I[3, 1, 2024-03-01T10:00]
-- +I[3, 2, 2024-03-01T10:00]
-- +I[3, 3, 2024-03-01T10:00]
-- +I[4, 1, 2024-03-01T10:00]
-- +I[4, 2, 2024-03-01T10:00]
-- +I[4, 3, 2024-03-01T10:00]
-- +I[5, 1, 2024-03-01T10:00]
-- +I[5, 2, 2024-03-01T10:00]
-- +I[5, 3, 2024-03-01T10:00]
-- +I[6, 1, 2024-03-01T10:00]
-- +I[6, 2, 2024-03-01T10:00]
-- +I[6, 3, 2024-03-01T10:00]
-- +I[7, 4, 2024-03-01T10:00:15]
-- +I[7, 5, 2024-03-01T10:00:15]
-- +I[9, 4, 2024-03-01T10:00:15]
-- +I[9, 5, 2024-03-01T10:00:15]
-- +I[11, 6, 2024-03-01T10:00:45]
-- +I[11, 7, 2024-03-01T10:00:45]
-- +I[12, 6, 2024-03-01T10:00:45]
-- +I[12, 7, 2024-03-01T10:00:45]
-- +I[13, 8, 2024-03-01T10:01]
-- +I[13, 9, 2024-03-01T10:01]
-- +I[14, 8, 2024-03-01T10:01]
-- +I[14, 9, 2024-03-01T10:01]
-- +I[15, 8, 2024-03-01T10:01]
-- +I[15, 9, 2024-03-01T10:01]
-- +I[19, 10, 2024-03-01T10:01:30]
-- +I[20, 10, 2024-03-01T10:01:30]
-- +I[24, 11, 2024-03-01T10:02:15]

-- case where_form: a comma and WHERE
SELECT L.order_id, R.payment_id, L.window_start
FROM (SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L,
  (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS))) AS R
WHERE L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end;
-- columns: `order_id` INT, `payment_id` INT, `window_start` TIMESTAMP(3)
-- flink
-- +I[1, 1, 2024-03-01T10:00]
-- +I[2, 2, 2024-03-01T10:00]
-- +I[2, 3, 2024-03-01T10:00]
-- +I[5, 4, 2024-03-01T10:00]
-- +I[13, 9, 2024-03-01T10:01]
-- +I[21, 11, 2024-03-01T10:02]

-- case directly: table functions directly as sides
SELECT L.order_id, R.payment_id, L.window_end
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS L
JOIN TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end;
-- columns: `order_id` INT, `payment_id` INT, `window_end` TIMESTAMP(3)
-- flink
-- +I[1, 1, 2024-03-01T11:00]
-- +I[23, 12, 2024-03-01T11:00]
-- +I[21, 11, 2024-03-01T11:00]
-- +I[15, 10, 2024-03-01T11:00]
-- +I[13, 9, 2024-03-01T11:00]
-- +I[9, 7, 2024-03-01T11:00]
-- +I[7, 6, 2024-03-01T11:00]
-- +I[5, 4, 2024-03-01T11:00]
-- +I[2, 2, 2024-03-01T11:00]
-- +I[2, 3, 2024-03-01T11:00]

-- case more_condition: a condition that is no equality
SELECT L.order_id, R.payment_id, L.price, R.paid
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS L
JOIN TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end AND R.paid < L.price;
-- columns: `order_id` INT, `payment_id` INT, `price` DECIMAL(10, 2), `paid` DECIMAL(10, 2)
-- flink
-- +I[2, 2, 100.00, 60.00]
-- +I[2, 3, 100.00, 40.00]

-- case left_condition: the same, LEFT
SELECT L.order_id, R.payment_id, L.price, R.paid
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS L
LEFT JOIN TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end AND R.paid < L.price;
-- columns: `order_id` INT, `payment_id` INT, `price` DECIMAL(10, 2), `paid` DECIMAL(10, 2)
-- flink
-- +I[1, null, 9.99, null]
-- +I[24, null, 20.25, null]
-- +I[22, null, 20.25, null]
-- +I[20, null, -99999999.99, null]
-- +I[19, null, 99999999.99, null]
-- +I[18, null, 9.99, null]
-- +I[17, null, 0.50, null]
-- +I[16, null, 0.50, null]
-- +I[14, null, 9.99, null]
-- +I[12, null, 0.50, null]
-- +I[11, null, 9.99, null]
-- +I[10, null, 1.00, null]
-- +I[8, null, null, null]
-- +I[6, null, 9.99, null]
-- +I[4, null, 9.99, null]
-- +I[3, null, 0.50, null]
-- +I[23, null, 9.99, null]
-- +I[21, null, 100.00, null]
-- +I[15, null, 100.00, null]
-- +I[13, null, 20.25, null]
-- +I[9, null, 20.25, null]
-- +I[7, null, 100.00, null]
-- +I[5, null, 20.25, null]
-- +I[2, 2, 100.00, 60.00]
-- +I[2, 3, 100.00, 40.00]

-- case full_condition: the same, FULL
SELECT L.order_id, R.payment_id, L.price, R.paid
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS L
FULL JOIN TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end AND R.paid < L.price;
-- columns: `order_id` INT, `payment_id` INT, `price` DECIMAL(10, 2), `paid` DECIMAL(10, 2)
-- flink
-- +I[1, null, 9.99, null]
-- +I[null, 1, null, 9.99]
-- +I[24, null, 20.25, null]
-- +I[22, null, 20.25, null]
-- +I[20, null, -99999999.99, null]
-- +I[19, null, 99999999.99, null]
-- +I[18, null, 9.99, null]
-- +I[17, null, 0.50, null]
-- +I[16, null, 0.50, null]
-- +I[14, null, 9.99, null]
-- +I[12, null, 0.50, null]
-- +I[11, null, 9.99, null]
-- +I[10, null, 1.00, null]
-- +I[8, null, null, null]
-- +I[6, null, 9.99, null]
-- +I[4, null, 9.99, null]
-- +I[3, null, 0.50, null]
-- +I[23, null, 9.99, null]
-- +I[null, 12, null, null]
-- +I[21, null, 100.00, null]
-- +I[null, 11, null, 100.00]
-- +I[15, null, 100.00, null]
-- +I[null, 10, null, 100.00]
-- +I[13, null, 20.25, null]
-- +I[null, 9, null, 20.25]
-- +I[null, 8, null, 5.00]
-- +I[9, null, 20.25, null]
-- +I[null, 7, null, 20.25]
-- +I[7, null, 100.00, null]
-- +I[null, 6, null, 100.00]
-- +I[null, 5, null, 1.00]
-- +I[5, null, 20.25, null]
-- +I[null, 4, null, 20.25]
-- +I[2, 2, 100.00, 60.00]
-- +I[2, 3, 100.00, 40.00]

-- case hop: overlapping windows
SELECT L.order_id, R.payment_id, L.window_start, L.window_end
FROM (SELECT * FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS, INTERVAL '60' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
JOIN (SELECT * FROM TABLE(HOP(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS, INTERVAL '60' SECONDS))) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end;
-- columns: `order_id` INT, `payment_id` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[1, 1, 2024-03-01T09:59:30, 2024-03-01T10:00:30]
-- +I[2, 2, 2024-03-01T09:59:30, 2024-03-01T10:00:30]
-- +I[2, 3, 2024-03-01T09:59:30, 2024-03-01T10:00:30]
-- +I[5, 4, 2024-03-01T09:59:30, 2024-03-01T10:00:30]
-- +I[1, 1, 2024-03-01T10:00, 2024-03-01T10:01]
-- +I[9, 7, 2024-03-01T10:00, 2024-03-01T10:01]
-- +I[5, 4, 2024-03-01T10:00, 2024-03-01T10:01]
-- +I[2, 2, 2024-03-01T10:00, 2024-03-01T10:01]
-- +I[2, 3, 2024-03-01T10:00, 2024-03-01T10:01]
-- +I[7, 6, 2024-03-01T10:00, 2024-03-01T10:01]
-- +I[13, 9, 2024-03-01T10:00:30, 2024-03-01T10:01:30]
-- +I[13, 9, 2024-03-01T10:01, 2024-03-01T10:02]
-- +I[15, 10, 2024-03-01T10:01, 2024-03-01T10:02]
-- +I[21, 11, 2024-03-01T10:01:30, 2024-03-01T10:02:30]
-- +I[21, 11, 2024-03-01T10:02, 2024-03-01T10:03]
-- +I[23, 12, 2024-03-01T10:02, 2024-03-01T10:03]

-- case cumulate: growing windows
SELECT L.order_id, R.payment_id, L.window_start, L.window_end
FROM (SELECT * FROM TABLE(CUMULATE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS, INTERVAL '60' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
JOIN (SELECT * FROM TABLE(CUMULATE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS, INTERVAL '60' SECONDS))) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end;
-- columns: `order_id` INT, `payment_id` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[1, 1, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[5, 4, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[2, 2, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[2, 3, 2024-03-01T10:00, 2024-03-01T10:00:30]
-- +I[9, 7, 2024-03-01T10:00, 2024-03-01T10:01]
-- +I[2, 2, 2024-03-01T10:00, 2024-03-01T10:01]
-- +I[2, 3, 2024-03-01T10:00, 2024-03-01T10:01]
-- +I[5, 4, 2024-03-01T10:00, 2024-03-01T10:01]
-- +I[1, 1, 2024-03-01T10:00, 2024-03-01T10:01]
-- +I[7, 6, 2024-03-01T10:00, 2024-03-01T10:01]
-- +I[13, 9, 2024-03-01T10:01, 2024-03-01T10:01:30]
-- +I[13, 9, 2024-03-01T10:01, 2024-03-01T10:02]
-- +I[15, 10, 2024-03-01T10:01, 2024-03-01T10:02]
-- +I[21, 11, 2024-03-01T10:02, 2024-03-01T10:02:30]
-- +I[21, 11, 2024-03-01T10:02, 2024-03-01T10:03]
-- +I[23, 12, 2024-03-01T10:02, 2024-03-01T10:03]

-- case session: sessions are not joined
SELECT L.order_id, R.payment_id, L.window_start, L.window_end
FROM (SELECT * FROM TABLE(SESSION(TABLE orders PARTITION BY order_id, DESCRIPTOR(ts), INTERVAL '30' SECONDS))) AS L
JOIN (SELECT * FROM TABLE(SESSION(TABLE payments PARTITION BY order_id, DESCRIPTOR(ts), INTERVAL '30' SECONDS))) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end;
-- columns: `order_id` INT, `payment_id` INT, `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3)
-- flink
-- +I[13, 9, 2024-03-01T10:01:02, 2024-03-01T10:01:32]

-- case aggregates: two aggregates of the same windows
SELECT o.window_start, o.n AS orders, p.n AS payments, p.paid
FROM (SELECT window_start, window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
      WHERE order_id NOT IN (10, 18) GROUP BY window_start, window_end) AS o
JOIN (SELECT window_start, window_end, COUNT(*) AS n, SUM(paid) AS paid FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
      GROUP BY window_start, window_end) AS p
ON o.window_start = p.window_start AND o.window_end = p.window_end;
-- columns: `window_start` TIMESTAMP(3), `orders` BIGINT, `payments` BIGINT, `paid` DECIMAL(38, 2)
-- flink
-- +I[2024-03-01T10:00, 11, 7, 251.49]
-- +I[2024-03-01T10:01, 7, 3, 125.25]
-- +I[2024-03-01T10:02, 4, 2, 100.00]

-- case aggregates_full: the same, FULL, with a key
SELECT o.product, o.n, i.currency, i.m, COALESCE(o.window_start, i.window_start) AS s
FROM (SELECT product, window_start, window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
      WHERE order_id NOT IN (10, 18) GROUP BY product, window_start, window_end) AS o
FULL JOIN (SELECT currency, window_start, window_end, COUNT(*) AS m FROM TABLE(TUMBLE(TABLE invoices, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
      GROUP BY currency, window_start, window_end) AS i
ON o.window_start = i.window_start AND o.window_end = i.window_end AND o.n = i.m;
-- columns: `product` INT, `n` BIGINT, `currency` STRING, `m` BIGINT, `s` TIMESTAMP(3)
-- flink
-- +I[11, 2, USD, 2, 2024-03-01T10:00]
-- +I[11, 2, JPY, 2, 2024-03-01T10:00]
-- +I[13, 2, USD, 2, 2024-03-01T10:00]
-- +I[13, 2, JPY, 2, 2024-03-01T10:00]
-- +I[null, null, EUR, 1, 2024-03-01T10:00]
-- +I[null, null, GBP, 1, 2024-03-01T10:00]
-- +I[10, 4, null, null, 2024-03-01T10:00]
-- +I[12, 3, null, null, 2024-03-01T10:00]
-- +I[10, 1, USD, 1, 2024-03-01T10:01]
-- +I[10, 1, JPY, 1, 2024-03-01T10:01]
-- +I[13, 2, null, null, 2024-03-01T10:01]
-- +I[11, 2, null, null, 2024-03-01T10:01]
-- +I[12, 2, null, null, 2024-03-01T10:01]
-- +I[11, 1, EUR, 1, 2024-03-01T10:02]
-- +I[11, 1, null, 1, 2024-03-01T10:02]
-- +I[10, 1, EUR, 1, 2024-03-01T10:02]
-- +I[10, 1, null, 1, 2024-03-01T10:02]
-- +I[13, 2, null, null, 2024-03-01T10:02]

-- case self: a table with itself
SELECT a.auction, a.bidder, b.bidder AS other, a.window_start
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS)) AS a
JOIN TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS)) AS b
ON a.auction = b.auction AND a.window_start = b.window_start AND a.window_end = b.window_end AND a.price < b.price;
-- columns: `auction` INT, `bidder` STRING, `other` STRING, `window_start` TIMESTAMP(3)
-- flink
-- +I[1, u1, u2, 2024-03-01T12:00]
-- +I[1, u1, u3, 2024-03-01T12:00]
-- +I[1, u1, u1, 2024-03-01T12:00]
-- +I[1, u2, u1, 2024-03-01T12:00]
-- +I[1, u3, u1, 2024-03-01T12:00]
-- +I[1, u2, u1, 2024-03-01T12:00]
-- +I[1, u2, u2, 2024-03-01T12:00]
-- +I[1, u2, u3, 2024-03-01T12:00]
-- +I[1, u2, u1, 2024-03-01T12:00]
-- +I[2, u1, u3, 2024-03-01T12:00]
-- +I[2, u1, u2, 2024-03-01T12:00]
-- +I[2, u2, u3, 2024-03-01T12:00]
-- +I[3, u2, u3, 2024-03-01T12:00]
-- +I[3, u1, u3, 2024-03-01T12:00]

-- case best_bid: rows at the top of their window
SELECT b.auction, b.bidder, b.price, b.window_start
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS)) AS b
JOIN (SELECT auction, window_start, window_end, MAX(price) AS top FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '20' SECONDS))
      GROUP BY auction, window_start, window_end) AS m
ON b.auction = m.auction AND b.price = m.top AND b.window_start = m.window_start AND b.window_end = m.window_end;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT, `window_start` TIMESTAMP(3)
-- flink
-- +I[3, u3, 8, 2024-03-01T12:00]
-- +I[2, u3, 75, 2024-03-01T12:00]
-- +I[1, u1, 150, 2024-03-01T12:00]
-- +I[1, u3, 200, 2024-03-01T12:00:20]
-- +I[4, u4, 1000, 2024-03-01T12:00:20]
-- +I[4, u2, 1000, 2024-03-01T12:00:20]
-- +I[2, u1, 75, 2024-03-01T12:00:20]
-- +I[3, u2, 20, 2024-03-01T12:00:20]
-- +I[5, u5, 1, 2024-03-01T12:00:40]
-- +I[2, u4, 80, 2024-03-01T12:00:40]
-- +I[4, u1, 900, 2024-03-01T12:00:40]
-- +I[1, u1, 210, 2024-03-01T12:00:40]

-- case windowed_again: an aggregate over the join
SELECT window_start, window_end, COUNT(*) AS n, SUM(paid) AS paid
FROM (SELECT L.order_id, R.paid, L.window_start, L.window_end
  FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS L
  JOIN TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS R
  ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end)
GROUP BY window_start, window_end;
-- columns: `window_start` TIMESTAMP(3), `window_end` TIMESTAMP(3), `n` BIGINT, `paid` DECIMAL(38, 2)
-- flink
-- +I[2024-03-01T10:00, 2024-03-01T11:00, 10, 470.74]

-- case offset: windows with an offset
SELECT L.order_id, R.payment_id, L.window_start
FROM (SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '30' SECONDS, INTERVAL '10' SECONDS)) WHERE order_id NOT IN (10, 18)) AS L
JOIN (SELECT * FROM TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' SECONDS, INTERVAL '10' SECONDS))) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end;
-- columns: `order_id` INT, `payment_id` INT, `window_start` TIMESTAMP(3)
-- flink
-- +I[1, 1, 2024-03-01T09:59:40]
-- +I[2, 2, 2024-03-01T09:59:40]
-- +I[5, 4, 2024-03-01T10:00:10]
-- +I[13, 9, 2024-03-01T10:00:40]

-- case null_key: null equals nothing
SELECT L.product, L.order_id, R.payment_id
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS L
LEFT JOIN TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS R
ON L.product = R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end
WHERE L.order_id < 12;
-- columns: `product` INT, `order_id` INT, `payment_id` INT
-- flink
-- +I[12, 3, null]
-- +I[12, 8, null]
-- +I[11, 2, null]
-- +I[11, 7, null]
-- +I[10, 1, null]
-- +I[10, 4, null]
-- +I[10, 6, null]
-- +I[10, 11, null]
-- +I[13, 5, 9]
-- +I[13, 9, 9]
-- +I[null, 10, null]

-- case null_safe: IS NOT DISTINCT FROM
SELECT L.order_id, R.payment_id
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS L
JOIN TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS R
ON L.product IS NOT DISTINCT FROM R.order_id AND L.window_start = R.window_start AND L.window_end = R.window_end;
-- columns: `order_id` INT, `payment_id` INT
-- flink
-- +I[10, 8]
-- +I[5, 9]
-- +I[9, 9]
-- +I[13, 9]
-- +I[19, 9]
-- +I[22, 9]
-- +I[24, 9]

-- case other_windows: windows of two sizes are joined as rows
SELECT L.order_id, R.payment_id, L.window_start
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS L
JOIN TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '30' MINUTE)) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start;
-- columns: `order_id` INT, `payment_id` INT, `window_start` TIMESTAMP(3)
-- flink
-- +I[1, 1, 2024-03-01T10:00]
-- +I[2, 2, 2024-03-01T10:00]
-- +I[2, 3, 2024-03-01T10:00]
-- +I[5, 4, 2024-03-01T10:00]
-- +I[7, 6, 2024-03-01T10:00]
-- +I[9, 7, 2024-03-01T10:00]
-- +I[13, 9, 2024-03-01T10:00]
-- +I[15, 10, 2024-03-01T10:00]
-- +I[21, 11, 2024-03-01T10:00]
-- +I[23, 12, 2024-03-01T10:00]

-- case start_alone: an equality of starts alone
SELECT L.order_id, R.payment_id, L.window_start
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS L
JOIN TABLE(TUMBLE(TABLE payments, DESCRIPTOR(ts), INTERVAL '1' HOUR)) AS R
ON L.order_id = R.order_id AND L.window_start = R.window_start;
-- columns: `order_id` INT, `payment_id` INT, `window_start` TIMESTAMP(3)
-- flink
-- +I[1, 1, 2024-03-01T10:00]
-- +I[2, 2, 2024-03-01T10:00]
-- +I[2, 3, 2024-03-01T10:00]
-- +I[5, 4, 2024-03-01T10:00]
-- +I[7, 6, 2024-03-01T10:00]
-- +I[9, 7, 2024-03-01T10:00]
-- +I[13, 9, 2024-03-01T10:00]
-- +I[15, 10, 2024-03-01T10:00]
-- +I[21, 11, 2024-03-01T10:00]
-- +I[23, 12, 2024-03-01T10:00]

-- case processing_time: windows of processing time are joined by no watermark
SELECT a.product, b.customer FROM
  (SELECT * FROM TUMBLE(TABLE orders, DESCRIPTOR(proc), INTERVAL '1' MINUTE)) AS a JOIN
  (SELECT * FROM TUMBLE(TABLE orders, DESCRIPTOR(proc), INTERVAL '1' MINUTE)) AS b
  ON a.window_start = b.window_start AND a.window_end = b.window_end AND a.order_id = b.order_id;
-- flink refuses: TableException: Processing time Window Join is not supported yet.
