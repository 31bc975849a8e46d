package dev.countersign.decision.approval;

/** What became of an approver's answer. */
public sealed interface AnswerResult {

  /** It counts; the request may still wait for others to say yes. */
  record Recorded(Approval approval) implements AnswerResult {}

  /** There is no such request, or none that this subject may know of. */
  record Unknown() implements AnswerResult {}

  /**
   * It does not count.
   *
   * @param message for the one who answered
   */
  record Refused(Why why, String message) implements AnswerResult {}

  /** Why an answer does not count. */
  enum Why {
    /** Only a human may answer. */
    NOT_HUMAN,
    /** Nobody answers a request of his own. */
    OWN_REQUEST,
    /** Nobody answers for an agent that acts for him, or with a permission that he passed on. */
    OWN_AGENT,
    /** A no says why. */
    REASON_MISSING,
    /** Nobody says yes to what they were not shown. */
    NOT_SEEN,
    /** The answer is about another command than the one that waits. */
    DIGEST_MISMATCH,
    /** What was shown is not what is shown now. */
    VIEW_MISMATCH,
    /** Nobody says yes twice. */
    ALREADY_ANSWERED,
    /** It has ended before. */
    ALREADY_DECIDED
  }
}
