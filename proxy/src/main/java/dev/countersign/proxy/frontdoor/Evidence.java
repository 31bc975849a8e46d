package dev.countersign.proxy.frontdoor;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.approval.Exhibit;
import java.util.List;

/** What helps a human to answer: gathered only if one is asked, after the decision is recorded. */
@FunctionalInterface
public interface Evidence {

  /** The command says all there is to see. */
  Evidence NONE = () -> new Gathered(List.of(), "");

  /**
   * What was found.
   *
   * @param state what the command's object was when it was shown; empty where nobody looked
   */
  record Gathered(List<Exhibit> exhibits, String state) {
    public Gathered {
      exhibits = List.copyOf(exhibits);
      requireNonNull(state, "state");
    }
  }

  /** Exhibits that are there already. */
  static Evidence of(List<Exhibit> exhibits) {
    return () -> new Gathered(exhibits, "");
  }

  /**
   * Looks.
   *
   * @throws MootException if no answer of a human would make the command run
   */
  Gathered gather() throws MootException;
}
