package dev.countersign.proxy.git;

import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.frontdoor.Evidence;
import dev.countersign.proxy.frontdoor.GateSession.Command;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.frontdoor.Turns;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.proxy.git.wire.Packet;
import dev.countersign.proxy.git.wire.PacketReader;
import dev.countersign.proxy.git.wire.PushReport;
import dev.countersign.proxy.git.wire.PushRequest;
import dev.countersign.proxy.git.wire.RefCommand;
import dev.countersign.proxy.mask.SecretScanner;
import dev.countersign.rules.fact.CommandFacts;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One push: received whole, inspected, judged, held where a human is asked, and sent upstream as
 * exactly what was inspected.
 */
final class Pushing {

  private static final String RESULT = "application/x-git-receive-pack-result";

  private static final int BUFFER = 1 << 16;

  /** What stands in front of the pack. */
  private static final long LONGEST_COMMANDS = 4L << 20;

  private final Visit visit;
  private final Mirrors mirrors;
  private final PackKeeping keeping;
  private final Turns inspections;

  Pushing(Visit visit, Mirrors mirrors, PackKeeping keeping, Turns inspections) {
    this.visit = visit;
    this.mirrors = mirrors;
    this.keeping = keeping;
    this.inspections = inspections;
  }

  /** Receives and answers it. */
  void answer() throws IOException, InterruptedException {
    try {
      InputStream body =
          RequestBody.of(visit.exchange(), visit.upstream().pushing().bytes() + LONGEST_COMMANDS);
      PacketReader packets = new PacketReader(body, PacketReader.Version.V0);
      switch (understood(packets::next)) {
        case Packet.Line first -> answer(first, packets, body);
        case Packet.Mark _ -> answerProbe(body);
      }
    } catch (GitRefusedException e) {
      refuseWhole(e);
    }
  }

  /** Something that a client says. */
  @FunctionalInterface
  private interface Saying<T> {
    T read() throws IOException;
  }

  private static <T> T understood(Saying<T> saying) throws IOException, GitRefusedException {
    try {
      return saying.read();
    } catch (GitWireException | EOFException e) {
      throw new GitRefusedException("GIT-PROTOCOL", String.valueOf(e.getMessage()));
    }
  }

  /** Clients find out by a lone flush whether they may push at all: that is known by now. */
  private void answerProbe(InputStream body) throws IOException, GitRefusedException {
    if (understood(body::read) >= 0) {
      throw new GitRefusedException("GIT-PROTOCOL", "something follows a push that changes no ref");
    }
    Answers.git(visit.exchange(), RESULT).close();
  }

  private void answer(Packet.Line first, PacketReader packets, InputStream body)
      throws IOException, InterruptedException, GitRefusedException {
    PushOffer offer = PushOffer.of(visit);
    Set<String> offered = Set.copyOf(offer.capabilities());
    Set<String> used = new LinkedHashSet<>();
    PushRequest request;
    try {
      request =
          understood(
              () ->
                  PushRequest.read(
                      first, packets, offered, visit.upstream().pushing().refs(), used));
    } catch (GitRefusedException e) {
      if (!used.contains(PushRequest.SIDE_BAND)) {
        throw e;
      }
      // Of an error in HTTP, git shows the number, and not the words.
      refuse(new PushRequest(List.of(), used, List.of()), e);
      return;
    }
    if (request.commands().isEmpty()) {
      // Of a shallow clone that has nothing to push.
      answerProbe(body);
      return;
    }
    ObjectFormat format = offer.format();
    if (format != ObjectFormat.SHA1 && !request.has(format.capability())) {
      throw new GitRefusedException("GIT-PROTOCOL", "the push does not say " + format.capability());
    }
    receive(offer, request, body);
  }

  private void refuseWhole(GitRefusedException refused) throws IOException, InterruptedException {
    if (visit.refuse("push", List.of(), refused) instanceof Passage.Refused no) {
      Answers.error(visit.exchange(), 400, "Countersign: " + Answers.words(no));
    }
  }

  private void receive(PushOffer offer, PushRequest request, InputStream body)
      throws IOException, InterruptedException {
    Path directory;
    try {
      directory = mirrors.quarantine();
    } catch (GitRefusedException e) {
      refuse(request, e);
      return;
    }
    try {
      JudgedPush push;
      try {
        UpstreamRefs refs = visit.repository().refs(offer.format());
        try (Turns.Turn turn = turn()) {
          push =
              new PushInspection(visit, mirrors, keeping, offer.format(), refs, directory)
                  .judge(
                      request,
                      new BufferedInputStream(
                          new SteadyBody(body, turn::isWanted, System::nanoTime), BUFFER));
        }
      } catch (GitRefusedException e) {
        refuse(request, e);
        return;
      } catch (BodyTooLargeException e) {
        refuse(
            request,
            new GitRefusedException(
                "GIT-PACK-LIMIT", "the push is larger than is taken; push in parts"));
        return;
      } catch (UpstreamException | GitWireException e) {
        GitDoor.upstreamFailed(visit.session(), visit.upstream(), e);
        try (PushAnswer answer = PushAnswer.begin(visit.exchange(), RESULT, request)) {
          answer.report(PushReport.refused(request, e.getMessage() + "; nothing was pushed"));
        }
        return;
      }
      pass(offer, push);
    } finally {
      Mirror.delete(directory);
      mirrors.trim();
    }
  }

  /** A client that sends slowly keeps it for a while, so no subject has them all. */
  private Turns.Turn turn() throws InterruptedException, GitRefusedException {
    return inspections
        .take(visit.subject())
        .orElseThrow(
            () ->
                new GitRefusedException(
                    "GIT-PUSH-LIMIT", "too many pushes come at once; push again later"));
  }

  private void refuse(PushRequest request, GitRefusedException refused)
      throws IOException, InterruptedException {
    String text =
        JudgedPush.text(
            visit.upstream().resource().name(),
            request,
            request.commands().stream().map(RefCommand::ref).map(SecretScanner::redact).toList(),
            "");
    if (visit.refuse(text, List.of(), refused) instanceof Passage.Refused no) {
      try (PushAnswer answer = PushAnswer.begin(visit.exchange(), RESULT, request)) {
        answer.refused(no, request.commands(), refused.refs(), List.of());
      }
    }
  }

  private void pass(PushOffer offer, JudgedPush push) throws IOException, InterruptedException {
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
            deliver(offer, push, release, answer, waited.get());
      }
    }
  }

  private void deliver(
      PushOffer offer, JudgedPush push, Release release, PushAnswer answer, boolean waited)
      throws IOException, InterruptedException {
    if (waited) {
      answer.approved();
    }
    PushDelivery delivery =
        new PushDelivery(visit.repository(), offer.upstream(), offer.format(), push);
    if (push.pack().isPresent()) {
      try {
        keeping.keep(visit.upstream(), push.pack().get(), release);
      } catch (GitRefusedException e) {
        release.failed("unrecorded");
        answer.report(PushReport.refused(push.request(), e.words()));
        return;
      }
    }
    Optional<LastingPack> lasting = push.pack().map(pack -> LastingPack.begin(pack.inspected()));
    PushDelivery.Outcome outcome = delivery.send(answer::relay, waited);
    release.content(Stream.REPORT, SecretScanner.redact(outcome.report().toString()));
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
          offer.format(),
          push.pack().orElseThrow(),
          lasting.get());
    }
  }
}
