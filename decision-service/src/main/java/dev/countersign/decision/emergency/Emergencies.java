package dev.countersign.decision.emergency;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.Event.EmergencyChanged.Step;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.ApprovalId;
import dev.countersign.decision.emergency.Emergency.State;
import dev.countersign.decision.emergency.EmergencyResult.Done;
import dev.countersign.decision.emergency.EmergencyResult.Forbidden;
import dev.countersign.decision.emergency.EmergencyResult.Refused;
import dev.countersign.decision.store.Database;
import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Break-glass. One person proposes an emergency, a second opens it; while it is open, what needs an
 * approval on its resources runs at once for the subjects it is declared for, recorded as an
 * approval each time. It lifts nothing else: what is blocked stays blocked, what is masked masked,
 * and nobody gets in who had no access. Afterwards a third person reviews it. Safe for any number
 * of threads.
 */
public final class Emergencies {

  /** How long a second person has. */
  private static final Duration LAPSE = Duration.ofMinutes(15);

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final int MOST_RESOURCES = 20;
  private static final int LONGEST_COMMENT = 2_000;
  private static final int MOST_LISTED = 200;

  private final EmergencyTable table;
  private final Optional<EmergencyRules> rules;
  private final Journal journal;
  private final Consumer<Event.EmergencyChanged> loudly;

  /**
   * @param rules empty where there is no break-glass
   * @param loudly is told of each step once it is taken; must not block
   */
  public Emergencies(
      Database database,
      Optional<EmergencyRules> rules,
      Journal journal,
      Consumer<Event.EmergencyChanged> loudly) {
    this.table = new EmergencyTable(database.jdbi());
    this.rules = requireNonNull(rules, "rules");
    this.journal = requireNonNull(journal, "journal");
    this.loudly = requireNonNull(loudly, "loudly");
  }

  /** Proposes one; nothing comes of it until somebody else opens it. */
  public EmergencyResult propose(
      Subject by, List<String> resources, Duration window, String reason) {
    Optional<EmergencyResult> objection = objection(EmergencyRules::isOpener, by, reason);
    if (objection.isPresent()) {
      return objection.get();
    }
    Duration longest = rules.orElseThrow().longest();
    if (window.compareTo(SHORTEST) < 0 || window.compareTo(longest) > 0) {
      return new Refused(
          "an emergency is for 1 to " + longest.toMinutes() + " minutes", "ask for less time");
    }
    if (resources.isEmpty() || resources.size() > MOST_RESOURCES) {
      return new Refused(
          "an emergency names 1 to " + MOST_RESOURCES + " resources", "name those that need it");
    }
    Emergency proposed =
        table.propose(
            ApprovalId.random("E-"),
            by,
            resources,
            rules.orElseThrow(),
            window,
            LAPSE,
            reason,
            now -> announce(event(now, Step.PROPOSED, Optional.of(by), reason)));
    loudly.accept(event(proposed, Step.PROPOSED, Optional.of(by), reason));
    return new Done(proposed);
  }

  /** Opens what another has proposed. */
  public EmergencyResult open(Emergency proposed, Subject by, String reason) {
    Optional<EmergencyResult> objection = objection(EmergencyRules::isOpener, by, reason);
    if (objection.isPresent()) {
      return objection.get();
    }
    Subject first = proposed.proposed().by();
    if (first.isSameAs(by) || by.isPartyOf(first) || first.isPartyOf(by)) {
      return new Forbidden("it takes two people: " + first.name() + " has proposed it");
    }
    return taken(
        proposed, before -> table.open(proposed.id(), by, reason, before), Step.OPENED, by, reason);
  }

  /** Ends an open one before its time; whoever may open or review one may. */
  public EmergencyResult close(Emergency open, Subject by, String reason) {
    Optional<EmergencyResult> objection =
        objection((all, subject) -> all.isOpener(subject) || all.isReviewer(subject), by, reason);
    return objection.orElseGet(
        () ->
            taken(
                open,
                before -> table.close(open.id(), by, reason, before),
                Step.CLOSED,
                by,
                reason));
  }

  /** Says of one that is over what was done in it; nobody reviews what they opened or did. */
  public EmergencyResult review(Emergency over, Subject by, String reason) {
    Optional<EmergencyResult> objection = objection(EmergencyRules::isReviewer, by, reason);
    if (objection.isPresent()) {
      return objection.get();
    }
    if (over.wasOpenedBy(by)) {
      return new Forbidden("nobody reviews an emergency that they opened");
    }
    if (table.workedUnder(over.id()).stream()
        .anyMatch(subject -> by.isSameAs(subject) || by.isPartyOf(subject))) {
      return new Forbidden("nobody reviews what they did in an emergency, or their agent");
    }
    return taken(
        over, before -> table.review(over.id(), by, reason, before), Step.REVIEWED, by, reason);
  }

  /** Who may take a step. */
  private interface Role {
    boolean has(EmergencyRules rules, Subject subject);
  }

  private Optional<EmergencyResult> objection(Role role, Subject by, String reason) {
    if (rules.isEmpty()) {
      return Optional.of(
          new Refused(
              "no break-glass is declared here",
              "it is the section breakGlass of the configuration"));
    }
    if (!role.has(rules.get(), by)) {
      return Optional.of(new Forbidden("this is for people of another group"));
    }
    return reason.isBlank() || reason.length() > LONGEST_COMMENT
        ? Optional.of(
            new Refused("a reason has 1 to " + LONGEST_COMMENT + " characters", "say why"))
        : Optional.empty();
  }

  /** A step that is taken in the database. */
  private interface Taking {
    Optional<Emergency> take(Consumer<Emergency> before);
  }

  private EmergencyResult taken(
      Emergency found, Taking taking, Step step, Subject by, String reason) {
    Optional<Emergency> after =
        taking.take(now -> announce(event(now, step, Optional.of(by), reason)));
    after.ifPresent(now -> loudly.accept(event(now, step, Optional.of(by), reason)));
    return after
        .<EmergencyResult>map(Done::new)
        .orElseGet(
            () -> new Refused(found.id() + " is not where that can be done", "look at it again"));
  }

  private static Event.EmergencyChanged event(
      Emergency now, Step step, Optional<Subject> by, String comment) {
    return new Event.EmergencyChanged(now.id(), step, now.resources(), by, now.until(), comment);
  }

  private void announce(Event.EmergencyChanged event) {
    journal.releasable(journal.append(event), true).toCompletableFuture().join();
  }

  /** Ends what is over its time; to be called now and then. */
  public void expire() {
    Optional<Emergency> over;
    do {
      over = table.endOne(now -> announce(ending(now)));
      over.ifPresent(now -> loudly.accept(ending(now)));
    } while (over.isPresent());
  }

  private static Event.EmergencyChanged ending(Emergency now) {
    Step step = now.state() == State.LAPSED ? Step.LAPSED : Step.EXPIRED;
    return event(now, step, Optional.empty(), "its time is over");
  }

  /** An emergency, if there is one. Who may see it is for the caller to say. */
  public Optional<Emergency> find(String id) {
    return table.find(ApprovalId.typed(id));
  }

  /** Open ones, those that need a review, then the newest others, at most 200. */
  public List<Emergency> recent() {
    return table.recent(MOST_LISTED);
  }

  /** Those that nobody has reviewed in the time there was, the oldest first; at most 200. */
  public List<Emergency> overdue() {
    return rules
        .map(declared -> table.unreviewed(declared.reviewWithin(), MOST_LISTED))
        .orElse(List.of());
  }

  /** Whether somebody may see emergencies: whoever has a part in them. */
  public boolean concerns(Subject viewer) {
    return rules
        .filter(all -> all.isOpener(viewer) || all.isReviewer(viewer) || all.isDeclaredFor(viewer))
        .isPresent();
  }

  /** Those that are open now for somebody. */
  public List<Emergency> heldFor(Subject subject) {
    return rules.filter(all -> all.isDeclaredFor(subject)).isEmpty()
        ? List.of()
        : table.recent(MOST_LISTED).stream()
            .filter(one -> one.state() == State.OPEN && !one.wasOpenedByPartyOf(subject))
            .toList();
  }
}
