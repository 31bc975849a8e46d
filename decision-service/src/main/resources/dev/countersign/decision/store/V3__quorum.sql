ALTER TABLE approval ADD COLUMN quorum integer NOT NULL DEFAULT 1 CHECK (quorum >= 1);

-- Who said yes. A person counts once; one and the same id at two issuers is taken for one person.
CREATE TABLE approval_yes (
  approval   text NOT NULL REFERENCES approval (id),
  subject_id text NOT NULL,
  approver   jsonb NOT NULL,
  comment    text NOT NULL,
  said_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (approval, subject_id)
);

-- What was approved before was approved by one.
INSERT INTO approval_yes (approval, subject_id, approver, comment, said_at)
  SELECT id, approver ->> 'id', approver, comment, decided_at FROM approval WHERE state = 'APPROVED';

CREATE FUNCTION approval_yes_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    RAISE EXCEPTION 'a yes stays said';
  END IF;
  IF NOT EXISTS (SELECT FROM approval WHERE id = NEW.approval AND state = 'WAITING') THEN
    RAISE EXCEPTION 'approval % does not wait', NEW.approval;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER approval_yes_guard BEFORE INSERT OR UPDATE OR DELETE ON approval_yes
  FOR EACH ROW EXECUTE FUNCTION approval_yes_guard();

CREATE FUNCTION approval_quorum_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.quorum <> NEW.quorum THEN
    RAISE EXCEPTION 'approval % is frozen', OLD.id;
  END IF;
  IF NEW.state = 'APPROVED'
     AND (SELECT count(*) FROM approval_yes WHERE approval = NEW.id) < NEW.quorum THEN
    RAISE EXCEPTION 'approval % needs % people', NEW.id, NEW.quorum;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER approval_quorum_guard BEFORE UPDATE ON approval
  FOR EACH ROW EXECUTE FUNCTION approval_quorum_guard();
