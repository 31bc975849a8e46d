package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.proxy.git.wire.ObjectName;
import dev.countersign.proxy.git.wire.PacketReader;
import dev.countersign.proxy.git.wire.PacketWriter;
import dev.countersign.proxy.git.wire.PushAdvertisement;
import dev.countersign.proxy.git.wire.PushReport;
import dev.countersign.proxy.git.wire.PushRequest;
import dev.countersign.proxy.git.wire.RefCommand;
import dev.countersign.proxy.git.wire.SidebandInput;
import dev.countersign.proxy.mask.SecretScanner;
import dev.countersign.rules.fact.RefUpdate;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A push on its way to the upstream. What became of it is what the upstream reports, or else what
 * its refs are afterwards; never a guess.
 */
final class PushDelivery {

  /**
   * What became of it.
   *
   * @param known whether that is all: false where the upstream broke off, and may yet change a ref
   */
  record Outcome(PushReport report, boolean known) {

    /** For the record: empty if all went well. */
    Optional<String> error() {
      if (!known) {
        return Optional.of("unknown");
      }
      return report.isOk() ? Optional.empty() : Optional.of("rejected");
    }
  }

  private static final List<String> PASSED_ON =
      List.of(PushRequest.ATOMIC, PushRequest.PUSH_OPTIONS);

  private final UpstreamRepository repository;
  private final PushAdvertisement upstream;
  private final ObjectFormat format;
  private final PushRequest request;
  private final List<String> targets;
  private final Optional<Path> pack;

  /**
   * @param format how the upstream names its objects
   */
  PushDelivery(
      UpstreamRepository repository,
      PushAdvertisement upstream,
      ObjectFormat format,
      JudgedPush push) {
    this.repository = repository;
    this.upstream = upstream;
    this.format = format;
    this.request = push.request();
    this.targets = push.updates().stream().map(RefUpdate::ref).toList();
    this.pack = push.pack().map(JudgedPack::file);
  }

  /**
   * Sends it.
   *
   * @param said told what the upstream wants a human to read
   * @param waited whether a human was asked meanwhile, so that the refs have to be looked at again
   */
  Outcome send(SidebandInput.Listener said, boolean waited) throws InterruptedException {
    Optional<String> obstacle = waited ? obstacle() : Optional.empty();
    return obstacle.isPresent()
        ? new Outcome(PushReport.refused(request, obstacle.get()), /* known= */ true)
        : send(said);
  }

  /** Why what was approved cannot be sent any more. */
  private Optional<String> obstacle() throws InterruptedException {
    try {
      UpstreamRefs now = repository.refs(format);
      return isAsJudged(now)
          ? Optional.empty()
          : Optional.of("the ref has moved while the push waited; fetch first");
    } catch (IOException e) {
      return Optional.of(e.getMessage() + "; nothing was pushed");
    }
  }

  /** Whether each ref has the value it had, and stands for the branch it stood for. */
  private boolean isAsJudged(UpstreamRefs now) {
    for (int i = 0; i < targets.size(); i++) {
      RefCommand command = request.commands().get(i);
      if (!is(now, command, command.before())
          || !SecretScanner.redact(now.resolve(command.ref())).equals(targets.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean is(UpstreamRefs now, RefCommand command, ObjectName value) {
    return now.id(command.ref()).map(value::equals).orElse(value.isZero());
  }

  private Outcome send(SidebandInput.Listener said) throws InterruptedException {
    boolean banded = upstream.capabilities().contains(PushRequest.SIDE_BAND);
    try (InputStream in = repository.push(commands(banded), pack)) {
      PacketReader packets = new PacketReader(in, PacketReader.Version.V0);
      PushReport report =
          PushReport.read(
              banded
                  ? new PacketReader(new SidebandInput(packets, said), PacketReader.Version.V0)
                  : packets);
      check(report);
      return new Outcome(report, /* known= */ true);
    } catch (EOFException e) {
      return afterFailure(new UpstreamException("the upstream broke off", e));
    } catch (IOException e) {
      return afterFailure(e);
    }
  }

  private byte[] commands(boolean banded) throws IOException {
    List<String> capabilities = new ArrayList<>(List.of(PushRequest.REPORT_STATUS));
    if (banded) {
      capabilities.add(PushRequest.SIDE_BAND);
    }
    PASSED_ON.stream().filter(request::has).forEach(capabilities::add);
    if (upstream.capabilities().contains(format.capability())) {
      capabilities.add(format.capability());
    }
    capabilities.add("agent=" + UpstreamRepository.AGENT);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    request.write(new PacketWriter(bytes), capabilities);
    return bytes.toByteArray();
  }

  /** A report that is not about this push is none. A pack that is not taken has no refs in it. */
  private void check(PushReport report) throws GitWireException {
    boolean unpacked = report.unpack().equals("ok");
    Set<String> missing =
        request.commands().stream().map(RefCommand::ref).collect(Collectors.toSet());
    for (PushReport.Ref ref : report.refs()) {
      if (!missing.remove(ref.ref()) || (!unpacked && ref.refusal().isEmpty())) {
        throw new GitWireException("the upstream's report is not of this push");
      }
    }
    if (unpacked && !missing.isEmpty()) {
      throw new GitWireException("the upstream does not report of every ref");
    }
  }

  /** The upstream broke off: what it has now is all there is to say. */
  private Outcome afterFailure(IOException e) throws InterruptedException {
    String failure = String.valueOf(e.getMessage());
    boolean undone = e instanceof UpstreamException.Undone;
    UpstreamRefs now;
    try {
      now = repository.refs(format);
    } catch (IOException again) {
      return new Outcome(
          PushReport.refused(
              request,
              failure
                  + (undone
                      ? "; nothing was pushed"
                      : "; whether the push arrived is not known: fetch, and look")),
          undone);
    }
    List<PushReport.Ref> refs = new ArrayList<>();
    boolean known = true;
    for (RefCommand command : request.commands()) {
      Optional<String> refusal = Optional.empty();
      if (!is(now, command, command.after())) {
        known = undone;
        refusal = Optional.of(failure + becomes(command, now, undone));
      }
      refs.add(new PushReport.Ref(command.ref(), refusal));
    }
    return new Outcome(new PushReport("ok", refs), known);
  }

  private static String becomes(RefCommand command, UpstreamRefs now, boolean undone) {
    if (undone) {
      return "; nothing was pushed";
    }
    return is(now, command, command.before())
        ? "; the ref has not changed so far, but may yet: fetch, and look"
        : "; the ref is neither what it was nor what was pushed: fetch, and look";
  }
}
