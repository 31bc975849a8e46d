package dev.countersign.proxy.postgres;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Takes values out of the errors and notices of a session that has read masked columns (PG-S17,
 * PG-S18). What is left tells the client what kind of error it was and where in its own text.
 */
final class ErrorScrubber {

  private static final String WITHHELD = "value withheld: this session has read masked columns";

  /** Severity, SQLSTATE and positions in the client's own text carry no value. */
  private static final Set<Character> KEPT = Set.of('S', 'V', 'C', 'P');

  /** Errors about names, whose message may stay if it only repeats what the client wrote. */
  private static final Map<String, Pattern> NAMING =
      Map.of(
          "42601", Pattern.compile("syntax error at (?:or near \"([^\"]*)\"|end of input)"),
          "42703", Pattern.compile("column \"?([^\"]*?)\"? does not exist"),
          "42P01", Pattern.compile("relation \"([^\"]*)\" does not exist"));

  private ErrorScrubber() {}

  /**
   * The fields that may reach the client.
   *
   * @param fields an ErrorResponse or NoticeResponse: field type to value
   * @param sql what the client sent
   */
  static Map<Character, String> scrub(Map<Character, String> fields, String sql) {
    Map<Character, String> scrubbed = new LinkedHashMap<>();
    fields.forEach(
        (type, value) -> {
          if (KEPT.contains(type)) {
            scrubbed.put(type, value);
          }
        });
    String state = fields.getOrDefault('C', Refusal.INTERNAL_ERROR);
    String message = fields.getOrDefault('M', "");
    if (repeatsOnlyTheClient(state, message, sql)) {
      scrubbed.put('M', message);
    } else {
      scrubbed.put('M', SqlStates.condition(state));
      scrubbed.put('D', WITHHELD);
    }
    return scrubbed;
  }

  private static boolean repeatsOnlyTheClient(String state, String message, String sql) {
    Pattern naming = NAMING.get(state);
    if (naming == null) {
      return false;
    }
    var matcher = naming.matcher(message);
    if (!matcher.matches()) {
      return false;
    }
    MatchResult found = matcher.toMatchResult();
    return found.group(1) == null || sql.contains(found.group(1));
  }
}
