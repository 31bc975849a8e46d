package dev.countersign.cli.gateway;

import dev.countersign.audit.anchor.Anchor;
import dev.countersign.audit.anchor.AnchorFeed;
import dev.countersign.audit.anchor.DirectoryAnchor;
import dev.countersign.audit.anchor.HttpAnchor;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.decision.resource.Secret;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Has checkpoints kept wherever the configuration says. */
final class Anchoring {

  private final SegmentedJournal journal;
  private final Parts parts;
  private final Map<String, AnchorFeed> feeds = new TreeMap<>();

  private Anchoring(SegmentedJournal journal, Parts parts) {
    this.journal = journal;
    this.parts = parts;
  }

  static Anchoring start(Configuration configuration, SegmentedJournal journal, Parts parts) {
    Anchoring anchoring = new Anchoring(journal, parts);
    Configuration.Anchors anchors = configuration.journal().anchors();
    anchors
        .directory()
        .ifPresent(
            folder -> anchoring.feed("directory", new DirectoryAnchor(folder, journal.id())));
    anchors
        .witness()
        .ifPresent(url -> anchoring.feed("witness", parts.add("witness", HttpAnchor.witness(url))));
    if (anchors.elasticsearch()) {
      configuration
          .elasticsearch()
          .ifPresent(
              cluster ->
                  anchoring.feed(
                      "elasticsearch",
                      parts.add(
                          "checkpoint index",
                          HttpAnchor.elasticsearch(
                              cluster.url(),
                              cluster.index() + "-checkpoints",
                              cluster.apiKey().map(Secret::reveal)))));
    }
    return anchoring;
  }

  /** The anchors that take nothing, and since when. */
  Map<String, Instant> stale() {
    Map<String, Instant> stale = new TreeMap<>();
    feeds.forEach((name, feed) -> feed.staleSince().ifPresent(since -> stale.put(name, since)));
    return stale;
  }

  private void feed(String name, Anchor anchor) {
    AnchorFeed feed = parts.add("anchor " + name, AnchorFeed.start(name, anchor));
    feeds.put(name, feed);
    journal.onCheckpoint(feed::offer);
  }
}
