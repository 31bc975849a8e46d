-- Break-glass: what two people opened, for whom, and what a third says of it.
CREATE TABLE emergency (
  id           text PRIMARY KEY,
  state        text NOT NULL CHECK (state IN ('PROPOSED', 'LAPSED', 'OPEN', 'CLOSED', 'EXPIRED')),
  resources    text[] NOT NULL CHECK (cardinality(resources) > 0),
  groups       text[] NOT NULL,
  agents       boolean NOT NULL,
  millis       bigint NOT NULL CHECK (millis BETWEEN 1 AND 3600000),
  reason       text NOT NULL,
  proposed_by  jsonb NOT NULL,
  proposed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  until        timestamptz NOT NULL,
  opened_by    jsonb,
  opened_at    timestamptz,
  opened_why   text NOT NULL DEFAULT '',
  ended_by     jsonb,
  ended_at     timestamptz,
  ended_why    text NOT NULL DEFAULT '',
  reviewed_by  jsonb,
  reviewed_at  timestamptz,
  review       text NOT NULL DEFAULT '',
  CHECK (state NOT IN ('OPEN', 'CLOSED', 'EXPIRED') OR opened_by IS NOT NULL),
  CHECK ((state IN ('PROPOSED', 'OPEN')) = (ended_at IS NULL)),
  CHECK (reviewed_at IS NULL OR state IN ('CLOSED', 'EXPIRED')),
  -- Two people: whoever writes here, one cannot be both.
  CHECK (opened_by IS NULL OR opened_by ->> 'id' <> proposed_by ->> 'id'
    OR opened_by ->> 'issuer' <> proposed_by ->> 'issuer'),
  CHECK (until <= coalesce(opened_at, proposed_at) + interval '61 minutes')
);

CREATE INDEX emergency_open ON emergency (until) WHERE state = 'OPEN';

-- Each step once, and nothing that was said changes.
CREATE FUNCTION emergency_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moving text[];
BEGIN
  moving := CASE
    WHEN OLD.state = 'PROPOSED' AND NEW.state = 'OPEN'
      THEN '{state,until,opened_by,opened_at,opened_why}'
    WHEN OLD.state = 'PROPOSED' AND NEW.state = 'LAPSED'
      OR OLD.state = 'OPEN' AND NEW.state IN ('CLOSED', 'EXPIRED')
      THEN '{state,ended_by,ended_at,ended_why}'
    WHEN OLD.state = NEW.state AND OLD.ended_at IS NOT NULL AND OLD.reviewed_at IS NULL
      THEN '{reviewed_by,reviewed_at,review}'
    ELSE '{}' END;
  IF to_jsonb(OLD) - moving <> to_jsonb(NEW) - moving THEN
    RAISE EXCEPTION 'emergency % is % already', OLD.id, OLD.state;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER emergency_guard BEFORE UPDATE ON emergency
  FOR EACH ROW EXECUTE FUNCTION emergency_guard();
CREATE TRIGGER emergency_stays BEFORE DELETE OR TRUNCATE ON emergency
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
