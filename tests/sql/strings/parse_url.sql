-- The parts of a URL.
CREATE TABLE made (a STRING, b STRING, c STRING, d STRING, e STRING) WITH ('connector' = 'print');
INSERT INTO made SELECT PARSE_URL(u, 'HOST'), PARSE_URL(u, 'PATH'), PARSE_URL(u, 'QUERY'), PARSE_URL(u, 'QUERY', 'k'), PARSE_URL(u, 'PROTOCOL')
FROM (VALUES ('http://me@host.org:80/a/b?k=v&x=1#frag'), ('https://host.org'), ('nonsense')) AS t(u);
-- rows
-- +I[host.org, /a/b, k=v&x=1, v, http]
-- +I[host.org, , null, null, https]
-- +I[null, null, null, null, null]
