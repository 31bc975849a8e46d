-- What happens, for those who watch: numbered in the order in which it became true, kept for a day.
CREATE TABLE live_event (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind     text NOT NULL CHECK (kind IN ('APPROVAL', 'GRANT', 'SESSION')),
  state    text NOT NULL,
  about    text NOT NULL,
  subject  jsonb NOT NULL,
  resource text NOT NULL
);

-- Whoever reads number 10 must never find a 9 later: one transaction at a time takes numbers, and all that is left
-- of it then is its commit, because the triggers are deferred.
CREATE FUNCTION live_event_write(kind text, state text, about text, subject jsonb, resource text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(22);
  INSERT INTO live_event (kind, state, about, subject, resource)
    VALUES (kind, lower(state), about, subject, resource);
  PERFORM pg_notify('countersign_event', '');
END $$;

CREATE FUNCTION live_event_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.state <> OLD.state THEN
    PERFORM live_event_write('APPROVAL', NEW.state, NEW.id, NEW.subject, NEW.resource);
  ELSIF NEW.escalated_to IS DISTINCT FROM OLD.escalated_to THEN
    PERFORM live_event_write('APPROVAL', 'ESCALATED', NEW.id, NEW.subject, NEW.resource);
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER live_event_approval AFTER INSERT OR UPDATE ON approval
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION live_event_approval();

-- A yes that is not the last one leaves its approval as it is.
CREATE FUNCTION live_event_yes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM live_event_write('APPROVAL', 'YES', id, subject, resource)
    FROM approval WHERE id = NEW.approval AND approval.state = 'WAITING';
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER live_event_yes AFTER INSERT ON approval_yes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION live_event_yes();

CREATE FUNCTION live_event_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.state <> OLD.state THEN
    PERFORM live_event_write('GRANT', NEW.state, NEW.id, NEW.subject, NEW.resource);
  ELSIF NEW.ends_at <> OLD.ends_at THEN
    PERFORM live_event_write('GRANT', 'EXTENDED', NEW.id, NEW.subject, NEW.resource);
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER live_event_grant AFTER INSERT OR UPDATE ON access_grant
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION live_event_grant();

CREATE FUNCTION live_event_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM live_event_write('SESSION', 'OPENED', NEW.id, NEW.subject, NEW.resource);
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM live_event_write('SESSION', 'CLOSED', OLD.id, OLD.subject, OLD.resource);
  ELSIF NEW.killed IS DISTINCT FROM OLD.killed THEN
    PERFORM live_event_write('SESSION', 'KILLED', NEW.id, NEW.subject, NEW.resource);
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER live_event_session AFTER INSERT OR DELETE OR UPDATE OF killed ON live_session
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION live_event_session();
