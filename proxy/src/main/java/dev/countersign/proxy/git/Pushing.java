package dev.countersign.proxy.git;

import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.proxy.frontdoor.Evidence;
import dev.countersign.proxy.frontdoor.GateSession.Command;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.git.wire.AdvertisedRef;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.ObjectName;
import dev.countersign.proxy.git.wire.PacketReader;
import dev.countersign.proxy.git.wire.PacketWriter;
import dev.countersign.proxy.git.wire.PushAdvertisement;
import dev.countersign.proxy.git.wire.PushReport;
import dev.countersign.proxy.git.wire.PushRequest;
import dev.countersign.proxy.git.wire.RefCommand;
import dev.countersign.proxy.git.wire.SidebandInput;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.eclipse.jgit.transport.PackedObjectInfo;

/**
 * One push: received whole, inspected, judged, held where a human is asked, and sent upstream as
 * exactly what was inspected.
 */
final class Pushing {

  private static final String RESULT = "application/x-git-receive-pack-result";

  /** What stands in front of the pack. */
  private static final long LONGEST_COMMANDS = 4L << 20;

  /** What was received, and what there is to say of it. */
  private record Judged(
      List<Inspected> parts,
      List<Decision> decisions,
      List<Finding> findings,
      List<Exhibit> exhibits,
      Optional<Path> pack,
      String text) {

    List<RefUpdate> updates() {
      return parts.stream().map(Inspected::update).toList();
    }
  }

  private final Visit visit;
  private final Mirrors mirrors;
  private final Semaphore inspections;

  Pushing(Visit visit, Mirrors mirrors, Semaphore inspections) {
    this.visit = visit;
    this.mirrors = mirrors;
    this.inspections = inspections;
  }

  /** Says which refs there are and what can be used: only what is understood. */
  static void advertise(Visit visit) throws IOException, InterruptedException {
    PushAdvertisement upstream = visit.repository().pushAdvertisement();
    if (!isSha1(upstream)) {
      Answers.error(visit.exchange(), 403, "Countersign: " + SHA256);
      return;
    }
    List<AdvertisedRef> visible =
        upstream.refs().stream().filter(ref -> visit.mayRead(ref.name())).toList();
    List<String> capabilities = new ArrayList<>(offered(upstream));
    capabilities.add("agent=" + UpstreamRepository.AGENT);
    try (OutputStream out =
        Answers.git(visit.exchange(), "application/x-git-receive-pack-advertisement")) {
      new PushAdvertisement(visible, capabilities).write(new PacketWriter(out));
    }
  }

  private static final String SHA256 =
      "this repository names its objects by SHA-256, which the gateway cannot inspect yet; it can"
          + " be fetched but not pushed to";

  private static boolean isSha1(PushAdvertisement upstream) {
    return upstream.capabilities().stream()
        .noneMatch(
            capability ->
                capability.startsWith(PushRequest.OBJECT_FORMAT)
                    && !capability.equals("object-format=sha1"));
  }

  private static List<String> offered(PushAdvertisement upstream) {
    List<String> offered =
        new ArrayList<>(
            List.of(
                PushRequest.REPORT_STATUS,
                "delete-refs",
                PushRequest.SIDE_BAND,
                "quiet",
                "ofs-delta",
                "no-thin",
                "object-format=sha1"));
    for (String capability : List.of(PushRequest.ATOMIC, PushRequest.PUSH_OPTIONS)) {
      if (upstream.capabilities().contains(capability)) {
        offered.add(capability);
      }
    }
    return offered;
  }

  /** Receives and answers it. */
  void answer() throws IOException, InterruptedException {
    PushAdvertisement upstream = visit.repository().pushAdvertisement();
    PushRequest request;
    InputStream body;
    try {
      if (!isSha1(upstream)) {
        throw new GitRefusedException("GIT-SHA256", SHA256);
      }
      body =
          RequestBody.of(visit.exchange(), visit.upstream().pushing().bytes() + LONGEST_COMMANDS);
      request =
          PushRequest.read(
              new PacketReader(body, PacketReader.Version.V0),
              new HashSet<>(offered(upstream)),
              visit.upstream().pushing().refs());
    } catch (GitRefusedException e) {
      refuseWhole(e);
      return;
    } catch (GitWireException | EOFException e) {
      refuseWhole(new GitRefusedException("GIT-PROTOCOL", String.valueOf(e.getMessage())));
      return;
    }
    if (request.commands().isEmpty()) {
      // The probe by which clients find out whether they may push at all.
      Answers.git(visit.exchange(), RESULT).close();
      return;
    }
    receive(upstream, request, body);
  }

  private void refuseWhole(GitRefusedException refused) throws IOException, InterruptedException {
    if (visit.refuse("push", List.of(), refused) instanceof Passage.Refused no) {
      Answers.error(visit.exchange(), 400, "Countersign: " + Answers.words(no));
    }
  }

  private void receive(PushAdvertisement upstream, PushRequest request, InputStream body)
      throws IOException, InterruptedException {
    Path directory = mirrors.quarantine();
    try {
      UpstreamRefs refs = visit.repository().refs();
      Judged judged;
      inspections.acquire();
      try {
        judged = inspect(refs, request, body, directory);
      } catch (GitRefusedException e) {
        refuse(request, e);
        return;
      } finally {
        inspections.release();
      }
      pass(upstream, request, judged);
    } finally {
      Mirror.delete(directory);
      mirrors.trim();
    }
  }

  private void refuse(PushRequest request, GitRefusedException refused)
      throws IOException, InterruptedException {
    if (visit.refuse(text(request, ""), List.of(), refused) instanceof Passage.Refused no) {
      try (PushAnswer answer = PushAnswer.begin(visit.exchange(), RESULT, request)) {
        answer.refused(no, request.commands(), Set.of(), List.of());
      }
    }
  }

  private Judged inspect(UpstreamRefs refs, PushRequest request, InputStream body, Path directory)
      throws IOException, InterruptedException, GitRefusedException {
    for (RefCommand command : request.commands()) {
      check(refs, command);
    }
    Mirror mirror = mirrors.of(visit.upstream().resource().name());
    try (Mirror.Use use = mirror.use(visit.repository(), refs.tips());
        Quarantine quarantine = Quarantine.create(directory, use.objects())) {
      List<PackedObjectInfo> objects =
          request.hasPack() ? quarantine.take(body, visit.upstream().pushing()) : nothing(body);
      try (Inspector inspector = new Inspector(quarantine.repository(), refs, request.options())) {
        List<Inspected> parts = new ArrayList<>();
        for (RefCommand command : request.commands()) {
          parts.add(inspector.inspect(command, refs.resolve(command.ref())));
        }
        inspector.remaining(objects);
        return judge(request, quarantine, withSecrets(parts, inspector), inspector.findings());
      }
    }
  }

  /** The gateway's own rules about the name and the old value of a ref. */
  private void check(UpstreamRefs refs, RefCommand command) throws GitRefusedException {
    Optional<String> fault = RefNames.fault(command.ref(), visit.upstream().pushing().namespaces());
    if (fault.isPresent()) {
      throw new GitRefusedException("GIT-REF-NAME", fault.get());
    }
    if (!command.before().isSha1()) {
      throw new GitRefusedException("GIT-SHA256", "an object is named by SHA-256");
    }
    Optional<String> twin = refs.twin(command.ref());
    if (twin.isPresent()) {
      throw new GitRefusedException(
          "GIT-REF-NAME", "the name of the ref differs only in case or form from " + twin.get());
    }
    Optional<ObjectName> now = refs.id(command.ref());
    boolean same = now.isPresent() ? now.get().equals(command.before()) : command.before().isZero();
    if (!same) {
      throw new GitRefusedException(
          "GIT-STALE", "the ref is not what the push takes it for; fetch first");
    }
  }

  private static List<PackedObjectInfo> nothing(InputStream body)
      throws IOException, GitRefusedException {
    if (body.read() >= 0) {
      throw new GitRefusedException(
          "GIT-PROTOCOL", "something follows a push that does nothing but delete");
    }
    return List.of();
  }

  /** What one ref brings, all bring: the objects are in one pack. */
  private static List<Inspected> withSecrets(List<Inspected> parts, Inspector inspector) {
    List<RefUpdate.Secret> secrets = inspector.findings().stream().map(Finding::secret).toList();
    return parts.stream()
        .map(
            part ->
                part.command().isDelete()
                    ? part
                    : new Inspected(
                        part.command(),
                        new RefUpdate(
                            part.update().ref(),
                            part.update().change(),
                            part.update().commits(),
                            part.update().paths(),
                            secrets,
                            part.update().pushOptions()),
                        part.commits(),
                        part.base(),
                        part.tip()))
        .toList();
  }

  private Judged judge(
      PushRequest request, Quarantine quarantine, List<Inspected> parts, List<Finding> findings)
      throws IOException {
    List<Decision> decisions = parts.stream().map(part -> visit.decide(part.update())).toList();
    Optional<Path> pack = Optional.empty();
    String packText = "";
    if (request.hasPack()) {
      Path file = quarantine.pack();
      pack = Optional.of(file);
      packText = "\npack sha256:" + Quarantine.digest(file) + " " + Files.size(file) + " bytes";
    }
    List<Exhibit> exhibits =
        Decision.together(decisions).verdict() == Verdict.APPROVE
            ? Exhibits.of(quarantine.repository(), parts, findings)
            : List.of();
    return new Judged(parts, decisions, findings, exhibits, pack, text(request, packText));
  }

  private String text(PushRequest request, String pack) {
    StringBuilder text = new StringBuilder("push to " + visit.upstream().resource().name());
    for (RefCommand command : request.commands()) {
      text.append('\n').append(command);
    }
    for (String option : request.options()) {
      text.append("\noption ").append(option);
    }
    if (request.has(PushRequest.ATOMIC)) {
      text.append("\natomic");
    }
    return text.append(pack).toString();
  }

  private void pass(PushAdvertisement upstream, PushRequest request, Judged judged)
      throws IOException, InterruptedException {
    Decision decision = Decision.together(judged.decisions());
    try (PushAnswer answer = PushAnswer.begin(visit.exchange(), RESULT, request)) {
      Command command =
          new Command(
              judged.text(),
              new CommandFacts.Git(judged.updates()),
              decision,
              true,
              Evidence.of(judged.exhibits()));
      boolean[] waited = {false};
      Passage passage =
          visit
              .session()
              .pass(
                  command,
                  pending -> {
                    waited[0] = true;
                    tell(answer, decision, pending);
                  });
      switch (passage) {
        case Passage.Refused refused ->
            answer.refused(
                refused, request.commands(), blocked(request, judged), judged.findings());
        case Passage.Released(Release release) ->
            send(upstream, request, judged, release, answer, waited[0]);
      }
    }
  }

  private void tell(PushAnswer answer, Decision decision, Approvals.Pending pending)
      throws IOException {
    try {
      answer.waiting(decision.why().deciding(), pending);
    } catch (IOException e) {
      if (!visit.upstream().pushing().withoutClient()) {
        throw e;
      }
    }
  }

  private static Set<String> blocked(PushRequest request, Judged judged) {
    Set<String> blocked = new HashSet<>();
    for (int i = 0; i < judged.decisions().size(); i++) {
      if (judged.decisions().get(i).verdict() == Verdict.BLOCK) {
        blocked.add(request.commands().get(i).ref());
      }
    }
    return blocked;
  }

  private void send(
      PushAdvertisement upstream,
      PushRequest request,
      Judged judged,
      Release release,
      PushAnswer answer,
      boolean waited)
      throws IOException, InterruptedException {
    PushReport report;
    if (waited && hasMoved(request)) {
      report = all(request, "the ref has moved while the push waited; fetch first");
    } else {
      report = send(upstream, request, judged, answer);
    }
    release.content(Stream.REPORT, report.toString());
    if (report.isOk()) {
      release.completed("ok");
    } else {
      release.failed("rejected");
    }
    answer.report(report);
  }

  private PushReport send(
      PushAdvertisement upstream, PushRequest request, Judged judged, PushAnswer answer)
      throws InterruptedException {
    boolean banded = upstream.capabilities().contains(PushRequest.SIDE_BAND);
    try (InputStream in =
        visit.repository().push(commands(upstream, request, banded), judged.pack())) {
      PacketReader packets = new PacketReader(in, PacketReader.Version.V0);
      return PushReport.read(
          banded
              ? new PacketReader(new SidebandInput(packets, answer::relay), PacketReader.Version.V0)
              : packets);
    } catch (IOException e) {
      return afterFailure(request, String.valueOf(e.getMessage()));
    }
  }

  private static byte[] commands(PushAdvertisement upstream, PushRequest request, boolean banded)
      throws IOException {
    List<String> capabilities = new ArrayList<>(List.of(PushRequest.REPORT_STATUS));
    if (banded) {
      capabilities.add(PushRequest.SIDE_BAND);
    }
    for (String capability : List.of(PushRequest.ATOMIC, PushRequest.PUSH_OPTIONS)) {
      if (request.has(capability)) {
        capabilities.add(capability);
      }
    }
    if (upstream.capabilities().contains("object-format=sha1")) {
      capabilities.add("object-format=sha1");
    }
    capabilities.add("agent=" + UpstreamRepository.AGENT);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    request.write(new PacketWriter(bytes), capabilities);
    return bytes.toByteArray();
  }

  private boolean hasMoved(PushRequest request) throws IOException, InterruptedException {
    UpstreamRefs now = visit.repository().refs();
    return request.commands().stream()
        .anyMatch(
            command ->
                !now.id(command.ref())
                    .map(command.before()::equals)
                    .orElse(command.before().isZero()));
  }

  /** The upstream broke off: what it has now is the truth. */
  private PushReport afterFailure(PushRequest request, String failure) throws InterruptedException {
    try {
      UpstreamRefs now = visit.repository().refs();
      return new PushReport(
          "ok",
          request.commands().stream()
              .map(
                  command -> {
                    boolean done =
                        now.id(command.ref())
                            .map(command.after()::equals)
                            .orElse(command.isDelete());
                    return new PushReport.Ref(
                        command.ref(), done ? Optional.empty() : Optional.of(failure));
                  })
              .toList());
    } catch (IOException e) {
      return all(request, failure + "; whether the push arrived is not known");
    }
  }

  private static PushReport all(PushRequest request, String refusal) {
    return new PushReport(
        "ok",
        request.commands().stream()
            .map(command -> new PushReport.Ref(command.ref(), Optional.of(refusal)))
            .toList());
  }
}
