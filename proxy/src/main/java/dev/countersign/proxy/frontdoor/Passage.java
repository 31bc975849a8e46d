package dev.countersign.proxy.frontdoor;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.verdict.MatchedRow;
import java.util.Optional;

/** How a command came out of the {@link ReleaseGate}. */
public sealed interface Passage {

  /** The command may run now, once. Its intent is on the record. */
  record Released(Release release) implements Passage {
    public Released {
      requireNonNull(release, "release");
    }
  }

  /**
   * The command does not run.
   *
   * @param cause why, for whoever needs to tell the cases apart
   * @param decision its name for people: {@code session/command}
   * @param row the row that decided
   * @param approval the approval that did not come, if one was asked for
   * @param message one line for the client, without the rule's hint
   */
  record Refused(
      Cause cause, String decision, MatchedRow row, Optional<String> approval, String message)
      implements Passage {
    public Refused {
      requireNonNull(cause, "cause");
      requireNonNull(decision, "decision");
      requireNonNull(row, "row");
      requireNonNull(approval, "approval");
      requireNonNull(message, "message");
    }

    /** Why a command does not run. */
    public enum Cause {
      /** The policy, or a rule of the gateway itself, blocks it. */
      BLOCKED,
      /** A human has been asked, and the client is to come again; it did not want to wait. */
      ASKED,
      /** The upstream would not carry it out, whatever a human says. */
      MOOT,
      /** It was denied, came too late, or was voided by another policy. */
      NOT_APPROVED,
      /** The client left while it waited, or its session was ended; nobody is there to be told. */
      LEFT,
      /** It cannot be put on the record, or no human can be asked. */
      UNAVAILABLE
    }
  }
}
