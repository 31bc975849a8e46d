package dev.countersign.proxy.git;

import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.proxy.frontdoor.Evidence;
import dev.countersign.proxy.frontdoor.GateSession.Command;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.git.wire.AdvertisedRef;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.proxy.git.wire.PacketReader;
import dev.countersign.proxy.git.wire.PacketWriter;
import dev.countersign.proxy.git.wire.PushAdvertisement;
import dev.countersign.proxy.git.wire.PushRequest;
import dev.countersign.proxy.git.wire.RefCommand;
import dev.countersign.rules.fact.CommandFacts;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One push: received whole, inspected, judged, held where a human is asked, and sent upstream as
 * exactly what was inspected.
 */
final class Pushing {

  private static final String RESULT = "application/x-git-receive-pack-result";

  /** What stands in front of the pack. */
  private static final long LONGEST_COMMANDS = 4L << 20;

  private final Visit visit;
  private final Mirrors mirrors;
  private final PackKeeping keeping;
  private final Semaphore inspections;

  Pushing(Visit visit, Mirrors mirrors, PackKeeping keeping, Semaphore inspections) {
    this.visit = visit;
    this.mirrors = mirrors;
    this.keeping = keeping;
    this.inspections = inspections;
  }

  /** Says which refs there are and what can be used: only what is understood. */
  static void advertise(Visit visit) throws IOException, InterruptedException {
    PushAdvertisement upstream = visit.repository().pushAdvertisement();
    List<AdvertisedRef> visible =
        upstream.refs().stream().filter(ref -> visit.mayRead(ref.name())).toList();
    List<String> capabilities = new ArrayList<>(offered(upstream));
    capabilities.add("agent=" + UpstreamRepository.AGENT);
    try (OutputStream out =
        Answers.git(visit.exchange(), "application/x-git-receive-pack-advertisement")) {
      new PushAdvertisement(visible, capabilities).write(new PacketWriter(out));
    }
  }

  private static List<String> offered(PushAdvertisement upstream) throws GitWireException {
    List<String> offered =
        new ArrayList<>(
            List.of(
                PushRequest.REPORT_STATUS,
                "delete-refs",
                PushRequest.SIDE_BAND,
                "quiet",
                "ofs-delta",
                "no-thin",
                ObjectFormat.of(upstream.capabilities()).capability()));
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
    Set<String> offered = new HashSet<>(offered(upstream));
    ObjectFormat format = ObjectFormat.of(upstream.capabilities());
    PushRequest request;
    InputStream body;
    try {
      body =
          RequestBody.of(visit.exchange(), visit.upstream().pushing().bytes() + LONGEST_COMMANDS);
      request =
          PushRequest.read(
              new PacketReader(body, PacketReader.Version.V0),
              offered,
              visit.upstream().pushing().refs());
      if (format != ObjectFormat.SHA1
          && !request.commands().isEmpty()
          && !request.has(format.capability())) {
        throw new GitRefusedException(
            "GIT-PROTOCOL", "the push does not say " + format.capability());
      }
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
    receive(new Upstream(upstream, format), request, body);
  }

  /** What the upstream says of itself, and how it names its objects. */
  private record Upstream(PushAdvertisement advertisement, ObjectFormat format) {}

  private void refuseWhole(GitRefusedException refused) throws IOException, InterruptedException {
    if (visit.refuse("push", List.of(), refused) instanceof Passage.Refused no) {
      Answers.error(visit.exchange(), 400, "Countersign: " + Answers.words(no));
    }
  }

  private void receive(Upstream upstream, PushRequest request, InputStream body)
      throws IOException, InterruptedException {
    Path directory = mirrors.quarantine();
    try {
      UpstreamRefs refs = visit.repository().refs(upstream.format());
      JudgedPush push;
      inspections.acquire();
      try {
        push =
            new PushInspection(visit, mirrors, keeping, upstream.format(), refs, directory)
                .judge(request, body);
      } catch (GitRefusedException e) {
        refuse(request, e);
        return;
      } finally {
        inspections.release();
      }
      pass(upstream, push);
    } finally {
      Mirror.delete(directory);
      mirrors.trim();
    }
  }

  private void refuse(PushRequest request, GitRefusedException refused)
      throws IOException, InterruptedException {
    String text =
        JudgedPush.text(
            visit.upstream().resource().name(),
            request,
            request.commands().stream().map(RefCommand::ref).toList(),
            "");
    if (visit.refuse(text, List.of(), refused) instanceof Passage.Refused no) {
      try (PushAnswer answer = PushAnswer.begin(visit.exchange(), RESULT, request)) {
        answer.refused(no, request.commands(), Set.of(), List.of());
      }
    }
  }

  private void pass(Upstream upstream, JudgedPush push) throws IOException, InterruptedException {
    boolean withoutClient = visit.upstream().pushing().withoutClient();
    try (PushAnswer answer = PushAnswer.begin(visit.exchange(), RESULT, push.request())) {
      Command command =
          new Command(
              push.text(),
              new CommandFacts.Git(push.updates()),
              push.decision(),
              true,
              Evidence.of(push.exhibits()));
      AtomicBoolean waited = new AtomicBoolean();
      Passage passage =
          visit
              .session()
              .pass(
                  command,
                  pending -> {
                    waited.set(true);
                    try {
                      answer.waiting(push.decision().why().deciding(), pending, withoutClient);
                    } catch (IOException e) {
                      if (!withoutClient) {
                        throw e;
                      }
                    }
                  });
      switch (passage) {
        case Passage.Refused refused ->
            answer.refused(refused, push.request().commands(), push.blocked(), push.findings());
        case Passage.Released(Release release) ->
            deliver(upstream, push, release, answer, waited.get());
      }
    }
  }

  private void deliver(
      Upstream upstream, JudgedPush push, Release release, PushAnswer answer, boolean waited)
      throws IOException, InterruptedException {
    if (waited) {
      answer.approved();
    }
    PushDelivery delivery =
        new PushDelivery(visit.repository(), upstream.advertisement(), upstream.format(), push);
    if (push.pack().isPresent()) {
      try {
        keeping.keep(visit.upstream(), push.pack().get(), release);
      } catch (GitRefusedException e) {
        release.failed("unrecorded");
        answer.report(delivery.refused(e.words()));
        return;
      }
    }
    Optional<LastingPack> lasting = push.pack().map(pack -> LastingPack.begin(pack.inspected()));
    PushDelivery.Outcome outcome = delivery.send(answer::relay, waited);
    release.content(Stream.REPORT, outcome.report().toString());
    Optional<String> error = outcome.error();
    if (error.isEmpty()) {
      release.completed("ok");
    } else {
      release.failed(error.get());
    }
    answer.report(outcome.report());
    if (error.isEmpty() && lasting.isPresent()) {
      mirrors.adopt(
          visit.upstream().resource().name(),
          upstream.format(),
          push.pack().orElseThrow(),
          lasting.get());
    }
  }
}
