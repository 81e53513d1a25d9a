-- The nearest known name is offered.
CREATE TABLE orders (id BIGINT, item STRING, price DOUBLE) WITH ('connector' = 'datagen');
CREATE TABLE sink (a BIGINT, b STRING) WITH ('connector' = 'print');
INSERT INTO sink SELECT id, itme FROM orders WHERE prize > 1;
INSERT INTO sink SELECT o.id, orders.item FROM orders AS o;
INSERT INTO sink SELECT id, zzzzzz FROM orders;
-- error
-- case.sql:4:29: error: column `itme` is not known
--  4 | INSERT INTO sink SELECT id, itme FROM orders WHERE prize > 1;
--    |                             ^^^^
--    = did you mean `item`?
-- case.sql:4:52: error: column `prize` is not known
--  4 | INSERT INTO sink SELECT id, itme FROM orders WHERE prize > 1;
--    |                                                    ^^^^^
--    = did you mean `price`?
-- case.sql:5:31: error: column `orders` is not known
--  5 | INSERT INTO sink SELECT o.id, orders.item FROM orders AS o;
--    |                               ^^^^^^
--    = columns: `id`, `item`, `price`, `o`
-- case.sql:6:29: error: column `zzzzzz` is not known
--  6 | INSERT INTO sink SELECT id, zzzzzz FROM orders;
--    |                             ^^^^^^
--    = columns: `id`, `item`, `price`
