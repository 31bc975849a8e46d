-- What statements are made of by chance. The name of a column begins with what hides it, or with plain_.
CREATE SCHEMA canary;
CREATE SEQUENCE canary.n;
CREATE FUNCTION canary.word() RETURNS text LANGUAGE sql AS
  $$ SELECT left(translate(md5('w' || nextval('canary.n')), '0123456789abcdef', 'gkmqtwzxrhjvpnsy'), 14) $$;
CREATE FUNCTION canary.number() RETURNS int LANGUAGE sql AS
  $$ SELECT -1200000000 - ('x' || right(md5('n' || nextval('canary.n')), 7))::bit(28)::int % 900000000 $$;
CREATE FUNCTION canary.uuid() RETURNS uuid LANGUAGE sql AS $$ SELECT md5('u' || nextval('canary.n'))::uuid $$;
CREATE FUNCTION canary.day() RETURNS date LANGUAGE sql AS
  $$ SELECT date '1931-02-12' + (nextval('canary.n') * 37 % 9000)::int $$;
CREATE FUNCTION canary.doc() RETURNS jsonb LANGUAGE sql AS
  $$ SELECT jsonb_build_object('word', canary.word(), 'number', canary.number(), 'list', ARRAY[canary.word(), canary.word()],
       'of', jsonb_build_object('word', canary.word())) $$;

CREATE TYPE mood AS ENUM ('calm', 'glad', 'sad');
CREATE TYPE person AS (word text, number int);
CREATE DOMAIN label AS text CHECK (length(VALUE) < 40);

CREATE TABLE wards (id int PRIMARY KEY, plain_name text NOT NULL, plain_number int, plain_amount numeric, plain_at timestamptz,
  plain_doc jsonb, plain_tags text[], plain_mood mood, plain_key uuid, plain_person person, plain_blob bytea,
  plain_home inet, plain_span int4range);
INSERT INTO wards SELECT n, 'ward ' || n, n * 7, n * 1.5, timestamptz '2026-01-01 10:00+00' + n * interval '1 day',
    jsonb_build_object('word', 'w' || n, 'number', n, 'list', ARRAY['a', 'b']), ARRAY['t' || n, 'u'],
    (enum_range(NULL::mood))[1 + n % 3], md5(n::text)::uuid, ROW('p' || n, n)::person, decode('00ff', 'hex'),
    '10.0.0.1', int4range(n, n + 5)
  FROM generate_series(1, 4) n;

CREATE TABLE patients (id int PRIMARY KEY, plain_name text, plain_ward int REFERENCES wards (id), plain_number int,
  plain_born date, plain_doc jsonb, plain_tags text[], plain_mood mood,
  redacted_name text, redacted_number int, null_amount numeric, hashed_key uuid, partial_born date,
  redacted_seen timestamptz, redacted_doc jsonb, redacted_note json, null_tags text[], redacted_codes int[],
  redacted_person person, redacted_label label, redacted_blob bytea, redacted_home inet, redacted_span int4range,
  redacted_big bigint, redacted_measure double precision, redacted_mood mood, formatted_phone text, partial_card text,
  hashed_badge text UNIQUE, redacted_people person[], redacted_html xml,
  redacted_loud text GENERATED ALWAYS AS (upper(redacted_name)) STORED,
  quiet text GENERATED ALWAYS AS (lower(redacted_name) || plain_name) VIRTUAL);
INSERT INTO patients
  SELECT n, 'patient ' || n, 1 + n % 3, n * 11, date '2001-05-05' + n, '{"word": "plain"}', ARRAY['p', 'q'], 'calm',
    canary.word(), canary.number(), (canary.number()::text || '.' || -canary.number())::numeric, canary.uuid(),
    canary.day(), canary.day() + time '13:47:29.617283', canary.doc(), canary.doc(), ARRAY[canary.word(), canary.word()],
    ARRAY[canary.number(), canary.number()], ROW(canary.word(), canary.number())::person, canary.word(),
    convert_to(canary.word(), 'UTF8'),
    ('187.' || 100 + n || '.' || 231 - n || '.' || 141 + n)::inet, int4range(canary.number(), 0),
    canary.number()::bigint * 1000003, canary.number() * 1.000001, 'sad', canary.word(), canary.word(), canary.word(),
    ARRAY[ROW(canary.word(), canary.number())::person], ('<p w="' || canary.word() || '">' || canary.word() || '</p>')::xml
  FROM generate_series(1, 5) n;

CREATE TABLE veterans (plain_rank int) INHERITS (patients);
INSERT INTO veterans (id, plain_name, redacted_name, redacted_number, redacted_doc, plain_rank)
  VALUES (20, 'veteran', canary.word(), canary.number(), canary.doc(), 3);

CREATE TABLE visits (id int PRIMARY KEY, plain_ward int, plain_room text, plain_cost numeric, plain_at timestamptz,
  redacted_reason text, redacted_code int, badge text REFERENCES patients (hashed_badge) ON UPDATE CASCADE);
INSERT INTO visits SELECT n, 1 + n % 4, 'room ' || n, n * 2.25, timestamptz '2026-02-02 08:00+00' + n * interval '3 hours',
    canary.word(), canary.number(), (SELECT hashed_badge FROM patients p WHERE p.id = n)
  FROM generate_series(1, 5) n;
CREATE UNIQUE INDEX ON visits (lower(redacted_reason), (redacted_code + 1));
ALTER TABLE visits ADD CONSTRAINT long CHECK (length(redacted_reason) > 3), ALTER redacted_reason SET NOT NULL;

CREATE TABLE events (id int, plain_kind text, redacted_text text, redacted_at timestamptz) PARTITION BY RANGE (id);
CREATE TABLE events_low PARTITION OF events FOR VALUES FROM (0) TO (100);
CREATE TABLE events_high PARTITION OF events FOR VALUES FROM (100) TO (1000);
INSERT INTO events SELECT n * 40, 'kind ' || n % 2, canary.word(), canary.day() + time '13:47:29.617283' FROM generate_series(1, 4) n;

CREATE TABLE vault (id int PRIMARY KEY, plain_name text, sealed_code text, sealed_pin int);
INSERT INTO vault SELECT n, 'safe ' || n, canary.word(), canary.number() FROM generate_series(1, 3) n;

-- Its policy reads what is masked, and fails with a value of it where the row is not found by its key.
CREATE TABLE rooms (id int PRIMARY KEY, plain_name text, redacted_key text);
INSERT INTO rooms SELECT n, 'room ' || n, canary.word() FROM generate_series(1, 3) n;
ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
CREATE POLICY odd ON rooms USING (CASE WHEN id = 3 THEN redacted_key::int > 0 ELSE redacted_key <> plain_name END);
-- And this one's reads those of another table.
CREATE TABLE floors (id int PRIMARY KEY, plain_name text);
INSERT INTO floors VALUES (1, 'ground'), (2, 'first');
ALTER TABLE floors ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON floors USING (id < 2 OR (SELECT redacted_name::int FROM patients WHERE patients.id = 1) = 1);

CREATE TABLE notes (id int, plain_text text);
INSERT INTO notes VALUES (1, 'a note'), (2, 'another');
CREATE TABLE memos (id int, plain_text text);
INSERT INTO memos VALUES (1, 'a memo');
CREATE RULE also AS ON INSERT TO notes DO ALSO SELECT id, redacted_name || '' AS name FROM patients;
CREATE RULE instead AS ON UPDATE TO memos DO INSTEAD UPDATE patients SET plain_name = plain_name
  RETURNING patients.id, patients.redacted_name;

CREATE TABLE bells (id int, plain_text text);
INSERT INTO bells VALUES (1, 'ding');
CREATE FUNCTION ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE NOTICE 'rung by %', (SELECT redacted_name FROM patients WHERE patients.id = 1);
  RETURN NEW;
END $$;
CREATE TRIGGER ring BEFORE INSERT OR UPDATE ON bells FOR EACH ROW EXECUTE FUNCTION ring();

CREATE FUNCTION name_of(int) RETURNS text STABLE LANGUAGE sql AS 'SELECT redacted_name FROM patients WHERE id = $1';
CREATE FUNCTION spell(text) RETURNS text STABLE LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'it is %', $1; RETURN $1; END $$;
CREATE FUNCTION everybody() RETURNS SETOF person STABLE LANGUAGE sql AS 'SELECT redacted_person FROM patients';
-- The server puts its query in the place of the call, and an error in it names no function.
CREATE FUNCTION failing() RETURNS SETOF int STABLE LANGUAGE sql AS 'SELECT redacted_name::int FROM patients';
CREATE FUNCTION twice(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 2 * $1 % 1000';

CREATE VIEW names AS SELECT id, plain_name AS redacted_name, redacted_name AS plain_name FROM patients;
CREATE VIEW stays WITH (security_invoker) AS
  SELECT p.id, p.plain_name, v.plain_room, v.redacted_reason AS reason FROM patients p JOIN visits v ON v.id = p.id;
CREATE VIEW ward_names AS SELECT id, plain_name, plain_number FROM wards;
CREATE VIEW called AS SELECT id, name_of(id) AS plain_name FROM wards;
CREATE MATERIALIZED VIEW counted AS SELECT plain_ward, count(*) AS n, min(redacted_name) AS least FROM patients GROUP BY 1;
CREATE INDEX ON patients ((redacted_name || plain_name));
CREATE INDEX ON patients (plain_ward) WHERE redacted_number > 0;
CREATE STATISTICS apart ON plain_ward, redacted_number FROM patients;
ANALYZE;
GRANT USAGE ON SCHEMA public TO gateway;
GRANT ALL ON ALL TABLES IN SCHEMA public TO gateway;
