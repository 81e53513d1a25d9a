-- JSON_OBJECTAGG and JSON_ARRAYAGG.

-- case objectagg: KEY and VALUE
SELECT category, JSON_OBJECTAGG(KEY name VALUE product) AS j FROM products GROUP BY category;
-- columns: `category` STRING, `j` VARCHAR(2000)
-- flink
-- +I[office, {"pen":10}]
-- +I[furniture, {"desk":11}]
-- -U[office, {"pen":10}]
-- +U[office, {"clip":12,"pen":10}]
-- -U[furniture, {"desk":11}]
-- +U[furniture, {"desk":11,"lamp":13}]
-- +I[null, {"vase":14}]

-- case objectagg_one: of one member a group
SELECT product, JSON_OBJECTAGG(KEY name VALUE category) AS j FROM products GROUP BY product;
-- columns: `product` INT, `j` VARCHAR(2000)
-- flink
-- +I[10, {"pen":"office"}]
-- +I[11, {"desk":"furniture"}]
-- +I[12, {"clip":"office"}]
-- +I[13, {"lamp":"furniture"}]
-- +I[14, {"vase":null}]

-- case objectagg_null: NULL ON NULL
SELECT product, JSON_OBJECTAGG(KEY name VALUE category NULL ON NULL) AS j FROM products GROUP BY product;
-- columns: `product` INT, `j` VARCHAR(2000)
-- flink
-- +I[10, {"pen":"office"}]
-- +I[11, {"desk":"furniture"}]
-- +I[12, {"clip":"office"}]
-- +I[13, {"lamp":"furniture"}]
-- +I[14, {"vase":null}]

-- case objectagg_absent: ABSENT ON NULL
SELECT product, JSON_OBJECTAGG(KEY name VALUE category ABSENT ON NULL) AS j FROM products GROUP BY product;
-- columns: `product` INT, `j` VARCHAR(2000)
-- flink
-- +I[10, {"pen":"office"}]
-- +I[11, {"desk":"furniture"}]
-- +I[12, {"clip":"office"}]
-- +I[13, {"lamp":"furniture"}]
-- +I[14, {}]

-- case objectagg_without_key: KEY may be left out
SELECT product, JSON_OBJECTAGG(name VALUE product) AS j FROM products GROUP BY product;
-- columns: `product` INT, `j` VARCHAR(2000)
-- flink
-- +I[10, {"pen":10}]
-- +I[11, {"desk":11}]
-- +I[12, {"clip":12}]
-- +I[13, {"lamp":13}]
-- +I[14, {"vase":14}]

-- case objectagg_colon: name and value with a colon
SELECT product, JSON_OBJECTAGG(name : product) AS j FROM products GROUP BY product;
-- columns: `product` INT, `j` VARCHAR(2000)
-- flink
-- +I[10, {"pen":10}]
-- +I[11, {"desk":11}]
-- +I[12, {"clip":12}]
-- +I[13, {"lamp":13}]
-- +I[14, {"vase":14}]

-- case objectagg_types: values of every type
SELECT id, JSON_OBJECTAGG(KEY 'd' VALUE real8) AS a, JSON_OBJECTAGG(KEY 'm' VALUE money) AS b, JSON_OBJECTAGG(KEY 'f' VALUE flag) AS c, JSON_OBJECTAGG(KEY 'b' VALUE big) AS e FROM numbers GROUP BY id;
-- columns: `id` INT, `a` VARCHAR(2000), `b` VARCHAR(2000), `c` VARCHAR(2000), `e` VARCHAR(2000)
-- flink
-- +I[1, {"d":2.5}, {"m":1.125}, {"f":true}, {"b":9223372036854775807}]
-- +I[2, {"d":-2.5}, {"m":-1.125}, {"f":false}, {"b":-9223372036854775808}]
-- +I[3, {"d":0.0}, {"m":0.000}, {"f":true}, {"b":0}]
-- +I[4, {"d":null}, {"m":null}, {"f":null}, {"b":null}]
-- +I[5, {"d":1.0E+10}, {"m":9999999.999}, {"f":false}, {"b":1000}]
-- +I[6, {"d":-0.125}, {"m":0.001}, {"f":true}, {"b":2000}]
-- +I[7, {"d":7.0}, {"m":5.500}, {"f":null}, {"b":3000}]
-- +I[8, {"d":0.1}, {"m":9999999.999}, {"f":false}, {"b":1000}]
-- +I[9, {"d":0.2}, {"m":-0.001}, {"f":true}, {"b":-1000}]

-- case arrayagg: NULL is left out
SELECT customer, JSON_ARRAYAGG(amount) AS j FROM orders WHERE order_id < 18 GROUP BY customer;
-- columns: `customer` STRING, `j` VARCHAR(2000)
-- flink
-- +I[ann, [3]]
-- +I[bob, [1]]
-- +I[null, [5]]
-- +I[cid, [2]]
-- -U[bob, [1]]
-- +U[bob, [1,-4]]
-- -U[ann, [3]]
-- +U[ann, [3,7]]
-- +I[dee, [1]]
-- -U[bob, [1,-4]]
-- +U[bob, [1,-4,3]]
-- -U[ann, [3,7]]
-- +U[ann, [3,7,2]]
-- -U[cid, [2]]
-- +U[cid, [2,6]]
-- -U[null, [5]]
-- +U[null, [5,8]]
-- -U[dee, [1]]
-- +U[dee, [1,2]]
-- -U[ann, [3,7,2]]
-- +U[ann, [3,7,2,1]]
-- -U[bob, [1,-4,3]]
-- +U[bob, [1,-4,3,9]]
-- -U[cid, [2,6]]
-- +U[cid, [2,6,4]]
-- -U[ann, [3,7,2,1]]
-- +U[ann, [3,7,2,1,4]]

-- case arrayagg_null: NULL ON NULL
SELECT customer, JSON_ARRAYAGG(amount NULL ON NULL) AS j FROM orders WHERE order_id < 12 GROUP BY customer;
-- columns: `customer` STRING, `j` VARCHAR(2000)
-- flink
-- +I[ann, [3]]
-- +I[bob, [1]]
-- -U[ann, [3]]
-- +U[ann, [3,null]]
-- +I[null, [5]]
-- +I[cid, [2]]
-- -U[bob, [1]]
-- +U[bob, [1,-4]]
-- -U[ann, [3,null]]
-- +U[ann, [3,null,7]]
-- +I[dee, [1]]
-- -U[bob, [1,-4]]
-- +U[bob, [1,-4,3]]
-- -U[ann, [3,null,7]]
-- +U[ann, [3,null,7,2]]
-- -U[cid, [2]]
-- +U[cid, [2,6]]

-- case arrayagg_absent: ABSENT ON NULL
SELECT customer, JSON_ARRAYAGG(amount ABSENT ON NULL) AS j FROM orders WHERE order_id < 12 GROUP BY customer;
-- columns: `customer` STRING, `j` VARCHAR(2000)
-- flink
-- +I[ann, [3]]
-- +I[bob, [1]]
-- +I[null, [5]]
-- +I[cid, [2]]
-- -U[bob, [1]]
-- +U[bob, [1,-4]]
-- -U[ann, [3]]
-- +U[ann, [3,7]]
-- +I[dee, [1]]
-- -U[bob, [1,-4]]
-- +U[bob, [1,-4,3]]
-- -U[ann, [3,7]]
-- +U[ann, [3,7,2]]
-- -U[cid, [2]]
-- +U[cid, [2,6]]

-- case arrayagg_text: texts are quoted and escaped
SELECT JSON_ARRAYAGG(x) AS j FROM (VALUES ('a"b'), ('c\d'), (U&'\00e9'), ('')) AS v (x);
-- columns: `j` VARCHAR(2000)
-- flink
-- +I[["a\"b"]]
-- -U[["a\"b"]]
-- +U[["a\"b","c\\d"]]
-- -U[["a\"b","c\\d"]]
-- +U[["a\"b","c\\d","é"]]
-- -U[["a\"b","c\\d","é"]]
-- +U[["a\"b","c\\d","é",""]]

-- case arrayagg_types: of every type
SELECT grp, JSON_ARRAYAGG(tiny) AS a, JSON_ARRAYAGG(real4) AS b, JSON_ARRAYAGG(real8) AS c, JSON_ARRAYAGG(money) AS d, JSON_ARRAYAGG(flag) AS e FROM numbers WHERE id > 2 GROUP BY grp;
-- columns: `grp` STRING, `a` VARCHAR(2000), `b` VARCHAR(2000), `c` VARCHAR(2000), `d` VARCHAR(2000), `e` VARCHAR(2000)
-- flink
-- +I[b, [0], [0.0], [0.0], [0.000], [true]]
-- +I[a, [1], [0.25], [1.0E+10], [9999999.999], [false]]
-- +I[null, [2], [3.0], [-0.125], [0.001], [true]]
-- +I[, [3], [4.5], [7.0], [5.500], []]
-- -U[b, [0], [0.0], [0.0], [0.000], [true]]
-- +U[b, [0,1], [0.0,0.25], [0.0,0.1], [0.000,9999999.999], [true,false]]
-- -U[b, [0,1], [0.0,0.25], [0.0,0.1], [0.000,9999999.999], [true,false]]
-- +U[b, [0,1,-1], [0.0,0.25,8.0], [0.0,0.1,0.2], [0.000,9999999.999,-0.001], [true,false,true]]

-- case arrayagg_timestamp: of TIMESTAMP
SELECT customer, JSON_ARRAYAGG(ts) AS a FROM orders WHERE order_id < 4 GROUP BY customer;
-- columns: `customer` STRING, `a` VARCHAR(2000)
-- flink
-- +I[ann, ["2024-03-01T10:00:01"]]
-- +I[bob, ["2024-03-01T10:00:03"]]
-- -U[ann, ["2024-03-01T10:00:01"]]
-- +U[ann, ["2024-03-01T10:00:01","2024-03-01T10:00:02"]]

-- case arrayagg_rows: of ROW
SELECT JSON_ARRAYAGG(home) AS j FROM profiles;
-- columns: `j` VARCHAR(2000)
-- flink
-- +I[[{"city":"Rome","zip":100}]]
-- -U[[{"city":"Rome","zip":100}]]
-- +U[[{"city":"Rome","zip":100},{"city":"Oslo","zip":null}]]
-- -U[[{"city":"Rome","zip":100},{"city":"Oslo","zip":null}]]
-- +U[[{"city":"Rome","zip":100},{"city":"Oslo","zip":null},{"city":"Lima","zip":300}]]
-- -U[[{"city":"Rome","zip":100},{"city":"Oslo","zip":null},{"city":"Lima","zip":300}]]
-- +U[[{"city":"Rome","zip":100},{"city":"Oslo","zip":null},{"city":"Lima","zip":300},{"city":null,"zip":400}]]

-- case arrayagg_tags: of ARRAY
SELECT JSON_ARRAYAGG(tags) AS j FROM profiles;
-- columns: `j` VARCHAR(2000)
-- flink
-- +I[[["a","b","a"]]]
-- -U[[["a","b","a"]]]
-- +U[[["a","b","a"],[]]]
-- -U[[["a","b","a"],[]]]
-- +U[[["a","b","a"],[],["c",null]]]
-- -U[[["a","b","a"],[],["c",null]]]
-- +U[[["a","b","a"],[],["c",null],["b"]]]

-- case arrayagg_distinct: refused or each once
SELECT JSON_ARRAYAGG(DISTINCT product) AS j FROM orders;
-- flink refuses: ParseException: Incorrect syntax near the keyword 'DISTINCT' at line 1, column 22. Was expecting one of: "CURSOR" ... "EXISTS" ... "NOT" ... "ROW" ... "UNIQUE" ... "(" ... "+" ... "-" ... "INTERVAL" ... <UNSIGNED_INTEGER_LITERAL> ... <DECIMAL_NUMERIC_LITERAL> ... <APPROX_NUMERIC_LITERAL> ... <BINARY

-- case arrayagg_retract: of a changelog
SELECT city, JSON_ARRAYAGG(customer) AS j FROM customers GROUP BY city;
-- columns: `city` STRING, `j` VARCHAR(2000)
-- flink
-- +I[Rome, ["ann"]]
-- +I[Oslo, ["bob"]]
-- -U[Rome, ["ann"]]
-- +U[Rome, ["ann","cid"]]
-- -U[Rome, ["ann","cid"]]
-- +U[Rome, ["cid"]]
-- -U[Oslo, ["bob"]]
-- +U[Oslo, ["bob","ann"]]
-- +I[null, ["eve"]]
-- -U[Oslo, ["bob","ann"]]
-- +U[Oslo, ["ann"]]
-- -U[Oslo, ["ann"]]
-- +U[Oslo, ["ann","bob"]]
-- -D[Rome, ["cid"]]
-- +I[Lima, ["dee"]]
-- -U[Lima, ["dee"]]
-- +U[Lima, ["dee","cid"]]
-- -U[Lima, ["dee","cid"]]
-- +U[Lima, ["cid"]]
-- -U[Lima, ["cid"]]
-- +U[Lima, ["cid","dee"]]
-- -D[null, ["eve"]]
-- +I[Rome, ["fay"]]

-- case objectagg_retract: of a changelog
SELECT city, JSON_OBJECTAGG(KEY customer VALUE level) AS j FROM customers WHERE customer IN ('ann', 'cid') GROUP BY city;
-- columns: `city` STRING, `j` VARCHAR(2000)
-- flink
-- +I[Rome, {"ann":1}]
-- -U[Rome, {"ann":1}]
-- +U[Rome, {"ann":1,"cid":1}]
-- -U[Rome, {"ann":1,"cid":1}]
-- +U[Rome, {"cid":1}]
-- +I[Oslo, {"ann":1}]
-- -D[Rome, {"cid":1}]
-- +I[Lima, {"cid":4}]

-- case arrayagg_minute: a time without seconds
SELECT JSON_ARRAYAGG(FLOOR(ts TO MINUTE)) AS a FROM orders WHERE order_id < 3;
-- columns: `a` VARCHAR(2000)
-- flink
-- +I[["2024-03-01T10:00:00"]]
-- -U[["2024-03-01T10:00:00"]]
-- +U[["2024-03-01T10:00:00","2024-03-01T10:00:00"]]

-- case arrayagg_ltz: of TIMESTAMP_LTZ
SELECT JSON_ARRAYAGG(CAST(ts AS TIMESTAMP_LTZ(3))) AS a FROM orders WHERE order_id < 4;
-- columns: `a` VARCHAR(2000)
-- flink
-- +I[["2024-03-01T10:00:01Z"]]
-- -U[["2024-03-01T10:00:01Z"]]
-- +U[["2024-03-01T10:00:01Z","2024-03-01T10:00:03Z"]]
-- -U[["2024-03-01T10:00:01Z","2024-03-01T10:00:03Z"]]
-- +U[["2024-03-01T10:00:01Z","2024-03-01T10:00:03Z","2024-03-01T10:00:02Z"]]

-- case arrayagg_fraction: digits behind the seconds
SELECT JSON_ARRAYAGG(t) AS a FROM (VALUES (TIMESTAMP '2024-03-01 10:00:00.5'), (TIMESTAMP '2024-03-01 10:00:00.123456'), (TIMESTAMP '2024-03-01 10:00:01')) AS v (t);
-- columns: `a` VARCHAR(2000)
-- flink
-- +I[["2024-03-01T10:00:00.5"]]
-- -U[["2024-03-01T10:00:00.5"]]
-- +U[["2024-03-01T10:00:00.5","2024-03-01T10:00:00.123456"]]
-- -U[["2024-03-01T10:00:00.5","2024-03-01T10:00:00.123456"]]
-- +U[["2024-03-01T10:00:00.5","2024-03-01T10:00:00.123456","2024-03-01T10:00:01"]]

-- case arrayagg_maps: of MAP
SELECT JSON_ARRAYAGG(scores) AS a FROM profiles WHERE id < 3;
-- columns: `a` VARCHAR(2000)
-- flink
-- +I[[{"x":1,"y":2}]]
-- -U[[{"x":1,"y":2}]]
-- +U[[{"x":1,"y":2},{}]]

-- case objectagg_rows: of ROW
SELECT id, JSON_OBJECTAGG(KEY 'home' VALUE home) AS a FROM profiles GROUP BY id;
-- columns: `id` INT, `a` VARCHAR(2000)
-- flink
-- +I[1, {"home":{"city":"Rome","zip":100}}]
-- +I[2, {"home":{"city":"Oslo","zip":null}}]
-- +I[3, {"home":null}]
-- +I[4, {"home":{"city":"Lima","zip":300}}]
-- +I[5, {"home":{"city":null,"zip":400}}]

-- case objectagg_null_key: a key that is NULL
SELECT JSON_OBJECTAGG(KEY category VALUE product) AS a FROM products WHERE product = 14;
-- flink refuses: TableRuntimeException: Map views don't support null keys.

-- case arrayagg_exponents: numbers that Java writes with an exponent
SELECT id, JSON_ARRAYAGG(CAST(d AS DOUBLE)) AS a, JSON_ARRAYAGG(CAST(m AS DECIMAL(20, 10))) AS b, JSON_ARRAYAGG(CAST(f AS FLOAT)) AS c FROM (VALUES (1, '1.0E7', '0.0000001', '1.5E20'), (2, '0.00001234', '0.0000000000', '1.0E-20'), (3, '-12345678.9', '-123.4500000000', '0')) AS v (id, d, m, f) GROUP BY id;
-- columns: `id` INT, `a` VARCHAR(2000), `b` VARCHAR(2000), `c` VARCHAR(2000)
-- flink
-- +I[1, [1.0E+7], [1.000E-7], [1.500000030061316E+20]]
-- +I[2, [0.00001234], [0E-10], [9.999999682655225E-21]]
-- +I[3, [-12345678.9], [-123.4500000000], [0.0]]
