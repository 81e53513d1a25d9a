-- MAP_* functions, and texts taken apart.

-- case entries: MAP_ENTRIES of one entry and of none
SELECT id, MAP_ENTRIES(scores) AS a FROM profiles WHERE id IN (2, 3, 5);
-- columns: `id` INT, `a` ARRAY<ROW<`key` STRING, `value` INT>>
-- flink
-- +I[2, []]
-- +I[3, null]
-- +I[5, [+I[y, 5]]]

-- case entry_fields: the fields of an entry
SELECT id, MAP_ENTRIES(scores)[1].key AS k, MAP_ENTRIES(scores)[1].`value` AS v FROM profiles WHERE id = 5;
-- columns: `id` INT, `k` STRING, `v` INT
-- flink
-- +I[5, y, 5]

-- case entries_unnested: every entry a row
SELECT id, k, v FROM profiles CROSS JOIN UNNEST(MAP_ENTRIES(scores)) AS t (k, v);
-- columns: `id` INT, `k` STRING, `v` INT
-- flink
-- +I[1, x, 1]
-- +I[1, y, 2]
-- +I[4, x, 7]
-- +I[4, z, null]
-- +I[5, y, 5]

-- case from_arrays: MAP_FROM_ARRAYS
SELECT id, MAP_FROM_ARRAYS(ARRAY['a', 'b'], ARRAY[id, 7]) AS a, MAP_FROM_ARRAYS(ARRAY[1, 2], tags) AS b FROM profiles WHERE id IN (3, 4);
-- columns: `id` INT, `a` MAP<CHAR(1) NOT NULL, INT>, `b` MAP<INT NOT NULL, STRING>
-- flink
-- +I[3, {a=3, b=7}, null]
-- +I[4, {a=4, b=7}, {1=c, 2=null}]

-- case from_arrays_twice: of equal keys the last value
SELECT JSON_STRING(MAP_FROM_ARRAYS(ARRAY['a', 'b', 'a'], ARRAY[1, 2, 3])) AS a, MAP['a', 1, 'a', 2] AS b, CARDINALITY(MAP['a', 1, 'a', 2]) AS c, JSON_STRING(MAP[CAST(id AS STRING), 1, '1', 2, 'x', 3]) AS d FROM profiles;
-- columns: `a` STRING, `b` MAP<CHAR(1) NOT NULL, INT NOT NULL>, `c` INT, `d` STRING
-- flink
-- +I[{"a":3,"b":2}, {a=2}, 1, {"1":2,"x":3}]
-- +I[{"a":3,"b":2}, {a=2}, 1, {"1":2,"2":1,"x":3}]
-- +I[{"a":3,"b":2}, {a=2}, 1, {"1":2,"3":1,"x":3}]
-- +I[{"a":3,"b":2}, {a=2}, 1, {"1":2,"4":1,"x":3}]
-- +I[{"a":3,"b":2}, {a=2}, 1, {"1":2,"5":1,"x":3}]

-- case from_arrays_lengths: arrays of two lengths
SELECT MAP_FROM_ARRAYS(ARRAY['a', 'b'], ARRAY[1]) AS a FROM profiles;
-- flink refuses: FlinkRuntimeException: Invalid function MAP_FROM_ARRAYS call: The length of the keys array 2 is not equal to the length of the values array 1

-- case map_union: MAP_UNION, the last map's values first
SELECT id, JSON_STRING(MAP_UNION(scores, MAP['x', 9, 'q', CAST(NULL AS INT)])) AS a, JSON_STRING(MAP_UNION(scores)) AS b, JSON_STRING(MAP_UNION(MAP['x', 9], scores, scores)) AS c FROM profiles;
-- columns: `id` INT, `a` STRING, `b` STRING, `c` STRING
-- flink
-- +I[1, {"q":null,"x":9,"y":2}, {"x":1,"y":2}, {"x":1,"y":2}]
-- +I[2, {"q":null,"x":9}, {}, {"x":9}]
-- +I[3, null, null, null]
-- +I[4, {"q":null,"x":9,"z":null}, {"x":7,"z":null}, {"x":7,"z":null}]
-- +I[5, {"q":null,"x":9,"y":5}, {"y":5}, {"x":9,"y":5}]

-- case map_union_no_map: not a map
SELECT MAP_UNION(scores, tags) AS a FROM profiles;
-- flink refuses: ValidationException: All arguments requires to be a MAP type

-- case str_to_map: STR_TO_MAP with its separators
SELECT STR_TO_MAP('k1=v1,k2=v2') AS a, STR_TO_MAP('k1:v1;k2: v2', ';', ':') AS b, STR_TO_MAP('') AS c, STR_TO_MAP('a,b=') AS d, STR_TO_MAP('a=1,a=2') AS e, STR_TO_MAP('a=b=c') AS f, STR_TO_MAP(',,') AS g, STR_TO_MAP(CAST(NULL AS STRING)) AS h, STR_TO_MAP('a=1', CAST(NULL AS STRING), '=') AS i FROM profiles WHERE id = 1;
-- columns: `a` MAP<STRING, STRING>, `b` MAP<STRING, STRING>, `c` MAP<STRING, STRING>, `d` MAP<STRING, STRING>, `e` MAP<STRING, STRING>, `f` MAP<STRING, STRING>, `g` MAP<STRING, STRING>, `h` MAP<STRING, STRING>, `i` MAP<STRING, STRING>
-- flink
-- +I[{k1=v1, k2=v2}, {k1=v1, k2= v2}, {}, {a=null, b=}, {a=2}, {a=b=c}, {}, null, null]

-- case str_to_map_patterns: separators are regular expressions
SELECT JSON_STRING(STR_TO_MAP('k1$$v1|k2$$ v2', '\|', '\$\$')) AS a, JSON_STRING(STR_TO_MAP('a1b22c', '[0-9]+', '=')) AS b, JSON_STRING(STR_TO_MAP('ab', '', '')) AS c, JSON_STRING(STR_TO_MAP('ab|cd', '|', '')) AS d, JSON_STRING(STR_TO_MAP(',a=1,,b=2,,')) AS e FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING
-- flink
-- +I[{"k1":"v1","k2":" v2"}, {"a":null,"b":null,"c":null}, {"a":"","b":""}, {"a":"","b":"","c":"","d":"","|":""}, {"":null,"a":"1","b":"2"}]

-- case str_to_map_column: separators and text of columns
SELECT id, STR_TO_MAP(CAST(id AS STRING) || '=' || grp, ',', '=') AS a, STR_TO_MAP(grp, grp, grp) AS b FROM numbers WHERE id < 8;
-- columns: `id` INT, `a` MAP<STRING, STRING>, `b` MAP<STRING, STRING>
-- flink
-- +I[1, {1=a}, {}]
-- +I[2, {2=a}, {}]
-- +I[3, {3=b}, {}]
-- +I[4, {4=b}, {}]
-- +I[5, {5=a}, {}]
-- +I[6, null, null]
-- +I[7, {7=}, {}]

-- case split: SPLIT
SELECT SPLIT('a,b,,c', ',') AS a, SPLIT('', ',') AS b, SPLIT('abc', '') AS c, SPLIT(',a,', ',') AS d, SPLIT('a||b', '||') AS e, SPLIT('größe', '') AS f, SPLIT('abc', 'x') AS g, SPLIT(CAST(NULL AS STRING), ',') AS h, SPLIT('a', CAST(NULL AS STRING)) AS i, SPLIT('', '') AS j, SPLIT('aaa', 'aa') AS k FROM profiles WHERE id = 1;
-- columns: `a` ARRAY<STRING>, `b` ARRAY<STRING>, `c` ARRAY<STRING>, `d` ARRAY<STRING>, `e` ARRAY<STRING>, `f` ARRAY<STRING>, `g` ARRAY<STRING>, `h` ARRAY<STRING>, `i` ARRAY<STRING>, `j` ARRAY<STRING>, `k` ARRAY<STRING>
-- flink
-- +I[[a, b, , c], [], [a, b, c], [, a, ], [a, b], [g, r, ö, ß, e], [abc], null, null, [], [, a]]

-- case split_column: SPLIT of columns, taken apart again
SELECT id, part FROM numbers CROSS JOIN UNNEST(SPLIT(grp || '/' || grp, '/')) AS t (part) WHERE id < 8;
-- columns: `id` INT, `part` STRING
-- flink
-- +I[1, a]
-- +I[1, a]
-- +I[2, a]
-- +I[2, a]
-- +I[3, b]
-- +I[3, b]
-- +I[4, b]
-- +I[4, b]
-- +I[5, a]
-- +I[5, a]
-- +I[7, ]
-- +I[7, ]

-- case split_number: a number is no text
SELECT SPLIT(12, ',') AS a FROM profiles;
-- flink refuses: ValidationException: Unsupported argument type. Expected type of family 'CHARACTER_STRING' but actual type was 'INT NOT NULL'.

-- case elt_mixed: texts and numbers
SELECT ELT(1, 'x', 2) AS a FROM profiles;
-- flink refuses: ValidationException: Could not infer arguments in range: [1, null].

-- case elt_alone: without texts
SELECT ELT(1) AS a FROM profiles;
-- flink refuses: SqlValidatorException: No match found for function signature ELT(<NUMERIC>). Supported signatures are: ELT(index <INTEGER_NUMERIC>, expr <CHARACTER_STRING>, exprs <CHARACTER_STRING>...) ELT(index <INTEGER_NUMERIC>, expr <BINARY_STRING>, exprs <BINARY_STRING>...)

-- case unhex: UNHEX
SELECT UNHEX('466C696E6B') AS a, UNHEX('466c') AS b, UNHEX('F') AS c, UNHEX('12G4') AS d, UNHEX('') AS e, UNHEX(CAST(NULL AS STRING)) AS f, DECODE(UNHEX('466C696E6B'), 'UTF-8') AS g, UNHEX('G') AS h, HEX(DECODE(UNHEX('414'), 'UTF-8')) AS i FROM profiles WHERE id = 1;
-- columns: `a` BYTES, `b` BYTES, `c` BYTES, `d` BYTES, `e` BYTES, `f` BYTES, `g` STRING, `h` BYTES, `i` STRING
-- flink
-- +I[[70, 108, 105, 110, 107], [70, 108], [0], null, [], null, Flink, null, 0014]

-- case urls: URL_ENCODE, URL_DECODE
SELECT URL_ENCODE('https://flink.apache.org/?a=b c&d=ü*-._~') AS a, URL_DECODE('a+b%2Fc%C3%BC') AS b, URL_DECODE('a%2') AS c, URL_DECODE('a%zz') AS d, URL_ENCODE('') AS e, URL_DECODE(CAST(NULL AS STRING)) AS f, URL_DECODE('%FF') AS g, URL_ENCODE(grp) AS h FROM numbers WHERE id < 7;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING, `g` STRING, `h` STRING
-- flink
-- +I[https%3A%2F%2Fflink.apache.org%2F%3Fa%3Db+c%26d%3D%C3%BC*-._%7E, a b/cü, null, null, , null, �, a]
-- +I[https%3A%2F%2Fflink.apache.org%2F%3Fa%3Db+c%26d%3D%C3%BC*-._%7E, a b/cü, null, null, , null, �, a]
-- +I[https%3A%2F%2Fflink.apache.org%2F%3Fa%3Db+c%26d%3D%C3%BC*-._%7E, a b/cü, null, null, , null, �, b]
-- +I[https%3A%2F%2Fflink.apache.org%2F%3Fa%3Db+c%26d%3D%C3%BC*-._%7E, a b/cü, null, null, , null, �, b]
-- +I[https%3A%2F%2Fflink.apache.org%2F%3Fa%3Db+c%26d%3D%C3%BC*-._%7E, a b/cü, null, null, , null, �, a]
-- +I[https%3A%2F%2Fflink.apache.org%2F%3Fa%3Db+c%26d%3D%C3%BC*-._%7E, a b/cü, null, null, , null, �, null]

-- case typeof: TYPEOF
SELECT TYPEOF(1) AS a, TYPEOF('abc') AS b, TYPEOF(tags) AS c, TYPEOF(scores) AS d, TYPEOF(home) AS e, TYPEOF(NULL) AS f, TYPEOF(1.5) AS g, TYPEOF(CAST(1 AS STRING)) AS h, TYPEOF(CAST('x' AS BYTES), TRUE) AS i, TYPEOF(scores, FALSE) AS j, TYPEOF(tags, TRUE) AS k, TYPEOF(id + 1) AS l FROM profiles WHERE id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING, `d` STRING, `e` STRING, `f` STRING, `g` STRING, `h` STRING, `i` STRING, `j` STRING, `k` STRING, `l` STRING
-- flink
-- +I[INT NOT NULL, CHAR(3) NOT NULL, ARRAY<STRING>, MAP<STRING, INT>, ROW<`city` STRING, `zip` INT>, NULL, DECIMAL(2, 1) NOT NULL, STRING NOT NULL, VARBINARY(2147483647) NOT NULL, MAP<STRING, INT>, ARRAY<VARCHAR(2147483647)>, INT]

-- case typeof_expression: the second argument is a literal
SELECT TYPEOF(id, flag) AS a FROM numbers;
-- flink refuses: ValidationException: Invalid input arguments.

-- case elt: ELT
SELECT id, ELT(id, 'a', 'bcd', grp) AS a, ELT(2, 'x', CAST(NULL AS STRING)) AS b, ELT(0, 'x') AS c, ELT(id - 2, 'x') AS d, ELT(CAST(NULL AS INT), 'x') AS e, ELT(2, X'01', X'0203') AS f FROM numbers WHERE id < 7;
-- columns: `id` INT, `a` STRING, `b` STRING, `c` CHAR(1), `d` CHAR(1), `e` CHAR(1), `f` VARBINARY(2)
-- flink
-- +I[1, a, null, null, null, null, [2, 3]]
-- +I[2, bcd, null, null, null, null, [2, 3]]
-- +I[3, b, null, null, x, null, [2, 3]]
-- +I[4, null, null, null, null, null, [2, 3]]
-- +I[5, null, null, null, null, null, [2, 3]]
-- +I[6, null, null, null, null, null, [2, 3]]

-- case elt_negative: a literal index is not negative
SELECT ELT(-1, 'x') AS a FROM profiles;
-- flink refuses: ValidationException: Index must be an integer starting from '0', but was '-1'.

-- case typeof_time: what a column is to the stream
SELECT TYPEOF(ts) AS a, TYPEOF(price) AS b, TYPEOF(CAST(ts AS TIMESTAMP(3))) AS c FROM orders WHERE order_id = 1;
-- columns: `a` STRING, `b` STRING, `c` STRING
-- flink
-- +I[TIMESTAMP(3), DECIMAL(10, 2), TIMESTAMP(3)]
