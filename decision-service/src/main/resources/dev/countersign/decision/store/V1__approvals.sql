-- A gateway process whose sessions wait for answers. It says every few seconds that it still lives.
CREATE TABLE approval_waiter (
  id      uuid PRIMARY KEY,
  seen_at timestamptz NOT NULL
);

CREATE TABLE approval (
  id              text PRIMARY KEY,
  state           text NOT NULL DEFAULT 'WAITING'
                  CHECK (state IN ('WAITING', 'APPROVED', 'DENIED', 'EXPIRED', 'WITHDRAWN')),
  digest          text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  statement       text NOT NULL,
  parameters      jsonb NOT NULL,
  resource        text NOT NULL,
  issuer          text NOT NULL,
  subject_id      text NOT NULL,
  subject         jsonb NOT NULL,
  policy_version  text NOT NULL,
  session         text NOT NULL,
  waiter          uuid NOT NULL,
  approver_groups jsonb NOT NULL,
  matched_rows    jsonb NOT NULL,
  requested_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at      timestamptz NOT NULL,
  decided_at      timestamptz,
  approver        jsonb,
  comment         text NOT NULL DEFAULT '',
  CHECK ((state = 'WAITING') = (decided_at IS NULL)),
  CHECK ((state IN ('APPROVED', 'DENIED')) = (approver IS NOT NULL))
);

CREATE INDEX approval_waiting ON approval (issuer, subject_id) WHERE state = 'WAITING';
CREATE INDEX approval_recent ON approval (requested_at DESC);

-- What is decided stays decided, and what was asked stays what was asked, whoever writes here.
CREATE FUNCTION approval_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'WAITING' THEN
    RAISE EXCEPTION 'approval % is % already', OLD.id, OLD.state;
  END IF;
  IF (OLD.id, OLD.digest, OLD.statement, OLD.parameters, OLD.resource, OLD.issuer, OLD.subject_id,
      OLD.subject, OLD.policy_version, OLD.session, OLD.waiter, OLD.approver_groups,
      OLD.matched_rows, OLD.requested_at, OLD.expires_at)
     IS DISTINCT FROM
     (NEW.id, NEW.digest, NEW.statement, NEW.parameters, NEW.resource, NEW.issuer, NEW.subject_id,
      NEW.subject, NEW.policy_version, NEW.session, NEW.waiter, NEW.approver_groups,
      NEW.matched_rows, NEW.requested_at, NEW.expires_at) THEN
    RAISE EXCEPTION 'approval % is frozen', OLD.id;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER approval_guard BEFORE UPDATE ON approval
  FOR EACH ROW EXECUTE FUNCTION approval_guard();

CREATE FUNCTION approval_announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('countersign_approval', NEW.id);
  RETURN NULL;
END $$;

CREATE TRIGGER approval_announce AFTER UPDATE OF state ON approval
  FOR EACH ROW EXECUTE FUNCTION approval_announce();
