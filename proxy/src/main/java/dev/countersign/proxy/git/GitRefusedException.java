package dev.countersign.proxy.git;

/**
 * A git command that the gateway itself does not take, whatever the policy says. The message is one
 * line for the client and says what to do instead.
 */
final class GitRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final String rule;

  /**
   * @param rule the id of the gateway's own rule, e.g. {@code GIT-REF-NAME}
   */
  GitRefusedException(String rule, String message) {
    super(message);
    this.rule = rule;
  }

  /** A push that is more than is inspected at once. */
  static GitRefusedException limit(String what) {
    return new GitRefusedException("GIT-PUSH-LIMIT", "the push has " + what + "; push in parts");
  }

  String rule() {
    return rule;
  }

  String words() {
    return String.valueOf(getMessage());
  }
}
