package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.proxy.frontdoor.Evidence;
import dev.countersign.proxy.frontdoor.GateSession.Command;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.frontdoor.Waiting;
import dev.countersign.proxy.git.wire.AdvertisedRef;
import dev.countersign.proxy.git.wire.FetchAnswer;
import dev.countersign.proxy.git.wire.FetchCommand;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.ObjectName;
import dev.countersign.proxy.git.wire.PacketReader;
import dev.countersign.proxy.git.wire.PacketWriter;
import dev.countersign.proxy.git.wire.RefList;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Verdict;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Clone, fetch and ls-remote: protocol version 2 of git-upload-pack. */
final class Fetching {

  static final String SERVICE = "git-upload-pack";
  private static final String RESULT = "application/x-git-upload-pack-result";
  private static final long LONGEST_REQUEST = 64L << 20;

  /** How many refs of a command are put on the record. */
  private static final int MOST_RECORDED = 1_000;

  private final Visit visit;

  Fetching(Visit visit) {
    this.visit = visit;
  }

  /** Says what can be asked for. */
  static void advertise(Visit visit) throws IOException, InterruptedException {
    UpstreamRepository.Abilities abilities = visit.repository().abilities();
    GitUpstream.Fetching allowed = visit.upstream().fetching();
    List<String> fetch = new ArrayList<>();
    if (abilities.shallow() && allowed.shallow()) {
      fetch.add("shallow");
    }
    if (abilities.filter() && allowed.partial()) {
      fetch.add("filter");
    }
    try (OutputStream out =
        Answers.git(visit.exchange(), "application/x-git-upload-pack-advertisement")) {
      PacketWriter packets = new PacketWriter(out);
      packets.text("# service=" + SERVICE);
      packets.flush();
      packets.text("version 2");
      packets.text("agent=" + UpstreamRepository.AGENT);
      packets.text(abilities.unborn() ? "ls-refs=unborn" : "ls-refs");
      packets.text(fetch.isEmpty() ? "fetch" : "fetch=" + String.join(" ", fetch));
      packets.text("object-format=" + abilities.objectFormat());
      packets.flush();
    }
  }

  /** Answers one command. */
  void answer() throws IOException, InterruptedException {
    Optional<FetchCommand> command;
    try {
      command =
          FetchCommand.read(
              new PacketReader(
                  RequestBody.of(visit.exchange(), LONGEST_REQUEST), PacketReader.Version.V2));
    } catch (GitRefusedException e) {
      refuse("fetch", e);
      return;
    } catch (GitWireException | EOFException e) {
      refuse("fetch", new GitRefusedException("GIT-PROTOCOL", String.valueOf(e.getMessage())));
      return;
    }
    switch (command.orElse(null)) {
      case null -> Answers.git(visit.exchange(), RESULT).close();
      case FetchCommand.LsRefs list -> list(list);
      case FetchCommand.Fetch fetch -> fetch(fetch);
    }
  }

  private void refuse(String text, GitRefusedException refused)
      throws IOException, InterruptedException {
    if (visit.refuse(text, List.of(), refused) instanceof Passage.Refused no) {
      Answers.refused(visit.exchange(), RESULT, Answers.words(no));
    }
  }

  private void list(FetchCommand.LsRefs command) throws IOException, InterruptedException {
    // Without what they stand for, symbolic refs could not be judged.
    List<String> arguments = new ArrayList<>(command.arguments());
    boolean symbolic = arguments.contains("symrefs");
    if (!symbolic) {
      arguments.add("symrefs");
    }
    List<RefList.Entry> entries =
        visit.repository().list(new FetchCommand.LsRefs(arguments, command.objectFormat()));
    List<RefList.Entry> visible =
        entries.stream().filter(entry -> visit.mayRead(judged(entry))).toList();
    Set<String> names = new LinkedHashSet<>();
    (visible.isEmpty() ? entries : visible)
        .stream().limit(MOST_RECORDED).forEach(entry -> names.add(judged(entry)));
    List<RefUpdate> updates = names.stream().map(Visit::reading).toList();
    Decision decision =
        updates.isEmpty()
            ? visit.decide(Visit.reading("HEAD"))
            : visible.isEmpty()
                ? Decision.together(updates.stream().map(visit::decide).toList())
                : mildest(updates.stream().map(visit::decide).toList());
    // Names are told before anybody said yes to the objects behind them.
    Decision told =
        decision instanceof Decision.Approve approve ? new Decision.Allow(approve.why()) : decision;
    Command judged =
        new Command(
            "list refs\n" + String.join("\n", command.arguments()),
            new CommandFacts.Git(updates),
            told,
            false,
            Evidence.NONE);
    switch (visit.session().pass(judged, Waiting.SILENT)) {
      case Passage.Refused refused ->
          Answers.refused(visit.exchange(), RESULT, Answers.words(refused));
      case Passage.Released(Release release) -> {
        try (OutputStream out = Answers.git(visit.exchange(), RESULT)) {
          PacketWriter packets = new PacketWriter(out);
          for (RefList.Entry entry : visible) {
            packets.text(symbolic ? entry.text() : withoutTarget(entry.text()));
          }
          packets.flush();
        }
        release.completed(
            visible.size() + " refs, " + (entries.size() - visible.size()) + " hidden");
      }
    }
  }

  private static String judged(RefList.Entry entry) {
    return entry.ref().flatMap(AdvertisedRef::symbolicTo).orElse(entry.name());
  }

  private static String withoutTarget(String text) {
    return text.replaceFirst(" symref-target:\\S*", "");
  }

  private static Decision mildest(List<Decision> decisions) {
    return decisions.stream().min(Comparator.comparing(Decision::verdict)).orElseThrow();
  }

  private void fetch(FetchCommand.Fetch command) throws IOException, InterruptedException {
    try {
      check(command);
      UpstreamRefs refs = visit.repository().refs();
      List<RefUpdate> updates = new ArrayList<>();
      Decision decision = judge(command, refs, updates);
      Command judged =
          new Command(text(command), new CommandFacts.Git(updates), decision, false, Evidence.NONE);
      switch (visit.session().pass(judged, Waiting.SILENT)) {
        case Passage.Refused refused ->
            Answers.refused(visit.exchange(), RESULT, Answers.words(refused));
        case Passage.Released(Release release) -> relay(command, refs, release);
      }
    } catch (GitRefusedException e) {
      refuse(text(command), e);
    }
  }

  /** What is asked for, without what the client has. */
  private static String text(FetchCommand.Fetch command) {
    return "fetch\n"
        + String.join(
            "\n",
            command.arguments().stream()
                .filter(argument -> !argument.startsWith("have "))
                .limit(MOST_RECORDED)
                .toList());
  }

  private void check(FetchCommand.Fetch command) throws GitRefusedException {
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

  private static Verdict verdict(Map<String, Decision> decisions, String name) {
    return requireNonNull(decisions.get(name)).verdict();
  }

  private Decision judge(FetchCommand.Fetch command, UpstreamRefs refs, List<RefUpdate> updates)
      throws GitRefusedException {
    Map<ObjectName, List<String>> byTip = new HashMap<>();
    for (AdvertisedRef ref : refs.all()) {
      byTip
          .computeIfAbsent(ref.id(), id -> new ArrayList<>())
          .add(ref.symbolicTo().orElse(ref.name()));
    }
    Map<String, Decision> decisions = new HashMap<>();
    Map<String, Decision> asked = new LinkedHashMap<>();
    for (ObjectName want : command.wants()) {
      List<String> names = byTip.containsKey(want) ? byTip.get(want) : anything(refs);
      names.forEach(name -> decisions.computeIfAbsent(name, n -> visit.decide(Visit.reading(n))));
      String mildest =
          names.stream().min(Comparator.comparing(name -> verdict(decisions, name))).orElseThrow();
      asked.put(mildest, requireNonNull(decisions.get(mildest)));
    }
    if (asked.isEmpty()) {
      throw new GitRefusedException("GIT-WANT", "a fetch wants nothing");
    }
    asked.keySet().stream().limit(MOST_RECORDED).map(Visit::reading).forEach(updates::add);
    return Decision.together(List.copyOf(asked.values()));
  }

  /**
   * The refs to be judged for an object that is no tip: all. Clones that left out files ask for
   * such objects; whoever may read everything may have them.
   */
  private List<String> anything(UpstreamRefs refs) throws GitRefusedException {
    if (!visit.upstream().fetching().partial() || !hidden(refs).isEmpty()) {
      throw new GitRefusedException(
          "GIT-WANT", "an object is asked for that no ref you may read names; fetch again");
    }
    List<String> names = new ArrayList<>();
    refs.all().forEach(ref -> names.add(ref.symbolicTo().orElse(ref.name())));
    return names;
  }

  private List<String> hidden(UpstreamRefs refs) {
    List<String> hidden = new ArrayList<>();
    for (AdvertisedRef ref : refs.all()) {
      if (!visit.mayRead(ref.symbolicTo().orElse(ref.name()))) {
        hidden.add(ref.name());
      }
    }
    return hidden;
  }

  private void relay(FetchCommand.Fetch command, UpstreamRefs refs, Release release)
      throws IOException, InterruptedException {
    FetchCommand sent = command;
    if (command.arguments().contains("include-tag") && !hidden(refs).isEmpty()) {
      // The upstream would send tags that the client may not read.
      sent =
          new FetchCommand.Fetch(
              command.arguments().stream().filter(each -> !each.equals("include-tag")).toList(),
              command.objectFormat(),
              command.wants(),
              command.shallow(),
              command.partial());
    }
    try (InputStream answer = visit.repository().fetch(sent)) {
      long bytes;
      try (OutputStream out = Answers.git(visit.exchange(), RESULT)) {
        bytes = FetchAnswer.relay(answer, out);
      } catch (IOException e) {
        visit.exchange().abort();
        throw e;
      }
      release.completed(bytes == 0 ? "negotiated" : "pack of " + bytes + " bytes");
    } catch (IOException e) {
      release.failed("broken off");
      throw e;
    }
  }
}
