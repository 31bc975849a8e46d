package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

/**
 * What a push asks to become of one ref.
 *
 * @param before what the client takes it to be; zero where it is to be created
 * @param after zero where it is to be deleted
 * @param ref the full name, as sent
 */
public record RefCommand(ObjectName before, ObjectName after, String ref) {

  public RefCommand {
    requireNonNull(before, "before");
    requireNonNull(after, "after");
    requireNonNull(ref, "ref");
  }

  public boolean isDelete() {
    return after.isZero();
  }

  static RefCommand read(String line) throws GitWireException {
    int first = line.indexOf(' ');
    int second = first < 0 ? -1 : line.indexOf(' ', first + 1);
    if (second < 0) {
      throw new GitWireException("a ref command is not: old id, new id, ref");
    }
    RefCommand command =
        new RefCommand(
            ObjectName.read(line.substring(0, first)),
            ObjectName.read(line.substring(first + 1, second)),
            line.substring(second + 1));
    if (command.before().isSha1() != command.after().isSha1()) {
      throw new GitWireException("a ref command has ids of two kinds");
    }
    if (command.before().isZero() && command.after().isZero()) {
      throw new GitWireException("a ref command creates nothing");
    }
    if (command.ref().chars().anyMatch(Character::isISOControl)) {
      throw new GitWireException("a ref command has a control character in it");
    }
    if (command.ref().isEmpty()) {
      throw new GitWireException("a ref command has no ref");
    }
    return command;
  }

  /** As it stands on the wire. */
  @Override
  public String toString() {
    return before + " " + after + " " + ref;
  }
}
