-- CREATE TABLE AS keeps the place of the query's columns, and takes them in another order; REPLACE TABLE AS makes it anew.
CREATE TABLE src (id BIGINT NOT NULL, price INT, name STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '1',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '1', 'fields.price.min' = '2', 'fields.price.max' = '2', 'fields.name.length' = '0');
CREATE TABLE more (note STRING, price DOUBLE, twice AS price * 2) WITH ('connector' = 'print') AS SELECT id, price FROM src;
SHOW COLUMNS FROM more;
CREATE TABLE turned (price, id) WITH ('connector' = 'print') AS SELECT id, price FROM src;
SHOW COLUMNS FROM turned;
REPLACE TABLE turned WITH ('connector' = 'print') AS SELECT 7 AS seven;
SHOW COLUMNS FROM turned;
ADD JAR 'connector.jar';
QUIT;
this is not read
-- skip table: it replaces a table, and shows columns
-- skip restart: the same
-- rows
-- ┌───────┬────────┬───────┬──────┬──────────────┬───────────┐
-- │ name  │ type   │ null  │ key  │ extras       │ watermark │
-- ├───────┼────────┼───────┼──────┼──────────────┼───────────┤
-- │ note  │ STRING │ TRUE  │ NULL │ NULL         │ NULL      │
-- │ twice │ DOUBLE │ TRUE  │ NULL │ AS price * 2 │ NULL      │
-- │ id    │ BIGINT │ FALSE │ NULL │ NULL         │ NULL      │
-- │ price │ DOUBLE │ TRUE  │ NULL │ NULL         │ NULL      │
-- └───────┴────────┴───────┴──────┴──────────────┴───────────┘
-- ┌───────┬────────┬───────┬──────┬────────┬───────────┐
-- │ name  │ type   │ null  │ key  │ extras │ watermark │
-- ├───────┼────────┼───────┼──────┼────────┼───────────┤
-- │ price │ INT    │ TRUE  │ NULL │ NULL   │ NULL      │
-- │ id    │ BIGINT │ FALSE │ NULL │ NULL   │ NULL      │
-- └───────┴────────┴───────┴──────┴────────┴───────────┘
-- ┌───────┬──────┬───────┬──────┬────────┬───────────┐
-- │ name  │ type │ null  │ key  │ extras │ watermark │
-- ├───────┼──────┼───────┼──────┼────────┼───────────┤
-- │ seven │ INT  │ FALSE │ NULL │ NULL   │ NULL      │
-- └───────┴──────┴───────┴──────┴────────┴───────────┘
-- +I[7]
-- +I[null, 1, 2.0]
-- +I[2, 1]
