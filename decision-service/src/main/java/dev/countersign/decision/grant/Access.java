package dev.countersign.decision.grant;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.policy.PolicyVersion;
import java.time.Instant;
import java.util.Optional;

/** Whether somebody may come in now. */
public sealed interface Access {

  /**
   * He may.
   *
   * @param grant the grant he stands on; empty where access stands without one
   * @param scope what for
   * @param until when he must leave
   */
  record Open(Optional<String> grant, GrantScope scope, Instant until) implements Access {

    public Open {
      requireNonNull(grant, "grant");
      requireNonNull(scope, "scope");
      requireNonNull(until, "until");
    }

    /** The policy, as it is for somebody with this access: outside its scope everything blocks. */
    public PolicyVersion within(PolicyVersion policy) {
      return scope.equals(GrantScope.ALL) ? policy : new ScopedPolicy(policy, this);
    }
  }

  /**
   * He may not.
   *
   * @param message one line
   * @param hint what to do instead
   */
  record Closed(String message, String hint) implements Access {}
}
