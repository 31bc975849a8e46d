package dev.countersign.decision.grant;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.quota.Meter;
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
   * @param meter how much he has done and taken, with the most he may
   */
  record Open(Optional<String> grant, GrantScope scope, Instant until, Meter meter)
      implements Access {

    /** Without bounds. */
    public Open(Optional<String> grant, GrantScope scope, Instant until) {
      this(grant, scope, until, Meter.NONE);
    }

    public Open {
      requireNonNull(grant, "grant");
      requireNonNull(scope, "scope");
      requireNonNull(until, "until");
      requireNonNull(meter, "meter");
    }

    /** The same with bounds. */
    public Open metered(Meter bounds) {
      return new Open(grant, scope, until, bounds);
    }

    /**
     * The policy, as it is for somebody with this access: outside its scope everything blocks, and
     * so does what is more than he may.
     */
    public PolicyVersion within(PolicyVersion policy) {
      PolicyVersion scoped = scope.equals(GrantScope.ALL) ? policy : new ScopedPolicy(policy, this);
      return meter.isOpen() ? scoped : new MeteredPolicy(scoped, meter);
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
