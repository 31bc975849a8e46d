package dev.countersign.audit.reconcile;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares entries of an upstream's log with the commands of one resource in the journal. Each
 * command stands for one entry; a second one of the same kind is somebody else's. Not thread-safe.
 */
public final class Reconciliation {

  public static final int MOST_SHOWN = 1_000;
  private static final int MOST_COMMANDS = 5_000_000;

  /** How a protocol's commands are named in its upstream's log. */
  interface Naming {

    /** The entries that a command will leave there; none if it leaves none. */
    List<String> keys(Event.CommandDecided decided);

    /** Whether it can change something. */
    boolean changes(Event.CommandDecided decided);
  }

  private final Duration skew;
  private final boolean readsAreLogged;
  private final Map<String, Map<String, Deque<Issued>>> bySession = new HashMap<>();
  private final Map<String, Deque<Issued>> byKey = new HashMap<>();
  private final List<Issued> all = new ArrayList<>();
  private final List<Difference> differences = new ArrayList<>();
  private @Nullable Instant journalFrom;
  private @Nullable Instant journalUntil;
  private @Nullable Instant from;
  private @Nullable Instant until;
  private long entries;
  private long matched;
  private long own;
  private long ignored;
  private long outside;
  private long count;

  /**
   * What is asked.
   *
   * @param resource the resource's name in the journal
   * @param skew by how much the clocks of gateway and upstream may differ
   * @param readsAreLogged whether the upstream logs what changes nothing, too
   */
  public record Question(
      StoredJournal journal, String resource, Duration skew, boolean readsAreLogged) {

    /** For logs whose times are no finer than that. */
    Question withSkewOf(Duration least) {
      return skew.compareTo(least) >= 0
          ? this
          : new Question(journal, resource, least, readsAreLogged);
    }
  }

  Reconciliation(Question question, Naming naming) {
    skew = question.skew();
    readsAreLogged = question.readsAreLogged();
    read(question, naming);
  }

  private void read(Question question, Naming naming) {
    Map<SessionId, String> sessions = new HashMap<>();
    Map<String, List<Issued>> underWay = new HashMap<>();
    try (JournalReader reader = question.journal().read(1)) {
      for (Optional<RecordedEvent> next = reader.poll(); next.isPresent(); next = reader.poll()) {
        Instant time = next.get().time();
        journalFrom = journalFrom == null ? time : journalFrom;
        journalUntil = time;
        switch (next.get().event()) {
          case Event.SessionOpened e when e.resource().equals(question.resource()) ->
              sessions.put(e.session(), e.subject().name());
          case Event.CommandDecided e when sessions.containsKey(e.session()) ->
              underWay.put(
                  name(e.session(), e.command()),
                  decided(e, time, sessions.get(e.session()), naming));
          case Event.ApprovalAnswered e when e.answer() == Event.ApprovalAnswered.Answer.APPROVED ->
              underWay
                  .getOrDefault(name(e.session(), e.command()), List.of())
                  .forEach(issued -> issued.released = true);
          case Event.CommandCompleted e -> {
            List<Issued> ended = underWay.remove(name(e.session(), e.command()));
            if (ended != null) {
              for (Issued issued : ended) {
                issued.ended = time;
                issued.succeeded = e.error().isEmpty();
              }
            }
          }
          default -> {}
        }
      }
    }
    Optional<Instant> known = question.journal().knownUntil();
    if (known.isPresent() && (journalUntil == null || known.get().isAfter(journalUntil))) {
      journalUntil = known.get();
    }
  }

  private List<Issued> decided(
      Event.CommandDecided e, Instant time, String subject, Naming naming) {
    if (all.size() > MOST_COMMANDS) {
      throw new IllegalStateException(
          "more than %d commands; compare a shorter part of the log".formatted(MOST_COMMANDS));
    }
    boolean released = e.verdict() == Verdict.ALLOW || e.verdict() == Verdict.MASK;
    List<Issued> issued = new ArrayList<>();
    for (String key : naming.keys(e)) {
      Issued one =
          new Issued(
              name(e.session(), e.command()),
              time,
              subject,
              key,
              excerpt(e.text()),
              released,
              naming.changes(e));
      issued.add(one);
      all.add(one);
      bySession
          .computeIfAbsent(e.session().value(), any -> new HashMap<>())
          .computeIfAbsent(key, any -> new ArrayDeque<>())
          .add(one);
      byKey.computeIfAbsent(key, any -> new ArrayDeque<>()).add(one);
    }
    return issued;
  }

  private static String excerpt(String text) {
    return text.length() > Difference.EXCERPT ? text.substring(0, Difference.EXCERPT + 1) : text;
  }

  private static String name(SessionId session, long command) {
    return session + "/" + command;
  }

  /** Takes an entry of the log. */
  void entry(UpstreamEntry entry) {
    entries++;
    from = from == null || entry.time().isBefore(from) ? entry.time() : from;
    until = until == null || entry.time().isAfter(until) ? entry.time() : until;
    if (isOutside(entry.time())) {
      outside++;
      return;
    }
    switch (entry.origin()) {
      case GATEWAY -> own++;
      case ANYBODY -> differs(Difference.Kind.PAST_US, entry);
      case SESSION -> compare(entry);
    }
  }

  /** Takes note of an entry that is not to be looked at. */
  void ignore() {
    ignored++;
  }

  private boolean isOutside(Instant time) {
    return journalFrom == null
        || journalUntil == null
        || time.isBefore(journalFrom.minus(skew))
        || time.isAfter(journalUntil.plus(skew));
  }

  private void compare(UpstreamEntry entry) {
    Deque<Issued> candidates =
        entry
            .session()
            .map(session -> bySession.getOrDefault(session, Map.of()).get(entry.key()))
            .orElseGet(() -> entry.session().isPresent() ? null : byKey.get(entry.key()));
    Issued found = null;
    boolean held = false;
    if (candidates != null) {
      for (Issued issued : candidates) {
        if (!issued.seen && isItsTime(issued, entry.time())) {
          if (issued.released) {
            found = issued;
            break;
          }
          held = true;
        }
      }
    }
    if (found != null) {
      found.seen = true;
      matched++;
    } else {
      differs(held ? Difference.Kind.NOT_RELEASED : Difference.Kind.PAST_US, entry);
    }
  }

  private boolean isItsTime(Issued issued, Instant time) {
    boolean isOver = issued.ended != null && time.isAfter(issued.ended.plus(skew));
    return !isOver && !time.isBefore(issued.decided.minus(skew));
  }

  private void differs(Difference.Kind kind, UpstreamEntry entry) {
    differs(new Difference(kind, entry.time(), entry.where(), entry.who(), entry.what()));
  }

  private void differs(Difference difference) {
    count++;
    if (differences.size() < MOST_SHOWN) {
      differences.add(difference);
    }
  }

  /** What came of it, after the last entry. */
  Outcome outcome() {
    if (from != null && until != null) {
      for (Issued issued : all) {
        Instant ended = issued.ended;
        if (ended != null
            && issued.released
            && issued.succeeded
            && !issued.seen
            && (readsAreLogged || issued.changes)
            && !issued.decided.isBefore(from.plus(skew))
            && !ended.isAfter(until.minus(skew))) {
          differs(
              new Difference(
                  Difference.Kind.NEVER_SEEN,
                  issued.decided,
                  issued.decision,
                  issued.who,
                  issued.what));
        }
      }
    }
    return new Outcome(
        Optional.ofNullable(from),
        Optional.ofNullable(until),
        entries,
        matched,
        own,
        ignored,
        outside,
        differences,
        count);
  }
}
