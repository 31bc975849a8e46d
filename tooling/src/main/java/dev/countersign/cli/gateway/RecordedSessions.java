package dev.countersign.cli.gateway;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.index.AuditQuery;
import dev.countersign.audit.index.AuditSearch;
import dev.countersign.audit.index.AuditSearch.FoundCommand;
import dev.countersign.audit.index.AuditSearch.SessionSummary;
import dev.countersign.audit.index.RowHits;
import dev.countersign.audit.query.QueryException;
import dev.countersign.audit.query.QueryParser;
import dev.countersign.audit.replay.EventLine;
import dev.countersign.cli.policy.Replayed;
import dev.countersign.decision.console.Recordings;
import dev.countersign.rules.analysis.Command;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The record as the console reads it: in Elasticsearch where there is one, else in the journal.
 *
 * @param recent what is remembered of the journal, if that is what is read
 */
record RecordedSessions(AuditSearch search, Optional<RecentRecord> recent)
    implements Recordings, AutoCloseable {

  @Override
  public List<Summary> sessions(Search wanted) throws IOException {
    Optional<List<SessionSummary>> remembered =
        wanted.query().isEmpty()
            ? wanted
                .since()
                .flatMap(since -> recent.flatMap(record -> record.sessions(since, wanted.limit())))
            : Optional.empty();
    List<SessionSummary> found = remembered.isPresent() ? remembered.get() : searched(wanted);
    return found.stream()
        .map(one -> new Summary(one.opened(), one.started(), one.ended(), one.verdicts()))
        .toList();
  }

  private List<SessionSummary> searched(Search wanted) throws IOException {
    AuditQuery query = AuditQuery.all().withLimit(wanted.limit());
    if (wanted.since().isPresent()) {
      query = query.withSince(wanted.since().get());
    }
    try {
      return search.sessions(query.with(QueryParser.parse(wanted.query())));
    } catch (QueryException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public List<Moment> session(String id) throws IOException {
    SessionId session = new SessionId(id);
    Optional<List<RecordedEvent>> remembered = recent.flatMap(record -> record.session(session));
    List<RecordedEvent> events =
        remembered.isPresent() ? remembered.get() : search.session(session);
    return events.stream().<Moment>map(Worded::new).toList();
  }

  /** Nobody looks at all of a long recording at once: what is not shown is not put in words. */
  private record Worded(RecordedEvent recorded) implements Moment {

    @Override
    public String words() {
      return EventLine.whole(recorded.event(), Integer.MAX_VALUE);
    }
  }

  @Override
  public Map<String, Hits> hits(Instant since) throws IOException {
    Optional<Map<String, RowHits>> remembered = recent.flatMap(record -> record.hits(since));
    Map<String, RowHits> hits = remembered.isPresent() ? remembered.get() : search.hits(since);
    return hits.entrySet().stream()
        .collect(
            toUnmodifiableMap(
                Map.Entry::getKey,
                row -> new Hits(row.getValue().commands(), row.getValue().last())));
  }

  @Override
  public List<RecordedEvent> commands(Instant since, int limit) throws IOException {
    return found(since, limit).stream().map(FoundCommand::recorded).toList();
  }

  private List<FoundCommand> found(Instant since, int limit) throws IOException {
    Optional<List<FoundCommand>> remembered =
        recent.flatMap(record -> record.commands(since, limit));
    return remembered.isPresent()
        ? remembered.get()
        : search.commands(AuditQuery.all().withSince(since).withLimit(limit));
  }

  @Override
  public List<Command> replayable(Instant since, int limit) throws IOException {
    return found(since, limit).stream()
        .map(Replayed::of)
        .flatMap(
            replayed ->
                replayed instanceof Replayed.Judged judged
                    ? Stream.of(judged.command())
                    : Stream.empty())
        .toList();
  }

  @Override
  public void close() {
    search.close();
  }
}
