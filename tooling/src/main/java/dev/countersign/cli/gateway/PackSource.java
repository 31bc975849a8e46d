package dev.countersign.cli.gateway;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.rules.pack.ActivityLog;
import dev.countersign.rules.pack.PackFolder;
import dev.countersign.rules.pack.PackedPolicy;
import dev.countersign.rules.pack.Packs;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.PolicyRefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the packs of an operator's folder refine the policy, and follows the folder. */
final class PackSource {

  private static final Logger log = LoggerFactory.getLogger(PackSource.class);
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Path folder;
  private final Policy policy;
  private final Journal journal;
  private final ActivityLog activity = new ActivityLog();

  private PackSource(Path folder, Policy policy, Journal journal) {
    this.folder = folder;
    this.policy = policy;
    this.journal = journal;
  }

  /**
   * Puts the packs in force; a gateway does not start without good ones.
   *
   * @return the journal to use from now on: what it is told, the packs learn
   */
  static Journal open(Configuration configuration, Policy policy, Journal journal, Parts parts) {
    Optional<Path> folder = configuration.policy().packs();
    if (folder.isEmpty()) {
      return journal;
    }
    PackSource source = new PackSource(folder.get(), policy, journal);
    PackFolder packs = new PackFolder(folder.get());
    try {
      source.activate(packs.load());
    } catch (PolicyRefusedException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          "the packs in " + folder.get() + " are refused:\n" + String.join("\n", e.faults()),
          e);
    }
    parts.add("pack watch", packs.watch(LOOK, source::activate, source::refused));
    ActivityFeed feed = new ActivityFeed(journal, source.activity, InstantSource.system());
    feed.recall(configuration.journalDirectory());
    return feed;
  }

  private void activate(Packs packs) {
    policy.refine(version -> PackedPolicy.of(version, packs, activity, InstantSource.system()));
    journal.append(
        new Event.PolicyActivated(policy.current().id(), folder.toString(), packs.rules()));
    log.atInfo()
        .addKeyValue("policy", policy.current().id())
        .addKeyValue("rules", packs.rules())
        .log("packs are in force");
  }

  private void refused(List<String> faults) {
    journal.append(new Event.PolicyRefused(folder.toString(), faults));
    log.atWarn()
        .addKeyValue("source", folder)
        .addKeyValue("faults", String.join("; ", faults))
        .log("changed packs are refused; those before stay in force");
  }
}
