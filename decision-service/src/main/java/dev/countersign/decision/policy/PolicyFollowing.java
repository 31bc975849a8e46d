package dev.countersign.decision.policy;

import dev.countersign.decision.store.Database;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.policy.WorkbookPolicy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this gateway's policy at what is in force in the database. One thread of its own is woken
 * by the database and looks by itself from time to time; while the database is away, or a version
 * cannot be used, what was in force stays.
 */
public final class PolicyFollowing implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PolicyFollowing.class);

  /** For when a notification is lost. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final Database database;
  private final PolicyVersions versions;
  private final Policy policy;
  private final PolicyVersions.Listener listener;
  private final Thread thread;
  private volatile boolean open = true;
  private long seen;

  PolicyFollowing(
      Database database,
      PolicyVersions versions,
      Policy policy,
      Activation first,
      PolicyVersions.Listener listener) {
    this.database = database;
    this.versions = versions;
    this.policy = policy;
    this.listener = listener;
    this.seen = first.number();
    this.thread = Thread.ofVirtual().name("policy-versions").unstarted(this::run);
  }

  /** The policy in force here. */
  public Policy policy() {
    return policy;
  }

  void start() {
    thread.start();
  }

  private void run() {
    boolean away = false;
    while (open) {
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("LISTEN " + PolicyTable.CHANNEL);
        away = false;
        while (open) {
          look();
          connection.unwrap(PGConnection.class).getNotifications((int) LOOK.toMillis());
        }
      } catch (SQLException | RuntimeException e) {
        if (open && !away) {
          log.atWarn().setCause(e).log("policy versions cannot be read; trying again");
        }
        away = true;
        pause();
      }
    }
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

  private static void pause() {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    open = false;
    thread.interrupt();
  }
}
