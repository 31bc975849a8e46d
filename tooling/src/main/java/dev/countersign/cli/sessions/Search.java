package dev.countersign.cli.sessions;

import dev.countersign.audit.index.AuditQuery;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is looked for: the options that narrow a search. */
final class Search {

  @Option(names = "--user", description = "The subject, or the owner of an agent.")
  private @Nullable String user;

  @Option(names = "--resource", description = "The resource's name.")
  private @Nullable String resource;

  @Option(names = "--verdict", description = "${COMPLETION-CANDIDATES}.")
  private @Nullable Verdict verdict;

  @Option(names = "--rule", description = "A row that matched, e.g. SQL-014.")
  private @Nullable String rule;

  @Option(names = "--table", description = "A relation that is touched, e.g. public.orders.")
  private @Nullable String table;

  @Option(names = "--hours", description = "Not older than so many hours.")
  private @Nullable Integer hours;

  @Option(
      names = "--limit",
      defaultValue = "50",
      description = "At most so many, the newest first; ${DEFAULT-VALUE} if none is given.")
  private int limit = 50;

  AuditQuery query() {
    AuditQuery query = AuditQuery.all().withLimit(limit);
    query = user == null ? query : query.withUser(user);
    query = resource == null ? query : query.withResource(resource);
    query = verdict == null ? query : query.withVerdict(verdict);
    query = rule == null ? query : query.withRule(rule);
    query = table == null ? query : query.withTable(table);
    return hours == null ? query : query.withSince(Instant.now().minus(Duration.ofHours(hours)));
  }
}
