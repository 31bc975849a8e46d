-- Who is signed in at a browser. The cookie's secret is not here, only what is derived from it: the
-- digest names the session, and the refresh token is sealed with a key of the same secret.
CREATE TABLE browser_session (
  digest         bytea PRIMARY KEY CHECK (length(digest) = 32),
  issuer         text NOT NULL,
  subject_id     text NOT NULL,
  subject        jsonb NOT NULL,
  signed_in_at   timestamptz,
  level          text,
  refresh        bytea,
  verified_until timestamptz NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  ends_at        timestamptz NOT NULL
);

CREATE INDEX browser_session_subject ON browser_session (issuer, subject_id);
