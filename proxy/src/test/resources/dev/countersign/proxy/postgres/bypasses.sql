Each paragraph is one attack: an id, then statements, one a line. See MaskBypassIT.

-- PG-S12 plain
SELECT * FROM customers

-- PG-S12 casts and collations
SELECT ssn::varchar, ssn::"char", email COLLATE "C", ssn::name, ssn::bytea, CAST(email AS char(40)) FROM customers

-- PG-S12 string functions
SELECT upper(email), left(ssn, 6), right(ssn, 7), substr(ssn, 1, 6), overlay(ssn placing 'x' from 9), replace(ssn, 'x', 'y'), translate(ssn, 'x', 'y'), lpad(ssn, 30), trim(ssn), initcap(email), reverse(email), quote_literal(ssn), quote_ident(email), format('%s', ssn), concat(ssn), concat_ws('', ssn, ''), repeat(ssn, 2), split_part(email, '!', 1), encode(ssn::bytea, 'hex'), encode(ssn::bytea, 'base64'), encode(ssn::bytea, 'escape') FROM customers

-- PG-S12 concatenation and coalesce
SELECT email || '', coalesce(ssn, ''), nullif(email, ''), greatest(ssn, ''), least(ssn, '~'), CASE WHEN true THEN ssn END FROM customers

-- PG-S12 aggregates
SELECT max(email), min(ssn), string_agg(ssn, ','), array_agg(email), json_agg(ssn), jsonb_object_agg(ssn, email), xmlagg(xmlelement(name x, email)), mode() WITHIN GROUP (ORDER BY ssn), percentile_disc(0.5) WITHIN GROUP (ORDER BY email) FROM customers

-- PG-S12 windows
SELECT first_value(ssn) OVER (), lag(email, 0) OVER (ORDER BY id), nth_value(ssn, 1) OVER w, max(ssn) OVER w FROM customers WINDOW w AS (ORDER BY id)

-- PG-S12 set operations
SELECT id, ssn FROM customers UNION SELECT 1, 'x'
SELECT 1, 'x' UNION ALL SELECT id, email FROM customers
SELECT ssn FROM customers EXCEPT SELECT 'x'
SELECT ssn FROM customers INTERSECT SELECT ssn FROM customers
(SELECT ssn FROM customers LIMIT 1) UNION ALL (SELECT email FROM customers LIMIT 1)

-- PG-S12 sub-selects
SELECT (SELECT ssn FROM customers LIMIT 1), ARRAY(SELECT email FROM customers)
SELECT x FROM (SELECT ssn FROM customers) AS t(x)
SELECT (SELECT x FROM (SELECT ssn AS x) y) FROM customers
SELECT (SELECT c.ssn) FROM customers c
SELECT (VALUES (c.ssn)) FROM customers c

-- PG-S12 lateral
SELECT l.v FROM customers c, LATERAL (SELECT c.ssn AS v) l
SELECT l.* FROM customers c CROSS JOIN LATERAL (VALUES (c.email, 1)) l
SELECT u FROM customers c, unnest(ARRAY[c.ssn, c.email]) u
SELECT u FROM customers c, LATERAL regexp_split_to_table(c.ssn, 'x') u
SELECT k FROM customers c, string_to_table(c.ssn, ' ') k
SELECT g.* FROM customers c, LATERAL generate_series(1, 1) WITH ORDINALITY AS g(a, b), LATERAL (SELECT c.ssn) z

-- PG-S12 recursion
WITH RECURSIVE r(v, n) AS (SELECT ssn, 1 FROM customers UNION ALL SELECT v, n + 1 FROM r WHERE n < 3) SELECT v FROM r
WITH RECURSIVE r AS (SELECT 'x' AS v, 1 AS n UNION ALL SELECT (SELECT max(ssn) FROM customers), n + 1 FROM r WHERE n < 3) SELECT v FROM r
WITH RECURSIVE r(v) AS (SELECT ssn FROM customers UNION SELECT v FROM r WHERE false) CYCLE v SET c USING p SELECT p::text FROM r

-- PG-S12 joins and using
SELECT ssn FROM customers a FULL JOIN customers b USING (ssn)
SELECT * FROM customers a NATURAL JOIN customers b
SELECT j.ssn FROM (customers a JOIN customers b USING (id, ssn)) AS j
SELECT u.ssn FROM customers a JOIN customers b USING (ssn) AS u
SELECT u FROM customers a JOIN customers b USING (ssn) AS u

-- PG-S13 aliases
SELECT notes AS email, email AS notes, ssn AS id FROM customers
SELECT c.a, c.b, c.e FROM customers AS c(a, b, x, d, e)
SELECT "id" FROM (SELECT ssn AS id FROM customers) q
WITH orders AS (SELECT ssn AS status FROM customers) SELECT status FROM orders
WITH c(id) AS (SELECT ssn FROM customers) TABLE c

-- PG-S14 whole rows
SELECT c FROM customers c
SELECT customers FROM customers
SELECT c.*::text FROM customers c
SELECT ROW(c.*), (c.*)::text FROM customers c
SELECT row_to_json(c), to_jsonb(c), json_build_array(c), jsonb_build_object('c', c) FROM customers c
SELECT array_agg(c), array_to_json(array_agg(c)) FROM customers c
SELECT (to_jsonb(c) - 'id') ->> 'ssn', to_json(c) #>> '{ssn}', jsonb_path_query(to_jsonb(c), '$.ssn') FROM customers c
SELECT e.* FROM customers c, jsonb_each_text(to_jsonb(c)) e
SELECT r.* FROM customers c, jsonb_populate_record(NULL::customers, to_jsonb(c)) r
SELECT r.ssn FROM customers c, jsonb_to_record(to_jsonb(c)) AS r(ssn text)
SELECT (x).ssn FROM (SELECT c AS x FROM customers c) q
SELECT (ROW(c.*)::customers).ssn FROM customers c
SELECT xmlforest(c.ssn), xmlconcat(xmlelement(name a, c.email)), xmlserialize(content xmlelement(name a, c.ssn) AS text) FROM customers c
SELECT xpath('/a/text()', xmlelement(name a, ssn)) FROM customers
SELECT JSON_OBJECT('a': ssn), JSON_ARRAY(email), JSON_ARRAYAGG(ssn) FROM customers GROUP BY ssn, email
SELECT JSON_VALUE(to_jsonb(c), '$.ssn'), JSON_QUERY(to_jsonb(c), '$.ssn'), JSON_SCALAR(c.ssn), JSON_SERIALIZE(to_jsonb(c)) FROM customers c
SELECT max(c::text) FROM customers c
SELECT c IS NOT NULL, c::text LIKE 'x', hash_record(c) FROM customers c
SELECT ctid, c FROM customers c FOR UPDATE

-- PG-S10 views, children, partitions
SELECT * FROM v_lower
SELECT m FROM v_of_view
SELECT email FROM mv_mail
SELECT ssn FROM vip
SELECT upper(ssn) FROM ONLY vip
TABLE vip
SELECT v FROM v_lower v
SELECT * FROM v_names v, LATERAL (SELECT ssn FROM customers c WHERE c.id = v.id) x

-- PG-S10 views made on the way
CREATE VIEW v_new AS SELECT ssn AS s FROM customers
SELECT s FROM v_new

-- PG-S10 a view made and read in one message
CREATE VIEW v_new2 AS SELECT ssn AS s FROM customers; SELECT s FROM v_new2

-- PG-S10 temporary views
CREATE TEMP VIEW orders AS SELECT ssn AS status FROM customers
SELECT status FROM orders

-- PG-S09 CTAS
CREATE TABLE t2 AS SELECT ssn FROM customers
SELECT * FROM t2

-- PG-S09 into
SELECT ssn INTO TEMP t3 FROM customers
SELECT * FROM t3

-- PG-S09 CTAS of a prepared statement
PREPARE p AS SELECT ssn FROM customers
CREATE TABLE t4 AS EXECUTE p
SELECT * FROM t4

-- PG-S09 materialized views
CREATE MATERIALIZED VIEW m4 AS SELECT upper(ssn) AS s FROM customers
SELECT s FROM m4

-- PG-S09 empty views that are filled later
CREATE TABLE t5 (LIKE customers)
INSERT INTO t5 SELECT * FROM customers
SELECT ssn FROM t5

-- PG-S37 insert from select
INSERT INTO scratch (note) SELECT ssn FROM customers
SELECT note FROM scratch

-- PG-S37 update from itself
UPDATE customers SET notes = ssn
SELECT notes FROM customers

-- PG-S37 update of an unmasked column by sub-select
UPDATE orders SET status = (SELECT ssn FROM customers LIMIT 1)
SELECT status FROM orders

-- PG-S37 multi-assignment
UPDATE orders SET (status, customer_id) = (SELECT email, id FROM customers LIMIT 1)

-- PG-S37 on conflict
INSERT INTO customers AS c (id, name, email) VALUES (1, 'x', 'x') ON CONFLICT (id) DO UPDATE SET notes = c.ssn RETURNING notes

-- PG-S37 data-modifying CTE
WITH x AS (SELECT ssn FROM customers) INSERT INTO scratch (note) SELECT * FROM x RETURNING note

-- PG-S37 the moved row
WITH gone AS (DELETE FROM customers WHERE id = 1 RETURNING *) INSERT INTO scratch (note, doc) SELECT ssn, to_jsonb(gone) FROM gone

-- PG-S37 merge
MERGE INTO scratch s USING customers c ON s.id = c.id WHEN NOT MATCHED THEN INSERT (id, note) VALUES (c.id, c.ssn) RETURNING s.note

-- PG-S37 merge by do nothing and returning the source
MERGE INTO scratch s USING customers c ON s.id = c.id WHEN NOT MATCHED THEN INSERT (id) VALUES (c.id) RETURNING c.ssn, merge_action(), c

-- PG-S37 the key of a part that is filled
INSERT INTO scratch (id, doc[(SELECT ssn FROM customers LIMIT 1)]) VALUES (901, '1') RETURNING doc
SELECT doc FROM scratch WHERE id = 901

-- PG-S37 the key of a part that MERGE fills
MERGE INTO scratch s USING (SELECT id + 901 AS id, ssn FROM customers) c ON s.id = c.id WHEN NOT MATCHED THEN INSERT (id, doc[c.ssn]) VALUES (c.id, '1') RETURNING s.doc
SELECT doc FROM scratch WHERE id > 901

-- PG-S37 defaults and generated columns
ALTER TABLE customers ADD COLUMN copy text GENERATED ALWAYS AS (ssn || '') STORED
SELECT copy FROM customers

-- PG-S37 change of a type
ALTER TABLE customers ALTER COLUMN notes TYPE text USING ssn
SELECT notes FROM customers

-- PG-S37 renaming
ALTER TABLE customers RENAME COLUMN ssn TO plain
SELECT plain FROM customers

-- PG-S37 renaming the table
ALTER TABLE customers RENAME TO folks
SELECT ssn FROM folks

-- PG-S37 another schema
CREATE SCHEMA other
ALTER TABLE customers SET SCHEMA other
SELECT ssn FROM other.customers

-- PG-S37 swap of columns
BEGIN
ALTER TABLE customers RENAME COLUMN ssn TO old_ssn
ALTER TABLE customers ADD COLUMN ssn text
SELECT old_ssn FROM customers
ROLLBACK

-- PG-S37 inheritance turned around
CREATE TABLE base (ssn text)
ALTER TABLE customers INHERIT base
SELECT ssn FROM base
ALTER TABLE customers NO INHERIT base

-- PG-S37 a table made a partition of another
CREATE TABLE pt (LIKE payments) PARTITION BY LIST (id)
ALTER TABLE pt ATTACH PARTITION payments DEFAULT
SELECT card_number FROM pt
ALTER TABLE pt DETACH PARTITION payments

-- PG-S37 a column that takes a foreign name
CREATE TABLE twin () INHERITS (customers)
INSERT INTO twin SELECT * FROM customers
SELECT ssn FROM twin
ALTER TABLE twin NO INHERIT customers
SELECT ssn FROM twin

-- PG-S26 returning
UPDATE customers SET notes = notes RETURNING ssn
UPDATE customers SET notes = notes RETURNING *, lower(email)
UPDATE customers c SET notes = notes RETURNING c
DELETE FROM customers WHERE id = 99 RETURNING ssn
INSERT INTO customers (id, name, email, ssn) SELECT 50, name, email, ssn || '0' FROM customers LIMIT 1 RETURNING ssn, email
WITH x AS (UPDATE customers SET notes = notes RETURNING ssn AS s) SELECT s FROM x
UPDATE orders o SET status = status FROM customers c RETURNING c.ssn
DELETE FROM orders o USING customers c WHERE o.id = 99 RETURNING c.ssn

-- PG-S26 returning old and new
UPDATE customers SET notes = notes RETURNING old.ssn, new.email
UPDATE customers SET notes = notes RETURNING WITH (OLD AS o, NEW AS n) o.ssn, n
UPDATE customers SET notes = notes RETURNING old, new

-- PG-S17 errors from casts
SELECT ssn::int FROM customers

-- PG-S17 errors from other casts
SELECT email::regclass FROM customers

-- PG-S17 errors from dates
SELECT ssn::date FROM customers

-- PG-S17 errors from json
SELECT email::json FROM customers

-- PG-S17 errors from comparing
SELECT 1 FROM customers WHERE ssn = 5::text AND ssn::int = 5

-- PG-S17 errors from views
SELECT l::int FROM v_lower

-- PG-S17 errors from enumerations and to_number
SELECT to_timestamp(ssn, 'YYYY-MM-DD HH24'), to_date(email, 'YYYY') FROM customers

-- PG-S17 errors from domains
SELECT ssn::short FROM customers

-- PG-S17 errors from intervals, networks, uuids
SELECT ssn::interval FROM customers

-- PG-S17 errors from uuids
SELECT ssn::uuid FROM customers

-- PG-S17 errors from bytea
SELECT decode(email, 'hex') FROM customers

-- PG-S17 errors from regular expressions
SELECT 'x' ~ ('(' || ssn) FROM customers

-- PG-S17 errors of functions
SELECT set_config(ssn, 'x', false) FROM customers

-- PG-S17 an error of a trigger
INSERT INTO innocent VALUES (1)

-- PG-S17 a notice of a trigger
INSERT INTO chatty VALUES (1)

-- PG-S17 a notice of a function
SELECT shout(ssn) FROM customers

-- PG-S17 a notice of a procedure
CALL print_mail()

-- PG-S18 constraints
INSERT INTO customers SELECT id + 100, name, email, phone, ssn, notes FROM customers

-- PG-S18 not-null constraints
UPDATE customers SET id = NULL WHERE id = 1

-- PG-S18 a new unique index
INSERT INTO customers SELECT 70, name, email, phone, ssn || 'q', notes FROM ONLY customers WHERE id = 1
CREATE UNIQUE INDEX ON customers (email)

-- PG-S18 a new check
ALTER TABLE customers ADD CONSTRAINT c CHECK (ssn = 'x')

-- PG-S18 a new foreign key
ALTER TABLE orders ADD COLUMN m text UNIQUE
ALTER TABLE customers ADD FOREIGN KEY (email) REFERENCES orders (m)

-- PG-S18 exclusion constraints
ALTER TABLE customers ADD EXCLUDE USING btree (lower(email) WITH =)

-- PG-S18 a type that does not fit
ALTER TABLE customers ALTER COLUMN ssn TYPE int USING ssn::int

-- PG-S20 notifications
LISTEN ch
SELECT pg_notify('ch', ssn) FROM customers
NOTIFY ch, 'x'

-- PG-S21 parameters
SELECT set_config('application_name', ssn, false) FROM customers
SHOW application_name

-- PG-S21 custom parameters
SELECT set_config('my.x', ssn, false) FROM customers
SHOW my.x
SELECT current_setting('my.x')

-- PG-S22 names of columns
DO $$BEGIN EXECUTE format('CREATE TEMP VIEW n AS SELECT 1 AS %I', (SELECT ssn FROM customers WHERE id = 1)); END$$
SELECT * FROM n

-- PG-S22 names of objects
DO $$BEGIN EXECUTE format('CREATE TABLE %I ()', (SELECT email FROM customers WHERE id = 1)); END$$
SELECT relname FROM pg_class ORDER BY oid DESC LIMIT 3

-- PG-S22 names in a crosstab
SELECT * FROM json_to_recordset((SELECT json_agg(c) FROM customers c)) AS x(ssn text, email text)

-- PG-S24 SQL in a text
SELECT query_to_xml('SELECT ssn FROM customers', true, true, '')

-- PG-S24 tables as XML
SELECT table_to_xml('customers', true, true, '')
SELECT schema_to_xml('public', true, true, '')
SELECT database_to_xml(true, true, '')
SELECT table_to_xml_and_xmlschema('customers', true, true, '')

-- PG-S24 cursors as XML
BEGIN
DECLARE c CURSOR FOR SELECT ssn FROM customers
SELECT cursor_to_xml('c', 5, true, true, '')
COMMIT

-- PG-S24 text search
SELECT word FROM ts_stat('SELECT to_tsvector(ssn) FROM customers')
SELECT * FROM ts_stat($$SELECT to_tsvector('simple', email) FROM customers$$)
SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, to_tsquery(''simple'', quote_literal(ssn)) FROM customers')
SELECT to_tsvector('simple', ssn), ts_headline('simple', ssn, 'x'::tsquery), ts_debug(ssn) FROM customers
SELECT t.token FROM customers c, LATERAL ts_parse('default', c.ssn) t
SELECT t.* FROM customers c, LATERAL ts_debug('simple', c.ssn) t
SELECT ts_lexize('simple', ssn) FROM customers

-- PG-S24 files
SELECT pg_read_file(current_setting('data_directory') || '/' || pg_relation_filepath('customers'))
SELECT encode(pg_read_binary_file(pg_relation_filepath('customers')), 'escape')

-- PG-S24 pages
SELECT pg_ls_dir('.')
CREATE EXTENSION IF NOT EXISTS pageinspect
SELECT encode(get_raw_page('customers', 0), 'escape')

-- PG-S24 dblink
CREATE EXTENSION IF NOT EXISTS dblink
SELECT * FROM dblink('dbname=postgres', 'SELECT ssn FROM customers') AS t(s text)

-- PG-S24 users' functions
SELECT spy(1)
SELECT * FROM spy_set(1)
SELECT (spy_set(1)).ssn
SELECT s.ssn FROM spy_set(1) s
SELECT x.y FROM (SELECT spy(1) AS y) x
SELECT length(spy(1)), spy(1) || ''

-- PG-S24 functions made on the way
CREATE FUNCTION peek() RETURNS text LANGUAGE sql AS 'SELECT ssn FROM public.customers LIMIT 1'
SELECT peek()

-- PG-S24 temporary functions
CREATE FUNCTION pg_temp.peek2() RETURNS text LANGUAGE sql AS 'SELECT ssn FROM public.customers LIMIT 1'
SELECT pg_temp.peek2()

-- PG-S24 aggregates and operators of one's own
CREATE AGGREGATE keep(text) (sfunc = textcat, stype = text, initcond = '')
SELECT keep(ssn) FROM customers
CREATE OPERATOR public.~~~~ (leftarg = text, rightarg = text, function = textcat)
SELECT ssn ~~~~ '' FROM customers

-- PG-S24 casts of one's own
CREATE CAST (text AS pair) WITH INOUT
SELECT (ROW(ssn, email)::pair).a FROM customers
SELECT (ssn, email)::pair FROM customers

-- PG-S25 EXPLAIN
EXPLAIN (ANALYZE, VERBOSE) SELECT ssn FROM customers WHERE ssn <> 'x'
EXPLAIN (FORMAT JSON, ANALYZE true) UPDATE customers SET notes = ssn
EXPLAIN SELECT * FROM customers WHERE ssn = (SELECT max(ssn) FROM customers)
EXPLAIN VERBOSE SELECT spy(1)
EXPLAIN (ANALYZE) INSERT INTO scratch (note) SELECT ssn FROM customers
EXPLAIN SELECT 1 FROM customers WHERE id = length(spy(1))
EXPLAIN (GENERIC_PLAN) SELECT ssn FROM customers WHERE id = $1
EXPLAIN CREATE TABLE e1 AS SELECT ssn FROM customers
EXPLAIN ANALYZE CREATE TABLE e2 AS SELECT ssn FROM customers

-- PG-S32 statistics
SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats WHERE tablename = 'customers'
SELECT * FROM pg_statistic
SELECT stavalues1::text FROM pg_catalog.pg_statistic
SELECT s FROM pg_stats s
SELECT * FROM "pg_stats"
SELECT * FROM PG_STATS
SELECT * FROM U&"pg\005fstats"
SELECT * FROM pg_stats_ext
SELECT * FROM (TABLE pg_stats) x
SELECT query_to_xml('table pg_stats', true, true, '')
SELECT * FROM customers c, LATERAL (SELECT s.histogram_bounds FROM pg_stats s) x

-- PG-S33 activity
SELECT query FROM pg_stat_activity
SELECT pg_stat_get_activity(NULL)
SELECT query FROM pg_stat_get_activity(NULL)
SELECT pg_stat_get_backend_activity(1)
SELECT * FROM pg_prepared_statements
SELECT * FROM pg_prepared_statement()
SELECT * FROM pg_cursors
SELECT * FROM pg_cursor()

-- PG-S34 large objects
SELECT lo_from_bytea(424242, ssn::bytea) FROM customers WHERE id = 1
SELECT lo_get(424242)
SELECT data FROM pg_largeobject
SELECT convert_from(loread(lo_open(424242, 262144), 100), 'UTF8')

-- PG-S36 corners
TABLE customers
TABLE ONLY customers
SELECT * FROM ONLY (customers)
SELECT ssn FROM customers TABLESAMPLE SYSTEM (100)
SELECT ssn FROM public.customers
SELECT ssn FROM postgres.public.customers
SELECT customers.ssn FROM public.customers
SELECT public.customers.ssn FROM customers
SELECT "public"."customers"."ssn" FROM "public" . "customers"
SELECT SSN FROM CUSTOMERS
SELECT U&"\0073sn" FROM U&"\0063ustomers"
SELECT U&"!0073sn" UESCAPE '!' FROM customers
SELECT/**/ssn/**/FROM/**/customers
SELECT ssn, 1 AS "ssn" FROM customers FETCH FIRST ROW WITH TIES
SELECT ALL ssn FROM customers ORDER BY 1 OFFSET 0
SELECT DISTINCT ON (ssn) ssn FROM customers
SELECT ssn FROM customers GROUP BY GROUPING SETS ((ssn), ())
SELECT ssn FROM customers GROUP BY ROLLUP (ssn) HAVING ssn IS NOT NULL
VALUES ((SELECT ssn FROM customers LIMIT 1))

-- PG-S01 comments
SELECT id -- x
/* /* */ */ SELECT ssn FROM customers

-- PG-S02 strings
SELECT $a$ $b$ $a$, ssn FROM customers
SELECT 'a''', E'\'', ssn FROM customers; SELECT U&'d!0061t' UESCAPE '!', email FROM customers

-- PG-P37 several statements
SELECT 1; SELECT ssn FROM customers; SELECT 2
SELECT name FROM customers; SELECT email FROM customers; SELECT status FROM orders
BEGIN; SELECT ssn FROM customers; COMMIT; SELECT ssn FROM customers

-- PG-P33 COPY out
COPY (SELECT ssn FROM customers) TO STDOUT
COPY customers TO STDOUT
COPY customers (ssn) TO STDOUT WITH (FORMAT csv)
COPY (SELECT email FROM customers) TO STDOUT WITH (FORMAT binary)
COPY (SELECT upper(ssn), id FROM customers) TO STDOUT (FORMAT csv, FORCE_QUOTE *)
COPY (UPDATE customers SET notes = notes RETURNING ssn) TO STDOUT
COPY v_lower TO STDOUT
COPY (SELECT spy(1)) TO STDOUT
COPY (TABLE pg_stats) TO STDOUT
SELECT 1; COPY customers TO STDOUT; SELECT 2

-- PG-P35 COPY to elsewhere
COPY customers TO '/tmp/countersign-bypass-test'
COPY customers TO PROGRAM 'cat'
COPY scratch (note) FROM PROGRAM 'ls'
COPY scratch (note) FROM '/etc/hostname'

-- PG-P23 prepared statements
PREPARE p AS SELECT ssn FROM customers
EXECUTE p
EXPLAIN ANALYZE EXECUTE p
DEALLOCATE p
PREPARE p AS SELECT 1
EXECUTE p

-- PG-P23 prepared under two names
PREPARE a (int) AS SELECT upper(ssn) FROM customers WHERE id = $1
EXECUTE a (1)
EXECUTE a ((SELECT 1))
PREPARE b AS EXECUTE a (1)

-- PG-P25 cursors
BEGIN
DECLARE c CURSOR FOR SELECT lower(ssn), email FROM customers
FETCH ALL FROM c
FETCH BACKWARD 1 FROM c
COMMIT

-- PG-P25 cursors that hold
DECLARE h SCROLL CURSOR WITH HOLD FOR SELECT reverse(ssn) FROM customers
FETCH FIRST FROM h
FETCH 1 h
CLOSE h

-- PG-P25 a cursor in place of another
BEGIN
DECLARE c CURSOR FOR SELECT 1
CLOSE c
DECLARE c CURSOR FOR SELECT upper(ssn) FROM customers
FETCH c
COMMIT

-- PG-P25 a savepoint undoes what a cursor's name means
BEGIN
DECLARE c CURSOR FOR SELECT upper(ssn) FROM customers
SAVEPOINT s
CLOSE c
DECLARE c CURSOR FOR SELECT 1
ROLLBACK TO s
FETCH c
COMMIT

-- PG-P25 a savepoint undoes a prepared name
BEGIN
SAVEPOINT s
PREPARE q AS SELECT upper(ssn) FROM customers
ROLLBACK TO s
PREPARE q AS SELECT 1
EXECUTE q
COMMIT
EXECUTE q

-- PG-P25 cursors of functions
BEGIN
CREATE FUNCTION open_it() RETURNS refcursor LANGUAGE plpgsql AS $$DECLARE r refcursor := 'rc'; BEGIN OPEN r FOR SELECT ssn FROM public.customers; RETURN r; END$$
SELECT open_it()
FETCH ALL FROM rc
ROLLBACK

-- PG-S06 names looked up elsewhere
SET search_path = other
SELECT ssn FROM customers

-- PG-S06 names looked up elsewhere by a function's own setting
SELECT set_config('search_path', 'other', false)
SET LOCAL search_path TO pg_temp, public
ALTER ROLE gateway SET search_path = other
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE

-- PG-S06 temporary tables that shadow
CREATE TEMP TABLE customers (id int, ssn text, email text)
SELECT ssn FROM public.customers
SELECT c.ssn FROM public.customers c, customers d
INSERT INTO customers SELECT id, ssn, email FROM public.customers
SELECT upper(ssn) FROM customers
SELECT ssn FROM pg_temp.customers

-- PG-S06 temporary tables of other names
CREATE TEMP TABLE t (s text)
INSERT INTO t SELECT ssn FROM customers
INSERT INTO pg_temp.t SELECT ssn FROM customers
SELECT s FROM t
SELECT s FROM pg_temp.t

-- PG-S30 roles
SET ROLE postgres
SET SESSION AUTHORIZATION postgres
RESET ROLE
RESET SESSION AUTHORIZATION
SELECT set_config('role', 'postgres', false)

-- PG-S04 encodings
SET client_encoding = 'GBK'
SET NAMES 'SJIS'
SET client_encoding TO LATIN1
RESET client_encoding
RESET ALL
SET standard_conforming_strings = off
SET backslash_quote = on

-- PG-S28 triggers made on the way
CREATE FUNCTION tattle() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO public.audit_log (line) SELECT ssn FROM public.customers; RETURN NEW; END$$
CREATE TRIGGER tattle AFTER INSERT ON scratch FOR EACH ROW EXECUTE FUNCTION tattle()
INSERT INTO scratch VALUES (1)
SELECT line FROM audit_log

-- PG-S28 rules made on the way
CREATE RULE r AS ON INSERT TO scratch DO ALSO INSERT INTO audit_log (line) SELECT ssn FROM customers
INSERT INTO scratch VALUES (1)
SELECT line FROM audit_log

-- PG-S28 policies, defaults and statistics
ALTER TABLE scratch ALTER note SET DEFAULT (spy(1))
INSERT INTO scratch (id) VALUES (5) RETURNING note
CREATE STATISTICS st ON (lower(ssn)), id FROM customers
ANALYZE customers

-- PG-S28 publications and subscriptions
CREATE PUBLICATION pub FOR TABLE customers
SELECT * FROM pg_logical_slot_peek_changes('s', NULL, NULL)

-- PG-S28 DO
DO $$BEGIN RAISE NOTICE '%', (SELECT ssn FROM customers LIMIT 1); END$$

-- PG-S28 DO with a result in a setting
DO $$BEGIN PERFORM set_config('application_name', (SELECT ssn FROM customers LIMIT 1), false); END$$
SHOW application_name

-- PG-S29 security definers
CREATE FUNCTION sd() RETURNS text SECURITY DEFINER LANGUAGE sql AS 'SELECT ssn FROM public.customers LIMIT 1'
SELECT sd()

-- PG-S12 values by other ways
SELECT (regexp_match(ssn, '.*'))[1], regexp_matches(ssn, '.*'), regexp_replace(ssn, 'z', ''), regexp_substr(ssn, '.*'), substring(ssn FROM '.*') FROM customers
SELECT string_to_array(ssn, '-'), array_to_string(ARRAY[ssn], ''), (ARRAY[ssn])[1], ARRAY[[ssn]] FROM customers
SELECT chr(ascii(ssn)), ascii(ssn), convert_to(ssn, 'UTF8'), md5(ssn), sha256(ssn::bytea) FROM customers
SELECT parse_ident(quote_ident(replace(email, '@', ''))) FROM customers
SELECT to_json(ssn), to_jsonb(ssn) #>> '{}', json_build_object(ssn, 1), json_object(ARRAY[ssn, email]) FROM customers
SELECT (SELECT string_agg(x, '') FROM unnest(string_to_array(c.ssn, NULL)) x) FROM customers c
SELECT * FROM customers c, LATERAL jsonb_path_query(to_jsonb(c), '$.*') p
SELECT t.* FROM customers c, XMLTABLE('/a' PASSING xmlelement(name a, c.ssn) COLUMNS v text PATH '.') t
SELECT t.* FROM customers c, JSON_TABLE(to_jsonb(c), '$' COLUMNS (v text PATH '$.ssn')) t
SELECT ssn <-> 'x' FROM customers
SELECT (c).ssn, (c).notes FROM (SELECT customers AS c FROM customers) q
SELECT format('%2$s', 1, ssn), to_char(1, ssn), concat_ws(ssn, 'a', 'b') FROM customers
SELECT pg_typeof(ssn), pg_column_size(ssn), cardinality(ARRAY[ssn]) FROM customers
SELECT range_agg(textrange(ssn, ssn, '[]')) FROM customers
SELECT merge(ssn) FROM customers
SELECT hstore(c) FROM customers c

-- PG-S06 a temporary table that takes a masked one's columns
CREATE TEMP TABLE customers (id int, ssn text, email text)
INSERT INTO customers (id, ssn, email) SELECT id, ssn, email FROM public.customers
SELECT ssn, email FROM pg_temp.customers
SELECT upper(ssn) FROM pg_temp.customers

-- PG-S06 a temporary table that is given a masked one's name
CREATE TEMP TABLE cc (id int, ssn text, email text)
ALTER TABLE cc RENAME TO customers
INSERT INTO customers (id, ssn, email) SELECT id, ssn, email FROM public.customers
SELECT ssn, email FROM pg_temp.customers

-- PG-S06 a temporary table as a query's result
CREATE TEMP TABLE customers AS SELECT 1 AS id, ''::text AS ssn, ''::text AS email
INSERT INTO customers (id, ssn, email) SELECT id, ssn, email FROM public.customers
SELECT ssn, email FROM pg_temp.customers

-- PG-S24 foreign tables
CREATE SERVER loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname 'postgres')
CREATE USER MAPPING FOR CURRENT_USER SERVER loop
CREATE FOREIGN TABLE far (id int, ssn text) SERVER loop OPTIONS (table_name 'customers')
SELECT ssn FROM far
IMPORT FOREIGN SCHEMA public LIMIT TO (customers) FROM SERVER loop INTO other

-- PG-S24 a foreign table that is made to show another one
ALTER FOREIGN TABLE mirror OPTIONS (SET table_name 'customers')
ALTER FOREIGN TABLE mirror ALTER note OPTIONS (column_name 'ssn')
SELECT note FROM mirror

-- PG-S28 a view of the system catalogs
UPDATE v_attributes SET attname = 'shown' WHERE attrelid = 'payments'::regclass AND attname = 'card_number'
CREATE TABLE news (id int)
DROP TABLE news
SELECT shown || '' FROM payments
UPDATE v_attributes SET attname = 'card_number' WHERE attrelid = 'payments'::regclass AND attname = 'shown'

-- PG-S28 a view of the system catalogs that is made on the way
BEGIN
CREATE VIEW attributes AS SELECT attrelid, attname FROM pg_attribute
CREATE VIEW of_attributes AS SELECT attrelid, attname FROM attributes
UPDATE of_attributes SET attname = 'shown' WHERE attrelid = 'payments'::regclass AND attname = 'card_number'
COMMIT
SELECT shown || '' FROM payments
UPDATE of_attributes SET attname = 'card_number' WHERE attrelid = 'payments'::regclass AND attname = 'shown'
DROP VIEW of_attributes, attributes

-- PG-S24 the type of a parameter
PREPARE p (wrapped) AS SELECT ($1).v
EXECUTE p('x'::text)
PREPARE q (wrapped) AS INSERT INTO scratch (note) VALUES (($1).v)
EXECUTE q('x'::text)

-- PG-S24 the type that a column is given
INSERT INTO audit_log (line) VALUES ('x')
ALTER TABLE audit_log ALTER line TYPE wrapped
SELECT line FROM audit_log

-- PG-S24 foreign files
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw
CREATE FOREIGN TABLE logs (l text) SERVER files OPTIONS (program 'cat base/*/* log/*')
SELECT l FROM logs

-- PG-S21 sequences
CREATE SEQUENCE sq
SELECT setval('sq', replace(ssn, '-', '')::bigint) FROM customers WHERE id = 1
SELECT last_value FROM sq
SELECT nextval('sq')

-- PG-S21 random numbers and locks
SELECT setseed((replace(ssn, '-', '')::numeric / 10000000000)::float) FROM customers WHERE id = 1
SELECT pg_advisory_lock(replace(ssn, '-', '')::bigint) FROM customers WHERE id = 1
SELECT objid, classid FROM pg_locks WHERE locktype = 'advisory'

-- PG-S12 numbers
SELECT replace(ssn, '-', '')::bigint + 0, hashtext(ssn), to_number(ssn, '999-99-9999'), ('0' || replace(ssn, '-', ''))::numeric FROM customers WHERE id = 1
SELECT array_position(ARRAY[ssn], ssn), octet_length(ssn), int8range(0, replace(ssn, '-', '')::bigint) FROM customers WHERE id = 1

-- PG-S18 cascades
CREATE TABLE parent (id int PRIMARY KEY)
INSERT INTO parent VALUES (1)
ALTER TABLE customers ADD COLUMN parent int REFERENCES parent ON DELETE SET NULL
ALTER TABLE customers ADD CHECK (parent IS NOT NULL OR id > 1) NOT VALID
UPDATE customers SET parent = 1 WHERE id = 1
DELETE FROM parent

-- PG-S09 a view that is replaced
CREATE OR REPLACE VIEW v_names AS SELECT id, ssn AS name FROM customers
SELECT name FROM v_names

-- PG-S10 a recursive view
CREATE RECURSIVE VIEW rv (v) AS SELECT ssn FROM customers
SELECT v FROM rv

-- PG-S28 rules on select
CREATE TABLE will_be_view (ssn text, s text)
CREATE RULE "_RETURN" AS ON SELECT TO will_be_view DO INSTEAD SELECT ssn, ssn FROM customers
SELECT s FROM will_be_view

-- PG-S28 defaults of views and identity
ALTER VIEW v_names ALTER name SET DEFAULT spy(1)
ALTER TABLE scratch ADD COLUMN d text DEFAULT spy(1)
SELECT d FROM scratch

-- PG-S36 row locks and skipped rows
SELECT ssn FROM customers FOR NO KEY UPDATE SKIP LOCKED
SELECT c.ssn FROM customers c FOR SHARE OF c NOWAIT

-- PG-P22 empty and odd texts
;
;;SELECT ssn FROM customers;;
SELECT
SELECT FROM customers

-- PG-S37 a generated column of a child
CREATE TABLE kid (copy text GENERATED ALWAYS AS (ssn) STORED) INHERITS (customers)
INSERT INTO kid (id, name, email, ssn) SELECT 900, name, email, ssn || 'k' FROM ONLY customers WHERE id = 1
SELECT copy FROM kid
DROP TABLE kid

-- PG-S37 a generated column of a child, in one message
CREATE TABLE kid2 (copy text GENERATED ALWAYS AS (ssn) STORED) INHERITS (customers); INSERT INTO kid2 (id, name, email, ssn) SELECT 900, name, email, ssn || 'k' FROM ONLY customers WHERE id = 1; SELECT copy FROM kid2; DROP TABLE kid2

-- PG-S37 a virtual column
ALTER TABLE customers ADD COLUMN copy2 text GENERATED ALWAYS AS (ssn) VIRTUAL
SELECT copy2 FROM customers
CREATE TABLE kid3 (copy text GENERATED ALWAYS AS (ssn) VIRTUAL) INHERITS (customers)
INSERT INTO kid3 (id, name, email, ssn) SELECT 900, name, email, ssn || 'k' FROM ONLY customers WHERE id = 1
SELECT copy FROM kid3
DROP TABLE kid3

-- PG-S37 a foreign key that cascades
CREATE TABLE fk (m text REFERENCES customers (ssn) ON UPDATE CASCADE)
INSERT INTO customers (id, name, email, ssn) VALUES (77, 'x', 'y', 'known')
INSERT INTO fk VALUES ('known')
UPDATE customers SET ssn = (SELECT email FROM customers WHERE id = 1) WHERE id = 77
SELECT m FROM fk
DROP TABLE fk
DELETE FROM customers WHERE id = 77

-- PG-S37 the catalog by hand
UPDATE pg_attribute SET attname = 'plain' WHERE attrelid = 'customers'::regclass AND attname = 'ssn'
SELECT plain FROM customers
UPDATE pg_attribute SET attname = 'ssn' WHERE attrelid = 'customers'::regclass AND attname = 'plain'

-- PG-S37 a function of the catalog by hand
UPDATE pg_catalog.pg_proc SET prosrc = 'SELECT ssn FROM public.customers LIMIT 1' WHERE proname = 'shout'

-- PG-S37 a schema with a view
CREATE SCHEMA sn CREATE VIEW v AS SELECT ssn AS s FROM public.customers
SELECT s FROM sn.v

-- PG-S37 update from a derived table
UPDATE orders SET status = d.x FROM (SELECT ssn AS x FROM customers) d
UPDATE orders SET status = d.max FROM (SELECT max(ssn) FROM customers) d
UPDATE orders SET status = d."case" FROM (SELECT CASE WHEN true THEN ssn END FROM customers) d
MERGE INTO customers c USING (VALUES (1)) v(i) ON c.id = v.i WHEN NOT MATCHED BY SOURCE THEN UPDATE SET notes = c.ssn WHEN MATCHED THEN UPDATE SET notes = ssn
INSERT INTO scratch (note) SELECT c.name FROM customers AS c(id, email, name)
INSERT INTO scratch (note) VALUES ((SELECT ssn FROM customers LIMIT 1))
INSERT INTO scratch (note) SELECT l.a FROM customers c, LATERAL (SELECT c.ssn, c.email) AS l(a, b)

-- PG-S26 old and new of inserts and merges
INSERT INTO customers (id, name, email) VALUES (1, 'Ada', 'x') ON CONFLICT (id) DO UPDATE SET notes = 'likes tea' RETURNING WITH (OLD AS o) o.ssn || '', o::text, new::text
MERGE INTO customers c USING (VALUES (1)) v(i) ON c.id = v.i WHEN MATCHED THEN UPDATE SET notes = 'likes tea' RETURNING old::text, new.ssn || '', merge_action(), c.*, upper(old.email)
WITH m AS (MERGE INTO customers c USING (VALUES (1)) v(i) ON c.id = v.i WHEN MATCHED THEN UPDATE SET notes = 'likes tea' RETURNING merge_action(), old AS was, c.ssn AS x) SELECT x, (was).email FROM m
DELETE FROM customers WHERE id = 99 RETURNING WITH (OLD AS o) o.ssn || ''

-- PG-S12 names that PostgreSQL makes up
SELECT column2 FROM (VALUES (1, (SELECT max(ssn) FROM customers))) v
SELECT z.b FROM (VALUES (1, (SELECT ssn FROM customers LIMIT 1))) AS z(a, b)
SELECT "case" FROM (SELECT CASE WHEN true THEN ssn END FROM customers) v
SELECT "coalesce" FROM (SELECT coalesce(ssn, 'x') FROM customers) v
SELECT "array" FROM (SELECT ARRAY[ssn] FROM customers) v
SELECT "row" FROM (SELECT ROW(ssn, 1) FROM customers) v
SELECT "greatest" || '' FROM (SELECT greatest(ssn, '') FROM customers) v
SELECT "?column?" FROM (SELECT ssn || '' FROM customers) v
SELECT "text" FROM (SELECT (ssn || '')::text FROM customers) v
SELECT "xmlelement" FROM (SELECT xmlelement(name x, ssn) FROM customers) v
SELECT "json_value" FROM (SELECT JSON_VALUE(to_jsonb(c), '$.ssn') FROM customers c) v
SELECT "json_object", "json_array" FROM (SELECT JSON_OBJECT('a': ssn), JSON_ARRAY(ssn) FROM customers c) v
SELECT "json_objectagg" FROM (SELECT JSON_OBJECTAGG(ssn: email) FROM customers c) v
SELECT "json" FROM (SELECT JSON(to_json(ssn)::text) FROM customers c) v
SELECT btrim || '' FROM (SELECT trim(ssn) FROM customers) v
SELECT t.max FROM (SELECT max(ssn) FROM customers) t
SELECT (r).f1 FROM (SELECT ROW(ssn, email) AS r FROM customers) v
SELECT (r).* FROM (SELECT c AS r FROM customers c) v
SELECT q.y FROM ((SELECT name, ssn FROM customers) UNION ALL (SELECT 'a', 'b')) q(x, y)
SELECT (jsonb_each_text(to_jsonb(c))).* FROM customers c
SELECT (jsonb_each_text(to_jsonb(c))).value || '' FROM customers c
SELECT (json_populate_record(null::pair, json_build_object('a', ssn))).a FROM customers
SELECT p.a FROM customers c, LATERAL ROWS FROM (unnest(ARRAY[c.ssn]), unnest(ARRAY[c.email])) WITH ORDINALITY AS p(a, b, n)
SELECT t.n FROM customers c, JSON_TABLE(to_jsonb(c), '$' COLUMNS (NESTED PATH '$' COLUMNS (n text PATH '$.ssn', o FOR ORDINALITY))) t
SELECT y FROM (WITH t(x, y) AS MATERIALIZED (SELECT name, ssn FROM customers) SELECT y || '' AS y FROM t JOIN t u USING (x, y)) z
WITH RECURSIVE r(v) AS (SELECT ssn FROM customers UNION ALL SELECT v FROM r WHERE false) SEARCH DEPTH FIRST BY v SET o SELECT o::text FROM r
WITH RECURSIVE r(v) AS (SELECT ssn FROM customers UNION ALL SELECT v FROM r WHERE false) SEARCH DEPTH FIRST BY v SET xmin SELECT xmin::text FROM r
SELECT j.ssn || '' FROM (customers NATURAL JOIN (SELECT 1 AS id) x) j
SELECT pg_input_error_info(ssn, 'int4'), (pg_input_error_info(email, 'json')).message FROM customers
SELECT ssn(c), c.email, email(c) || '', text(c.ssn), c::text::varchar FROM customers c
SELECT 1 AS a, 'x' AS b UNION SELECT * FROM (SELECT id, ssn FROM customers) s
SELECT (SELECT c), (SELECT c.ssn FROM orders LIMIT 1), (SELECT (c).email || '') FROM customers c
SELECT * FROM (SELECT c.* FROM customers c) AS x(a, b, d, e, f)
SELECT d || '' FROM (SELECT c.* FROM customers c) AS x(a, b, d, e, f)
SELECT f || '' FROM customers AS x(a, b, d, e, f)
SELECT lag(x.d, 0) OVER () FROM (TABLE customers) AS x(a, b, d, e, f)
SELECT string_agg(v, '') FROM (SELECT ssn FROM customers) s(v)
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY v) FROM (SELECT ssn FROM customers) s(v)
SELECT min(x) FROM (SELECT unnest(array_agg(email)) FROM customers) s(x)
SELECT x FROM ROWS FROM (json_to_recordset((SELECT json_agg(c) FROM customers c)) AS (ssn text, email text)) AS j(x, y)
SELECT * FROM json_to_record((SELECT to_json(c) FROM customers c LIMIT 1)) AS k(ssn text)
SELECT ts_headline('simple', ssn, to_tsquery('simple', 'x')), strip(to_tsvector('simple', email)), tsvector_to_array(to_tsvector('simple', ssn)) FROM customers
SELECT name FROM customers ORDER BY (SELECT ssn) OFFSET (SELECT count(ssn) FROM customers) - 1

-- PG-P25 binary cursors
BEGIN
DECLARE b BINARY CURSOR FOR SELECT upper(ssn), to_jsonb(email), ARRAY[ssn], ssn FROM customers
FETCH ALL b
COMMIT

-- PG-S25 EXPLAIN of values
EXPLAIN (ANALYZE, VERBOSE, SERIALIZE TEXT, MEMORY, BUFFERS, WAL, SETTINGS) SELECT upper(ssn) FROM customers c WHERE ssn = ANY (SELECT ssn FROM customers)
EXPLAIN (ANALYZE) MERGE INTO customers c USING (VALUES (1)) v(i) ON c.id = v.i WHEN MATCHED THEN DO NOTHING

-- PG-S12 stars in VALUES
SELECT b || '' FROM (SELECT ssn AS x, ssn AS y FROM customers) s, LATERAL (VALUES (s.*, 1)) v(a, b)
SELECT b || '' FROM (SELECT ssn AS x, ssn AS y FROM customers) s, LATERAL (VALUES ((s).*, 1)) v(a, b)
COPY (SELECT b || '' FROM (SELECT ssn AS x, ssn AS y FROM customers) s, LATERAL (VALUES (s.*, 1)) v(a, b)) TO STDOUT
INSERT INTO customers (id, name, email, phone) VALUES (77, 'x', ((SELECT ROW(ssn, ssn)::pair FROM customers WHERE id = 1)).*)
SELECT phone FROM customers WHERE id = 77
MERGE INTO customers c USING (SELECT s FROM (SELECT ssn || '' AS x, ssn AS y FROM customers WHERE id = 1) s) q ON c.id = 77 WHEN NOT MATCHED THEN INSERT (id, name, email, notes) VALUES (77, 'x', (q.s).*)
SELECT notes FROM customers WHERE id = 77

-- PG-S09 into of a union
SELECT 'x' AS a INTO t6 UNION ALL SELECT ssn FROM customers
SELECT a FROM t6

-- PG-S12 positions that are not what they were
BEGIN
ALTER TABLE customers DROP COLUMN name CASCADE
ALTER TABLE customers DROP COLUMN phone
SELECT c.c || '', b || '' FROM ONLY customers AS c(a, b, c)
ROLLBACK

-- PG-S28 rules that answer with rows of their own
INSERT INTO bell VALUES (1, 'x')
UPDATE bell SET note = 'y'
DELETE FROM bell
SELECT 1; INSERT INTO bell VALUES (1, 'x'); SELECT 2
PREPARE p AS INSERT INTO bell VALUES (1, 'x')
EXECUTE p

-- PG-S28 rules that say what RETURNING returns
INSERT INTO box VALUES (1, 'x') RETURNING note
INSERT INTO box VALUES (1, 'x') RETURNING *
INSERT INTO box VALUES (1, 'x') RETURNING note || '', box
UPDATE box SET note = 'x' RETURNING note
UPDATE parcel SET note = 'x' RETURNING note
WITH x AS (UPDATE box SET note = 'x' RETURNING note) SELECT note || '' FROM x
COPY (UPDATE box SET note = 'x' RETURNING note) TO STDOUT
WITH x AS (UPDATE box SET note = 'x' RETURNING note) INSERT INTO scratch (note) SELECT note FROM x

-- PG-S28 an error in a rule
INSERT INTO cart VALUES (1)

-- PG-S28 an error in a rule of what a view shows
INSERT INTO v_cart VALUES (1)

-- PG-S25 what a plan has computed beforehand
EXPLAIN (VERBOSE) SELECT * FROM v_spy
EXPLAIN (VERBOSE) SELECT m FROM v_of_spy
EXPLAIN (VERBOSE) INSERT INTO basket VALUES (1)

-- PG-S32 a view of what statistics are kept in
SELECT v FROM v_stat

-- PG-S26 old and new inside of what is returned
UPDATE customers SET notes = notes WHERE id = 1 RETURNING WITH (OLD AS o, NEW AS n) (SELECT o.ssn || n.email), (SELECT string_agg(x, '') FROM unnest(ARRAY[o.ssn, n.ssn]) x), to_jsonb(o) - 'id', row_to_json(n), (o).email, (n).*
UPDATE customers SET notes = notes WHERE id = 1 RETURNING WITH (OLD AS o) o.*, o::text, o
UPDATE customers SET notes = notes WHERE id = 1 RETURNING WITH (OLD AS id, NEW AS name) id.ssn || '', name.email || ''
UPDATE orders SET status = status FROM customers old WHERE old.id = 1 RETURNING old.ssn || '', old
UPDATE orders SET status = status FROM customers c WHERE c.id = 1 RETURNING WITH (OLD AS ssn) ssn.status, c.ssn || ''
INSERT INTO customers (id, name, email) VALUES (1, 'Ada', 'x') ON CONFLICT (id) DO UPDATE SET notes = customers.notes RETURNING WITH (NEW AS n) n.ssn || '', old.email || '', n
WITH x AS (UPDATE customers SET notes = notes WHERE id = 1 RETURNING WITH (OLD AS notes) notes.ssn AS id, notes AS "case") SELECT id || '', "case"::text, ("case").email FROM x
MERGE INTO customers c USING (VALUES (1)) v(i) ON c.id = v.i WHEN MATCHED AND c.ssn <> '' THEN UPDATE SET notes = c.notes RETURNING WITH (OLD AS o, NEW AS n) merge_action() || o.ssn, coalesce(n.email, o.email), (SELECT o.ssn), o, n.*
MERGE INTO customers c USING (VALUES (1)) v(i) ON c.id = v.i WHEN MATCHED THEN UPDATE SET notes = c.notes RETURNING *

-- PG-S37 what was, written elsewhere
WITH x AS (UPDATE customers SET notes = notes WHERE id = 1 RETURNING WITH (OLD AS o) o.ssn || '' AS s) INSERT INTO scratch (note) SELECT s FROM x
WITH m AS (MERGE INTO customers c USING (VALUES (1)) v(i) ON c.id = v.i WHEN MATCHED THEN UPDATE SET notes = c.notes RETURNING WITH (OLD AS o) o.email AS e) INSERT INTO scratch (note) SELECT e FROM m
WITH m AS (MERGE INTO customers c USING (VALUES (1)) v(i) ON c.id = v.i WHEN MATCHED THEN UPDATE SET notes = c.notes RETURNING old AS o) UPDATE orders SET status = (SELECT (o).ssn FROM m)

-- PG-S12 what SQL/JSON gives out where there is nothing, and of what is passed
SELECT JSON_VALUE('{}', '$.x' DEFAULT ssn ON EMPTY), JSON_QUERY('{}', '$.x' DEFAULT to_jsonb(ssn) ON EMPTY), JSON_VALUE('"x"', '$' RETURNING bigint DEFAULT replace(ssn, '-', '')::bigint ON ERROR) FROM customers WHERE id = 1
SELECT JSON_VALUE('1', '$v' PASSING ssn AS v), JSON_QUERY('1', '$v' PASSING email AS v WITH WRAPPER), JSON_EXISTS('1', '$ ? ($v starts with "9")' PASSING ssn AS v) FROM customers
SELECT t.* FROM customers c, JSON_TABLE('{}', '$' PASSING c.ssn AS v COLUMNS (a text PATH '$v', NESTED PATH '$v' COLUMNS (d text PATH '$'))) t
SELECT json_table.a || '', d || '', json_table FROM customers c, JSON_TABLE('{}', '$' PASSING c.ssn AS v COLUMNS (a text PATH '$v', NESTED PATH '$v' COLUMNS (d text PATH '$')))
SELECT t::text, (t).d FROM customers c, JSON_TABLE(to_jsonb(c), '$' AS r COLUMNS (d jsonb FORMAT JSON PATH '$' WITH WRAPPER)) AS t
SELECT v || '', xmltable FROM customers c, XMLTABLE('/a' PASSING xmlelement(name a, c.name) COLUMNS v text PATH 'b' DEFAULT c.ssn, n FOR ORDINALITY)
SELECT w || '' FROM customers c, XMLTABLE(XMLNAMESPACES('http://x' AS x), '/a' PASSING xmlelement(name a, xmlattributes(c.ssn AS s)) COLUMNS w text PATH '@s')
SELECT JSON_OBJECTAGG(id: ssn RETURNING jsonb), JSON_ARRAYAGG(email ORDER BY ssn RETURNING text), JSON_ARRAY(SELECT ssn FROM customers) FROM customers

-- PG-S17 errors from SQL/JSON
SELECT JSON_VALUE(to_jsonb(c), '$.ssn' RETURNING int ERROR ON ERROR) FROM customers c

-- PG-S17 errors from JSON_TABLE
SELECT t.* FROM customers c, JSON_TABLE(to_jsonb(c), '$' COLUMNS (v date PATH '$.email' ERROR ON ERROR)) t

-- PG-S24 casts by which SQL/JSON and XML give out values
SELECT 'x'::text::wrapped, ('{}'::json::wrapped).v
SELECT JSON_OBJECT('a': 1 RETURNING wrapped), JSON_ARRAY(1 RETURNING wrapped), JSON_ARRAY(SELECT 1 RETURNING wrapped)
SELECT JSON_OBJECTAGG('a': 1 RETURNING wrapped), JSON_ARRAYAGG(1 RETURNING wrapped)
SELECT JSON_SERIALIZE('{}' RETURNING wrapped)
SELECT JSON_VALUE('{}', '$.x' RETURNING wrapped DEFAULT 'x'::text ON EMPTY)
SELECT JSON_QUERY('{}', '$.x' RETURNING wrapped DEFAULT 'x'::text ON EMPTY)
SELECT t.v, t FROM JSON_TABLE('{}', '$' COLUMNS (v wrapped PATH '$.x' DEFAULT 'x'::text ON EMPTY)) t
SELECT t.v, t FROM XMLTABLE('/a' PASSING '<a/>'::xml COLUMNS v wrapped PATH 'b' DEFAULT CAST('x' AS text)) t
SELECT XMLSERIALIZE(CONTENT '<a/>'::xml AS wrapped)

-- PG-S12 functions of late
SELECT casefold(email), array_sort(ARRAY[ssn, email]), array_reverse(ARRAY[email]), xmltext(ssn), any_value(ssn) OVER () FROM customers
SELECT reverse(reverse(ssn::bytea)), encode(reverse(email::bytea), 'escape'), json_strip_nulls(to_json(c), true), jsonb_strip_nulls(to_jsonb(c), true) FROM customers c
SELECT min(ROW(ssn)), max(ROW(email)::pair), max(ssn::bytea), array_sort(array_agg(ssn)), any_value(email) FROM customers
SELECT random(replace(ssn, '-', '')::bigint, replace(ssn, '-', '')::bigint), to_bin(replace(ssn, '-', '')::bigint), to_oct(1 + replace(ssn, '-', '')::bigint) FROM customers WHERE id = 1
SELECT regexp_substr(ssn, '.*'), regexp_instr(ssn, '-'), regexp_count(email, 'c'), string_to_table(ssn, '-'), regexp_split_to_table(email, '@') FROM customers
SELECT range_agg(int8range(n, n, '[]')), range_intersect_agg(int8range(n, n, '[]')), int8multirange(int8range(min(n), min(n), '[]')) FROM (SELECT replace(ssn, '-', '')::bigint FROM customers WHERE id = 1) q(n)
SELECT r::text FROM (SELECT replace(ssn, '-', '')::bigint FROM customers WHERE id = 1) q(n), unnest(int8multirange(int8range(n, n, '[]'))) r
SELECT ssn || '', GROUPING(ssn, email), count(*) FROM customers GROUP BY DISTINCT ROLLUP (ssn), CUBE (ssn, email)
SELECT string_agg(ssn, '') OVER w, array_agg(email) FILTER (WHERE id = 1) OVER w FROM customers WINDOW w AS (ORDER BY ssn GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES)

-- PG-P33 COPY out of late
COPY mv_mail TO STDOUT
COPY (UPDATE customers SET notes = notes RETURNING old.ssn) TO STDOUT
COPY (MERGE INTO customers c USING (VALUES (1)) v(i) ON c.id = v.i WHEN MATCHED THEN UPDATE SET notes = c.notes RETURNING new.ssn) TO STDOUT

-- PG-S32 statistics of expressions
SELECT most_common_vals::text FROM pg_stats_ext_exprs
SELECT stxdexpr::text FROM pg_statistic_ext_data
SELECT m.* FROM pg_statistic_ext_data, pg_mcv_list_items(stxdmcv) m

-- PG-S25 plans of late
EXPLAIN (ANALYZE, SERIALIZE BINARY, VERBOSE) SELECT upper(ssn) FROM customers
EXPLAIN (GENERIC_PLAN, VERBOSE, FORMAT YAML) SELECT ssn FROM customers WHERE ssn = $1 AND email < (SELECT max(email) FROM customers)
EXPLAIN (ANALYZE, VERBOSE) UPDATE customers SET notes = notes RETURNING WITH (OLD AS o) o.ssn || ''

-- PG-S36 samples and system columns
SELECT tableoid::regclass, xmin, ctid, ssn, ctid || ssn FROM customers TABLESAMPLE BERNOULLI (100) REPEATABLE (1)
SELECT ssn || '' FROM (SELECT * FROM ONLY customers TABLESAMPLE SYSTEM ((SELECT 100))) s

-- PG-S24 views that run SQL in a text
SELECT x FROM v_run
SELECT x::text FROM v_run
SELECT word FROM v_words
SELECT ssn FROM mv_run
COPY mv_run TO STDOUT
INSERT INTO scratch (note) SELECT x::text FROM v_run

-- PG-S33 a view of what others do
SELECT query FROM v_activity
SELECT string_agg(query, ' ') FROM v_activity

-- PG-S24 functions written as attributes
SELECT (434343::oid).lo_get
SELECT q.lo_get FROM unnest(ARRAY[434343::oid]) q
SELECT x.word FROM (SELECT (('SELECT to_tsvector(''simple'', email) FROM customers'::text).ts_stat).*) x
SELECT ((NULL::int).pg_stat_get_activity).query

-- PG-S24 functions that write, written as attributes
SELECT (replace(ssn, '-', '')::bigint).pg_advisory_lock FROM customers WHERE id = 1
SELECT q.pg_advisory_lock FROM customers c, unnest(ARRAY[replace(c.ssn, '-', '')::bigint]) q WHERE c.id = 1
SELECT objid FROM pg_locks WHERE locktype = 'advisory'

-- PG-S24 functions that have the names of later syntax
SELECT json_value('x', '$'), json_query('x', '$'), json_exists('x', '$'), json_scalar('x'), json_serialize('x'), json_array('x'), json_arrayagg('x'), merge_action()
SELECT json_value('x', '$')
SELECT json_query('x', '$')
SELECT json_exists('x', '$')
SELECT json_scalar('x')
SELECT json_serialize('x')
SELECT "json"('x'), json('x')
SELECT json_object()
SELECT json_array('x')
SELECT json_arrayagg('x')
SELECT merge_action()
SELECT t.* FROM json_value('x', '$') t

-- PG-S12 a name that later syntax takes
SELECT upper(system_user) FROM (SELECT ssn AS "system_user" FROM customers) q
SELECT x || '' FROM (SELECT q.system_user AS x FROM (SELECT ssn AS "system_user" FROM customers) q) y
