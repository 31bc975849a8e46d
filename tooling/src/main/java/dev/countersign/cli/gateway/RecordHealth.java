package dev.countersign.cli.gateway;

import dev.countersign.audit.index.Indexer;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.decision.console.Health;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How this gateway's journal is, and what follows it. */
final class RecordHealth implements Health {

  private final SegmentedJournal journal;
  private final Optional<Indexer> indexer;
  private final List<String> anchors;
  private final boolean encrypted;
  private final AtomicReference<@Nullable Instant> checkpoint = new AtomicReference<>();

  private RecordHealth(
      SegmentedJournal journal,
      Optional<Indexer> indexer,
      List<String> anchors,
      boolean encrypted) {
    this.journal = journal;
    this.indexer = indexer;
    this.anchors = anchors;
    this.encrypted = encrypted;
  }

  /** Follows the journal's checkpoints from now on. */
  static RecordHealth of(
      Configuration configuration, SegmentedJournal journal, Optional<Indexer> indexer) {
    RecordHealth health =
        new RecordHealth(
            journal,
            indexer,
            anchors(configuration.journal().anchors(), indexer.isPresent()),
            configuration.journal().ownerKey().isPresent());
    journal.onCheckpoint(note -> health.checkpoint.set(Instant.now()));
    return health;
  }

  private static List<String> anchors(Configuration.Anchors anchors, boolean searched) {
    List<String> names = new ArrayList<>();
    anchors.directory().ifPresent(folder -> names.add("in a folder"));
    anchors.witness().ifPresent(url -> names.add("at a witness"));
    if (anchors.elasticsearch() && searched) {
      names.add("in Elasticsearch");
    }
    return names;
  }

  @Override
  public State now() {
    return new State(
        journal.appended(),
        Optional.ofNullable(checkpoint.get()),
        anchors,
        indexer.map(Indexer::indexed),
        encrypted);
  }
}
