package dev.countersign.proxy.git.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answer to ls-refs: {@code (id|"unborn") ref [symref-target:ref] [peeled:id]} a line. */
public final class RefList {

  private RefList() {}

  /**
   * One line of it.
   *
   * @param text as it was sent
   * @param ref empty for a branch that is not born
   * @param target what it stands for, if it is symbolic and that was asked for
   * @param peeled the object that an annotated tag is of, if that was asked for
   */
  public record Entry(
      String text,
      String name,
      Optional<AdvertisedRef> ref,
      Optional<String> target,
      Optional<ObjectName> peeled) {}

  /** Reads it to its end. */
  public static List<Entry> read(PacketReader in, int maxRefs) throws IOException {
    List<Entry> entries = new ArrayList<>();
    while (in.next() instanceof Packet.Line line) {
      if (entries.size() == maxRefs) {
        throw new GitWireException("the upstream has more than " + maxRefs + " refs");
      }
      entries.add(entry(AdvertisedRef.line(line)));
    }
    return entries;
  }

  private static Entry entry(String text) throws GitWireException {
    if (text.startsWith("ERR ")) {
      throw new GitWireException.Said(text.substring(4));
    }
    String[] parts = text.split(" ", -1);
    if (parts.length < 2) {
      throw new GitWireException("the upstream's list of refs is not understood");
    }
    Optional<String> target = Optional.empty();
    Optional<ObjectName> peeled = Optional.empty();
    for (int i = 2; i < parts.length; i++) {
      if (parts[i].startsWith("symref-target:")) {
        target = Optional.of(parts[i].substring("symref-target:".length()));
      } else if (parts[i].startsWith("peeled:")) {
        peeled = Optional.of(ObjectName.read(parts[i].substring("peeled:".length())));
      }
    }
    return new Entry(
        text,
        parts[1],
        parts[0].equals("unborn")
            ? Optional.empty()
            : Optional.of(new AdvertisedRef(parts[1], ObjectName.read(parts[0]), target)),
        target,
        peeled);
  }
}
