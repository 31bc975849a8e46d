-- What counts as the same command, and for how long its row lets people say yes to it beforehand; empty where it
-- does not. standing: the pre-approval or the emergency that answered a request the moment it was filed.
ALTER TABLE approval
  ADD COLUMN fingerprint text CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  ADD COLUMN any_values boolean NOT NULL DEFAULT false,
  ADD COLUMN pre_approval_millis bigint CHECK (pre_approval_millis > 0),
  ADD COLUMN standing text,
  ADD CONSTRAINT approval_pre_approvable CHECK (pre_approval_millis IS NULL OR fingerprint IS NOT NULL);

-- A yes that was given beforehand, to one command of one subject on one resource under one policy.
CREATE TABLE pre_approval (
  id              text PRIMARY KEY,
  state           text NOT NULL
                  CHECK (state IN ('REQUESTED', 'GIVEN', 'DENIED', 'EXPIRED', 'REVOKED', 'VOIDED')),
  model           text NOT NULL REFERENCES approval (id),
  fingerprint     text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  any_values      boolean NOT NULL,
  issuer          text NOT NULL,
  subject_id      text NOT NULL,
  subject         jsonb NOT NULL,
  resource        text NOT NULL,
  policy_version  text NOT NULL,
  approver_groups jsonb NOT NULL,
  quorum          integer NOT NULL,
  millis          bigint NOT NULL CHECK (millis > 0),
  reason          text NOT NULL,
  asked_by        jsonb NOT NULL,
  requested_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  approval        text REFERENCES approval (id),
  approver        jsonb,
  ends_at         timestamptz,
  ended_at        timestamptz,
  ended_by        jsonb,
  comment         text NOT NULL DEFAULT '',
  CHECK ((state IN ('REQUESTED', 'GIVEN')) = (ended_at IS NULL)),
  CHECK (state <> 'GIVEN' OR (approver IS NOT NULL AND ends_at IS NOT NULL))
);

CREATE INDEX pre_approval_given ON pre_approval (fingerprint) WHERE state = 'GIVEN';
CREATE INDEX pre_approval_recent ON pre_approval (requested_at DESC);

-- What has ended stays ended, and what was said yes to stays what it was.
CREATE FUNCTION pre_approval_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moving text[] := '{state,approval,approver,ends_at,ended_at,ended_by,comment}';
BEGIN
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'pre-approval % is % already', OLD.id, OLD.state;
  END IF;
  IF OLD.state = 'GIVEN' THEN
    moving := '{state,ended_at,ended_by,comment}';
  END IF;
  IF to_jsonb(OLD) - moving <> to_jsonb(NEW) - moving
     OR (OLD.state = 'GIVEN' AND NEW.state = 'REQUESTED') THEN
    RAISE EXCEPTION 'pre-approval % is frozen', OLD.id;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER pre_approval_guard BEFORE UPDATE ON pre_approval
  FOR EACH ROW EXECUTE FUNCTION pre_approval_guard();
