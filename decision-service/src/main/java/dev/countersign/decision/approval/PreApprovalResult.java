package dev.countersign.decision.approval;

import java.net.URI;

/** What comes of the wish for a pre-approval. */
public sealed interface PreApprovalResult {

  /**
   * The approvers are asked.
   *
   * @param url where they see it
   */
  record Asked(PreApproval preApproval, URI url) implements PreApprovalResult {}

  /** There is no such request, or none that this subject may know of. */
  record Unknown() implements PreApprovalResult {}

  /**
   * It cannot be.
   *
   * @param message one line
   * @param hint what to do instead
   */
  record Refused(String message, String hint) implements PreApprovalResult {}
}
