package dev.countersign.decision.grant;

import dev.countersign.rules.verdict.MatchedRow;
import java.net.URI;

/** What comes of the wish for a grant, or for a change of one. */
public sealed interface GrantResult {

  /** It holds, or will from its begin on. */
  record Given(Grant grant) implements GrantResult {}

  /**
   * A human must say yes first.
   *
   * @param url where an approver sees it
   */
  record Waiting(Grant grant, URI url) implements GrantResult {}

  /** The policy says no. */
  record Denied(MatchedRow row) implements GrantResult {}

  /**
   * It cannot be.
   *
   * @param message one line
   * @param hint what to do instead
   */
  record Refused(String message, String hint) implements GrantResult {}
}
