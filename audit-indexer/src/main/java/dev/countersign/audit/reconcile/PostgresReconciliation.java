package dev.countersign.audit.reconcile;

import dev.countersign.audit.event.Event;
import dev.countersign.rules.fact.CommandFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares with PostgreSQL's own log: {@code log_statement}, {@code log_min_duration_statement} or
 * pgaudit lines, connections and replication. The gateway names every session in {@code
 * application_name}.
 */
public final class PostgresReconciliation {

  private static final Pattern SESSION =
      Pattern.compile("countersign ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

  /** What the gateway calls its own connections. */
  private static final String OWN = "countersign";

  /** How such a connection says so; it changes nothing but its own name. */
  private static final String INTRODUCTION = "SET application_name = 'countersign'";

  private static final Pattern STATEMENT =
      Pattern.compile(
          "(?:duration: [0-9.]+ ms  )?(?:statement: |execute (?:fetch from )?[^:]*: )(.*)",
          Pattern.DOTALL);
  private static final Pattern OTHER =
      Pattern.compile(
          "(?:fastpath function call|received replication command): .*", Pattern.DOTALL);
  private static final Pattern CONNECTION =
      Pattern.compile("(?:replication )?connection authorized: user=.*");
  private static final Pattern AUDIT =
      Pattern.compile("AUDIT: SESSION,(\\d+),(\\d+),([^,]*,){4}(.*)", Pattern.DOTALL);

  /** What the gateway sends instead of a SET of what stays its own. */
  private static final Pattern OWN_SETTING =
      Pattern.compile(
          "SET (application_name TO 'countersign [0-9a-f-]+'"
              + "|(statement|lock|idle_in_transaction_session)_timeout TO \\d+)");

  private static final String SETTING = "SET";

  private final String database;
  private final Set<String> gateways;
  private final Reconciliation reconciliation;
  private final Set<String> processes = new HashSet<>();
  private boolean hasStatements;

  /**
   * What to compare.
   *
   * @param database the database's name in the server
   * @param gateways the addresses of gateways; where there are some, a connection from elsewhere is
   *     none of theirs, whatever it calls itself
   */
  public PostgresReconciliation(
      Reconciliation.Question question, String database, Set<String> gateways) {
    this.database = database;
    this.gateways = Set.copyOf(gateways);
    reconciliation = new Reconciliation(question, new SqlNaming());
  }

  /** Statements by their text, without what a server may drop of it. */
  private static final class SqlNaming implements Reconciliation.Naming {
    @Override
    public List<String> keys(Event.CommandDecided decided) {
      String key = key(decided.text());
      return key.isEmpty() ? List.of() : List.of(key);
    }

    @Override
    public boolean changes(Event.CommandDecided decided) {
      return decided.facts() instanceof CommandFacts.Sql sql
          && (sql.opaque()
              || sql.accesses().stream().anyMatch(access -> access.verb().changesState()));
    }
  }

  /** The log keeps a text as it came, but for what is around it. */
  private static String key(String text) {
    String stripped = text.strip();
    return isSetting(stripped) ? SETTING : stripped;
  }

  private static boolean isSetting(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    return upper.startsWith("SET ")
        && (upper.contains("APPLICATION_NAME") || upper.contains("_TIMEOUT"));
  }

  /** Compares; the logs may come in any order. */
  public Outcome with(List<Path> logs) throws IOException {
    for (Path log : logs) {
      PostgresLog.read(log, line -> hasStatements |= STATEMENT.matcher(line.message()).matches());
    }
    for (Path log : logs) {
      PostgresLog.read(log, this::line);
    }
    return reconciliation.outcome();
  }

  private void line(PostgresLine line) {
    boolean isReplication = line.message().startsWith("received replication command: ");
    if (!line.database().equals(database) && !isReplication) {
      return;
    }
    String message = line.message();
    Matcher statement = STATEMENT.matcher(message);
    Matcher audit = AUDIT.matcher(message);
    if (statement.matches()) {
      statement(line, statement.group(1));
    } else if (audit.matches() && !hasStatements) {
      audited(line, audit);
    } else if (OTHER.matcher(message).matches()) {
      statement(line, message);
    } else if (CONNECTION.matcher(message).matches() && !isNamed(line, message)) {
      entry(line, "", message, UpstreamEntry.Origin.ANYBODY, Optional.empty());
    }
  }

  /** The server tells the name of a new connection in the text only. */
  private boolean isNamed(PostgresLine line, String message) {
    int at = message.indexOf("application_name=");
    return at >= 0
        && message.startsWith(OWN, at + "application_name=".length())
        && isFromGateway(line);
  }

  private void audited(PostgresLine line, Matcher audit) {
    boolean isFirstOfItsStatement =
        processes.add(line.process() + " " + audit.group(1)) && audit.group(2).equals("1");
    if (isFirstOfItsStatement) {
      String text = audit.group(4);
      boolean isQuoted = text.startsWith("\"");
      int end = isQuoted ? text.lastIndexOf("\",") : text.lastIndexOf(',');
      String cut = end < 0 ? text : text.substring(isQuoted ? 1 : 0, end);
      statement(line, isQuoted ? cut.replace("\"\"", "\"") : cut);
    }
  }

  private void statement(PostgresLine line, String text) {
    String key = key(text);
    if (key.isEmpty()) {
      return; // an empty query asks for nothing
    }
    Matcher session = SESSION.matcher(line.application());
    if (!isFromGateway(line)) {
      entry(line, key, text, UpstreamEntry.Origin.ANYBODY, Optional.empty());
    } else if (session.matches()) {
      boolean isGateways = OWN_SETTING.matcher(text).matches();
      entry(
          line,
          isGateways ? SETTING : key,
          text,
          UpstreamEntry.Origin.SESSION,
          Optional.of(session.group(1)));
    } else {
      boolean isOwn = line.application().equals(OWN) || text.equals(INTRODUCTION);
      entry(
          line,
          key,
          text,
          isOwn ? UpstreamEntry.Origin.GATEWAY : UpstreamEntry.Origin.ANYBODY,
          Optional.empty());
    }
  }

  private boolean isFromGateway(PostgresLine line) {
    int port = line.client().lastIndexOf(':');
    String host = port < 0 ? line.client() : line.client().substring(0, port);
    return gateways.isEmpty() || gateways.contains(host);
  }

  private void entry(
      PostgresLine line,
      String key,
      String text,
      UpstreamEntry.Origin origin,
      Optional<String> session) {
    String from = line.client().isEmpty() ? "a local socket" : line.client();
    String application = line.application().isEmpty() ? "" : " (" + line.application() + ")";
    reconciliation.entry(
        new UpstreamEntry(
            line.time(),
            line.where(),
            line.user() + " from " + from + application,
            session,
            key,
            text,
            origin));
  }
}
