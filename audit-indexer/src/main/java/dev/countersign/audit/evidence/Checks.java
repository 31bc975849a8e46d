package dev.countersign.audit.evidence;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.index.Reading.Read;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * All checks over the events of a journal, read in order. Events before the period are read for
 * what later ones are about and are not examined. Where what came before can no longer be read,
 * because it was shredded or is sealed, what was under way then is not examined either. Not
 * thread-safe.
 */
final class Checks {

  /** A session of a process that died is never closed. */
  private static final int MOST_SESSIONS = 100_000;

  private final StoredJournal journal;
  private final Instant from;
  private final Map<Check, Count> counts = new EnumMap<>(Check.class);
  private final Map<SessionId, Seen> sessions = new LinkedHashMap<>();
  private final Set<String> policies = new HashSet<>();
  private final Map<String, Event.ControlAssessed> controls = new TreeMap<>();
  private boolean isBeginUnknown;
  private boolean isPolicyUnknown;
  private long last;
  private Instant lastTime = Instant.MIN;

  private static final class Count {
    long examined;
    long exceptions;
    final List<String> shown = new ArrayList<>();
  }

  /** A session, and what was decided in it and has not ended yet. */
  private static final class Seen {
    final boolean fromItsBegin;
    final Map<Long, Verdict> decided = new HashMap<>();
    long commands;

    Seen(boolean fromItsBegin) {
      this.fromItsBegin = fromItsBegin;
    }
  }

  Checks(StoredJournal journal, Instant from) {
    this.journal = journal;
    this.from = from;
    for (Check check : Check.values()) {
      counts.put(check, new Count());
    }
  }

  /** Examines the next event. */
  void next(Read read) {
    RecordedEvent recorded = read.recorded();
    boolean follows = recorded.sequence() == last + 1;
    if (!follows && (last == 0 || journal.isShredded(last + 1, recorded.sequence() - 1))) {
      isBeginUnknown = true;
      isPolicyUnknown = true;
      sessions.clear();
      follows = true;
    }
    examine(
        Check.NO_GAP,
        recorded,
        follows,
        () -> "no record between " + last + " and " + recorded.sequence());
    examine(
        Check.TIME_ORDER,
        recorded,
        !recorded.time().isBefore(lastTime),
        () -> "record " + recorded.sequence() + " is earlier than the one before");
    examine(Check.CHAIN, recorded, true, () -> "");
    last = recorded.sequence();
    lastTime = recorded.time();
    event(read, recorded);
  }

  /** A journal that cannot be read on is the exception of its chain. */
  void broken(String why) {
    Count chain = count(Check.CHAIN);
    chain.exceptions++;
    chain.shown.add(why);
  }

  private void event(Read read, RecordedEvent recorded) {
    switch (recorded.event()) {
      case Event.SessionOpened e -> opened(recorded, e);
      case Event.SessionClosed e -> closed(recorded, e);
      case Event.CommandDecided e -> decided(read, recorded, e);
      case Event.ApprovalAnswered e -> answered(read, recorded, e);
      case Event.CommandCompleted e -> completed(read, recorded, e);
      case Event.PolicyActivated e -> {
        policies.add(e.policyVersion());
        isPolicyUnknown = false;
      }
      case Event.ControlAssessed e -> controls.put(e.control(), e);
      default -> {}
    }
  }

  private void opened(RecordedEvent recorded, Event.SessionOpened e) {
    sessions.put(e.session(), new Seen(true));
    if (sessions.size() > MOST_SESSIONS) {
      sessions.remove(sessions.keySet().iterator().next());
    }
    Subject subject = e.subject();
    boolean named = !subject.issuer().isBlank() && !subject.id().isBlank();
    boolean owned = subject.kind() != Subject.Kind.AGENT || subject.onBehalfOf().isPresent();
    examine(
        Check.IDENTIFIED,
        recorded,
        named && owned,
        () ->
            "session "
                + e.session()
                + (named ? ": an agent without owner" : ": a subject without name"));
  }

  private void closed(RecordedEvent recorded, Event.SessionClosed e) {
    Seen seen = sessions.remove(e.session());
    if (seen != null && seen.fromItsBegin) {
      examine(
          Check.RECORDED_WHOLE,
          recorded,
          seen.commands == e.commands(),
          () ->
              "session %s counted %d commands, %d are recorded"
                  .formatted(e.session(), e.commands(), seen.commands));
    }
  }

  private void decided(Read read, RecordedEvent recorded, Event.CommandDecided e) {
    Seen seen = sessions.computeIfAbsent(e.session(), late -> new Seen(false));
    seen.commands++;
    seen.decided.put(e.command(), e.verdict());
    if (seen.fromItsBegin || !isBeginUnknown) {
      examine(
          Check.CONTENT,
          recorded,
          read.session().filter(begin -> !begin.clientAddress().isEmpty()).isPresent(),
          () -> name(e.session(), e.command()) + ": nothing is known of its session");
    }
    if (isPolicyUnknown) {
      policies.add(e.policyVersion()); // put in force before what can be read
    }
    examine(
        Check.NO_ROW_NO_RELEASE,
        recorded,
        e.verdict() == Verdict.BLOCK || !e.rows().isEmpty(),
        () -> name(e.session(), e.command()) + ": " + e.verdict() + " without a row");
    examine(
        Check.KNOWN_POLICY,
        recorded,
        isKnown(e.policyVersion()),
        () ->
            name(e.session(), e.command())
                + ": policy "
                + e.policyVersion()
                + " was never put in force");
  }

  /** With packs, a version is named by its workbook and by theirs. */
  private boolean isKnown(String version) {
    int plus = version.indexOf('+');
    return policies.contains(version)
        || (plus > 0 && policies.contains(version.substring(0, plus)));
  }

  private void answered(Read read, RecordedEvent recorded, Event.ApprovalAnswered e) {
    Optional<Subject> by = e.approver();
    if (e.answer() != Event.ApprovalAnswered.Answer.APPROVED) {
      return;
    }
    Seen seen = sessions.get(e.session());
    if (seen != null) {
      seen.decided.put(e.command(), Verdict.ALLOW);
    }
    Optional<Subject> asked = read.session().map(Event.SessionOpened::subject);
    boolean apart =
        by.isPresent()
            && by.get().kind() == Subject.Kind.HUMAN
            && asked.filter(subject -> isSameOrOwner(by.get(), subject)).isEmpty();
    examine(
        Check.SEPARATION,
        recorded,
        apart,
        () ->
            name(e.session(), e.command())
                + ": approval "
                + e.approval()
                + by.map(approver -> " by " + approver.id()).orElse(" by nobody"));
  }

  private static boolean isSameOrOwner(Subject approver, Subject asked) {
    return approver.isSameAs(asked)
        || (approver.issuer().equals(asked.issuer())
            && asked.onBehalfOf().filter(approver.id()::equals).isPresent());
  }

  private void completed(Read read, RecordedEvent recorded, Event.CommandCompleted e) {
    Seen seen = sessions.get(e.session());
    Verdict verdict = seen == null ? null : seen.decided.remove(e.command());
    if (verdict == null && isBeginUnknown && (seen == null || !seen.fromItsBegin)) {
      return;
    }
    examine(
        Check.ENFORCEMENT,
        recorded,
        verdict != null && verdict != Verdict.BLOCK,
        () ->
            name(e.session(), e.command())
                + (verdict == null ? ": it ran undecided" : ": it ran though it was blocked"));
    boolean needed =
        read.command().filter(command -> command.verdict() == Verdict.APPROVE).isPresent();
    if (needed) {
      examine(
          Check.APPROVED_BEFORE_RUN,
          recorded,
          verdict == Verdict.ALLOW,
          () -> name(e.session(), e.command()) + ": it ran without an approval");
    }
  }

  private void examine(
      Check check, RecordedEvent recorded, boolean holds, Supplier<String> exception) {
    if (recorded.time().isBefore(from)) {
      return;
    }
    Count count = count(check);
    count.examined++;
    if (!holds) {
      count.exceptions++;
      if (count.shown.size() < CheckResult.MOST_SHOWN) {
        count.shown.add("record " + recorded.sequence() + ": " + exception.get());
      }
    }
  }

  /** What came of each, now. */
  Map<Check, CheckResult> results() {
    Count satisfied = count(Check.CONTROLS_SATISFIED);
    satisfied.examined = controls.size();
    satisfied.exceptions = 0;
    satisfied.shown.clear();
    for (Event.ControlAssessed each : controls.values()) {
      if (!each.satisfied()) {
        satisfied.exceptions++;
        satisfied.shown.add(each.control() + ": " + each.finding());
      }
    }
    Map<Check, CheckResult> results = new EnumMap<>(Check.class);
    counts.forEach(
        (check, count) ->
            results.put(
                check, new CheckResult(check, count.examined, count.exceptions, count.shown)));
    return results;
  }

  private Count count(Check check) {
    return counts.computeIfAbsent(check, any -> new Count());
  }

  private static String name(SessionId session, long command) {
    return session + "/" + command;
  }
}
