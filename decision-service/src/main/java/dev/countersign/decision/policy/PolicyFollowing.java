package dev.countersign.decision.policy;

import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.Listening;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.policy.WorkbookPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Keeps this gateway's policy at what is in force in the database. One thread of its own is woken
 * by the database and looks by itself from time to time; while the database is away, or a version
 * cannot be used, what was in force stays.
 */
public final class PolicyFollowing implements AutoCloseable {

  /** For when a notification is lost. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final PolicyVersions versions;
  private final Policy policy;
  private final PolicyVersions.Listener listener;
  private final Listening listening;
  private long seen;

  PolicyFollowing(
      Database database,
      PolicyVersions versions,
      Policy policy,
      Activation first,
      PolicyVersions.Listener listener) {
    this.versions = versions;
    this.policy = policy;
    this.listener = listener;
    this.seen = first.number();
    this.listening =
        new Listening(database, "policy-versions", List.of(PolicyTable.CHANNEL), LOOK, this::look);
  }

  /** The policy in force here. */
  public Policy policy() {
    return policy;
  }

  void start() {
    listening.start();
  }

  private void look() {
    Optional<Activation> current = versions.current();
    if (current.isEmpty() || current.get().number() == seen) {
      return;
    }
    Activation activation = current.get();
    try {
      WorkbookPolicy version = versions.load(activation.version());
      policy.activate(version);
      listener.activated(version, activation);
    } catch (PolicyRefusedException e) {
      listener.refused(activation, e.faults());
    }
    seen = activation.number();
  }

  @Override
  public void close() {
    listening.close();
  }
}
