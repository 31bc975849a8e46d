package dev.countersign.proxy.postgres;

import dev.countersign.audit.journal.Rounds;
import dev.countersign.decision.resource.PostgresSessions.RoleTemplate;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.resource.Resources;
import dev.countersign.decision.resource.Secret;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.proxy.postgres.catalog.OwnConnection;
import dev.countersign.proxy.postgres.wire.ScramVerifier;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a role for each session of a database that has a template for them, and drops it when the
 * session ends. The session acts as the template, so that its role owns nothing; the database's own
 * log shows the role. What a crash leaves behind is swept at the start, and every minute.
 *
 * <p>Safe for any number of threads.
 */
final class SessionRoles implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SessionRoles.class);

  static final String PREFIX = "countersign_";

  /** A role that is older and has no connection belongs to nobody any more. */
  private static final Duration TIME_TO_CONNECT = Duration.ofMinutes(2);

  private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

  /** Roles of sessions that have no connection, and when they were made: it is in their names. */
  private static final String IDLE_ROLES =
      """
      SELECT r.rolname FROM pg_catalog.pg_roles r
      JOIN pg_catalog.pg_auth_members m ON m.member = r.oid
      JOIN pg_catalog.pg_roles t ON t.oid = m.roleid
      WHERE t.rolname = ? AND r.rolname ~ '^countersign_[0-9]{1,12}_[0-9a-f]{16}$'
        AND pg_catalog.split_part(r.rolname, '_', 2)::pg_catalog.int8 < ?
        AND NOT EXISTS (
          SELECT 1 FROM pg_catalog.pg_stat_activity a WHERE a.usesysid = r.oid)
      """;

  /**
   * How a session gets in.
   *
   * @param upstream the database, with the credential of this session
   */
  record Login(PostgresUpstream upstream) {}

  private final SecureRandom random = new SecureRandom();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Resources resources;
  private final Rounds sweeps = new Rounds("session-roles", BETWEEN_SWEEPS, this::sweep);

  /**
   * @param resources whose roles are swept
   */
  SessionRoles(Resources resources) {
    this.resources = resources;
  }

  /** Begins to sweep. */
  void start() {
    sweeps.start();
  }

  /** The credential for a session: the database's own, or that of a new role. */
  CompletionStage<Login> logIn(SessionScope scope) {
    PostgresUpstream upstream = scope.upstream();
    return upstream
        .sessions()
        .role()
        .map(template -> CompletableFuture.supplyAsync(() -> make(scope, template), threads))
        .orElseGet(() -> CompletableFuture.completedFuture(new Login(upstream)));
  }

  private Login make(SessionScope scope, RoleTemplate template) {
    PostgresUpstream upstream = scope.upstream();
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    byte[] suffix = new byte[8];
    random.nextBytes(suffix);
    Instant now = Instant.now();
    String role = PREFIX + now.getEpochSecond() + "_" + HexFormat.of().formatHex(suffix);
    Instant end = now.plus(template.life());
    Instant until = scope.expires().isBefore(end) ? scope.expires() : end;
    try (Connection connection = OwnConnection.open(upstream);
        Statement statement = connection.createStatement()) {
      // The password itself would stand in the database's log.
      statement.execute(
          "CREATE ROLE %s LOGIN NOINHERIT PASSWORD '%s' VALID UNTIL '%s' IN ROLE %s"
              .formatted(
                  quoted(role),
                  ScramVerifier.of(password, random),
                  until,
                  quoted(template.name())));
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
    return new Login(upstream.withLogin(role, new Secret.Generated(password)));
  }

  /** The session has ended, or never began. */
  void ended(Login login, PostgresUpstream upstream) {
    String role = login.upstream().user();
    if (role.equals(upstream.user())) {
      return;
    }
    threads.execute(
        () -> {
          try (Connection connection = OwnConnection.open(upstream)) {
            drop(connection, role, upstream);
          } catch (SQLException e) {
            notDropped(upstream, e);
          }
        });
  }

  private void sweep() {
    for (Upstream upstream : resources.all()) {
      if (upstream instanceof PostgresUpstream postgres && !sweeps.isClosing()) {
        postgres.sessions().role().ifPresent(template -> sweep(postgres, template));
      }
    }
  }

  private static void sweep(PostgresUpstream upstream, RoleTemplate template) {
    try (Connection connection = OwnConnection.open(upstream)) {
      for (String role : idle(connection, template)) {
        drop(connection, role, upstream);
      }
    } catch (SQLException e) {
      notDropped(upstream, e);
    }
  }

  private static void drop(Connection connection, String role, PostgresUpstream upstream) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP ROLE IF EXISTS " + quoted(role));
    } catch (SQLException e) {
      notDropped(upstream, e);
    }
  }

  private static List<String> idle(Connection connection, RoleTemplate template)
      throws SQLException {
    List<String> idle = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(IDLE_ROLES)) {
      query.setString(1, template.name());
      query.setLong(2, Instant.now().minus(TIME_TO_CONNECT).getEpochSecond());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          idle.add(rows.getString(1));
        }
      }
    }
    return idle;
  }

  private static void notDropped(PostgresUpstream upstream, SQLException e) {
    LOG.atWarn()
        .addKeyValue("resource", upstream.resource().name())
        .addKeyValue("cause", e.getSQLState())
        .log("roles of sessions that have ended may still be there");
  }

  /** What the startup packet adds for such a session. */
  static String options(PostgresUpstream upstream) {
    return upstream
        .sessions()
        .role()
        .map(template -> " -c role=" + escaped(template.name()))
        .orElse("");
  }

  private static String escaped(String name) {
    return name.replace("\\", "\\\\").replace(" ", "\\ ");
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() {
    sweeps.close();
    threads.close();
  }
}
