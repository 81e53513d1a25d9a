-- Aggregates of HOP need a size that is a multiple of the slide.
CREATE TABLE t (x INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen', 'number-of-rows' = '1');
CREATE TABLE o (s TIMESTAMP(3), n BIGINT) WITH ('connector' = 'print');
INSERT INTO o SELECT window_start, COUNT(*) FROM
TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '3' SECOND, INTERVAL '10' SECOND)) GROUP BY window_start, window_end;
-- error
-- case.sql:4:1: error: HOP table function based aggregate requires size must be an integral multiple of slide, but got size 10000 ms and slide 3000 ms
--  4 | INSERT INTO o SELECT window_start, COUNT(*) FROM
--    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
