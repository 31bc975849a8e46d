package dev.countersign.audit.index;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks up what was recorded, in Elasticsearch or in the journal itself. */
public sealed interface AuditSearch extends AutoCloseable
    permits ElasticsearchAuditSearch, JournalAuditSearch {

  /**
   * One session at a glance.
   *
   * @param ended empty while it is open, or if its end was never recorded
   * @param verdicts how many commands got which verdict
   */
  record SessionSummary(
      Event.SessionOpened opened,
      Instant started,
      Optional<Instant> ended,
      Map<Verdict, Long> verdicts) {}

  /**
   * One command that was found.
   *
   * @param session how its session began; empty if that is no longer there
   */
  record FoundCommand(
      RecordedEvent recorded,
      Event.CommandDecided decided,
      Optional<Event.SessionOpened> session) {}

  /** In Elasticsearch. */
  static AuditSearch in(ElasticsearchConfig config) {
    return new ElasticsearchAuditSearch(config);
  }

  /** In the journal in that folder: slower, and always complete. */
  static AuditSearch in(Path journalDirectory) {
    return new JournalAuditSearch(journalDirectory);
  }

  /**
   * The newest sessions that match: its user, resource and time, and where the query says something
   * about commands, at least one of its commands.
   */
  List<SessionSummary> sessions(AuditQuery query) throws IOException;

  /** Every event of a session in order; none if there is no such session. */
  List<RecordedEvent> session(SessionId session) throws IOException;

  /** The newest commands that match. */
  List<FoundCommand> commands(AuditQuery query) throws IOException;

  @Override
  void close();
}
