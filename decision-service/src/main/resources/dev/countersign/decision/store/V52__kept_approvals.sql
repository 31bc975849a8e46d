-- A request whose client comes again instead of waiting, at whatever gateway: it is kept with what its objects were, and
-- its answer is taken once.
ALTER TABLE approval
  ADD COLUMN kept boolean NOT NULL DEFAULT false,
  ADD COLUMN kept_state text NOT NULL DEFAULT '',
  ADD COLUMN taken_at timestamptz,
  ADD CONSTRAINT approval_taken CHECK (taken_at IS NULL OR (kept AND state <> 'WAITING'));

CREATE INDEX approval_kept ON approval (digest) WHERE kept AND taken_at IS NULL;

CREATE OR REPLACE FUNCTION approval_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moving text[] := '{state,decided_at,approver,comment,escalated_to,kept,kept_state}';
BEGIN
  IF OLD.state <> 'WAITING' AND NEW.state = OLD.state AND OLD.kept AND OLD.taken_at IS NULL
     AND NEW.taken_at IS NOT NULL THEN
    moving := '{taken_at,waiter}';
  ELSIF OLD.state = 'APPROVED' AND NEW.state = 'APPROVED' AND NEW.kept AND NOT OLD.kept THEN
    moving := '{kept,kept_state}';
  ELSIF OLD.state = 'APPROVED' AND NEW.state IN ('EXECUTED', 'FAILED') THEN
    moving := '{state,ran_at,run_error}';
  ELSIF OLD.state <> 'WAITING' OR NEW.state IN ('EXECUTED', 'FAILED') THEN
    RAISE EXCEPTION 'approval % is % already', OLD.id, OLD.state;
  END IF;
  IF to_jsonb(OLD) - moving <> to_jsonb(NEW) - moving THEN
    RAISE EXCEPTION 'approval % is frozen', OLD.id;
  END IF;
  RETURN NEW;
END $$;
