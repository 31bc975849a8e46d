package dev.countersign.proxy.git;

import dev.countersign.decision.approval.Exhibit;
import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.proxy.git.wire.ObjectName;
import dev.countersign.proxy.git.wire.PushRequest;
import dev.countersign.proxy.git.wire.RefCommand;
import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a push from the wire to a judgement: its names checked, its pack taken into quarantine
 * beside what is upstream, everything new in it read.
 *
 * @param format how the upstream names its objects
 * @param directory for the quarantine; whoever made it deletes it when the push is over
 */
record PushInspection(
    Visit visit,
    Mirrors mirrors,
    PackKeeping keeping,
    ObjectFormat format,
    UpstreamRefs refs,
    Path directory) {

  private static final Logger log = LoggerFactory.getLogger(PushInspection.class);

  /**
   * A push that was read.
   *
   * @param quarantine where its objects are
   * @param pack empty where all that is asked is to delete
   */
  private record Read(
      PushRequest request,
      Quarantine quarantine,
      Optional<JudgedPack> pack,
      List<Inspected> parts,
      List<Finding> findings) {}

  /** Receives and judges it. */
  JudgedPush judge(PushRequest request, InputStream body)
      throws IOException, InterruptedException, GitRefusedException {
    GitUpstream.Pushing limits = visit.upstream().pushing();
    check(request.options(), limits.options());
    List<GitRefusedException> telling = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> deleted = request.deleted();
    for (RefCommand command : request.commands()) {
      try {
        check(command, limits.namespaces(), deleted)
            .map(refused -> refused.because(command.ref()))
            .ifPresent(telling::add);
      } catch (GitRefusedException e) {
        throw e.because(command.ref());
      }
      if (!names.add(RefNames.fold(command.ref()))) {
        throw new GitRefusedException(
            "GIT-REF-NAME", "two refs of the push differ only in case or form");
      }
    }
    checkAmongThemselves(request.commands());
    AllowedSigners signers = signers(limits);
    Mirror mirror = mirrors.of(visit.upstream().resource().name(), format);
    try (Mirror.Use use = mirror.use(visit.repository(), refs.tips());
        Quarantine quarantine = Quarantine.create(directory, use);
        PackScan pack = new PackScan()) {
      Optional<PushedPack.Taken> taken =
          request.hasPack() ? Optional.of(quarantine.take(body, limits, pack)) : nothing(body);
      try (Inspector inspector =
          new Inspector(
              quarantine.repository(),
              refs,
              new Inspector.Push(request, pack, signers, quarantine.naming()))) {
        List<Inspected> parts = new ArrayList<>();
        for (RefCommand command : request.commands()) {
          parts.add(inspector.inspect(command, refs.resolve(command.ref())));
        }
        inspector.said();
        if (taken.isPresent()) {
          inspector.settings();
          inspector.remaining(taken.get().objects());
        }
        Read read =
            new Read(
                request,
                quarantine,
                taken.map(took -> took.pack().withStrays(inspector.hasStrays())),
                parts,
                inspector.findings());
        return judge(read, telling);
      }
    }
  }

  /** By them, hosts merge and publish: what a row says of a ref would not be all that happens. */
  private static void check(List<String> options, List<String> allowed) throws GitRefusedException {
    List<Glob> globs = allowed.stream().map(Glob::new).toList();
    for (String option : options) {
      if (globs.stream().noneMatch(glob -> glob.matches(option))) {
        throw new GitRefusedException(
            "GIT-PUSH-OPTION",
            allowed.isEmpty()
                ? "this repository takes no push options (-o)"
                : "this repository takes no push options (-o) but " + String.join(", ", allowed));
      }
    }
  }

  /**
   * The gateway's own rules about the name and the old value of a ref.
   *
   * @param deleted the refs that the push deletes
   * @return what would tell that a ref is there which the client may not know of: it is said only
   *     where the policy would have let the push pass
   */
  private Optional<GitRefusedException> check(
      RefCommand command, List<String> namespaces, Set<String> deleted) throws GitRefusedException {
    Optional<String> fault =
        RefNames.fault(command.ref(), namespaces)
            .or(() -> command.before().isZero() ? RefNames.trap(command.ref()) : Optional.empty());
    if (fault.isPresent()) {
      throw new GitRefusedException("GIT-REF-NAME", fault.get());
    }
    if (!format.isOf(command.before()) || !format.isOf(command.after())) {
      throw new GitRefusedException(
          "GIT-PROTOCOL", "an object is named otherwise than by " + format.word());
    }
    Optional<String> twin = refs.twin(command.ref());
    if (twin.isPresent()) {
      return beside(twin.get(), "the name of the ref differs only in case or form from ");
    }
    Optional<ObjectName> now = refs.id(command.ref());
    if (command.before().isZero() && now.isEmpty()) {
      Optional<String> rival = refs.rival(command.ref(), deleted);
      if (rival.isPresent()) {
        // The upstream would say it, too, and by name.
        return beside(rival.get(), "one would be the directory of the other: the ref and ");
      }
      Optional<String> namesake = refs.namesake(command.ref(), deleted);
      if (namesake.isPresent()) {
        return beside(namesake.get(), "by a short name, git takes one for the other: the ref and ");
      }
    }
    boolean same = now.isPresent() ? now.get().equals(command.before()) : command.before().isZero();
    // Whatever is there, or nothing: a value that it has not is answered the same.
    return same
        ? Optional.empty()
        : unless(
            command.before().isZero() && !visit.mayRead(refs.resolve(command.ref())),
            new GitRefusedException(
                "GIT-STALE", "the ref is not what the push takes it for; fetch first"));
  }

  private static void checkAmongThemselves(List<RefCommand> commands) throws GitRefusedException {
    Set<String> written =
        commands.stream()
            .filter(command -> !command.isDelete())
            .map(command -> RefNames.fold(command.ref()))
            .collect(Collectors.toSet());
    for (RefCommand command : commands) {
      if (!command.isDelete()
          && UpstreamRefs.shortTwins(command.ref()).stream()
              .anyMatch(twin -> written.contains(RefNames.fold(twin)))) {
        throw new GitRefusedException(
                "GIT-REF-NAME", "by a short name, git takes one ref of the push for another")
            .because(command.ref());
      }
    }
  }

  private Optional<GitRefusedException> beside(String there, String words)
      throws GitRefusedException {
    boolean hidden = !visit.mayRead(refs.resolve(there));
    return unless(
        hidden, new GitRefusedException("GIT-REF-NAME", words + (hidden ? "another one" : there)));
  }

  private static Optional<GitRefusedException> unless(boolean hidden, GitRefusedException refused)
      throws GitRefusedException {
    if (!hidden) {
      throw refused;
    }
    return Optional.of(refused);
  }

  private static AllowedSigners signers(GitUpstream.Pushing limits) throws GitRefusedException {
    try {
      return AllowedSigners.of(limits.signers());
    } catch (IOException e) {
      log.atError().setCause(e).log("the file of allowed signers cannot be read");
      throw new GitRefusedException(
          "GIT-SIGNERS", "who may sign commits cannot be read; tell the gateway's operator");
    }
  }

  private static Optional<PushedPack.Taken> nothing(InputStream body)
      throws IOException, GitRefusedException {
    try {
      if (body.read() >= 0) {
        throw new GitRefusedException(
            "GIT-PROTOCOL", "something follows a push that does nothing but delete");
      }
      return Optional.empty();
    } catch (GitWireException e) {
      // Of the client's, and not of the upstream's.
      throw GitRefusedException.pack("the push", e);
    }
  }

  private JudgedPush judge(Read read, List<GitRefusedException> telling)
      throws IOException, GitRefusedException {
    List<RefUpdate> updates = withSecrets(read.parts(), read.findings());
    List<Decision> decisions = updates.stream().map(visit::decide).toList();
    if (!telling.isEmpty() && Decision.together(decisions).verdict() != Verdict.BLOCK) {
      throw telling.getFirst();
    }
    if (read.pack().isPresent()) {
      keeping.check(visit.upstream(), read.pack().get());
    }
    List<Exhibit> exhibits =
        Decision.together(decisions).verdict() == Verdict.APPROVE
            ? Exhibits.of(read.quarantine(), read.parts(), read.findings())
            : List.of();
    String text =
        JudgedPush.text(
            visit.upstream().resource().name(),
            read.request(),
            updates.stream().map(RefUpdate::toString).toList(),
            read.pack().map(JudgedPack::toString).orElse(""));
    return new JudgedPush(
        read.request(), updates, decisions, read.findings(), exhibits, read.pack(), text);
  }

  /** What one ref brings, all bring: the objects are in one pack. What is deleted brings none. */
  private static List<RefUpdate> withSecrets(List<Inspected> parts, List<Finding> findings) {
    return parts.stream()
        .map(
            part ->
                part.update()
                    .withSecrets(
                        findings.stream()
                            .filter(finding -> finding.isSaid() || !part.command().isDelete())
                            .map(Finding::secret)
                            .toList()))
        .toList();
  }
}
