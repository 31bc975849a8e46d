package dev.countersign.decision.console;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.rules.analysis.Command;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was recorded, as the console reads it: a port to whatever searches the record. */
public interface Recordings {

  /**
   * What is looked for.
   *
   * @param query in the language of queries; empty for everything
   * @param since not before
   * @param limit at most so many, the newest first
   */
  record Search(String query, Optional<Instant> since, int limit) {
    public Search {
      requireNonNull(query, "query");
      requireNonNull(since, "since");
    }
  }

  /**
   * One session at a glance.
   *
   * @param ended empty while it is open, or if its end was never recorded
   * @param verdicts how many commands got which verdict
   */
  record Summary(
      Event.SessionOpened opened,
      Instant started,
      Optional<Instant> ended,
      Map<Verdict, Long> verdicts) {
    public Summary {
      verdicts = Map.copyOf(verdicts);
    }
  }

  /** One thing that happened in a session. */
  interface Moment {

    RecordedEvent recorded();

    /** The event in words, safe to be shown, a terminal's output as plain text. */
    String words();
  }

  /**
   * What a row of the policy did.
   *
   * @param commands how many commands it matched
   * @param last when it matched the newest of them
   */
  record Hits(long commands, Instant last) {}

  /**
   * The newest sessions of which something matches.
   *
   * @throws IllegalArgumentException with what is wrong with the query, for whoever wrote it
   */
  List<Summary> sessions(Search search) throws IOException;

  /** Everything of a session in order; nothing if there is no such session. */
  List<Moment> session(String id) throws IOException;

  /** What each row did since then, by its id. */
  Map<String, Hits> hits(Instant since) throws IOException;

  /** The newest commands since then, at most so many. */
  List<RecordedEvent> commands(Instant since, int limit) throws IOException;

  /** The same as what can be put to a policy again, as far as it can. */
  List<Command> replayable(Instant since, int limit) throws IOException;
}
