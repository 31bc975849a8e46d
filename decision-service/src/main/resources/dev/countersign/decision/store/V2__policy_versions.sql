-- The policy's versions and which of them was put in force when. Nothing here is ever changed.
CREATE TABLE policy_version (
  id           text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{64}$'),
  workbook     bytea NOT NULL,
  issuer       text NOT NULL,
  subject_id   text NOT NULL,
  name         text NOT NULL,
  submitted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  four_eyes    boolean NOT NULL,
  row_count    integer NOT NULL,
  test_count   integer NOT NULL
);

CREATE TABLE policy_activation (
  number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version      text NOT NULL REFERENCES policy_version,
  replaced     text REFERENCES policy_version,
  issuer       text NOT NULL,
  subject_id   text NOT NULL,
  name         text NOT NULL,
  activated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  reason       text NOT NULL
);

CREATE INDEX policy_activation_at ON policy_activation (activated_at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER policy_version_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policy_activation_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_activation
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
