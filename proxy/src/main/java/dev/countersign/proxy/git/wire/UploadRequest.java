package dev.countersign.proxy.git.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a client of git-upload-pack asks for in protocol versions 0 and 1.
 *
 * <pre>
 * "want" id capabilities  ("want" id)*  flush  (have* flush)*  ["done"]
 * </pre>
 *
 * @param done whether the client has said all it has, and waits for the pack
 * @see <a href="https://git-scm.com/docs/pack-protocol#_packfile_negotiation">Packfile
 *     negotiation</a>
 */
public record UploadRequest(
    List<ObjectName> wants, List<ObjectName> haves, Set<String> capabilities, boolean done) {

  public static final String DETAILED = "multi_ack_detailed";
  public static final String NO_DONE = "no-done";
  public static final String SIDE_BAND = "side-band-64k";

  /** What is offered of those that say how to answer, and how to make the pack. */
  public static final List<String> CAPABILITIES =
      List.of(DETAILED, NO_DONE, SIDE_BAND, "thin-pack", "ofs-delta", "include-tag", "no-progress");

  /** Those of them that version 2 knows as arguments, by the same names. */
  private static final List<String> ARGUMENTS =
      List.of("thin-pack", "ofs-delta", "include-tag", "no-progress");

  public UploadRequest {
    wants = List.copyOf(wants);
    haves = List.copyOf(haves);
    capabilities = Set.copyOf(capabilities);
  }

  /**
   * Reads one to its end.
   *
   * @param offered the capabilities that were advertised; others must not be used
   */
  public static UploadRequest read(PacketReader in, Set<String> offered) throws IOException {
    List<ObjectName> wants = new ArrayList<>();
    Set<String> capabilities = new LinkedHashSet<>();
    while (in.nextIfAny().orElse(Packet.Mark.FLUSH) instanceof Packet.Line line) {
      String text = line.text();
      if (!text.startsWith("want ")) {
        throw new GitWireException(
            "shallow and partial clones need protocol version 2: git 2.26 or newer, or git -c"
                + " protocol.version=2");
      }
      String[] words = text.substring("want ".length()).split(" ", -1);
      if (words.length > 1) {
        read(words, wants.isEmpty(), offered, capabilities);
      }
      add(words[0], wants);
    }
    List<ObjectName> haves = new ArrayList<>();
    boolean done = false;
    Optional<Packet> packet = in.nextIfAny();
    while (!done && packet.isPresent()) {
      if (packet.get() instanceof Packet.Line line) {
        String text = line.text();
        done = text.equals("done");
        if (!done) {
          have(text, haves);
        }
      }
      packet = done ? Optional.empty() : in.nextIfAny();
    }
    return new UploadRequest(wants, haves, capabilities, done);
  }

  private static void read(String[] words, boolean first, Set<String> offered, Set<String> into)
      throws GitWireException {
    for (int i = 1; i < words.length; i++) {
      String word = words[i];
      // That a clone would leave out files git says to everybody, and leaves out none.
      boolean free =
          word.isEmpty()
              || word.equals("filter")
              || word.startsWith("agent=")
              || word.startsWith("session-id=");
      if (!first || (!free && !offered.contains(word))) {
        throw new GitWireException("a capability is used that was not offered: " + word);
      }
      into.add(word);
    }
  }

  private static void have(String text, List<ObjectName> haves) throws GitWireException {
    if (!text.startsWith("have ")) {
      throw new GitWireException("where a fetch should say what it has, there is something else");
    }
    add(text.substring("have ".length()), haves);
  }

  private static void add(String name, List<ObjectName> to) throws GitWireException {
    if (to.size() == FetchCommand.MAX_ARGUMENTS) {
      throw new GitWireException("more objects are named than are read");
    }
    to.add(ObjectName.read(name));
  }

  public boolean has(String capability) {
    return capabilities.contains(capability);
  }

  /** The same in version 2. */
  public FetchCommand.Fetch inVersion2() {
    List<String> arguments = new ArrayList<>();
    ARGUMENTS.stream().filter(this::has).forEach(arguments::add);
    wants.forEach(want -> arguments.add("want " + want));
    haves.forEach(have -> arguments.add("have " + have));
    if (done) {
      arguments.add("done");
    }
    return new FetchCommand.Fetch(
        arguments,
        capabilities.stream()
            .filter(each -> each.startsWith(PushRequest.OBJECT_FORMAT))
            .map(each -> each.substring(PushRequest.OBJECT_FORMAT.length()))
            .findFirst(),
        wants,
        false,
        false);
  }
}
