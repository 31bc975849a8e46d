package dev.countersign.proxy.git.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a client of git-receive-pack sends in front of the pack.
 *
 * <pre>
 * ("shallow" id)* (old new ref NUL capabilities) (old new ref)* flush [option* flush] [pack]
 * </pre>
 *
 * Where the history of the client is cut off says nothing that is believed, and is not sent on.
 *
 * @see <a href="https://git-scm.com/docs/pack-protocol">Reference update request</a>
 */
public record PushRequest(
    List<RefCommand> commands, Set<String> capabilities, List<String> options) {

  public static final String REPORT_STATUS = "report-status";
  public static final String SIDE_BAND = "side-band-64k";
  public static final String ATOMIC = "atomic";
  public static final String PUSH_OPTIONS = "push-options";
  public static final String OBJECT_FORMAT = "object-format=";

  private static final int MAX_OPTIONS = 100;
  private static final int MAX_CUTS = 100_000;

  public PushRequest {
    commands = List.copyOf(commands);
    capabilities = Set.copyOf(capabilities);
    options = List.copyOf(options);
  }

  /**
   * Reads one, and leaves the input where the pack begins.
   *
   * @param first what it begins with
   * @param offered the capabilities that were advertised; others must not be used
   * @param maxCommands how many refs one push may change
   * @param capabilities those that are used are added, as soon as they have been read
   */
  public static PushRequest read(
      Packet.Line first,
      PacketReader in,
      Set<String> offered,
      int maxCommands,
      Set<String> capabilities)
      throws IOException {
    List<RefCommand> commands = new ArrayList<>();
    Set<String> refs = new HashSet<>();
    int cuts = 0;
    for (Packet next = first; next instanceof Packet.Line line; next = in.next()) {
      String text = line.text();
      int nul = text.indexOf('\0');
      if (nul >= 0 && !commands.isEmpty()) {
        throw new GitWireException("a ref command after the first has a NUL in it");
      }
      if (text.startsWith("push-cert")) {
        throw new GitWireException("signed pushes were not offered and are not taken");
      }
      if (text.startsWith("shallow ")) {
        ObjectName.read(text.substring("shallow ".length()));
        if (++cuts > MAX_CUTS) {
          throw new GitWireException("a push names more than " + MAX_CUTS + " cut-off commits");
        }
        continue;
      }
      if (nul >= 0) {
        readCapabilities(text.substring(nul + 1), offered, capabilities);
        text = text.substring(0, nul);
      }
      RefCommand command = RefCommand.read(text);
      if (!refs.add(command.ref())) {
        throw new GitWireException("a push changes the same ref twice");
      }
      if (commands.size() == maxCommands) {
        throw new GitWireException("a push changes more than " + maxCommands + " refs");
      }
      commands.add(command);
    }
    return new PushRequest(
        commands, capabilities, capabilities.contains(PUSH_OPTIONS) ? readOptions(in) : List.of());
  }

  private static void readCapabilities(String text, Set<String> offered, Set<String> into)
      throws GitWireException {
    for (String capability : Arrays.asList(text.split(" ", -1))) {
      if (capability.isEmpty()) {
        continue;
      }
      boolean free = capability.startsWith("agent=") || capability.startsWith("session-id=");
      if (!free && !offered.contains(capability)) {
        throw new GitWireException("a capability is used that was not offered");
      }
      into.add(capability);
    }
  }

  private static List<String> readOptions(PacketReader in) throws IOException {
    List<String> options = new ArrayList<>();
    while (in.next() instanceof Packet.Line line) {
      if (options.size() == MAX_OPTIONS) {
        throw new GitWireException("a push has more than " + MAX_OPTIONS + " options");
      }
      String option = line.text();
      if (option.chars().anyMatch(Character::isISOControl)) {
        throw new GitWireException("a push option has a control character in it");
      }
      options.add(option);
    }
    return options;
  }

  /** Whether a pack follows: not where all that is asked is to delete. */
  public boolean hasPack() {
    return commands.stream().anyMatch(command -> !command.isDelete());
  }

  /** The refs that are not to be there any more. */
  public Set<String> deleted() {
    return commands.stream()
        .filter(RefCommand::isDelete)
        .map(RefCommand::ref)
        .collect(Collectors.toUnmodifiableSet());
  }

  public boolean has(String capability) {
    return capabilities.contains(capability);
  }

  /** Writes it, with other capabilities, as an upstream is to see it. */
  public void write(PacketWriter out, List<String> others) throws IOException {
    String suffix = "\0 " + String.join(" ", others);
    for (RefCommand command : commands) {
      out.text(command + suffix);
      suffix = "";
    }
    out.flush();
    if (others.contains(PUSH_OPTIONS)) {
      for (String option : options) {
        out.text(option);
      }
      out.flush();
    }
  }
}
