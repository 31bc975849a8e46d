package dev.countersign.proxy.git;

import dev.countersign.proxy.frontdoor.Evidence;
import dev.countersign.proxy.frontdoor.GateSession.Command;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.frontdoor.Waiting;
import dev.countersign.proxy.git.wire.FetchCommand;
import dev.countersign.proxy.git.wire.RefList;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.verdict.Decision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One telling of which refs there are: those that may not be read are left out. */
final class RefListing {

  /** How many refs of a command are put on the record. */
  static final int MOST_RECORDED = 1_000;

  private static final String SYMREFS = "symrefs";

  /** Tells a client, in its version of the protocol. */
  @FunctionalInterface
  interface Teller {
    void tell(List<RefList.Entry> visible) throws IOException;
  }

  private final Visit visit;

  RefListing(Visit visit) {
    this.visit = visit;
  }

  /**
   * Asks the upstream, and has the client told what it may know.
   *
   * @return the refusal, if it may know nothing
   */
  Optional<Passage.Refused> answer(FetchCommand.LsRefs command, Teller teller)
      throws IOException, InterruptedException {
    List<RefList.Entry> entries = visit.repository().list(withTargets(command));
    List<RefList.Entry> visible =
        entries.stream().filter(entry -> visit.mayRead(judged(entry))).toList();
    List<String> prefixes = command.prefixes();
    boolean isNamed = visible.isEmpty() && !prefixes.isEmpty();
    List<RefUpdate> updates =
        isNamed ? named(prefixes) : recorded(visible.isEmpty() ? entries : visible);
    Command judged =
        new Command(
            "list refs\n"
                + String.join("\n", command.arguments().stream().limit(MOST_RECORDED).toList()),
            new CommandFacts.Git(updates),
            decision(updates, visible.isEmpty() && !isNamed),
            false,
            Evidence.NONE);
    return switch (visit.session().pass(judged, Waiting.SILENT)) {
      case Passage.Refused refused -> Optional.of(refused);
      case Passage.Released(Release release) -> {
        release.answersIn(visit.exchange());
        teller.tell(visible);
        release.completed(
            visible.size() + " refs, " + (entries.size() - visible.size()) + " hidden");
        yield Optional.empty();
      }
    };
  }

  /** Without what they stand for, symbolic refs could not be judged. */
  private static FetchCommand.LsRefs withTargets(FetchCommand.LsRefs command) {
    if (command.arguments().contains(SYMREFS)) {
      return command;
    }
    List<String> arguments = new ArrayList<>(command.arguments());
    arguments.add(SYMREFS);
    return new FetchCommand.LsRefs(arguments, command.objectFormat());
  }

  /**
   * Judged by what was asked for, not by what is there: who asks for a name that may not be read is
   * not told whether it is.
   */
  private static List<RefUpdate> named(List<String> prefixes) {
    return prefixes.stream().distinct().limit(MOST_RECORDED).map(Visit::reading).toList();
  }

  private static List<RefUpdate> recorded(List<RefList.Entry> entries) {
    Set<String> names = new LinkedHashSet<>();
    entries.stream().limit(MOST_RECORDED).forEach(entry -> names.add(judged(entry)));
    return names.stream().map(Visit::reading).toList();
  }

  private static String judged(RefList.Entry entry) {
    return entry.target().orElse(entry.name());
  }

  private Decision decision(List<RefUpdate> updates, boolean allHidden) {
    if (updates.isEmpty()) {
      return told(visit.decide(Visit.reading("HEAD")));
    }
    List<Decision> decisions = updates.stream().map(visit::decide).toList();
    return allHidden
        ? Decision.together(decisions)
        : told(decisions.stream().min(Comparator.comparing(Decision::verdict)).orElseThrow());
  }

  /** Names are told before anybody said yes to the objects behind them. */
  private static Decision told(Decision decision) {
    return decision instanceof Decision.Approve approve
        ? new Decision.Allow(approve.why())
        : decision;
  }
}
