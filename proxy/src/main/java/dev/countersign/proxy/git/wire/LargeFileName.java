package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * A large file as Git LFS knows it: by the SHA-256 of its content, and its size.
 *
 * @param id in lower case hex
 */
public record LargeFileName(String id, long size) {

  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  public LargeFileName {
    requireNonNull(id, "id");
    if (!isId(id) || size < 0) {
      throw new IllegalArgumentException("a large file is a SHA-256 in hex and a size");
    }
  }

  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** Where a clone keeps it, which no file of a repository can be called. */
  public String path() {
    return ".git/lfs/objects/" + id.substring(0, 2) + "/" + id.substring(2, 4) + "/" + id;
  }
}
