package dev.countersign.proxy.postgres;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.resource.PostgresSessions;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parameters of an upstream session that stay as the gateway set them. A client that sets one
 * of them gets the gateway's value instead: stock clients set them out of habit, and an error would
 * stop them.
 *
 * @param session whose name the upstream's own log carries
 * @param limits times that the client may shorten and not lengthen
 */
record SessionSettings(SessionId session, PostgresSessions.Limits limits) {

  static final String APPLICATION_NAME = "application_name";

  /** What PostgreSQL takes as a time: a number, with a unit or as milliseconds. */
  private static final Pattern TIME =
      Pattern.compile("\\s*(\\d{1,15}(?:\\.\\d{0,9})?)\\s*(us|ms|s|min|h|d)?\\s*");

  private static final Map<String, BigDecimal> MILLIS =
      Map.of(
          "us", new BigDecimal("0.001"),
          "ms", BigDecimal.ONE,
          "s", BigDecimal.valueOf(1_000),
          "min", BigDecimal.valueOf(60_000),
          "h", BigDecimal.valueOf(3_600_000),
          "d", BigDecimal.valueOf(86_400_000));

  SessionSettings {
    requireNonNull(session, "session");
    requireNonNull(limits, "limits");
  }

  /** What the upstream shows and logs as the session's application. */
  String applicationName() {
    return "countersign " + session;
  }

  /** The limits as options of the startup packet. */
  String options() {
    StringBuilder options = new StringBuilder();
    for (String name :
        List.of("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")) {
      Duration limit = limit(name);
      if (limit.isPositive()) {
        options.append(" -c ").append(name).append('=').append(limit.toMillis());
      }
    }
    return options.toString();
  }

  /** Times that are not the gateway's are not limited by it. */
  private Duration limit(String name) {
    return switch (name) {
      case "statement_timeout" -> limits.statement();
      case "lock_timeout" -> limits.lock();
      case "idle_in_transaction_session_timeout" -> limits.idleInTransaction();
      default -> Duration.ZERO;
    };
  }

  /**
   * The text that is sent in place of one that sets a parameter which stays the gateway's; empty if
   * the text itself is sent.
   */
  Optional<String> instead(ClassifiedStatement statement) {
    if (!(statement.kind() instanceof Kind.SetParameter(String name, List<String> values))
        || values.isEmpty()) {
      return Optional.empty();
    }
    if (name.equals(APPLICATION_NAME)) {
      return Optional.of("SET application_name TO '" + applicationName() + "'");
    }
    long limit = limit(name).toMillis();
    return limit == 0 || isWithin(values, limit)
        ? Optional.empty()
        : Optional.of("SET " + name + " TO " + limit);
  }

  private static boolean isWithin(List<String> values, long limit) {
    Matcher time = TIME.matcher(values.getFirst());
    if (values.size() != 1 || !time.matches()) {
      return false;
    }
    BigDecimal unit = time.group(2) == null ? BigDecimal.ONE : MILLIS.get(time.group(2));
    BigDecimal millis = new BigDecimal(time.group(1)).multiply(requireNonNull(unit));
    // PostgreSQL rounds, and takes what it rounds to zero as no limit at all.
    return millis.compareTo(BigDecimal.ONE) >= 0
        && millis.compareTo(BigDecimal.valueOf(limit)) <= 0;
  }

  /** Whether one of several statements of a text would have to be replaced. */
  boolean isReplaced(List<ClassifiedStatement> statements) {
    return statements.size() > 1
        && statements.stream().anyMatch(statement -> instead(statement).isPresent());
  }

  /** The text to send for one that was judged: itself, or what stands in its place. */
  String sent(String text, List<ClassifiedStatement> statements) {
    return statements.size() == 1 ? instead(statements.getFirst()).orElse(text) : text;
  }
}
