-- What an approver is shown beside the command.
ALTER TABLE approval ADD COLUMN exhibits jsonb NOT NULL DEFAULT '[]';

CREATE FUNCTION approval_exhibits_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.exhibits <> NEW.exhibits THEN
    RAISE EXCEPTION 'approval % is frozen', OLD.id;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER approval_exhibits_guard BEFORE UPDATE ON approval
  FOR EACH ROW EXECUTE FUNCTION approval_exhibits_guard();
