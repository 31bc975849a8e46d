package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A ref as a server tells of it.
 *
 * @param name the full name, or {@code HEAD}
 * @param symbolicTo the ref it stands for, if it is a symbolic one
 */
public record AdvertisedRef(String name, ObjectName id, Optional<String> symbolicTo) {

  public AdvertisedRef {
    requireNonNull(name, "name");
    requireNonNull(id, "id");
    requireNonNull(symbolicTo, "symbolicTo");
  }

  /** What a server says of one: git knows no names that a terminal would obey. */
  static String line(Packet.Line line) throws GitWireException {
    String text = line.text();
    if (text.chars().anyMatch(c -> (c < ' ' && c != 0) || c == 0x7f)) {
      throw new GitWireException("the upstream names a ref as git names none");
    }
    return text;
  }
}
