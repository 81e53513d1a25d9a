-- Texts compared with numbers: <, BETWEEN and IN cast one side, = refuses.

-- case less: the text becomes a number of the other type
SELECT id, grp, num > '1', num <= '7', big > '100', real8 < '2.5', money >= '1.125', '3' > tiny FROM numbers;
-- columns: `id` INT, `grp` STRING, `EXPR$2` BOOLEAN, `EXPR$3` BOOLEAN, `EXPR$4` BOOLEAN, `EXPR$5` BOOLEAN, `EXPR$6` BOOLEAN, `EXPR$7` BOOLEAN
-- flink
-- +I[1, a, true, false, true, false, true, false]
-- +I[2, a, false, true, false, true, false, true]
-- +I[3, b, false, true, false, true, false, true]
-- +I[4, b, null, null, null, null, null, null]
-- +I[5, a, true, false, true, false, true, true]
-- +I[6, null, true, false, true, true, false, true]
-- +I[7, , true, false, true, false, true, false]
-- +I[8, b, true, false, true, true, true, true]
-- +I[9, b, false, true, false, true, false, true]

-- case cut: a fraction is cut off where the number is whole, and counts where it is not
SELECT id FROM numbers WHERE '1.9' > id OR money > '1.1249';
-- columns: `id` INT
-- flink
-- +I[5]
-- +I[7]
-- +I[8]

-- case between: BETWEEN
SELECT id FROM numbers WHERE id BETWEEN '2' AND '4' OR '7' BETWEEN id AND id;
-- columns: `id` INT
-- flink
-- +I[2]
-- +I[3]
-- +I[4]
-- +I[7]

-- case between_not: NOT BETWEEN
SELECT id FROM numbers WHERE id NOT BETWEEN '2' AND '4';
-- columns: `id` INT
-- flink
-- +I[1]
-- +I[5]
-- +I[6]
-- +I[7]
-- +I[8]
-- +I[9]

-- case in_texts: a number in a list of texts
SELECT id FROM numbers WHERE id IN ('1', '3', '03');
-- columns: `id` INT
-- flink
-- +I[1]
-- +I[3]

-- case in_numbers: a text in a list of numbers, which become texts
SELECT id FROM numbers WHERE CAST(id AS STRING) IN (1, 2.0, 3);
-- columns: `id` INT
-- flink
-- +I[1]
-- +I[3]

-- case not_in_numbers: NOT IN
SELECT id FROM numbers WHERE CAST(id AS STRING) NOT IN (1, 2, 3);
-- columns: `id` INT
-- flink
-- +I[4]
-- +I[5]
-- +I[6]
-- +I[7]
-- +I[8]
-- +I[9]

-- case having: in HAVING
SELECT grp, COUNT(*) AS n FROM numbers GROUP BY grp HAVING COUNT(*) >= '2';
-- columns: `grp` STRING, `n` BIGINT
-- flink
-- +U[a, 2]
-- +U[b, 2]
-- -U[a, 2]
-- +U[a, 3]
-- -U[b, 2]
-- +U[b, 3]
-- -U[b, 3]
-- +U[b, 4]

-- case equal: = is refused
SELECT id FROM numbers WHERE id = '1';
-- flink refuses: ValidationException: implicit type conversion between INTEGER and CHAR is not supported now

-- case not_equal: <> is refused
SELECT id FROM numbers WHERE id <> '1';
-- flink refuses: ValidationException: implicit type conversion between INTEGER and CHAR is not supported now

-- case join: = of columns is refused
SELECT n.id FROM numbers AS n JOIN customers AS c ON n.id = c.city;
-- flink refuses: TableException: implicit type conversion between INTEGER and VARCHAR(2147483647) is not supported on join's condition now
