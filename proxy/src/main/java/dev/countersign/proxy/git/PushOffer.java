package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.AdvertisedRef;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.proxy.git.wire.PacketWriter;
import dev.countersign.proxy.git.wire.PushAdvertisement;
import dev.countersign.proxy.git.wire.PushRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What an upstream says before a push, and what of it is offered to a client: only what is
 * understood.
 *
 * @param format how the upstream names its objects
 */
record PushOffer(PushAdvertisement upstream, ObjectFormat format) {

  private static final String ADVERTISEMENT = "application/x-git-receive-pack-advertisement";

  /** Asks the upstream. */
  static PushOffer of(Visit visit) throws IOException, InterruptedException {
    PushAdvertisement upstream = visit.repository().pushAdvertisement();
    return new PushOffer(upstream, ObjectFormat.of(upstream.capabilities()));
  }

  /** What can be used. */
  List<String> capabilities() {
    List<String> offered =
        new ArrayList<>(
            List.of(
                PushRequest.REPORT_STATUS,
                "delete-refs",
                PushRequest.SIDE_BAND,
                "quiet",
                "ofs-delta",
                "no-thin",
                format.capability()));
    for (String capability : List.of(PushRequest.ATOMIC, PushRequest.PUSH_OPTIONS)) {
      if (upstream.capabilities().contains(capability)) {
        offered.add(capability);
      }
    }
    return offered;
  }

  /** Says which refs there are and what can be used. */
  void advertise(Visit visit) throws IOException, InterruptedException {
    // An upstream does not say here which of them are symbolic.
    UpstreamRefs refs = visit.repository().refs(format);
    List<AdvertisedRef> visible =
        upstream.refs().stream().filter(ref -> visit.mayRead(refs.resolve(ref.name()))).toList();
    List<String> capabilities = new ArrayList<>(capabilities());
    capabilities.add("agent=" + UpstreamRepository.AGENT);
    try (OutputStream out = Answers.git(visit.exchange(), ADVERTISEMENT)) {
      new PushAdvertisement(visible, capabilities).write(new PacketWriter(out));
    }
  }
}
