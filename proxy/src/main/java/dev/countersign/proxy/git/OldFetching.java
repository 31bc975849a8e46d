package dev.countersign.proxy.git;

import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Turns;
import dev.countersign.proxy.git.wire.AdvertisedRef;
import dev.countersign.proxy.git.wire.FetchCommand;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.PacketReader;
import dev.countersign.proxy.git.wire.PacketWriter;
import dev.countersign.proxy.git.wire.PushRequest;
import dev.countersign.proxy.git.wire.RefList;
import dev.countersign.proxy.git.wire.UploadAnswer;
import dev.countersign.proxy.git.wire.UploadRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Clone, fetch and ls-remote in protocol versions 0 and 1, which libraries such as libgit2 and
 * go-git speak. The upstream is asked in version 2, and judged is the same.
 */
final class OldFetching {

  private static final String NO_REF = "capabilities^{}";

  private final Visit visit;

  OldFetching(Visit visit) {
    this.visit = visit;
  }

  /** Says which refs there are. */
  void advertise(boolean versionOne) throws IOException, InterruptedException {
    UpstreamRepository.Abilities abilities = visit.repository().abilities();
    Optional<Passage.Refused> refused =
        new RefListing(visit)
            .answer(
                new FetchCommand.LsRefs(
                    List.of("peel", "symrefs"), Optional.of(abilities.objectFormat())),
                visible -> advertise(versionOne, abilities.objectFormat(), visible));
    if (refused.isPresent()) {
      try (OutputStream out = Answers.git(visit.exchange(), Fetching.ADVERTISEMENT)) {
        PacketWriter packets = new PacketWriter(out);
        begin(packets);
        packets.text("ERR " + Answers.words(refused.get()));
        packets.flush();
      }
    }
  }

  private static void begin(PacketWriter packets) throws IOException {
    packets.text("# service=" + Fetching.SERVICE);
    packets.flush();
  }

  private void advertise(boolean versionOne, String format, List<RefList.Entry> visible)
      throws IOException {
    try (OutputStream out = Answers.git(visit.exchange(), Fetching.ADVERTISEMENT)) {
      PacketWriter packets = new PacketWriter(out);
      begin(packets);
      if (versionOne) {
        packets.text("version 1");
      }
      String suffix = "\0" + String.join(" ", capabilities(format, visible));
      for (RefList.Entry entry : visible) {
        Optional<AdvertisedRef> ref = entry.ref();
        if (ref.isPresent()) {
          packets.text(ref.get().id() + " " + entry.name() + suffix);
          suffix = "";
          if (entry.peeled().isPresent()) {
            packets.text(entry.peeled().get() + " " + entry.name() + "^{}");
          }
        }
      }
      if (!suffix.isEmpty()) {
        packets.text("0".repeat(format.equals("sha256") ? 64 : 40) + " " + NO_REF + suffix);
      }
      packets.flush();
    }
  }

  private static List<String> capabilities(String format, List<RefList.Entry> visible) {
    List<String> capabilities = new ArrayList<>(UploadRequest.CAPABILITIES);
    visible.stream()
        .filter(entry -> entry.name().equals("HEAD"))
        .flatMap(entry -> entry.ref().flatMap(AdvertisedRef::symbolicTo).stream())
        .forEach(target -> capabilities.add("symref=HEAD:" + target));
    capabilities.add(PushRequest.OBJECT_FORMAT + format);
    capabilities.add("agent=" + UpstreamRepository.AGENT);
    return capabilities;
  }

  /**
   * Answers one round of a fetch.
   *
   * @param turns of requests that name many objects
   */
  void answer(Turns turns) throws IOException, InterruptedException {
    try (InputStream body = Fetching.body(visit, turns)) {
      answer(body);
    } catch (GitRefusedException e) {
      Fetching.refuse(visit, e);
    }
  }

  private void answer(InputStream body)
      throws IOException, InterruptedException, GitRefusedException {
    UploadRequest request;
    try {
      request = UploadRequest.read(new PacketReader(body, PacketReader.Version.V0), offered());
    } catch (GitWireException | EOFException | BodyTooLargeException e) {
      throw Fetching.notUnderstood(e);
    }
    if (request.wants().isEmpty()) {
      Answers.git(visit.exchange(), Fetching.RESULT).close();
    } else if (request.haves().isEmpty() && !request.done()) {
      // Version 2 would send the pack; here the client has not begun to say what it has.
      try (OutputStream out = Answers.git(visit.exchange(), Fetching.RESULT)) {
        UploadAnswer.nothingInCommon(out);
      }
    } else {
      fetch(request);
    }
  }

  private void fetch(UploadRequest request) throws IOException, InterruptedException {
    Optional<Passage.Refused> refused =
        new ObjectFetch(visit, request.inVersion2())
            .answer((answer, client) -> UploadAnswer.relay(request, answer, client));
    if (refused.isPresent()) {
      Answers.refused(visit.exchange(), Fetching.RESULT, Answers.words(refused.get()));
    }
  }

  private static Set<String> offered() {
    Set<String> offered = new HashSet<>(UploadRequest.CAPABILITIES);
    offered.add(PushRequest.OBJECT_FORMAT + "sha1");
    offered.add(PushRequest.OBJECT_FORMAT + "sha256");
    return offered;
  }
}
