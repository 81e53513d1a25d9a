-- DESCRIBE: types, NOT NULL, keys, computed and metadata columns, watermarks.
CREATE TABLE orders (
  id BIGINT NOT NULL, amount DECIMAL(10, 2), tags ARRAY<STRING>, place ROW<x DOUBLE, y DOUBLE>, ts TIMESTAMP(3),
  twice AS id * 2, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'datagen');
CREATE VIEW cheap AS SELECT id, amount FROM orders WHERE amount < 10;
DESCRIBE orders;
DESC cheap;
-- skip table: it makes no table
-- skip restart: it makes no table
-- rows in order
-- ┌────────┬─────────────────────────────┬───────┬─────────┬───────────┬──────────────────────────┐
-- │ name   │ type                        │ null  │ key     │ extras    │ watermark                │
-- ├────────┼─────────────────────────────┼───────┼─────────┼───────────┼──────────────────────────┤
-- │ id     │ BIGINT                      │ FALSE │ PRI(id) │ NULL      │ NULL                     │
-- │ amount │ DECIMAL(10, 2)              │ TRUE  │ NULL    │ NULL      │ NULL                     │
-- │ tags   │ ARRAY<STRING>               │ TRUE  │ NULL    │ NULL      │ NULL                     │
-- │ place  │ ROW<`x` DOUBLE, `y` DOUBLE> │ TRUE  │ NULL    │ NULL      │ NULL                     │
-- │ ts     │ TIMESTAMP(3) *ROWTIME*      │ TRUE  │ NULL    │ NULL      │ ts - INTERVAL '5' SECOND │
-- │ twice  │ BIGINT                      │ FALSE │ NULL    │ AS id * 2 │ NULL                     │
-- └────────┴─────────────────────────────┴───────┴─────────┴───────────┴──────────────────────────┘
-- ┌────────┬────────────────┬───────┬──────┬────────┬───────────┐
-- │ name   │ type           │ null  │ key  │ extras │ watermark │
-- ├────────┼────────────────┼───────┼──────┼────────┼───────────┤
-- │ id     │ BIGINT         │ FALSE │ NULL │ NULL   │ NULL      │
-- │ amount │ DECIMAL(10, 2) │ TRUE  │ NULL │ NULL   │ NULL      │
-- └────────┴────────────────┴───────┴──────┴────────┴───────────┘
