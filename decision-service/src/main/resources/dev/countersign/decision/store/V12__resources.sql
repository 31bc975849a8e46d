-- Resources that operators have declared over the API. No secret is in here, only where each is kept.
CREATE TABLE resource (
  name        text PRIMARY KEY,
  spec        text NOT NULL,
  version     bigint GENERATED ALWAYS AS IDENTITY,
  declared_by jsonb NOT NULL,
  declared_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION resource_announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('countersign_resource', '');
  RETURN NULL;
END $$;

CREATE TRIGGER resource_announce AFTER INSERT OR UPDATE OR DELETE ON resource
  FOR EACH STATEMENT EXECUTE FUNCTION resource_announce();
