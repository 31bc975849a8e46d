package dev.countersign.audit.evidence;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.index.Reading;
import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.Rounds;
import dev.countersign.audit.journal.StoredJournal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tests the controls again and again over a journal while it grows. A control that comes out
 * otherwise than the last time is recorded and told, once.
 */
public final class Monitoring implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Monitoring.class);

  private final StoredJournal stored;
  private final Journal journal;
  private final Consumer<Event.ControlAssessed> told;
  private final List<Control> controls;
  private final List<LiveCheck> live;
  private final Map<String, Boolean> known = new HashMap<>();
  private final Rounds rounds;
  private @Nullable Following following;
  private boolean damaged;

  /** Where the tests are in the journal, and what they have counted so far. */
  private record Following(JournalReader reader, Reading reading, Checks checks) {}

  private Monitoring(
      StoredJournal stored,
      Journal journal,
      Duration interval,
      List<LiveCheck> live,
      Consumer<Event.ControlAssessed> told) {
    this.stored = stored;
    this.live = List.copyOf(live);
    this.journal = journal;
    this.told = told;
    controls =
        ControlCatalogue.all().stream()
            .filter(control -> control.check().isPresent())
            // It is about the others: to test it by itself would never end.
            .filter(control -> control.check().get() != Check.CONTROLS_SATISFIED)
            .toList();
    rounds = new Rounds("monitoring", interval, this::test);
  }

  /**
   * Starts to test, in a thread of its own.
   *
   * @param stored the journal as it can be read here; what is sealed to its owner is left out
   * @param journal where outcomes are recorded: the same
   * @param interval how long between two tests
   * @param live what is tested besides
   * @param told is told what was recorded, to pass it on
   */
  public static Monitoring start(
      StoredJournal stored,
      Journal journal,
      Duration interval,
      List<LiveCheck> live,
      Consumer<Event.ControlAssessed> told) {
    Monitoring monitoring = new Monitoring(stored, journal, interval, live, told);
    monitoring.rounds.start();
    return monitoring;
  }

  /** A fault of ours begins the tests anew; damage of the journal ends them. */
  private void test() {
    if (damaged) {
      return;
    }
    Following at = following;
    if (at == null) {
      at = new Following(stored.read(from()), new Reading(stored), new Checks(stored, Instant.MIN));
      following = at;
    }
    try {
      follow(at);
      assess(at.checks);
    } catch (JournalException.Damaged e) {
      damaged = true;
      at.checks.broken(String.valueOf(e.getMessage()));
      assess(at.checks);
      LOG.atError().setCause(e).log("The journal cannot be tested further");
    } catch (RuntimeException e) {
      stop();
      throw e;
    }
  }

  private void stop() {
    Following at = following;
    following = null;
    if (at != null) {
      at.reader.close();
    }
  }

  private long from() {
    long from = stored.readableFrom();
    if (from > 1) {
      LOG.atInfo()
          .addKeyValue("from", from)
          .log(
              "Controls are tested over what this machine may read; what is older is tested with"
                  + " the owner's key, by countersign audit evidence");
    }
    return from;
  }

  private void follow(Following at) {
    for (Optional<RecordedEvent> next = at.reader.poll();
        next.isPresent() && !rounds.isClosing();
        next = at.reader.poll()) {
      at.checks.next(at.reading.next(next.get()));
      if (next.get().event() instanceof Event.ControlAssessed assessed) {
        known.put(assessed.control(), assessed.satisfied());
      }
    }
  }

  private void assess(Checks checks) {
    Map<Check, CheckResult> results = checks.results();
    for (Control control : controls) {
      control
          .check()
          .map(results::get)
          .filter(result -> result.outcome() != CheckResult.Outcome.NOTHING_TO_EXAMINE)
          .ifPresent(
              result -> {
                boolean satisfied = result.outcome() == CheckResult.Outcome.SATISFIED;
                compare(
                    control.id(),
                    satisfied,
                    satisfied ? result.check().statement() : finding(result));
              });
    }
    for (LiveCheck check : live) {
      Optional<String> trouble = check.trouble().get();
      compare(check.control(), trouble.isEmpty(), trouble.orElse(check.statement()));
    }
  }

  private void compare(String control, boolean satisfied, String finding) {
    // What was always well is no news; a first test that fails is.
    boolean before = known.getOrDefault(control, true);
    if (before == satisfied) {
      return;
    }
    known.put(control, satisfied);
    Event.ControlAssessed event = new Event.ControlAssessed(control, satisfied, finding);
    long sequence = journal.append(event);
    LOG.atWarn()
        .addKeyValue("control", control)
        .addKeyValue("satisfied", satisfied)
        .addKeyValue("sequence", sequence)
        .log("The automatic test of a control came out otherwise than before");
    told.accept(event);
  }

  private static String finding(CheckResult result) {
    return result.exceptions()
        + " of "
        + result.examined()
        + "; the first: "
        + result.shown().stream().findFirst().orElse("");
  }

  /** Stops; nothing is lost, for what was tested is read again at the next start. */
  @Override
  public void close() {
    rounds.close();
    stop();
  }
}
