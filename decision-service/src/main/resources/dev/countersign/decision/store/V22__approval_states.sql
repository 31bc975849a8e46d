-- After the yes: whether the command ran. Until then an approved command has not been let go.
ALTER TABLE approval DROP CONSTRAINT approval_state_check, DROP CONSTRAINT approval_check1,
  ADD COLUMN ran_at timestamptz,
  ADD COLUMN run_error text NOT NULL DEFAULT '',
  ADD COLUMN escalated_to text,
  ADD CONSTRAINT approval_state CHECK (state IN
    ('WAITING', 'APPROVED', 'DENIED', 'EXPIRED', 'WITHDRAWN', 'EXECUTED', 'FAILED')),
  ADD CONSTRAINT approval_answered CHECK
    ((state IN ('APPROVED', 'DENIED', 'EXECUTED', 'FAILED')) = (approver IS NOT NULL)),
  ADD CONSTRAINT approval_ran CHECK ((state IN ('EXECUTED', 'FAILED')) = (ran_at IS NOT NULL));

CREATE INDEX approval_approved ON approval (waiter) WHERE state = 'APPROVED';
CREATE INDEX approval_same ON approval (digest) WHERE state = 'WAITING';

-- WAITING to an answer, APPROVED to what became of it, nothing else; and nothing that was asked changes.
CREATE OR REPLACE FUNCTION approval_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moving text[] := '{state,decided_at,approver,comment,escalated_to}';
BEGIN
  IF OLD.state = 'APPROVED' AND NEW.state IN ('EXECUTED', 'FAILED') THEN
    moving := '{state,ran_at,run_error}';
  ELSIF OLD.state <> 'WAITING' OR NEW.state IN ('EXECUTED', 'FAILED') THEN
    RAISE EXCEPTION 'approval % is % already', OLD.id, OLD.state;
  END IF;
  IF to_jsonb(OLD) - moving <> to_jsonb(NEW) - moving THEN
    RAISE EXCEPTION 'approval % is frozen', OLD.id;
  END IF;
  RETURN NEW;
END $$;

-- Lists that are followed live hear of new requests and of single answers too.
CREATE TRIGGER approval_announce_new AFTER INSERT ON approval
  FOR EACH ROW EXECUTE FUNCTION approval_announce();
CREATE TRIGGER approval_announce_escalation AFTER UPDATE OF escalated_to ON approval
  FOR EACH ROW EXECUTE FUNCTION approval_announce();

-- Who has looked at what: a yes counts only from somebody who was shown the very same.
CREATE TABLE approval_view (
  issuer     text NOT NULL,
  subject_id text NOT NULL,
  view       text NOT NULL CHECK (view ~ '^[0-9a-f]{64}$'),
  approval   text NOT NULL REFERENCES approval (id),
  seen_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (issuer, subject_id, view)
);
CREATE TRIGGER approval_view_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_view
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Each answer as the gateway signed it.
CREATE TABLE approval_signature (
  approval   text NOT NULL REFERENCES approval (id),
  subject_id text NOT NULL,
  vote       text NOT NULL CHECK (vote IN ('YES', 'NO')),
  view       text NOT NULL,
  voted_at   timestamptz NOT NULL,
  key        text NOT NULL,
  signature  text NOT NULL,
  PRIMARY KEY (approval, subject_id, vote)
);
CREATE TRIGGER approval_signature_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_signature
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
