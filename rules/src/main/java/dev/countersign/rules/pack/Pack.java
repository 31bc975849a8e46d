package dev.countersign.rules.pack;

import static java.util.Objects.requireNonNull;

/**
 * A file of rules.
 *
 * @param name of the file, as people know it, e.g. {@code anomaly.drl}
 * @param text what stands in it
 */
public record Pack(String name, String text) {

  /** What files of packs end in. */
  public static final String SUFFIX = ".drl";

  /** The longest text, in characters. */
  public static final int LONGEST = 65_536;

  public Pack {
    requireNonNull(name, "name");
    requireNonNull(text, "text");
  }
}
