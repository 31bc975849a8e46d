package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A command of git-upload-pack in protocol version 2: the only two that are known.
 *
 * <pre>
 * "command=" name  capability*  delimiter  argument*  flush
 * </pre>
 *
 * @see <a href="https://git-scm.com/docs/protocol-v2">Protocol version 2</a>
 */
public sealed interface FetchCommand {

  /** How many arguments are read. */
  int MAX_ARGUMENTS = 1_000_000;

  /** In characters: none that is known is of more than a name and a few words. */
  int LONGEST_ARGUMENT = 2_000;

  /** Its arguments, as they are to be sent on. */
  List<String> arguments();

  /** As it is called on the wire. */
  String name();

  /** The object format, if it was named. */
  Optional<String> objectFormat();

  /** Asks which refs there are. */
  record LsRefs(List<String> arguments, Optional<String> objectFormat) implements FetchCommand {

    private static final List<String> FLAGS = List.of("peel", "symrefs", "unborn");
    private static final String PREFIX = "ref-prefix ";

    public LsRefs {
      arguments = List.copyOf(arguments);
      requireNonNull(objectFormat, "objectFormat");
    }

    static void check(String argument) throws GitWireException {
      if (!FLAGS.contains(argument) && !argument.startsWith(PREFIX)) {
        throw new GitWireException("ls-refs has an argument that is not known");
      }
    }

    /** How the names begin that are asked for; empty where all are. */
    public List<String> prefixes() {
      return arguments.stream()
          .filter(argument -> argument.startsWith(PREFIX))
          .map(argument -> argument.substring(PREFIX.length()))
          .toList();
    }

    @Override
    public String name() {
      return "ls-refs";
    }
  }

  /**
   * Asks for objects.
   *
   * @param wants whose
   * @param shallow whether it asks for less than the whole history
   * @param partial whether it asks for less than all objects
   */
  record Fetch(
      List<String> arguments,
      Optional<String> objectFormat,
      List<ObjectName> wants,
      boolean shallow,
      boolean partial)
      implements FetchCommand {

    /** Asks for tags of what is sent, too. */
    public static final String TAGS = "include-tag";

    /** Asks for whole histories, in place of those that were cut. */
    public static final String WHOLE = "deepen " + Integer.MAX_VALUE;

    /** The same as far as it is of what is wanted: commits of the Seventies are in it. */
    private static final String WHOLE_OF_WANTS = "deepen-since 1";

    private static final String NOT = "deepen-not ";

    private static final String RELATIVE = "deepen-relative";

    /** An upstream takes others, too, and makes a smaller number of what is too large. */
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

    private static final String LEFT_OUT =
        "(?:blob:none|blob:limit=[0-9]{1,18}[kmgKMG]?|tree:[0-9]{1,9}"
            + "|object:type=(?:blob|tree|commit|tag))";

    /**
     * What can be left out by itself. That a file of the upstream says it ({@code sparse:oid}) is
     * none: it may be any file there, of any ref, and what is left out tells of it.
     */
    private static final Pattern FILTER =
        Pattern.compile(LEFT_OUT + "|combine:" + LEFT_OUT + "(?:\\+" + LEFT_OUT + ")*");

    private static final List<String> FLAGS =
        List.of("thin-pack", "no-progress", TAGS, "ofs-delta", "done", "wait-for-done");

    public Fetch {
      arguments = List.copyOf(arguments);
      requireNonNull(objectFormat, "objectFormat");
      wants = List.copyOf(wants);
    }

    static Fetch of(List<String> arguments, Optional<String> format) throws GitWireException {
      List<ObjectName> wants = new ArrayList<>();
      boolean shallow = false;
      boolean partial = false;
      for (String argument : arguments) {
        int space = argument.indexOf(' ');
        String word = space < 0 ? argument : argument.substring(0, space);
        String value = space < 0 ? "" : argument.substring(space + 1);
        switch (word) {
          case "want" -> wants.add(ObjectName.read(value));
          case "have" -> ObjectName.read(value);
          case "shallow" -> {
            ObjectName.read(value);
            shallow = true;
          }
          case "deepen", "deepen-since" -> {
            long most = word.equals("deepen") ? Integer.MAX_VALUE : Long.MAX_VALUE;
            if (!NUMBER.matcher(value).matches() || Long.parseLong(value) > most) {
              throw new GitWireException("a history is to be cut where no number says");
            }
            shallow = true;
          }
          case "deepen-not" -> shallow = true;
          case RELATIVE -> {
            if (space >= 0) {
              throw new GitWireException("fetch has an argument that is not known or not offered");
            }
            shallow = true;
          }
          case "filter" -> {
            if (!FILTER.matcher(value).matches()) {
              throw new GitWireException("fetch has a filter that is not known");
            }
            partial = true;
          }
          default -> {
            if (!FLAGS.contains(argument)) {
              throw new GitWireException("fetch has an argument that is not known or not offered");
            }
          }
        }
      }
      return new Fetch(arguments, format, wants, shallow, partial);
    }

    /** Whether it is counted from where the client says its history is cut off, wanted or not. */
    public boolean isRelative() {
      return arguments.contains(RELATIVE);
    }

    /** The refs whose commits are not wanted, in whatever form they are named. */
    public List<String> excluded() {
      return arguments.stream()
          .filter(argument -> argument.startsWith(NOT))
          .map(argument -> argument.substring(NOT.length()))
          .toList();
    }

    /**
     * The same for an upstream where the client may not have everything: git sends the history of
     * whatever a client says it has cut off, wanted or not, and tags that nobody named.
     */
    public Fetch ofWantsAlone() {
      return new Fetch(
          arguments.stream()
              .filter(each -> !each.equals(TAGS))
              .map(each -> each.equals(WHOLE) ? WHOLE_OF_WANTS : each)
              .toList(),
          objectFormat,
          wants,
          shallow,
          partial);
    }

    @Override
    public String name() {
      return "fetch";
    }
  }

  /**
   * Reads one.
   *
   * @return empty if the client says that it is done
   */
  static Optional<FetchCommand> read(PacketReader in) throws IOException {
    if (!(in.next() instanceof Packet.Line first)) {
      return Optional.empty();
    }
    String command = first.text();
    if (!command.equals("command=ls-refs") && !command.equals("command=fetch")) {
      throw new GitWireException(
          "only the commands ls-refs and fetch of protocol version 2 are known");
    }
    Optional<String> format = Optional.empty();
    Packet packet = in.next();
    while (packet instanceof Packet.Line line) {
      String capability = line.text();
      if (capability.startsWith(PushRequest.OBJECT_FORMAT)) {
        format = Optional.of(capability.substring(PushRequest.OBJECT_FORMAT.length()));
        if (Arrays.stream(ObjectFormat.values())
            .noneMatch(known -> known.capability().equals(capability))) {
          throw new GitWireException("objects are named by SHA-1 or SHA-256");
        }
      } else if (!capability.startsWith("agent=") && !capability.startsWith("session-id=")) {
        throw new GitWireException("a capability is used that was not offered");
      }
      packet = in.next();
    }
    boolean lsRefs = command.equals("command=ls-refs");
    List<String> arguments = new ArrayList<>();
    if (packet == Packet.Mark.DELIMITER) {
      packet = in.next();
      while (packet instanceof Packet.Line line) {
        if (arguments.size() == MAX_ARGUMENTS) {
          throw new GitWireException("more arguments than are read");
        }
        String argument = line.text();
        if (argument.length() > LONGEST_ARGUMENT) {
          throw new GitWireException("an argument is longer than any that is known");
        }
        if (argument.chars().anyMatch(Character::isISOControl)) {
          throw new GitWireException("an argument has a control character in it");
        }
        if (lsRefs) {
          LsRefs.check(argument);
        }
        arguments.add(argument);
        packet = in.next();
      }
    }
    if (packet != Packet.Mark.FLUSH) {
      throw new GitWireException("a command does not end with a flush");
    }
    return Optional.of(lsRefs ? new LsRefs(arguments, format) : Fetch.of(arguments, format));
  }

  /** Writes it for an upstream. */
  default void write(PacketWriter out, String agent) throws IOException {
    out.text("command=" + name());
    out.text("agent=" + agent);
    // An old server knows no other, and no word for it.
    if (objectFormat().filter(format -> !format.equals("sha1")).isPresent()) {
      out.text(PushRequest.OBJECT_FORMAT + objectFormat().get());
    }
    out.mark(Packet.Mark.DELIMITER);
    for (String argument : arguments()) {
      out.text(argument);
    }
    out.flush();
  }
}
