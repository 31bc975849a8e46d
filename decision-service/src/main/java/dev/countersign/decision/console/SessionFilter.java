package dev.countersign.decision.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.rules.verdict.Verdict;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Which recorded sessions somebody looks for.
 *
 * @param words in the language of queries
 * @param verdict what became of a command; any if empty
 * @param resource where; anywhere if empty
 * @param days not older than so many days
 */
record SessionFilter(String words, Optional<Verdict> verdict, String resource, int days) {

  static final int USUAL_DAYS = 7;

  private static final int MOST_DAYS = 3650;

  static SessionFilter of(Visit visit) {
    return new SessionFilter(
        visit.query("q").orElse(""),
        visit.query("verdict").flatMap(SessionFilter::verdict),
        visit.query("resource").orElse(""),
        visit
            .query("days")
            .filter(text -> text.matches("\\d{1,4}"))
            .map(Integer::valueOf)
            .filter(days -> days > 0 && days <= MOST_DAYS)
            .orElse(USUAL_DAYS));
  }

  private static Optional<Verdict> verdict(String name) {
    return Arrays.stream(Verdict.values())
        .filter(verdict -> verdict.name().equalsIgnoreCase(name))
        .findFirst();
  }

  /** Whether nothing is looked for but the newest. */
  boolean isUsual() {
    return query().isEmpty() && days <= USUAL_DAYS;
  }

  /** All of it but the days, in the language of queries. */
  String query() {
    String more =
        verdict.map(found -> " verdict:" + found.name()).orElse("")
            + (resource.isEmpty() ? "" : " resource:\"" + resource.replace("\"", "") + '"');
    return words.isEmpty() || more.isEmpty() ? words + more.strip() : "(" + words + ")" + more;
  }

  boolean isOf(Verdict one) {
    return verdict.filter(one::equals).isPresent();
  }

  /** Where the same is found again. */
  String address() {
    return "/sessions?days=%d&q=%s&verdict=%s&resource=%s"
        .formatted(
            days,
            URLEncoder.encode(words, UTF_8),
            verdict.map(found -> found.name().toLowerCase(Locale.ROOT)).orElse(""),
            URLEncoder.encode(resource, UTF_8));
  }
}
