-- Which sessions somebody reads while they go on, until when they are told of.
CREATE TABLE session_follow (
  session text PRIMARY KEY,
  until   timestamptz NOT NULL
);

CREATE FUNCTION session_follow_announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('countersign_follow', '');
  RETURN NULL;
END $$;

CREATE TRIGGER session_follow_announce AFTER INSERT ON session_follow
  FOR EACH ROW EXECUTE FUNCTION session_follow_announce();

-- What runs in them meanwhile: forgotten after a minute, in no backup. One gateway writes of one session.
CREATE UNLOGGED TABLE session_line (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session text NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  type    text NOT NULL,
  data    text NOT NULL
);

CREATE INDEX session_line_of ON session_line (session, id);
