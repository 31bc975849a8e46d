package dev.countersign.audit.index;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes indices that need not be kept any more, a whole month at a time. Done here because the
 * cluster's own lifecycle management is not in every distribution; the journal has a retention of
 * its own.
 */
final class IndexRetention {

  private static final Logger LOG = LoggerFactory.getLogger(IndexRetention.class);
  private static final Duration EVERY = Duration.ofHours(1);

  private final ElasticsearchClient client;
  private final ElasticsearchConfig config;
  private Instant next = Instant.MIN;

  IndexRetention(ElasticsearchClient client, ElasticsearchConfig config) {
    this.client = client;
    this.config = config;
  }

  /** Whether an event would be deleted again at once. */
  boolean isExpired(IndexName index, Instant now) {
    return config.retention().filter(kept -> index.isExpired(now, kept)).isPresent();
  }

  /** Deletes what has expired, now and then. */
  void apply(Instant now) throws IOException {
    if (config.retention().isEmpty() || now.isBefore(next)) {
      return;
    }
    next = now.plus(EVERY);
    for (String index : IndexName.existing(client, config.index())) {
      boolean expired =
          IndexName.read(config.index(), index).filter(name -> isExpired(name, now)).isPresent();
      if (expired) {
        boolean done = client.indices().delete(delete -> delete.index(index)).acknowledged();
        LOG.atInfo()
            .addKeyValue("index", index)
            .addKeyValue("acknowledged", done)
            .log("An index was deleted: its retention is over");
      }
    }
  }
}
