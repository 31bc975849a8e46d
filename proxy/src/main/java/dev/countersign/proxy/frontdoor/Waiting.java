package dev.countersign.proxy.frontdoor;

import dev.countersign.decision.approval.Approvals;
import java.io.IOException;

/** Somebody whose command waits for a human, and who wants to be told so. */
@FunctionalInterface
public interface Waiting {

  /** Waits in silence. */
  Waiting SILENT = pending -> {};

  /**
   * Says that the command waits: at once, and then every few seconds.
   *
   * @throws IOException if the client cannot be told: it has gone, and the request is withdrawn
   */
  void told(Approvals.Pending pending) throws IOException;
}
