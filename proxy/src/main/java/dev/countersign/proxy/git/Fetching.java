package dev.countersign.proxy.git;

import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Turns;
import dev.countersign.proxy.git.wire.FetchAnswer;
import dev.countersign.proxy.git.wire.FetchCommand;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.PacketReader;
import dev.countersign.proxy.git.wire.PacketWriter;
import dev.countersign.proxy.git.wire.RefList;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Clone, fetch and ls-remote: protocol version 2 of git-upload-pack. */
final class Fetching {

  static final String SERVICE = "git-upload-pack";
  static final String RESULT = "application/x-git-upload-pack-result";
  static final String ADVERTISEMENT = "application/x-git-upload-pack-advertisement";
  static final long LONGEST_REQUEST = 64L << 20;

  private final Visit visit;
  private final Turns turns;

  /**
   * @param turns of requests that name many objects
   */
  Fetching(Visit visit, Turns turns) {
    this.visit = visit;
    this.turns = turns;
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
    try (OutputStream out = Answers.git(visit.exchange(), ADVERTISEMENT)) {
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
    try (InputStream body = body(visit, turns)) {
      answer(body);
    } catch (GitRefusedException e) {
      refuse(visit, e);
    }
  }

  static InputStream body(Visit visit, Turns turns) throws IOException, GitRefusedException {
    return new LongRequest(
        RequestBody.of(visit.exchange(), LONGEST_REQUEST), turns, visit.subject());
  }

  private void answer(InputStream body)
      throws IOException, InterruptedException, GitRefusedException {
    Optional<FetchCommand> command;
    try {
      command = FetchCommand.read(new PacketReader(body, PacketReader.Version.V2));
    } catch (GitWireException | EOFException | BodyTooLargeException e) {
      throw notUnderstood(e);
    }
    Optional<Passage.Refused> refused =
        switch (command.orElse(null)) {
          case null -> {
            Answers.git(visit.exchange(), RESULT).close();
            yield Optional.empty();
          }
          case FetchCommand.LsRefs list -> list(list);
          case FetchCommand.Fetch fetch -> new ObjectFetch(visit, fetch).answer(FetchAnswer::relay);
        };
    if (refused.isPresent()) {
      Answers.refused(visit.exchange(), RESULT, Answers.words(refused.get()));
    }
  }

  static GitRefusedException notUnderstood(IOException e) {
    return switch (e) {
      case BodyTooLargeException _ ->
          new GitRefusedException("GIT-FETCH-LIMIT", "the fetch names more than is read of one");
      case GitWireException.TooMuch _ ->
          new GitRefusedException("GIT-FETCH-LIMIT", String.valueOf(e.getMessage()));
      default -> new GitRefusedException("GIT-PROTOCOL", String.valueOf(e.getMessage()));
    };
  }

  /** A refusal of what could not even be read. */
  static void refuse(Visit visit, GitRefusedException refused)
      throws IOException, InterruptedException {
    if (visit.refuse("fetch", List.of(), refused) instanceof Passage.Refused no) {
      Answers.refused(visit.exchange(), RESULT, Answers.words(no));
    }
  }

  private Optional<Passage.Refused> list(FetchCommand.LsRefs command)
      throws IOException, InterruptedException {
    boolean symbolic = command.arguments().contains("symrefs");
    return new RefListing(visit)
        .answer(
            command,
            visible -> {
              try (OutputStream out = Answers.git(visit.exchange(), RESULT)) {
                PacketWriter packets = new PacketWriter(out);
                for (RefList.Entry entry : visible) {
                  packets.text(symbolic ? entry.text() : withoutTarget(entry.text()));
                }
                packets.flush();
              }
            });
  }

  private static String withoutTarget(String text) {
    return text.replaceFirst(" symref-target:\\S*", "");
  }
}
