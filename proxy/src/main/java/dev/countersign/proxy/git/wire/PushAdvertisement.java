package dev.countersign.proxy.git.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What git-receive-pack tells before a push, in protocol version 0.
 *
 * <pre>
 * "# service=git-receive-pack" flush (id ref NUL capabilities) (id ref)* flush
 * </pre>
 *
 * @see <a href="https://git-scm.com/docs/http-protocol">Smart server response</a>
 */
public record PushAdvertisement(List<AdvertisedRef> refs, List<String> capabilities) {

  private static final String SERVICE = "# service=git-receive-pack";
  private static final String NO_REF = "capabilities^{}";

  public PushAdvertisement {
    refs = List.copyOf(refs);
    capabilities = List.copyOf(capabilities);
  }

  /** Reads an upstream's. */
  public static PushAdvertisement read(PacketReader in, int maxRefs) throws IOException {
    if (!(in.next() instanceof Packet.Line service) || !service.text().equals(SERVICE)) {
      throw new GitWireException("the upstream does not speak smart HTTP");
    }
    if (in.next() != Packet.Mark.FLUSH) {
      throw new GitWireException("the upstream's advertisement has no beginning");
    }
    List<AdvertisedRef> refs = new ArrayList<>();
    List<String> capabilities = List.of();
    boolean first = true;
    while (in.next() instanceof Packet.Line line) {
      String text = AdvertisedRef.line(line);
      if (text.startsWith("ERR ")) {
        throw new GitWireException("the upstream refuses to take pushes");
      }
      if (first) {
        int nul = text.indexOf('\0');
        if (nul < 0) {
          throw new GitWireException("the upstream names no capabilities");
        }
        capabilities = Arrays.asList(text.substring(nul + 1).strip().split(" "));
        text = text.substring(0, nul);
        first = false;
      }
      int space = text.indexOf(' ');
      if (text.startsWith("shallow ") || space < 0) {
        throw new GitWireException("the upstream's repository is shallow, or no repository");
      }
      String name = text.substring(space + 1);
      if (!name.equals(NO_REF) && !name.equals(".have")) {
        if (refs.size() == maxRefs) {
          throw new GitWireException("the upstream has more than " + maxRefs + " refs");
        }
        refs.add(
            new AdvertisedRef(name, ObjectName.read(text.substring(0, space)), Optional.empty()));
      }
    }
    return new PushAdvertisement(refs, capabilities);
  }

  /** Writes ours. */
  public void write(PacketWriter out) throws IOException {
    out.text(SERVICE);
    out.flush();
    String suffix = "\0" + String.join(" ", capabilities);
    if (refs.isEmpty()) {
      out.text(ObjectFormat.of(capabilities).none() + " " + NO_REF + suffix);
    }
    for (AdvertisedRef ref : refs) {
      out.text(ref.id() + " " + ref.name() + suffix);
      suffix = "";
    }
    out.flush();
  }
}
