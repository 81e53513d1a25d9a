-- JSON made of values.

-- case string: JSON_STRING of scalars
SELECT id, JSON_STRING(grp) AS a, JSON_STRING(num) AS b, JSON_STRING(real4) AS c, JSON_STRING(real8) AS d, JSON_STRING(money) AS e, JSON_STRING(flag) AS f, JSON_STRING(big) AS g FROM numbers;
-- columns: `id` INT, `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING, `g` STRING
-- flink
-- +I[1, "a", 2147483647, 1.5, 2.5, 1.125, true, 9223372036854775807]
-- +I[2, "a", -2147483648, -1.5, -2.5, -1.125, false, -9223372036854775808]
-- +I[3, "b", 0, 0.0, 0.0, 0.000, true, 0]
-- +I[4, "b", null, null, null, null, null, null]
-- +I[5, "a", 100, 0.25, 1.0E+10, 9999999.999, false, 1000]
-- +I[6, null, 200, 3.0, -0.125, 0.001, true, 2000]
-- +I[7, "", 300, 4.5, 7.0, 5.500, null, 3000]
-- +I[8, "b", 100, 0.25, 0.1, 9999999.999, false, 1000]
-- +I[9, "b", -100, 8.0, 0.2, -0.001, true, -1000]

-- case string_nested: JSON_STRING of arrays, maps and rows
SELECT id, JSON_STRING(tags) AS a, JSON_STRING(scores) AS b, JSON_STRING(home) AS c, JSON_STRING(ROW(1, ARRAY['x'], MAP['b', 1, 'a', 2])) AS d FROM profiles;
-- columns: `id` INT, `a` STRING, `b` STRING, `c` STRING, `d` STRING
-- flink
-- +I[1, ["a","b","a"], {"x":1,"y":2}, {"city":"Rome","zip":100}, {"EXPR$0":1,"EXPR$1":["x"],"EXPR$2":{"a":2,"b":1}}]
-- +I[2, [], {}, {"city":"Oslo","zip":null}, {"EXPR$0":1,"EXPR$1":["x"],"EXPR$2":{"a":2,"b":1}}]
-- +I[3, null, null, null, {"EXPR$0":1,"EXPR$1":["x"],"EXPR$2":{"a":2,"b":1}}]
-- +I[4, ["c",null], {"x":7,"z":null}, {"city":"Lima","zip":300}, {"EXPR$0":1,"EXPR$1":["x"],"EXPR$2":{"a":2,"b":1}}]
-- +I[5, ["b"], {"y":5}, {"city":null,"zip":400}, {"EXPR$0":1,"EXPR$1":["x"],"EXPR$2":{"a":2,"b":1}}]

-- case string_sorted: members in the order of their names
SELECT JSON_STRING(CAST(ROW(1, 2, 3) AS ROW<z INT, a INT, m INT>)) AS a, JSON_STRING(MAP['z', 1, 'b', 2]) AS b, JSON_OBJECT('z' VALUE 1, 'a' VALUE 2, 'z' VALUE 3) AS c FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING
-- flink
-- +I[{"a":2,"m":3,"z":1}, {"b":2,"z":1}, {"a":2,"z":3}]

-- case string_odd: texts with quotes, bytes, times, NULL
SELECT JSON_STRING('a"b\/é😀') AS a, JSON_STRING(X'00FF10') AS b, JSON_STRING(TIMESTAMP '2024-03-01 10:00:00.5') AS c, JSON_STRING(NULL) AS d, JSON_STRING(1.50) AS e, JSON_STRING(CAST(-0.0 AS DOUBLE)) AS f, JSON_STRING(CAST(1.0E-7 AS DOUBLE)) AS g, JSON_STRING('') AS h FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING, `g` STRING, `h` STRING
-- flink
-- +I["a\"b\\/é😀", "AP8Q", "2024-03-01T10:00:00.5", null, 1.50, 0.0, 1.0E-7, ""]

-- case string_date: a DATE is not taken
SELECT JSON_STRING(born) AS a FROM numbers;
-- flink refuses: ValidationException: Unsupported argument type. Expected type of family 'CHARACTER_STRING' but actual type was 'DATE'.

-- case string_int_keys: a map with keys that are no texts
SELECT JSON_STRING(MAP[1, 2]) AS a FROM numbers;
-- flink refuses: CodeGenException: Type 'INT NOT NULL' is not supported for JSON conversion. The key type must be a character string.

-- case object: JSON_OBJECT
SELECT id, JSON_OBJECT('id' VALUE id, KEY 'tags' VALUE tags, 'city' VALUE home) AS a, JSON_OBJECT() AS b, JSON_OBJECT('a' VALUE CAST(NULL AS INT) ABSENT ON NULL) AS c, JSON_OBJECT('a' VALUE CAST(NULL AS INT) NULL ON NULL) AS d FROM profiles;
-- columns: `id` INT, `a` STRING, `b` STRING, `c` STRING, `d` STRING
-- flink
-- +I[1, {"city":{"city":"Rome","zip":100},"id":1,"tags":["a","b","a"]}, {}, {}, {"a":null}]
-- +I[2, {"city":{"city":"Oslo","zip":null},"id":2,"tags":[]}, {}, {}, {"a":null}]
-- +I[3, {"city":null,"id":3,"tags":null}, {}, {}, {"a":null}]
-- +I[4, {"city":{"city":"Lima","zip":300},"id":4,"tags":["c",null]}, {}, {}, {"a":null}]
-- +I[5, {"city":{"city":null,"zip":400},"id":5,"tags":["b"]}, {}, {}, {"a":null}]

-- case object_nested: what is JSON already is not quoted again
SELECT JSON_OBJECT('a' VALUE JSON_OBJECT('b' VALUE JSON_ARRAY(1, JSON_ARRAY(2)))) AS a, JSON_ARRAY(JSON_OBJECT('k' VALUE 'v'), JSON_STRING(1), 'x') AS b, JSON_OBJECT('s' VALUE '{"b": 1}') AS c FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING
-- flink
-- +I[{"a":{"b":[1,[2]]}}, [{"k":"v"},"1","x"], {"s":"{\"b\": 1}"}]

-- case object_key: a key that is no literal
SELECT JSON_OBJECT(grp VALUE 1) AS a FROM numbers;
-- flink refuses: SqlValidatorException: Argument to function 'numbers.grp' must not be NULL

-- case array: JSON_ARRAY
SELECT id, JSON_ARRAY(id, grp, num) AS a, JSON_ARRAY(id, grp, num NULL ON NULL) AS b, JSON_ARRAY(id, grp, num ABSENT ON NULL) AS c, JSON_ARRAY() AS d FROM numbers WHERE id IN (3, 4, 6);
-- columns: `id` INT, `a` STRING, `b` STRING, `c` STRING, `d` STRING
-- flink
-- +I[3, [3,"b",0], [3,"b",0], [3,"b",0], []]
-- +I[4, [4,"b"], [4,"b",null], [4,"b"], []]
-- +I[6, [6,200], [6,null,200], [6,200], []]

-- case json: JSON(...) inside of them
SELECT JSON_OBJECT('a' VALUE JSON('{"z": [1, 2.50, 1e3], "b" : null}')) AS a, JSON_ARRAY(JSON('"x"'), JSON(' true '), JSON('12')) AS b, JSON_ARRAY(JSON(''), 1) AS c, JSON_OBJECT('a' VALUE JSON(CAST(NULL AS STRING))) AS d, JSON_ARRAY(JSON('{"a":"\u00e9\n"}')) AS e FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING
-- flink
-- +I[{"a":{"b":null,"z":[1,2.50,1E+3]}}, ["x",true,12], [1], {"a":null}, [{"a":"é\n"}]]

-- case json_alone: JSON(...) elsewhere
SELECT JSON('{}') AS a FROM profiles;
-- flink refuses: ValidationException: The JSON() function is currently only supported inside JSON_ARRAY() or as the VALUE param of JSON_OBJECT(). Example: JSON_OBJECT('a', JSON('{"key": "value"}')) or JSON_ARRAY(JSON('{"key": "value"}')).

-- case quote: JSON_QUOTE, JSON_UNQUOTE
SELECT JSON_QUOTE('a"b\c/d') AS a, JSON_QUOTE('é😀') AS b, JSON_UNQUOTE('"a\"b"') AS c, JSON_UNQUOTE('abc') AS d, JSON_UNQUOTE('"a') AS e, JSON_UNQUOTE('"\u00e9\ud83d\ude00"') AS f, JSON_UNQUOTE('[1, "a"]') AS g, JSON_UNQUOTE(' "a" ') AS h, JSON_QUOTE('') AS i, JSON_UNQUOTE('""') AS j, JSON_QUOTE(CAST(NULL AS STRING)) AS k, JSON_UNQUOTE('"') AS l, JSON_UNQUOTE('"a\x"') AS m, JSON_UNQUOTE(JSON_QUOTE('x/y')) AS n FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING, `g` STRING, `h` STRING, `i` STRING, `j` STRING, `k` STRING, `l` STRING, `m` STRING, `n` STRING
-- flink
-- +I["a\"b\\c\/d", "\u00e9\u1f600\ude00", a"b, abc, "a, é😀, [1, "a"],  "a" , "", , null, ", "a\x", x/y]

-- case quote_number: a number is no text
SELECT JSON_QUOTE(1) AS a FROM profiles;
-- flink refuses: ValidationException: Unsupported argument type. Expected type of family 'CHARACTER_STRING' but actual type was 'INT NOT NULL'.

-- case parse_json: PARSE_JSON, TRY_PARSE_JSON
SELECT PARSE_JSON('{"b": 1, "a": {"x": [1, 2.50, "t", null, true]}}') AS a, PARSE_JSON(' "é\n" ') AS b, PARSE_JSON('1E2') AS c, PARSE_JSON('-0') AS d, PARSE_JSON('123456789012345678901234567890.10') AS e, TRY_PARSE_JSON('{') AS f, TRY_PARSE_JSON('{"a":1,"a":2}') AS g, PARSE_JSON('{"a":1,"a":2}', TRUE) AS h, TRY_PARSE_JSON('') AS i, PARSE_JSON(CAST(NULL AS STRING)) AS j, PARSE_JSON('1 2') AS k FROM profiles WHERE id = 1;
-- columns: `a` VARIANT, `b` VARIANT, `c` VARIANT, `d` VARIANT, `e` VARIANT, `f` VARIANT, `g` VARIANT, `h` VARIANT, `i` VARIANT, `j` VARIANT, `k` VARIANT
-- flink
-- +I[{"a":{"x":[1,2.5,"t",null,true]},"b":1}, "é\n", 100.0, 0, 123456789012345678901234567890.1, null, null, {"a":2}, null, null, 1]

-- case parse_json_group: a VARIANT as a key, and in aggregates
SELECT v, COUNT(*) AS n FROM (SELECT PARSE_JSON('{"p": ' || CAST(product AS STRING) || '}') AS v FROM orders) AS t GROUP BY v;
-- columns: `v` VARIANT, `n` BIGINT
-- flink
-- +I[{"p":10}, 1]
-- +I[{"p":11}, 1]
-- +I[{"p":12}, 1]
-- -U[{"p":10}, 1]
-- +U[{"p":10}, 2]
-- +I[{"p":13}, 1]
-- -U[{"p":10}, 2]
-- +U[{"p":10}, 3]
-- -U[{"p":11}, 1]
-- +U[{"p":11}, 2]
-- -U[{"p":12}, 1]
-- +U[{"p":12}, 2]
-- -U[{"p":13}, 1]
-- +U[{"p":13}, 2]
-- +I[null, 1]
-- -U[{"p":10}, 3]
-- +U[{"p":10}, 4]
-- -U[{"p":12}, 2]
-- +U[{"p":12}, 3]
-- -U[{"p":13}, 2]
-- +U[{"p":13}, 3]
-- -U[{"p":10}, 4]
-- +U[{"p":10}, 5]
-- -U[{"p":11}, 2]
-- +U[{"p":11}, 3]
-- -U[{"p":12}, 3]
-- +U[{"p":12}, 4]
-- -U[{"p":12}, 4]
-- +U[{"p":12}, 5]
-- -U[{"p":10}, 5]
-- +U[{"p":10}, 6]
-- -U[{"p":13}, 3]
-- +U[{"p":13}, 4]
-- -U[{"p":11}, 3]
-- +U[{"p":11}, 4]
-- -U[{"p":11}, 4]
-- +U[{"p":11}, 5]
-- -U[{"p":13}, 4]
-- +U[{"p":13}, 5]
-- -U[{"p":10}, 6]
-- +U[{"p":10}, 7]
-- -U[{"p":13}, 5]
-- +U[{"p":13}, 6]
