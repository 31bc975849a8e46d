package dev.countersign.cli.connect;

import dev.countersign.cli.oidc.UserDirectory;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What libpq and its clients need, in their own words. */
record PostgresConnection(String name, Map<String, String> environment) implements Connection {

  /** The variables and what they are called in a service file. */
  private static final Map<String, String> SERVICE_KEYS =
      Map.of(
          "PGHOST", "host",
          "PGPORT", "port",
          "PGDATABASE", "dbname",
          "PGUSER", "user",
          "PGPASSWORD", "password",
          "PGSSLMODE", "sslmode",
          "PGSSLROOTCERT", "sslrootcert");

  static PostgresConnection of(Minted minted, Minted.PostgresDoor door, URI server) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PGHOST", door.host());
    environment.put("PGPORT", String.valueOf(door.port()));
    environment.put("PGDATABASE", minted.resource());
    environment.put("PGUSER", minted.user());
    environment.put("PGPASSWORD", minted.secret());
    environment.put("PGSSLMODE", "verify-full");
    environment.put(
        "PGSSLROOTCERT",
        minted.roots().map(pem -> Roots.write(server, pem).toString()).orElse("system"));
    return new PostgresConnection(minted.resource(), environment);
  }

  /** A section of {@code pg_service.conf}. */
  String service() {
    StringBuilder section = new StringBuilder("[" + name + "]\n");
    environment.forEach(
        (variable, value) ->
            section.append(SERVICE_KEYS.get(variable)).append('=').append(value).append('\n'));
    return section.toString();
  }

  @Override
  public String guide() {
    return """
    %s

    # or in ~/.pg_service.conf, for psql service=%s (connect --write puts it there):
    %s\
    """
        .formatted(
            Shell.exports(environment), name, service().indent(2).replaceAll("(?m)^  ", "# "));
  }

  @Override
  public Written write() {
    Path file =
        Optional.ofNullable(System.getenv("PGSERVICEFILE"))
            .filter(value -> !value.isBlank())
            .map(Path::of)
            .orElseGet(() -> UserDirectory.home().resolve(".pg_service.conf"));
    ServiceFile.put(file, name, service());
    return new Written(file, "psql service=" + name);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "PostgresConnection[" + name + "]";
  }
}
