package dev.countersign.proxy.git.wire;

import java.security.MessageDigest;
import java.util.List;

/** How a repository names its objects. */
public enum ObjectFormat {
  SHA1("sha1", 20),
  SHA256("sha256", 32);

  private final String word;
  private final int bytes;

  ObjectFormat(String word, int bytes) {
    this.word = word;
    this.bytes = bytes;
  }

  /**
   * What a server that advertises these uses: SHA-1 if it does not say.
   *
   * @throws GitWireException if it is none that is known, or more than one
   */
  public static ObjectFormat of(List<String> capabilities) throws GitWireException {
    List<String> said =
        capabilities.stream()
            .filter(each -> each.startsWith(PushRequest.OBJECT_FORMAT))
            .distinct()
            .toList();
    if (said.isEmpty()) {
      return SHA1;
    }
    for (ObjectFormat format : values()) {
      if (said.equals(List.of(format.capability()))) {
        return format;
      }
    }
    throw new GitWireException("the upstream names its objects in a way that is not known");
  }

  /** As it is called on the wire. */
  public String word() {
    return word;
  }

  /** As it is said on the wire. */
  public String capability() {
    return PushRequest.OBJECT_FORMAT + word;
  }

  /** The size of a name. */
  public int bytes() {
    return bytes;
  }

  /** What makes names, and what a pack ends with. */
  MessageDigest digest() {
    return switch (this) {
      case SHA1 -> Digests.sha1();
      case SHA256 -> Digests.sha256();
    };
  }

  /** Whether this is how an object is named. */
  public boolean isOf(ObjectName name) {
    return name.hex().length() == 2 * bytes;
  }

  /** The name that stands for no object. */
  public ObjectName none() {
    return new ObjectName("0".repeat(2 * bytes));
  }
}
