-- Session credentials. The secret itself is nowhere: whoever reads this table can open nothing.
CREATE TABLE session_credential (
  digest     bytea PRIMARY KEY CHECK (length(digest) = 32),
  id         text NOT NULL UNIQUE,
  resource   text NOT NULL,
  issuer     text NOT NULL,
  subject_id text NOT NULL,
  owner      text,
  subject    jsonb NOT NULL,
  grant_id   text,
  minted_at  timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > minted_at),
  revoked_at timestamptz
);

CREATE INDEX session_credential_of ON session_credential (issuer, subject_id);
CREATE INDEX session_credential_on ON session_credential (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX session_credential_until ON session_credential (expires_at);

-- A credential only ever ends: nobody makes it good for somebody or something else.
CREATE FUNCTION session_credential_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL
     OR to_jsonb(NEW) - 'revoked_at' <> to_jsonb(OLD) - 'revoked_at' THEN
    RAISE EXCEPTION 'session credential % is not changed but revoked', OLD.id;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER session_credential_guard BEFORE UPDATE ON session_credential
  FOR EACH ROW EXECUTE FUNCTION session_credential_guard();

-- Subjects know their delegation chain from now on.
ALTER TABLE approval DISABLE TRIGGER USER;
UPDATE approval SET subject = subject || '{"delegation":[]}',
  approver = approver || '{"delegation":[]}';
ALTER TABLE approval ENABLE TRIGGER USER;
ALTER TABLE approval_yes DISABLE TRIGGER USER;
UPDATE approval_yes SET approver = approver || '{"delegation":[]}';
ALTER TABLE approval_yes ENABLE TRIGGER USER;
