-- Top-N: ROW_NUMBER, RANK and DENSE_RANK with a limit; with and without the number, ties, offsets, updating input.

-- case top1: the highest bid, with its number
SELECT auction, bidder, price, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn = 1;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT, `rn` BIGINT
-- flink
-- +I[1, u1, 100, 1]
-- +U[1, u2, 110, 1]
-- +I[2, u1, 50, 1]
-- +I[3, u2, 5, 1]
-- +U[2, u3, 75, 1]
-- +U[1, u1, 150, 1]
-- +U[3, u3, 8, 1]
-- +I[4, u4, 1000, 1]
-- +U[3, u2, 20, 1]
-- +U[1, u3, 200, 1]
-- +U[2, u4, 80, 1]
-- +I[5, u5, 1, 1]
-- +U[1, u1, 210, 1]
-- sluice: the first row of a key replaces the one before; in Flink, both stay
-- +I[1, u1, 100, 1]
-- +I[2, u1, 50, 1]
-- +I[3, u2, 5, 1]
-- +I[4, u4, 1000, 1]
-- +I[5, u5, 1, 1]
-- +U[1, u1, 150, 1]
-- +U[1, u1, 210, 1]
-- +U[1, u2, 110, 1]
-- +U[1, u3, 200, 1]
-- +U[2, u3, 75, 1]
-- +U[2, u4, 80, 1]
-- +U[3, u2, 20, 1]
-- +U[3, u3, 8, 1]
-- -U[1, u1, 100, 1]
-- -U[1, u1, 150, 1]
-- -U[1, u2, 110, 1]
-- -U[1, u3, 200, 1]
-- -U[2, u1, 50, 1]
-- -U[2, u3, 75, 1]
-- -U[3, u2, 5, 1]
-- -U[3, u3, 8, 1]

-- case top1_without: without the number
SELECT auction, bidder, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn <= 1;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT
-- flink
-- +I[1, u1, 100]
-- +U[1, u2, 110]
-- +I[2, u1, 50]
-- +I[3, u2, 5]
-- +U[2, u3, 75]
-- +U[1, u1, 150]
-- +U[3, u3, 8]
-- +I[4, u4, 1000]
-- +U[3, u2, 20]
-- +U[1, u3, 200]
-- +U[2, u4, 80]
-- +I[5, u5, 1]
-- +U[1, u1, 210]
-- sluice: the first row of a key replaces the one before; in Flink, both stay
-- +I[1, u1, 100]
-- +I[2, u1, 50]
-- +I[3, u2, 5]
-- +I[4, u4, 1000]
-- +I[5, u5, 1]
-- +U[1, u1, 150]
-- +U[1, u1, 210]
-- +U[1, u2, 110]
-- +U[1, u3, 200]
-- +U[2, u3, 75]
-- +U[2, u4, 80]
-- +U[3, u2, 20]
-- +U[3, u3, 8]
-- -U[1, u1, 100]
-- -U[1, u1, 150]
-- -U[1, u2, 110]
-- -U[1, u3, 200]
-- -U[2, u1, 50]
-- -U[2, u3, 75]
-- -U[3, u2, 5]
-- -U[3, u3, 8]

-- case top2: with the number
SELECT auction, bidder, price, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn <= 2;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT, `rn` BIGINT
-- flink
-- +I[1, u1, 100, 1]
-- -U[1, u1, 100, 1]
-- +U[1, u2, 110, 1]
-- +I[1, u1, 100, 2]
-- +I[2, u1, 50, 1]
-- -U[1, u1, 100, 2]
-- +U[1, u3, 110, 2]
-- +I[3, u2, 5, 1]
-- -U[2, u1, 50, 1]
-- +U[2, u3, 75, 1]
-- +I[2, u1, 50, 2]
-- -U[2, u1, 50, 2]
-- +U[2, u2, 60, 2]
-- -U[1, u2, 110, 1]
-- +U[1, u1, 150, 1]
-- -U[1, u3, 110, 2]
-- +U[1, u2, 110, 2]
-- +I[3, u1, 5, 2]
-- -U[3, u2, 5, 1]
-- +U[3, u3, 8, 1]
-- -U[3, u1, 5, 2]
-- +U[3, u2, 5, 2]
-- +I[4, u4, 1000, 1]
-- -U[2, u2, 60, 2]
-- +U[2, u1, 75, 2]
-- +I[4, u2, 1000, 2]
-- -U[3, u3, 8, 1]
-- +U[3, u2, 20, 1]
-- -U[3, u2, 5, 2]
-- +U[3, u3, 8, 2]
-- -U[1, u1, 150, 1]
-- +U[1, u3, 200, 1]
-- -U[1, u2, 110, 2]
-- +U[1, u1, 150, 2]
-- -U[2, u3, 75, 1]
-- +U[2, u4, 80, 1]
-- -U[2, u1, 75, 2]
-- +U[2, u3, 75, 2]
-- +I[5, u5, 1, 1]
-- -U[1, u3, 200, 1]
-- +U[1, u1, 210, 1]
-- -U[1, u1, 150, 2]
-- +U[1, u3, 200, 2]

-- case top2_without: without the number
SELECT auction, bidder, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn <= 2;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT
-- flink
-- +I[1, u1, 100]
-- +I[1, u2, 110]
-- +I[2, u1, 50]
-- -D[1, u1, 100]
-- +I[1, u3, 110]
-- +I[3, u2, 5]
-- +I[2, u3, 75]
-- -D[2, u1, 50]
-- +I[2, u2, 60]
-- -D[1, u3, 110]
-- +I[1, u1, 150]
-- +I[3, u1, 5]
-- -D[3, u1, 5]
-- +I[3, u3, 8]
-- +I[4, u4, 1000]
-- -D[2, u2, 60]
-- +I[2, u1, 75]
-- +I[4, u2, 1000]
-- -D[3, u2, 5]
-- +I[3, u2, 20]
-- -D[1, u2, 110]
-- +I[1, u3, 200]
-- -D[2, u1, 75]
-- +I[2, u4, 80]
-- +I[5, u5, 1]
-- -D[1, u1, 150]
-- +I[1, u1, 210]

-- case less_than: rn < 3
SELECT auction, price, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price, ts) AS rn FROM bids) WHERE rn < 3;
-- columns: `auction` INT, `price` BIGINT, `rn` BIGINT
-- flink
-- +I[1, 100, 1]
-- +I[1, 110, 2]
-- +I[2, 50, 1]
-- +I[3, 5, 1]
-- +I[2, 75, 2]
-- -U[2, 75, 2]
-- +U[2, 60, 2]
-- +I[3, 5, 2]
-- -U[1, 100, 1]
-- +U[1, 90, 1]
-- -U[1, 110, 2]
-- +U[1, 100, 2]
-- +I[4, 1000, 1]
-- +I[4, 1000, 2]
-- -U[4, 1000, 1]
-- +U[4, 900, 1]
-- -U[4, 1000, 2]
-- +U[4, 1000, 2]
-- +I[5, 1, 1]

-- case literal_first: 3 > rn
SELECT auction, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price, ts) AS rn FROM bids) WHERE 3 > rn;
-- columns: `auction` INT, `price` BIGINT
-- flink
-- +I[1, 100]
-- +I[1, 110]
-- +I[2, 50]
-- +I[3, 5]
-- +I[2, 75]
-- -D[2, 75]
-- +I[2, 60]
-- +I[3, 5]
-- -D[1, 110]
-- +I[1, 90]
-- +I[4, 1000]
-- +I[4, 1000]
-- -D[4, 1000]
-- +I[4, 900]
-- +I[5, 1]

-- case global: without PARTITION BY
SELECT auction, price, rn FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn <= 3;
-- columns: `auction` INT, `price` BIGINT, `rn` BIGINT
-- flink
-- +I[1, 100, 1]
-- -U[1, 100, 1]
-- +U[1, 110, 1]
-- +I[1, 100, 2]
-- +I[2, 50, 3]
-- -U[1, 100, 2]
-- +U[1, 110, 2]
-- -U[2, 50, 3]
-- +U[1, 100, 3]
-- -U[1, 110, 1]
-- +U[1, 150, 1]
-- -U[1, 110, 2]
-- +U[1, 110, 2]
-- -U[1, 100, 3]
-- +U[1, 110, 3]
-- -U[1, 150, 1]
-- +U[4, 1000, 1]
-- -U[1, 110, 2]
-- +U[1, 150, 2]
-- -U[1, 110, 3]
-- +U[1, 110, 3]
-- -U[1, 150, 2]
-- +U[4, 1000, 2]
-- -U[1, 110, 3]
-- +U[1, 150, 3]
-- -U[1, 150, 3]
-- +U[1, 200, 3]
-- -U[1, 200, 3]
-- +U[4, 900, 3]

-- case global_without: without PARTITION BY and number
SELECT auction, price FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn <= 3;
-- columns: `auction` INT, `price` BIGINT
-- flink
-- +I[1, 100]
-- +I[1, 110]
-- +I[2, 50]
-- -D[2, 50]
-- +I[1, 110]
-- -D[1, 100]
-- +I[1, 150]
-- -D[1, 110]
-- +I[4, 1000]
-- -D[1, 110]
-- +I[4, 1000]
-- -D[1, 150]
-- +I[1, 200]
-- -D[1, 200]
-- +I[4, 900]

-- case second: rn = 2 alone
SELECT auction, bidder, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn = 2;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT
-- flink
-- +I[1, u1, 100]
-- -U[1, u1, 100]
-- +U[1, u3, 110]
-- +I[2, u1, 50]
-- -U[2, u1, 50]
-- +U[2, u2, 60]
-- -U[1, u3, 110]
-- +U[1, u2, 110]
-- +I[3, u1, 5]
-- -U[3, u1, 5]
-- +U[3, u2, 5]
-- -U[2, u2, 60]
-- +U[2, u1, 75]
-- +I[4, u2, 1000]
-- -U[3, u2, 5]
-- +U[3, u3, 8]
-- -U[1, u2, 110]
-- +U[1, u1, 150]
-- -U[2, u1, 75]
-- +U[2, u3, 75]
-- -U[1, u1, 150]
-- +U[1, u3, 200]

-- case second_number: rn = 2 with its number
SELECT auction, price, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn = 2;
-- columns: `auction` INT, `price` BIGINT, `rn` BIGINT
-- flink
-- +I[1, 100, 2]
-- -U[1, 100, 2]
-- +U[1, 110, 2]
-- +I[2, 50, 2]
-- -U[2, 50, 2]
-- +U[2, 60, 2]
-- -U[1, 110, 2]
-- +U[1, 110, 2]
-- +I[3, 5, 2]
-- -U[3, 5, 2]
-- +U[3, 5, 2]
-- -U[2, 60, 2]
-- +U[2, 75, 2]
-- +I[4, 1000, 2]
-- -U[3, 5, 2]
-- +U[3, 8, 2]
-- -U[1, 110, 2]
-- +U[1, 150, 2]
-- -U[2, 75, 2]
-- +U[2, 75, 2]
-- -U[1, 150, 2]
-- +U[1, 200, 2]

-- case range: from 2 to 3
SELECT auction, price, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn BETWEEN 2 AND 3;
-- columns: `auction` INT, `price` BIGINT, `rn` BIGINT
-- flink
-- +I[1, 100, 2]
-- -U[1, 100, 2]
-- +U[1, 110, 2]
-- +I[1, 100, 3]
-- +I[2, 50, 2]
-- -U[2, 50, 2]
-- +U[2, 60, 2]
-- +I[2, 50, 3]
-- -U[1, 110, 2]
-- +U[1, 110, 2]
-- -U[1, 100, 3]
-- +U[1, 110, 3]
-- +I[3, 5, 2]
-- -U[3, 5, 2]
-- +U[3, 5, 2]
-- +I[3, 5, 3]
-- -U[2, 60, 2]
-- +U[2, 75, 2]
-- -U[2, 50, 3]
-- +U[2, 60, 3]
-- +I[4, 1000, 2]
-- -U[3, 5, 2]
-- +U[3, 8, 2]
-- -U[3, 5, 3]
-- +U[3, 5, 3]
-- -U[1, 110, 2]
-- +U[1, 150, 2]
-- -U[1, 110, 3]
-- +U[1, 110, 3]
-- +I[4, 900, 3]
-- -U[2, 75, 2]
-- +U[2, 75, 2]
-- -U[2, 60, 3]
-- +U[2, 75, 3]
-- -U[1, 150, 2]
-- +U[1, 200, 2]
-- -U[1, 110, 3]
-- +U[1, 150, 3]

-- case range_without: from 2 to 3 without the number
SELECT auction, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn >= 2 AND rn <= 3;
-- columns: `auction` INT, `price` BIGINT
-- flink
-- +I[1, 100]
-- -U[1, 100]
-- +U[1, 110]
-- +I[1, 100]
-- +I[2, 50]
-- -U[2, 50]
-- +U[2, 60]
-- +I[2, 50]
-- -U[1, 110]
-- +U[1, 110]
-- -U[1, 100]
-- +U[1, 110]
-- +I[3, 5]
-- -U[3, 5]
-- +U[3, 5]
-- +I[3, 5]
-- -U[2, 60]
-- +U[2, 75]
-- -U[2, 50]
-- +U[2, 60]
-- +I[4, 1000]
-- -U[3, 5]
-- +U[3, 8]
-- -U[3, 5]
-- +U[3, 5]
-- -U[1, 110]
-- +U[1, 150]
-- -U[1, 110]
-- +U[1, 110]
-- +I[4, 900]
-- -U[2, 75]
-- +U[2, 75]
-- -U[2, 60]
-- +U[2, 75]
-- -U[1, 150]
-- +U[1, 200]
-- -U[1, 110]
-- +U[1, 150]

-- case more_conditions: a condition beside it
SELECT auction, bidder, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn <= 2 AND price > 60;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT
-- flink
-- +I[1, u1, 100]
-- +I[1, u2, 110]
-- -D[1, u1, 100]
-- +I[1, u3, 110]
-- +I[2, u3, 75]
-- -D[1, u3, 110]
-- +I[1, u1, 150]
-- +I[4, u4, 1000]
-- +I[2, u1, 75]
-- +I[4, u2, 1000]
-- -D[1, u2, 110]
-- +I[1, u3, 200]
-- -D[2, u1, 75]
-- +I[2, u4, 80]
-- -D[1, u1, 150]
-- +I[1, u1, 210]

-- case several_partitions: two keys
SELECT customer, product, order_id, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer, product ORDER BY amount DESC, order_id) AS rn FROM orders) WHERE rn <= 1;
-- columns: `customer` STRING, `product` INT, `order_id` INT, `rn` BIGINT
-- flink
-- +I[ann, 10, 1, 1]
-- +I[bob, 11, 2, 1]
-- +I[ann, 12, 3, 1]
-- +I[null, 10, 4, 1]
-- +I[cid, 13, 5, 1]
-- +I[bob, 10, 6, 1]
-- +I[ann, 11, 7, 1]
-- +I[dee, 12, 8, 1]
-- +I[bob, 13, 9, 1]
-- +I[ann, null, 10, 1]
-- +I[cid, 10, 11, 1]
-- +I[null, 12, 12, 1]
-- +I[dee, 13, 13, 1]
-- +U[bob, 11, 15, 1]
-- +I[cid, 12, 16, 1]
-- +U[ann, 12, 17, 1]
-- +I[dee, 10, 18, 1]
-- +U[bob, 13, 19, 1]
-- +I[cid, 11, 21, 1]
-- +U[dee, 13, 22, 1]
-- +U[bob, 10, 23, 1]
-- +I[ann, 13, 24, 1]
-- sluice: the first row of a key replaces the one before; in Flink, both stay
-- +I[ann, 10, 1, 1]
-- +I[ann, 11, 7, 1]
-- +I[ann, 12, 3, 1]
-- +I[ann, 13, 24, 1]
-- +I[ann, null, 10, 1]
-- +I[bob, 10, 6, 1]
-- +I[bob, 11, 2, 1]
-- +I[bob, 13, 9, 1]
-- +I[cid, 10, 11, 1]
-- +I[cid, 11, 21, 1]
-- +I[cid, 12, 16, 1]
-- +I[cid, 13, 5, 1]
-- +I[dee, 10, 18, 1]
-- +I[dee, 12, 8, 1]
-- +I[dee, 13, 13, 1]
-- +I[null, 10, 4, 1]
-- +I[null, 12, 12, 1]
-- +U[ann, 12, 17, 1]
-- +U[bob, 10, 23, 1]
-- +U[bob, 11, 15, 1]
-- +U[bob, 13, 19, 1]
-- +U[dee, 13, 22, 1]
-- -U[ann, 12, 3, 1]
-- -U[bob, 10, 6, 1]
-- -U[bob, 11, 2, 1]
-- -U[bob, 13, 9, 1]
-- -U[dee, 13, 13, 1]

-- case several_keys: three sort keys in two directions
SELECT product, customer, order_id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY product ORDER BY customer, amount DESC, order_id) AS rn FROM orders) WHERE rn <= 2;
-- columns: `product` INT, `customer` STRING, `order_id` INT
-- flink
-- +I[10, ann, 1]
-- +I[11, bob, 2]
-- +I[12, ann, 3]
-- +I[10, null, 4]
-- +I[13, cid, 5]
-- +I[11, ann, 7]
-- +I[12, dee, 8]
-- +I[13, bob, 9]
-- +I[null, ann, 10]
-- -D[12, dee, 8]
-- +I[12, null, 12]
-- -D[11, bob, 2]
-- +I[11, bob, 15]
-- -D[12, ann, 3]
-- +I[12, ann, 17]
-- -D[13, cid, 5]
-- +I[13, bob, 19]
-- -D[11, bob, 15]
-- +I[11, ann, 20]
-- -D[13, bob, 9]
-- +I[13, ann, 24]

-- case nulls_default: where NULL stands, ascending
SELECT product, customer, amount, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY product ORDER BY amount, order_id) AS rn FROM orders WHERE order_id < 8) WHERE rn <= 2;
-- columns: `product` INT, `customer` STRING, `amount` INT, `rn` BIGINT
-- flink
-- +I[10, ann, 3, 1]
-- +I[11, bob, 1, 1]
-- +I[12, ann, null, 1]
-- +I[10, null, 5, 2]
-- +I[13, cid, 2, 1]
-- -U[10, ann, 3, 1]
-- +U[10, bob, -4, 1]
-- -U[10, null, 5, 2]
-- +U[10, ann, 3, 2]
-- +I[11, ann, 7, 2]

-- case nulls_desc: descending
SELECT product, customer, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY product ORDER BY customer DESC, order_id) AS rn FROM orders WHERE order_id < 13) WHERE rn <= 2;
-- columns: `product` INT, `customer` STRING, `rn` BIGINT
-- flink
-- +I[10, ann, 1]
-- +I[11, bob, 1]
-- +I[12, ann, 1]
-- +I[10, null, 2]
-- +I[13, cid, 1]
-- -U[10, ann, 1]
-- +U[10, bob, 1]
-- -U[10, null, 2]
-- +U[10, ann, 2]
-- +I[11, ann, 2]
-- -U[12, ann, 1]
-- +U[12, dee, 1]
-- +I[12, ann, 2]
-- +I[13, bob, 2]
-- +I[null, ann, 1]
-- -U[10, bob, 1]
-- +U[10, cid, 1]
-- -U[10, ann, 2]
-- +U[10, bob, 2]

-- case nulls_last: NULLS LAST
SELECT product, customer, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY product ORDER BY customer NULLS LAST, order_id) AS rn FROM orders WHERE order_id < 13) WHERE rn <= 2;
-- columns: `product` INT, `customer` STRING, `rn` BIGINT
-- flink
-- +I[10, ann, 1]
-- +I[11, bob, 1]
-- +I[12, ann, 1]
-- +I[10, null, 2]
-- +I[13, cid, 1]
-- -U[10, null, 2]
-- +U[10, bob, 2]
-- -U[11, bob, 1]
-- +U[11, ann, 1]
-- +I[11, bob, 2]
-- +I[12, dee, 2]
-- -U[13, cid, 1]
-- +U[13, bob, 1]
-- +I[13, cid, 2]
-- +I[null, ann, 1]

-- case nulls_first: NULLS FIRST
SELECT product, customer, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY product ORDER BY customer DESC NULLS FIRST, order_id) AS rn FROM orders WHERE order_id < 13) WHERE rn <= 2;
-- columns: `product` INT, `customer` STRING, `rn` BIGINT
-- flink
-- +I[10, ann, 1]
-- +I[11, bob, 1]
-- +I[12, ann, 1]
-- -U[10, ann, 1]
-- +U[10, null, 1]
-- +I[10, ann, 2]
-- +I[13, cid, 1]
-- -U[10, ann, 2]
-- +U[10, bob, 2]
-- +I[11, ann, 2]
-- -U[12, ann, 1]
-- +U[12, dee, 1]
-- +I[12, ann, 2]
-- +I[13, bob, 2]
-- +I[null, ann, 1]
-- -U[10, bob, 2]
-- +U[10, cid, 2]
-- -U[12, dee, 1]
-- +U[12, null, 1]
-- -U[12, ann, 2]
-- +U[12, dee, 2]

-- case ties: equal keys stay in order of arrival
SELECT auction, bidder, price, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rn FROM bids) WHERE rn <= 2;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT, `rn` BIGINT
-- flink
-- +I[1, u1, 100, 1]
-- -U[1, u1, 100, 1]
-- +U[1, u2, 110, 1]
-- +I[1, u1, 100, 2]
-- +I[2, u1, 50, 1]
-- -U[1, u1, 100, 2]
-- +U[1, u3, 110, 2]
-- +I[3, u2, 5, 1]
-- -U[2, u1, 50, 1]
-- +U[2, u3, 75, 1]
-- +I[2, u1, 50, 2]
-- -U[2, u1, 50, 2]
-- +U[2, u2, 60, 2]
-- -U[1, u2, 110, 1]
-- +U[1, u1, 150, 1]
-- -U[1, u3, 110, 2]
-- +U[1, u2, 110, 2]
-- +I[3, u1, 5, 2]
-- -U[3, u2, 5, 1]
-- +U[3, u3, 8, 1]
-- -U[3, u1, 5, 2]
-- +U[3, u2, 5, 2]
-- +I[4, u4, 1000, 1]
-- -U[2, u2, 60, 2]
-- +U[2, u1, 75, 2]
-- +I[4, u2, 1000, 2]
-- -U[3, u3, 8, 1]
-- +U[3, u2, 20, 1]
-- -U[3, u2, 5, 2]
-- +U[3, u3, 8, 2]
-- -U[1, u1, 150, 1]
-- +U[1, u3, 200, 1]
-- -U[1, u2, 110, 2]
-- +U[1, u1, 150, 2]
-- -U[2, u3, 75, 1]
-- +U[2, u4, 80, 1]
-- -U[2, u1, 75, 2]
-- +U[2, u3, 75, 2]
-- +I[5, u5, 1, 1]
-- -U[1, u3, 200, 1]
-- +U[1, u1, 210, 1]
-- -U[1, u1, 150, 2]
-- +U[1, u3, 200, 2]

-- case rank_two: RANK
SELECT auction, bidder, price, rk FROM (SELECT *, RANK() OVER (PARTITION BY auction ORDER BY price DESC) AS rk FROM bids) WHERE rk <= 2;
-- flink refuses: TableException: RANK() on streaming table is not supported currently

-- case dense_rank_two: DENSE_RANK
SELECT auction, bidder, price, rk FROM (SELECT *, DENSE_RANK() OVER (PARTITION BY auction ORDER BY price DESC) AS rk FROM bids) WHERE rk <= 2;
-- flink refuses: TableException: DENSE_RANK() on streaming table is not supported currently

-- case no_limit: without a limit
SELECT auction, price, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rn FROM bids);
-- flink refuses: TableException: The window can only be ordered in ASCENDING mode.

-- case other_condition: rn > 2 alone
SELECT auction, price, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rn FROM bids) WHERE rn > 2;
-- flink refuses: TableException: Rank end is not specified. Currently rank only support TopN, which means the rank end must be specified.

-- case zero: rn <= 0
SELECT auction, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn <= 0;
-- flink refuses: TableException: Rank end should not less than zero, but now is 0
-- sluice takes: no row has number 0

-- case large: more than there are rows
SELECT auction, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn <= 100;
-- columns: `auction` INT, `price` BIGINT
-- flink
-- +I[1, 100]
-- +I[1, 110]
-- +I[2, 50]
-- +I[1, 110]
-- +I[3, 5]
-- +I[2, 75]
-- +I[2, 60]
-- +I[1, 150]
-- +I[3, 5]
-- +I[3, 8]
-- +I[1, 90]
-- +I[4, 1000]
-- +I[2, 75]
-- +I[4, 1000]
-- +I[3, 20]
-- +I[1, 200]
-- +I[4, 900]
-- +I[2, 80]
-- +I[5, 1]
-- +I[1, 210]

-- case documentation: the shape of Flink's documentation, of sums
SELECT product, customer, total FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY product ORDER BY total DESC, customer) AS rownum FROM (SELECT product, customer, SUM(amount) AS total FROM orders WHERE order_id < 19 GROUP BY product, customer)) WHERE rownum <= 2;
-- columns: `product` INT, `customer` STRING, `total` INT
-- flink
-- +I[10, ann, 3]
-- +I[11, bob, 1]
-- +I[12, ann, null]
-- +I[10, null, 5]
-- +I[13, cid, 2]
-- +I[11, ann, 7]
-- +I[12, dee, 1]
-- +I[13, bob, 3]
-- +I[null, ann, 2]
-- -D[10, ann, 3]
-- +I[10, cid, 6]
-- -D[12, ann, null]
-- +I[12, null, 8]
-- -D[11, bob, 1]
-- +I[11, bob, 10]
-- -D[12, dee, 1]
-- +I[12, cid, 4]
-- -D[12, cid, 4]
-- +I[12, ann, 4]

-- case of_counts: of counts, with the number
SELECT customer, n, rn FROM (SELECT customer, n, ROW_NUMBER() OVER (ORDER BY n DESC, customer) AS rn FROM (SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer)) WHERE rn <= 3;
-- columns: `customer` STRING, `n` BIGINT, `rn` BIGINT
-- flink
-- +I[ann, 1, 1]
-- +I[bob, 1, 2]
-- -U[ann, 1, 1]
-- +U[ann, 2, 1]
-- -U[bob, 1, 2]
-- +U[null, 1, 2]
-- +I[bob, 1, 3]
-- -U[null, 1, 2]
-- -U[bob, 1, 3]
-- +U[bob, 2, 2]
-- +U[null, 1, 3]
-- -U[ann, 2, 1]
-- +U[ann, 3, 1]
-- -U[bob, 2, 2]
-- +U[bob, 3, 2]
-- -U[ann, 3, 1]
-- +U[ann, 4, 1]
-- -U[null, 1, 3]
-- +U[cid, 2, 3]
-- -U[cid, 2, 3]
-- +U[null, 2, 3]
-- -U[ann, 4, 1]
-- +U[ann, 5, 1]
-- -U[bob, 3, 2]
-- +U[bob, 4, 2]
-- -U[null, 2, 3]
-- +U[cid, 3, 3]
-- -U[ann, 5, 1]
-- +U[ann, 6, 1]
-- -U[bob, 4, 2]
-- +U[bob, 5, 2]
-- -U[ann, 6, 1]
-- +U[ann, 7, 1]
-- -U[cid, 3, 3]
-- +U[cid, 4, 3]
-- -U[bob, 5, 2]
-- +U[bob, 6, 2]
-- -U[ann, 7, 1]
-- +U[ann, 8, 1]

-- case of_counts_asc: the fewest, of counts that grow
SELECT customer, n FROM (SELECT customer, n, ROW_NUMBER() OVER (ORDER BY n, customer) AS rn FROM (SELECT customer, COUNT(*) AS n FROM orders GROUP BY customer)) WHERE rn <= 2;
-- columns: `customer` STRING, `n` BIGINT
-- flink
-- +I[ann, 1]
-- +I[bob, 1]
-- -D[ann, 1]
-- +I[ann, 2]
-- -D[ann, 2]
-- +I[null, 1]
-- -D[bob, 1]
-- +I[cid, 1]
-- -D[cid, 1]
-- +I[dee, 1]
-- -D[null, 1]
-- +I[cid, 2]
-- -D[cid, 2]
-- +I[null, 2]
-- -D[dee, 1]
-- +I[cid, 2]
-- -D[cid, 2]
-- +I[dee, 2]
-- -D[dee, 2]
-- +I[cid, 3]
-- -D[cid, 3]
-- +I[dee, 3]
-- -D[dee, 3]
-- +I[cid, 4]

-- case of_max: by a MAX that only grows
SELECT auction, m, rn FROM (SELECT auction, m, ROW_NUMBER() OVER (ORDER BY m DESC, auction) AS rn FROM (SELECT auction, MAX(price) AS m FROM bids GROUP BY auction)) WHERE rn <= 2;
-- columns: `auction` INT, `m` BIGINT, `rn` BIGINT
-- flink
-- +I[1, 100, 1]
-- -U[1, 100, 1]
-- +U[1, 110, 1]
-- +I[2, 50, 2]
-- -U[2, 50, 2]
-- +U[2, 75, 2]
-- -U[1, 110, 1]
-- +U[1, 150, 1]
-- -U[1, 150, 1]
-- +U[4, 1000, 1]
-- -U[2, 75, 2]
-- +U[1, 150, 2]
-- -U[1, 150, 2]
-- +U[1, 200, 2]
-- -U[1, 200, 2]
-- +U[1, 210, 2]

-- case cdc: of a changelog
SELECT city, customer, level, rn FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY city ORDER BY level DESC, customer) AS rn FROM customers) WHERE rn <= 1;
-- columns: `city` STRING, `customer` STRING, `level` INT, `rn` BIGINT
-- flink
-- +I[Rome, ann, 1, 1]
-- +I[Oslo, bob, 2, 1]
-- -D[Rome, ann, 1, 1]
-- +I[Rome, cid, 1, 1]
-- +I[null, eve, 3, 1]
-- -D[Oslo, bob, 2, 1]
-- +I[Oslo, ann, 1, 1]
-- -D[Oslo, ann, 1, 1]
-- +I[Oslo, bob, 5, 1]
-- -D[Rome, cid, 1, 1]
-- +I[Lima, dee, 2, 1]
-- -D[Lima, dee, 2, 1]
-- +I[Lima, cid, 4, 1]
-- -D[Lima, cid, 4, 1]
-- +I[Lima, dee, 7, 1]
-- -D[null, eve, 3, 1]
-- +I[Rome, fay, null, 1]

-- case cdc_without: of a changelog, without the number
SELECT city, customer FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY city ORDER BY level DESC, customer) AS rn FROM customers) WHERE rn <= 2;
-- columns: `city` STRING, `customer` STRING
-- flink
-- +I[Rome, ann]
-- +I[Oslo, bob]
-- +I[Rome, cid]
-- -D[Rome, ann]
-- +I[Oslo, ann]
-- +I[null, eve]
-- -D[Oslo, bob]
-- +I[Oslo, bob]
-- -D[Rome, cid]
-- +I[Lima, dee]
-- +I[Lima, cid]
-- -D[Lima, dee]
-- +I[Lima, dee]
-- -D[null, eve]
-- +I[Rome, fay]

-- case cdc_global: of a changelog, without PARTITION BY
SELECT customer, level, rn FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY level DESC, customer) AS rn FROM customers) WHERE rn <= 3;
-- columns: `customer` STRING, `level` INT, `rn` BIGINT
-- flink
-- +I[ann, 1, 1]
-- -U[ann, 1, 1]
-- +U[bob, 2, 1]
-- +I[ann, 1, 2]
-- +I[cid, 1, 3]
-- -U[ann, 1, 2]
-- +U[cid, 1, 2]
-- -D[cid, 1, 3]
-- -U[cid, 1, 2]
-- +U[ann, 1, 2]
-- +I[cid, 1, 3]
-- -U[bob, 2, 1]
-- +U[eve, 3, 1]
-- -U[ann, 1, 2]
-- +U[bob, 2, 2]
-- -U[cid, 1, 3]
-- +U[ann, 1, 3]
-- -U[bob, 2, 2]
-- +U[ann, 1, 2]
-- -U[ann, 1, 3]
-- +U[cid, 1, 3]
-- -U[eve, 3, 1]
-- +U[bob, 5, 1]
-- -U[ann, 1, 2]
-- +U[eve, 3, 2]
-- -U[cid, 1, 3]
-- +U[ann, 1, 3]
-- -U[ann, 1, 3]
-- +U[dee, 2, 3]
-- -U[eve, 3, 2]
-- +U[cid, 4, 2]
-- -U[dee, 2, 3]
-- +U[eve, 3, 3]
-- -U[bob, 5, 1]
-- +U[dee, 7, 1]
-- -U[cid, 4, 2]
-- +U[bob, 5, 2]
-- -U[eve, 3, 3]
-- +U[cid, 4, 3]

-- case upserts: of upserts
SELECT product, pieces, rn FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY pieces DESC, product) AS rn FROM stock) WHERE rn <= 2;
-- skip batch 1: sluice passes over an update that changes no column that is read
-- columns: `product` INT, `pieces` INT, `rn` BIGINT
-- flink
-- +I[10, 5, 1]
-- +I[11, 2, 2]
-- -U[10, 5, 1]
-- +U[11, 2, 1]
-- -D[11, 2, 2]
-- -U[11, 2, 1]
-- +U[10, 4, 1]
-- +I[11, 2, 2]
-- -U[11, 2, 2]
-- +U[12, 0, 2]
-- -D[12, 0, 2]
-- -U[10, 4, 1]
-- +U[12, 30, 1]
-- +I[10, 4, 2]
-- -U[10, 4, 2]
-- +U[13, 7, 2]
-- -U[13, 7, 2]
-- +U[11, 9, 2]
-- -U[11, 9, 2]
-- +U[10, 4, 2]
-- -U[10, 4, 2]
-- +U[11, 8, 2]

-- case upserts_without: of upserts, without the number
SELECT product, pieces FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY pieces DESC, product) AS rn FROM stock) WHERE rn <= 2;
-- columns: `product` INT, `pieces` INT
-- flink
-- +I[10, 5]
-- +I[11, 2]
-- -D[10, 5]
-- +I[10, 4]
-- -D[11, 2]
-- +I[12, 0]
-- -D[12, 0]
-- +I[12, 30]
-- -D[10, 4]
-- +I[13, 7]
-- -D[13, 7]
-- +I[11, 9]
-- -D[11, 9]
-- +I[10, 4]
-- -D[10, 4]
-- +I[11, 8]

-- case join_top: joined with a table
SELECT t.auction, t.price FROM (SELECT auction, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn = 1) AS t WHERE t.price > 100;
-- columns: `auction` INT, `price` BIGINT
-- flink
-- +U[1, 110]
-- +U[1, 150]
-- +I[4, 1000]
-- +U[1, 200]
-- +U[1, 210]
-- sluice: the first row of a key replaces the one before; in Flink, both stay
-- +I[4, 1000]
-- +U[1, 110]
-- +U[1, 150]
-- +U[1, 200]
-- +U[1, 210]
-- -U[1, 110]
-- -U[1, 150]
-- -U[1, 200]

-- case twice: Top-N of a Top-N
SELECT auction, price, r FROM (SELECT auction, price, ROW_NUMBER() OVER (ORDER BY price DESC, auction) AS r FROM (SELECT auction, price, ts, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS rn FROM bids) WHERE rn = 1) WHERE r <= 2;
-- skip batch 1: Flink sees a first row that is replaced for a while
-- columns: `auction` INT, `price` BIGINT, `r` BIGINT
-- flink
-- +I[1, 100, 1]
-- -U[1, 100, 1]
-- +U[1, 110, 1]
-- +I[1, 100, 2]
-- -U[1, 110, 1]
-- +U[1, 150, 1]
-- -U[1, 100, 2]
-- +U[1, 110, 2]
-- -U[1, 150, 1]
-- +U[4, 1000, 1]
-- -U[1, 110, 2]
-- +U[1, 150, 2]
-- -U[1, 150, 2]
-- +U[1, 200, 2]
-- -U[1, 200, 2]
-- +U[1, 210, 2]

-- case expression_order: ORDER BY an expression
SELECT customer, order_id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY amount * price DESC, order_id) AS rn FROM orders WHERE order_id < 19) WHERE rn <= 1;
-- columns: `customer` STRING, `order_id` INT
-- flink
-- +I[ann, 1]
-- +I[bob, 2]
-- +I[null, 4]
-- +I[cid, 5]
-- +U[ann, 7]
-- +I[dee, 8]
-- +U[cid, 11]
-- +U[dee, 13]
-- +U[bob, 15]
-- sluice: the first row of a key replaces the one before; in Flink, both stay
-- +I[ann, 1]
-- +I[bob, 2]
-- +I[cid, 5]
-- +I[dee, 8]
-- +I[null, 4]
-- +U[ann, 7]
-- +U[bob, 15]
-- +U[cid, 11]
-- +U[dee, 13]
-- -U[ann, 1]
-- -U[bob, 2]
-- -U[cid, 5]
-- -U[dee, 8]

-- case two_numbers: two ranks in one query
SELECT auction, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, ts) AS a, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY ts) AS b FROM bids) WHERE a <= 2 AND b <= 2;
-- flink refuses: TableException: Over Agg: Unsupported use of OVER windows. All aggregates must be computed on the same window. please re-check the over window statement.

-- case limit_column: the limit is a column, the same in each partition
SELECT auction, bidder, price, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rn FROM bids
) WHERE rn <= auction;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT, `rn` BIGINT
-- flink
-- +I[1, u1, 100, 1]
-- -U[1, u1, 100, 1]
-- +U[1, u2, 110, 1]
-- +I[2, u1, 50, 1]
-- +I[3, u2, 5, 1]
-- -U[2, u1, 50, 1]
-- +U[2, u3, 75, 1]
-- +I[2, u1, 50, 2]
-- -U[2, u1, 50, 2]
-- +U[2, u2, 60, 2]
-- -U[1, u2, 110, 1]
-- +U[1, u1, 150, 1]
-- +I[3, u1, 5, 2]
-- -U[3, u2, 5, 1]
-- +U[3, u3, 8, 1]
-- -U[3, u1, 5, 2]
-- +U[3, u2, 5, 2]
-- +I[3, u1, 5, 3]
-- +I[4, u4, 1000, 1]
-- -U[2, u2, 60, 2]
-- +U[2, u1, 75, 2]
-- +I[4, u2, 1000, 2]
-- -U[3, u3, 8, 1]
-- +U[3, u2, 20, 1]
-- -U[3, u2, 5, 2]
-- +U[3, u3, 8, 2]
-- -U[3, u1, 5, 3]
-- +U[3, u2, 5, 3]
-- -U[1, u1, 150, 1]
-- +U[1, u3, 200, 1]
-- +I[4, u1, 900, 3]
-- -U[2, u3, 75, 1]
-- +U[2, u4, 80, 1]
-- -U[2, u1, 75, 2]
-- +U[2, u3, 75, 2]
-- +I[5, u5, 1, 1]
-- -U[1, u3, 200, 1]
-- +U[1, u1, 210, 1]

-- case limit_column_without: without the number
SELECT auction, bidder, price FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rn FROM bids
) WHERE rn <= auction;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT
-- flink
-- +I[1, u1, 100]
-- -D[1, u1, 100]
-- +I[1, u2, 110]
-- +I[2, u1, 50]
-- +I[3, u2, 5]
-- +I[2, u3, 75]
-- -D[2, u1, 50]
-- +I[2, u2, 60]
-- -D[1, u2, 110]
-- +I[1, u1, 150]
-- +I[3, u1, 5]
-- +I[3, u3, 8]
-- +I[4, u4, 1000]
-- -D[2, u2, 60]
-- +I[2, u1, 75]
-- +I[4, u2, 1000]
-- -D[3, u1, 5]
-- +I[3, u2, 20]
-- -D[1, u1, 150]
-- +I[1, u3, 200]
-- +I[4, u1, 900]
-- -D[2, u1, 75]
-- +I[2, u4, 80]
-- +I[5, u5, 1]
-- -D[1, u3, 200]
-- +I[1, u1, 210]

-- case limit_column_less: rn < column
SELECT auction, bidder, price FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rn FROM bids
) WHERE rn < auction;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT
-- flink
-- +I[1, u1, 100]
-- -D[1, u1, 100]
-- +I[1, u2, 110]
-- +I[2, u1, 50]
-- +I[3, u2, 5]
-- +I[2, u3, 75]
-- -D[2, u1, 50]
-- +I[2, u2, 60]
-- -D[1, u2, 110]
-- +I[1, u1, 150]
-- +I[3, u1, 5]
-- +I[3, u3, 8]
-- +I[4, u4, 1000]
-- -D[2, u2, 60]
-- +I[2, u1, 75]
-- +I[4, u2, 1000]
-- -D[3, u1, 5]
-- +I[3, u2, 20]
-- -D[1, u1, 150]
-- +I[1, u3, 200]
-- +I[4, u1, 900]
-- -D[2, u1, 75]
-- +I[2, u4, 80]
-- +I[5, u5, 1]
-- -D[1, u3, 200]
-- +I[1, u1, 210]
-- sluice: < is not <=
-- +I[2, u1, 50]
-- +I[3, u1, 5]
-- +I[3, u2, 5]
-- +I[4, u1, 900]
-- +I[4, u2, 1000]
-- +I[4, u4, 1000]
-- +I[5, u5, 1]
-- +U[2, u3, 75]
-- +U[2, u4, 80]
-- +U[3, u2, 20]
-- +U[3, u2, 5]
-- +U[3, u3, 8]
-- +U[3, u3, 8]
-- -U[2, u1, 50]
-- -U[2, u3, 75]
-- -U[3, u1, 5]
-- -U[3, u2, 5]
-- -U[3, u2, 5]
-- -U[3, u3, 8]

-- case limit_column_left: column >= rn
SELECT auction, bidder, price FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rn FROM bids
) WHERE auction >= rn;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT
-- flink
-- +I[1, u1, 100]
-- -D[1, u1, 100]
-- +I[1, u2, 110]
-- +I[2, u1, 50]
-- +I[3, u2, 5]
-- +I[2, u3, 75]
-- -D[2, u1, 50]
-- +I[2, u2, 60]
-- -D[1, u2, 110]
-- +I[1, u1, 150]
-- +I[3, u1, 5]
-- +I[3, u3, 8]
-- +I[4, u4, 1000]
-- -D[2, u2, 60]
-- +I[2, u1, 75]
-- +I[4, u2, 1000]
-- -D[3, u1, 5]
-- +I[3, u2, 20]
-- -D[1, u1, 150]
-- +I[1, u3, 200]
-- +I[4, u1, 900]
-- -D[2, u1, 75]
-- +I[2, u4, 80]
-- +I[5, u5, 1]
-- -D[1, u3, 200]
-- +I[1, u1, 210]

-- case limit_column_varies: a limit that is not the same in a partition
SELECT customer, order_id, amount FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY order_id DESC) AS rn FROM orders
) WHERE rn <= amount;
-- flink refuses: TableException: Rank end index can't greater than input field count.
-- sluice takes: the first row of a partition decides

-- case limit_column_varies_number: with the number
SELECT customer, order_id, amount, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY order_id DESC) AS rn FROM orders
) WHERE rn <= amount;
-- flink refuses: TableException: Rank end index can't greater than input field count.
-- sluice takes: the first row of a partition decides

-- case limit_column_from: from 2 to a column
SELECT auction, bidder, price, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rn FROM bids
) WHERE rn >= 2 AND rn <= auction;
-- flink refuses: TableException: The window can only be ordered in ASCENDING mode.
-- sluice takes: a range may end at a column

-- case limit_column_equal: rn = column
SELECT auction, bidder, price FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rn FROM bids
) WHERE rn = auction;
-- flink refuses: TableException: The window can only be ordered in ASCENDING mode.

-- case limit_column_and_constant: a column and a constant
SELECT auction, bidder, price, rn FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rn FROM bids
) WHERE rn <= auction AND rn <= 2;
-- flink refuses: TableException: The window can only be ordered in ASCENDING mode.
-- sluice takes: a limit may be both

-- case limit_column_bigint: a BIGINT column
SELECT auction, bidder, price FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY ts) AS rn FROM (SELECT *, CAST(auction AS BIGINT) AS most FROM bids)
) WHERE rn <= most;
-- columns: `auction` INT, `bidder` STRING, `price` BIGINT
-- flink
-- +I[1, u1, 100]
-- +I[2, u1, 50]
-- +I[3, u2, 5]
-- +I[2, u3, 75]
-- +I[3, u1, 5]
-- +I[3, u3, 8]
-- +I[4, u4, 1000]
-- +I[4, u2, 1000]
-- +I[4, u1, 900]
-- +I[5, u5, 1]

-- case limit_expression: a limit that is computed
SELECT auction, bidder, price FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rn FROM bids
) WHERE rn <= auction - 1;
-- flink refuses: TableException: The window can only be ordered in ASCENDING mode.

-- case limit_column_cdc: of a changelog
SELECT city, customer, level FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY city ORDER BY customer) AS rn FROM customers
) WHERE rn <= level;
-- columns: `city` STRING, `customer` STRING, `level` INT
-- flink
-- +I[Rome, ann, 1]
-- +I[Oslo, bob, 2]
-- -D[Rome, ann, 1]
-- +I[Rome, cid, 1]
-- +I[Oslo, ann, 1]
-- +I[null, eve, 3]
-- -D[Oslo, bob, 2]
-- +I[Oslo, bob, 5]
-- -D[Rome, cid, 1]
-- +I[Lima, dee, 2]
-- +I[Lima, cid, 4]
-- -D[Lima, dee, 2]
-- +I[Lima, dee, 7]
-- -D[null, eve, 3]
-- +I[Rome, fay, null]

-- case limit_column_sums: of sums that are updated
SELECT product, customer, total FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY product ORDER BY total DESC) AS rn FROM (
    SELECT product, customer, SUM(amount) AS total, CAST(MIN(product) - 9 AS BIGINT) AS most FROM orders GROUP BY product, customer)
) WHERE rn <= most;
-- columns: `product` INT, `customer` STRING, `total` INT
-- flink
-- +I[10, ann, 3]
-- +I[11, bob, 1]
-- +I[12, ann, null]
-- -D[10, ann, 3]
-- +I[10, null, 5]
-- +I[13, cid, 2]
-- +I[11, ann, 7]
-- +I[12, dee, 1]
-- +I[13, bob, 3]
-- -D[10, null, 5]
-- +I[10, cid, 6]
-- +I[12, null, 8]
-- +I[13, dee, 2]
-- -D[11, bob, 1]
-- +I[11, bob, 10]
-- -D[12, ann, null]
-- +I[12, cid, 4]
-- -D[12, dee, 1]
-- +I[12, ann, 4]
-- -D[13, bob, 3]
-- +I[13, bob, -2147483646]
-- -D[11, ann, 7]
-- +I[11, ann, -2147483641]
-- -D[11, ann, -2147483641]
-- +I[11, cid, 5]
-- -D[13, dee, 2]
-- +I[13, dee, 7]
-- +I[13, ann, 1]

-- case limit_column_global: without PARTITION BY
SELECT order_id, amount FROM (
  SELECT *, ROW_NUMBER() OVER (ORDER BY order_id) AS rn FROM orders
) WHERE rn <= amount;
-- flink refuses: TableException: Rank end index can't greater than input field count.
-- sluice takes: the first row decides

-- case limit_column_join: the limit comes from a table
SELECT auction, bidder, price FROM (
  SELECT b.*, n.most, ROW_NUMBER() OVER (PARTITION BY b.auction ORDER BY b.price DESC) AS rn
  FROM bids AS b JOIN (VALUES (1, 2), (2, 1), (3, 5)) AS n (auction, most) ON b.auction = n.auction
) WHERE rn <= most;
-- flink refuses: TableException: Rank end index can't greater than input field count.
-- sluice takes: the first row of a partition decides
