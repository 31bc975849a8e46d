package dev.countersign.cli.gateway;

import dev.countersign.audit.index.ElasticsearchConfig;
import dev.countersign.audit.index.Indexer;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.cli.configuration.Configuration;
import dev.countersign.decision.resource.Secret;
import java.util.Optional;

/** Starts the indexer where the configuration names an Elasticsearch. */
public final class SearchIndexing {

  private SearchIndexing() {}

  static Optional<Indexer> start(Configuration configuration, StoredJournal journal, Parts parts) {
    return configuration
        .elasticsearch()
        .map(SearchIndexing::cluster)
        .map(cluster -> parts.add("indexer", Indexer.start(cluster, journal)));
  }

  /** The cluster in the words of the audit module. */
  public static ElasticsearchConfig cluster(Configuration.SearchIndex section) {
    return new ElasticsearchConfig(
        section.url(),
        section.index(),
        section.apiKey().map(Secret::reveal),
        section.authority(),
        section.retention());
  }
}
