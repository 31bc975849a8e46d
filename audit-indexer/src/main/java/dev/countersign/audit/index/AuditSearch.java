package dev.countersign.audit.index;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.audit.query.Condition;
import dev.countersign.audit.query.Field;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks up what was recorded, in Elasticsearch or in the journal itself. Both find the same: what
 * is compared are the fields of an event's document. An event about a command holds what was
 * decided about it, so that an approval is found by the rule that asked for it.
 */
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

  /**
   * One thing that was found: a command, by any event about it, or an event of its own.
   *
   * @param event the newest event that matches
   * @param command the command it is about, if it is about one that is still there
   * @param session how its session began, if it has one that is still there
   */
  record Found(
      RecordedEvent event, Optional<FoundCommand> command, Optional<Event.SessionOpened> session) {}

  /** In Elasticsearch. */
  static AuditSearch in(ElasticsearchConfig config) {
    return new ElasticsearchAuditSearch(config);
  }

  /** In the journal in that folder: slower, and always complete. */
  static AuditSearch in(Path journalDirectory) {
    return in(StoredJournal.local(journalDirectory));
  }

  /** In a journal, as far as whoever asks may read it. */
  static AuditSearch in(StoredJournal journal) {
    return new JournalAuditSearch(journal);
  }

  /** The newest things that match. */
  List<Found> find(AuditQuery query) throws IOException;

  /** The newest sessions of which an event matches, by their begin. */
  List<SessionSummary> sessions(AuditQuery query) throws IOException;

  /** Every event of a session in order; none if there is no such session. */
  List<RecordedEvent> session(SessionId session) throws IOException;

  /** The newest commands of which an event matches. */
  default List<FoundCommand> commands(AuditQuery query) throws IOException {
    return find(query.with(OF_A_COMMAND)).stream()
        .flatMap(found -> found.command().stream())
        .toList();
  }

  /** What each row did since then, by its id. */
  Map<String, RowHits> hits(Instant since) throws IOException;

  /** Every event about a command names its decision. */
  Condition OF_A_COMMAND = new Condition.Is(Field.DECISION, "*");

  @Override
  void close();
}
