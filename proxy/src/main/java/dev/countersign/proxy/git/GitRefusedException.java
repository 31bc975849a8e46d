package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.PlainText;
import java.io.IOException;
import java.util.Set;

/**
 * A git command that the gateway itself does not take, whatever the policy says. The message is one
 * line for the client and says what to do instead.
 */
final class GitRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final String rule;

  /** Empty if it is not because of one. */
  private final String ref;

  /**
   * @param rule the id of the gateway's own rule, e.g. {@code GIT-REF-NAME}
   */
  GitRefusedException(String rule, String message) {
    this(rule, message, "");
  }

  private GitRefusedException(String rule, String message, String ref) {
    super(message);
    this.rule = rule;
    this.ref = ref;
  }

  /** The same, because of one ref of a push that may have others. */
  GitRefusedException because(String ref) {
    return new GitRefusedException(rule, words(), ref);
  }

  /** A push that is more than is inspected at once. */
  static GitRefusedException limit(String what) {
    return new GitRefusedException("GIT-PUSH-LIMIT", "the push has " + what + "; push in parts");
  }

  /**
   * A pack that is too much, or needs what is not there, or is none.
   *
   * @param which in words
   */
  static GitRefusedException pack(String which, IOException why) {
    String words = PlainText.line(String.valueOf(why.getMessage()));
    return switch (why) {
      case GitWireException.TooMuch _ -> new GitRefusedException("GIT-PACK-LIMIT", words);
      case GitWireException.Incomplete _ -> new GitRefusedException("GIT-INCOMPLETE", words);
      default -> new GitRefusedException("GIT-PACK", which + " is not whole: " + words);
    };
  }

  String rule() {
    return rule;
  }

  /** The refs of a push that are why; empty if it is all of it. */
  Set<String> refs() {
    return ref.isEmpty() ? Set.of() : Set.of(ref);
  }

  String words() {
    return String.valueOf(getMessage());
  }
}
