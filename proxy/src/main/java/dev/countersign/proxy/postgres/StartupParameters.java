package dev.countersign.proxy.postgres;

import dev.countersign.decision.resource.PostgresSessions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client asked for at startup, as far as it may ask (PG-P07, PG-P10, PG-P11).
 *
 * @param resource the database it names: the resource
 * @param application what it calls itself; for the record only
 * @param settings parameters that go on to the upstream as they are
 * @param waiting what it wants to do when a command needs an approval, if it says
 * @param unknownOptions {@code _pq_.} protocol options, none of which the gateway speaks
 */
record StartupParameters(
    String resource,
    String application,
    Map<String, String> settings,
    Optional<PostgresSessions.Waiting> waiting,
    List<String> unknownOptions) {

  /** The one option of a client that is the gateway's to read, in both spellings of psql's. */
  private static final Pattern WAITING =
      Pattern.compile("\\s*(?:-c\\s*|--)countersign\\.approvals=(hold|retry)\\s*");

  private static final Set<String> SETTINGS =
      Set.of("datestyle", "timezone", "intervalstyle", "extra_float_digits");

  /** UTF8 in the spellings of stock drivers. */
  private static final Set<String> UTF8 = Set.of("utf8", "utf-8", "'utf8'", "'utf-8'", "unicode");

  private static final String PROTOCOL_OPTION = "_pq_.";

  StartupParameters {
    settings = Map.copyOf(settings);
    unknownOptions = List.copyOf(unknownOptions);
  }

  /**
   * Takes what may be asked for.
   *
   * @throws Refused with words for the client if it asks for more
   */
  static StartupParameters of(Map<String, String> asked) throws Refused {
    String user = asked.getOrDefault("user", "");
    if (user.isEmpty()) {
      throw new Refused(
          Refusal.of(Refusal.INVALID_AUTHORIZATION, "no user name in the startup packet"));
    }
    Map<String, String> settings = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : asked.entrySet()) {
      check(entry.getKey(), entry.getValue(), settings);
    }
    return new StartupParameters(
        asked.getOrDefault("database", user),
        asked.getOrDefault("application_name", ""),
        settings,
        waiting(asked.getOrDefault("options", "")),
        asked.keySet().stream().filter(key -> key.startsWith(PROTOCOL_OPTION)).toList());
  }

  private static Optional<PostgresSessions.Waiting> waiting(String options) {
    Matcher matcher = WAITING.matcher(options);
    return matcher.matches()
        ? Optional.of(
            matcher.group(1).equals("retry")
                ? PostgresSessions.Waiting.RETRY
                : PostgresSessions.Waiting.HOLD)
        : Optional.empty();
  }

  private static void check(String key, String value, Map<String, String> settings) throws Refused {
    String name = key.toLowerCase(Locale.ROOT);
    if (SETTINGS.contains(name)) {
      settings.put(name, value);
      return;
    }
    boolean accepted =
        switch (name) {
          case "user", "database", "application_name" -> key.equals(name);
          case "client_encoding" -> UTF8.contains(value.toLowerCase(Locale.ROOT));
          case "options" -> value.isBlank() || WAITING.matcher(value).matches();
          default -> key.startsWith(PROTOCOL_OPTION);
        };
    if (!accepted) {
      throw new Refused(
          new Refusal(
              Refusal.INVALID_AUTHORIZATION,
              "the startup parameter \"" + printable(name) + "\" does not pass the gateway",
              "",
              name.equals("client_encoding")
                  ? "Use client_encoding UTF8."
                  : "Leave it out of the connection string."));
    }
  }

  private static String printable(String name) {
    String cut = name.length() > 63 ? name.substring(0, 63) : name;
    return cut.replaceAll("[^a-z0-9_.]", "?");
  }
}
