-- Who was let in to what, for how long, and why.
CREATE TABLE access_grant (
  id             text PRIMARY KEY,
  state          text NOT NULL
                 CHECK (state IN ('REQUESTED', 'GIVEN', 'DENIED', 'EXPIRED', 'REVOKED', 'USED')),
  issuer         text NOT NULL,
  subject_id     text NOT NULL,
  subject        jsonb NOT NULL,
  resource       text NOT NULL,
  scope          jsonb NOT NULL,
  reason         text NOT NULL,
  starts_at      timestamptz NOT NULL,
  ends_at        timestamptz NOT NULL CHECK (ends_at > starts_at),
  once           boolean NOT NULL,
  rule           text NOT NULL,
  policy_version text NOT NULL,
  approval       text,
  requested_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at       timestamptz,
  ended_by       jsonb,
  comment        text NOT NULL DEFAULT '',
  CHECK ((state IN ('REQUESTED', 'GIVEN')) = (ended_at IS NULL))
);

CREATE INDEX access_grant_of ON access_grant (issuer, subject_id, resource) WHERE ended_at IS NULL;
CREATE INDEX access_grant_recent ON access_grant (requested_at DESC);

-- A grant that has ended stays ended, and nobody makes it one for somebody or something else.
CREATE FUNCTION access_grant_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'grant % is % already', OLD.id, OLD.state;
  END IF;
  IF to_jsonb(NEW) - '{state,ends_at,approval,ended_at,ended_by,comment}'::text[]
     <> to_jsonb(OLD) - '{state,ends_at,approval,ended_at,ended_by,comment}'::text[]
     OR (OLD.state = 'GIVEN' AND NEW.state = 'REQUESTED') THEN
    RAISE EXCEPTION 'grant % is frozen', OLD.id;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER access_grant_guard BEFORE UPDATE ON access_grant
  FOR EACH ROW EXECUTE FUNCTION access_grant_guard();

CREATE FUNCTION access_grant_announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('countersign_session', NEW.id);
  RETURN NULL;
END $$;

CREATE TRIGGER access_grant_announce AFTER UPDATE ON access_grant
  FOR EACH ROW EXECUTE FUNCTION access_grant_announce();
