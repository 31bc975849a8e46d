-- Where people are told, as the gateways are configured.
CREATE TABLE webhook_endpoint (
  name text PRIMARY KEY
);

-- One message to one of them. It is written in the transaction of what it tells about.
CREATE TABLE webhook_delivery (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint   text NOT NULL,
  event      text NOT NULL,
  approval   text NOT NULL REFERENCES approval (id),
  state      text NOT NULL DEFAULT 'DUE' CHECK (state IN ('DUE', 'DELIVERED', 'DEAD')),
  attempts   integer NOT NULL DEFAULT 0,
  next_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_error text NOT NULL DEFAULT ''
);

CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at) WHERE state = 'DUE';
CREATE INDEX webhook_delivery_dead ON webhook_delivery (id) WHERE state = 'DEAD';

CREATE FUNCTION webhook_enqueue() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  what text := 'approval.' || lower(NEW.state);
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.state = OLD.state THEN
    what := 'approval.escalated';
  END IF;
  INSERT INTO webhook_delivery (endpoint, event, approval)
    SELECT name, what, NEW.id FROM webhook_endpoint;
  RETURN NULL;
END $$;

CREATE TRIGGER webhook_enqueue_new AFTER INSERT ON approval
  FOR EACH ROW EXECUTE FUNCTION webhook_enqueue();
CREATE TRIGGER webhook_enqueue_change AFTER UPDATE ON approval
  FOR EACH ROW
  WHEN (OLD.state <> NEW.state OR OLD.escalated_to IS DISTINCT FROM NEW.escalated_to)
  EXECUTE FUNCTION webhook_enqueue();
