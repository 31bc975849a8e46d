CREATE TABLE scratch (id int, note text, doc jsonb);
CREATE TABLE audit_log (id serial, line text);
CREATE VIEW v_lower AS SELECT id, lower(email) AS l FROM customers;
CREATE VIEW v_of_view AS SELECT l AS m FROM v_lower;
CREATE VIEW v_names WITH (security_barrier) AS SELECT id, name FROM customers;
CREATE MATERIALIZED VIEW mv_mail AS SELECT id, email FROM customers;
CREATE TABLE vip (level int) INHERITS (customers);
INSERT INTO vip SELECT 2, 'Cy', email, '1', ssn || 'v', 'x', now(), 9 FROM ONLY customers WHERE id = 1;
CREATE FUNCTION spy(int) RETURNS text LANGUAGE sql AS 'SELECT ssn FROM public.customers WHERE id = $1';
CREATE FUNCTION spy_set(int) RETURNS SETOF customers LANGUAGE sql AS 'SELECT * FROM public.customers';
CREATE FUNCTION shout(text) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'it is %', $1; RETURN ''; END$$;
CREATE FUNCTION fail_with_mail() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  RAISE EXCEPTION 'mail was %', (SELECT email FROM public.customers WHERE id = 1); END$$;
CREATE TABLE innocent (id int);
CREATE TRIGGER t BEFORE INSERT ON innocent FOR EACH ROW EXECUTE FUNCTION fail_with_mail();
CREATE FUNCTION notice_mail() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE 'mail is %', (SELECT email FROM public.customers WHERE id = 1); RETURN NEW; END$$;
CREATE TABLE chatty (id int);
CREATE TRIGGER t BEFORE INSERT ON chatty FOR EACH ROW EXECUTE FUNCTION notice_mail();
CREATE DOMAIN short AS text CHECK (length(VALUE) < 3);
CREATE TYPE pair AS (a text, b text);
CREATE PROCEDURE print_mail() LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE '%', (SELECT email FROM public.customers WHERE id = 1); END$$;
ANALYZE customers;
DO $$BEGIN
  CREATE EXTENSION IF NOT EXISTS postgres_fdw;
  CREATE EXTENSION IF NOT EXISTS file_fdw;
  CREATE EXTENSION IF NOT EXISTS dblink;
  CREATE EXTENSION IF NOT EXISTS hstore;
EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'without extensions: %', SQLERRM;
END$$;
