-- The sessions that are open now, on any gateway. Each gateway keeps its own and says that it lives.
CREATE TABLE live_session (
  id          text PRIMARY KEY,
  gateway     uuid NOT NULL,
  seen_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  issuer      text NOT NULL,
  subject_id  text NOT NULL,
  subject     jsonb NOT NULL,
  resource    text NOT NULL,
  client      text NOT NULL,
  application text NOT NULL,
  grant_id    text,
  credential  text,
  opened_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  killed      text
);

CREATE INDEX live_session_gateway ON live_session (gateway);
CREATE INDEX live_session_subject ON live_session (issuer, subject_id);

CREATE FUNCTION live_session_announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('countersign_session', NEW.id);
  RETURN NULL;
END $$;

CREATE TRIGGER live_session_announce AFTER UPDATE OF killed ON live_session
  FOR EACH ROW WHEN (NEW.killed IS NOT NULL) EXECUTE FUNCTION live_session_announce();
