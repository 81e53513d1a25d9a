-- Catalogs that cannot be opened by what they say.
CREATE CATALOG a WITH ('type' = 'iceberg', 'catalog-type' = 'rest', 'uri' = 'http://h', 'warehouse' = '/w');
CREATE CATALOG b WITH ('type' = 'iceberg', 'catalog-type' = 'jdbc', 'uri' = 'jdbc:sqlite:c.db');
CREATE CATALOG c WITH ('type' = 'iceberg', 'catalog-type' = 'jdbc', 'uri' = 'jdbc:postgresql://h/d', 'warehouse' = '/w');
CREATE CATALOG d WITH ('type' = 'icebreg', 'catalog-type' = 'jdbc');
CREATE CATALOG e WITH ('catalog-type' = 'jdbc');
-- error
-- case.sql:2:61: error: catalog a: sluice opens 'catalog-type'='jdbc', not 'rest'
--  2 | CREATE CATALOG a WITH ('type' = 'iceberg', 'catalog-type' = 'rest', 'uri' = 'http://h', 'warehouse' = '/w');
--    |                                                             ^^^^^^
-- case.sql:3:23: error: catalog b: 'warehouse' is missing: the folder of the tables
--  3 | CREATE CATALOG b WITH ('type' = 'iceberg', 'catalog-type' = 'jdbc', 'uri' = 'jdbc:sqlite:c.db');
--    |                       ^
-- case.sql:4:69: error: catalog c: sluice opens 'jdbc:sqlite:<path>', not jdbc:postgresql://h/d
--  4 | CREATE CATALOG c WITH ('type' = 'iceberg', 'catalog-type' = 'jdbc', 'uri' = 'jdbc:postgresql://h/d', 'warehouse' = '/w');
--    |                                                                     ^^^^^
-- case.sql:5:23: error: there is no catalog type 'icebreg'
--  5 | CREATE CATALOG d WITH ('type' = 'icebreg', 'catalog-type' = 'jdbc');
--    |                       ^
--    = did you mean `iceberg`?
-- case.sql:6:23: error: a catalog needs the option 'type'
--  6 | CREATE CATALOG e WITH ('catalog-type' = 'jdbc');
--    |                       ^
