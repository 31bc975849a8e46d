package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.GitWireException;
import java.nio.charset.StandardCharsets;

/**
 * The kinds of objects, by their numbers in packs and the words in front of what is hashed.
 *
 * @see <a href="https://git-scm.com/docs/gitformat-pack">Pack format</a>
 */
final class Kind {

  static final int COMMIT = 1;
  static final int TREE = 2;
  static final int BLOB = 3;
  static final int TAG = 4;

  private Kind() {}

  /** Makes sure that it is one. */
  static int check(int kind) throws GitWireException {
    if (kind < COMMIT || kind > TAG) {
      throw new GitWireException("an object is of a kind that is not known");
    }
    return kind;
  }

  /** What is hashed in front of an object. */
  static byte[] header(int kind, long size) throws GitWireException {
    String word =
        switch (kind) {
          case COMMIT -> "commit";
          case TREE -> "tree";
          case BLOB -> "blob";
          case TAG -> "tag";
          default -> throw new GitWireException("an object is of a kind that is not known");
        };
    return (word + " " + size + "\0").getBytes(StandardCharsets.US_ASCII);
  }
}
