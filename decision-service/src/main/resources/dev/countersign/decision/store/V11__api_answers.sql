-- Changes that were asked for over the API under a key of their client's, with what was answered.
-- No answer that holds a secret is in here.
CREATE TABLE api_answer (
  issuer     text NOT NULL,
  subject_id text NOT NULL,
  key        text NOT NULL CHECK (length(key) BETWEEN 1 AND 128),
  digest     bytea NOT NULL CHECK (length(digest) = 32),
  claimed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  status     integer,
  type       text,
  body       bytea,
  PRIMARY KEY (issuer, subject_id, key)
);

CREATE INDEX api_answer_claimed ON api_answer (claimed_at);
