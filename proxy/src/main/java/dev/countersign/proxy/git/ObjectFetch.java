package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.proxy.frontdoor.Evidence;
import dev.countersign.proxy.frontdoor.GateSession.Command;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.frontdoor.Waiting;
import dev.countersign.proxy.git.wire.AdvertisedRef;
import dev.countersign.proxy.git.wire.FetchCommand;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.ObjectName;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One fetch of objects: judged by the refs that name what is wanted, and relayed. */
final class ObjectFetch {

  /** Passes the upstream's answer on, in the client's version of the protocol. */
  @FunctionalInterface
  interface Relay {
    /** Passes it on, and counts the bytes of the pack. */
    long relay(InputStream answer, OutputStream client) throws IOException;
  }

  private final Visit visit;
  private final FetchCommand.Fetch command;

  ObjectFetch(Visit visit, FetchCommand.Fetch command) {
    this.visit = visit;
    this.command = command;
  }

  /**
   * Answers it.
   *
   * @return the refusal, if there is nothing else to answer
   */
  Optional<Passage.Refused> answer(Relay relay) throws IOException, InterruptedException {
    try {
      check();
      UpstreamRefs refs = visit.repository().refs(command.objectFormat());
      List<RefUpdate> updates = new ArrayList<>();
      requireReadable(refs, command.excluded());
      requireCountedFromTips(refs);
      Decision decision = judge(refs, updates);
      Command judged =
          new Command(text(), new CommandFacts.Git(updates), decision, false, Evidence.NONE);
      return switch (visit.session().pass(judged, Waiting.SILENT)) {
        case Passage.Refused refused -> Optional.of(refused);
        case Passage.Released(Release release) -> {
          relay(refs, release, relay);
          yield Optional.empty();
        }
      };
    } catch (GitRefusedException e) {
      return visit.refuse(text(), List.of(), e) instanceof Passage.Refused refused
          ? Optional.of(refused)
          : Optional.empty();
    }
  }

  /** What is asked for, without what the client has. */
  private String text() {
    return "fetch\n"
        + String.join(
            "\n",
            command.arguments().stream()
                .filter(argument -> !argument.startsWith("have "))
                .limit(RefListing.MOST_RECORDED)
                .toList());
  }

  private void check() throws GitRefusedException {
    GitUpstream.Fetching allowed = visit.upstream().fetching();
    if (command.shallow() && !allowed.shallow()) {
      throw new GitRefusedException(
          "GIT-SHALLOW", "this repository can be cloned with its whole history only");
    }
    if (command.partial() && !allowed.partial()) {
      throw new GitRefusedException(
          "GIT-PARTIAL", "this repository can be cloned with all its files only");
    }
  }

  /** Where a history is cut tells what the ref has that it is cut at. */
  private void requireReadable(UpstreamRefs refs, List<String> names) throws GitRefusedException {
    for (String name : names) {
      List<String> called = refs.called(name);
      if (called.isEmpty() || !called.stream().map(refs::resolve).allMatch(visit::mayRead)) {
        throw new GitRefusedException(
            "GIT-SHALLOW", "a history is to be cut at a ref that is not there for you");
      }
    }
  }

  /** An upstream sends what is behind any commit that a client says it has cut off. */
  private void requireCountedFromTips(UpstreamRefs refs) throws GitRefusedException {
    if (command.isRelative() && !readsAll(refs)) {
      throw new GitRefusedException(
          "GIT-SHALLOW",
          "here a history is not deepened by so many commits (--deepen): say how many it is to have"
              + " (--depth), or --unshallow");
    }
  }

  private Decision judge(UpstreamRefs refs, List<RefUpdate> updates) throws GitRefusedException {
    Map<ObjectName, List<String>> byTip = new HashMap<>();
    for (AdvertisedRef ref : refs.all()) {
      byTip.computeIfAbsent(ref.id(), id -> new ArrayList<>(1)).add(judged(ref));
    }
    Map<String, Decision> decisions = new HashMap<>();
    Map<String, Decision> asked = new LinkedHashMap<>();
    for (ObjectName want : command.wants()) {
      List<String> tips = byTip.get(want);
      List<String> names = tips == null ? anything(refs) : tips;
      names.forEach(name -> decisions.computeIfAbsent(name, n -> visit.decide(Visit.reading(n))));
      Comparator<String> byVerdict = Comparator.comparing(name -> verdict(decisions, name));
      String deciding =
          names.stream().min(tips == null ? byVerdict.reversed() : byVerdict).orElseThrow();
      asked.put(deciding, requireNonNull(decisions.get(deciding)));
    }
    if (asked.isEmpty()) {
      throw new GitRefusedException("GIT-WANT", "a fetch wants nothing");
    }
    asked.keySet().stream()
        .limit(RefListing.MOST_RECORDED)
        .map(Visit::reading)
        .forEach(updates::add);
    return Decision.together(List.copyOf(asked.values()));
  }

  private static String judged(AdvertisedRef ref) {
    return ref.symbolicTo().orElse(ref.name());
  }

  private static Verdict verdict(Map<String, Decision> decisions, String name) {
    return requireNonNull(decisions.get(name)).verdict();
  }

  /**
   * The refs to be judged for an object that is no tip: all, and the strictest counts, as it may be
   * of any. Clones that left out files ask for such objects; whoever may read everything may have
   * them.
   */
  private List<String> anything(UpstreamRefs refs) throws GitRefusedException {
    if (!visit.upstream().fetching().partial() || hidesAny(refs)) {
      throw new GitRefusedException(
          "GIT-WANT", "an object is asked for that no ref you may read names; fetch again");
    }
    List<String> names = new ArrayList<>();
    refs.all().forEach(ref -> names.add(judged(ref)));
    return names;
  }

  private boolean hidesAny(UpstreamRefs refs) {
    for (AdvertisedRef ref : refs.all()) {
      if (!visit.mayRead(judged(ref))) {
        return true;
      }
    }
    return false;
  }

  /** What goes upstream: there, some words open more than what is wanted. */
  private FetchCommand.Fetch sent(UpstreamRefs refs) {
    boolean isRestrictable =
        command.arguments().contains(FetchCommand.Fetch.TAGS)
            || command.arguments().contains(FetchCommand.Fetch.WHOLE);
    return !isRestrictable || readsAll(refs) ? command : command.ofWantsAlone();
  }

  /** Whether nobody has to say yes, to any of them. */
  private boolean readsAll(UpstreamRefs refs) {
    for (AdvertisedRef ref : refs.all()) {
      switch (visit.decide(Visit.reading(judged(ref)))) {
        case Decision.Allow _, Decision.Mask _ -> {}
        case Decision.Approve _, Decision.Block _ -> {
          return false;
        }
      }
    }
    return true;
  }

  private void relay(UpstreamRefs refs, Release release, Relay relay)
      throws IOException, InterruptedException {
    release.answersIn(visit.exchange());
    try (InputStream answer = visit.repository().fetch(sent(refs))) {
      OutputStream out = Answers.git(visit.exchange(), Fetching.RESULT);
      long bytes;
      try {
        bytes = relay.relay(answer, out);
      } catch (GitWireException.Said e) {
        // The client has been told.
        out.close();
        release.failed("refused");
        return;
      } catch (IOException e) {
        // It is not to end as one that is whole does.
        visit.exchange().abort();
        throw e;
      }
      out.close();
      release.completed(bytes == 0 ? "negotiated" : "pack of " + bytes + " bytes");
    } catch (IOException e) {
      release.failed("broken off");
      throw e;
    }
  }
}
