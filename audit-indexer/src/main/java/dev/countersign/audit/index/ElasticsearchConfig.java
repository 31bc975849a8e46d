package dev.countersign.audit.index;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The cluster that is indexed to; versions 8.19 and 9.x.
 *
 * @param url its address, e.g. {@code https://elasticsearch.internal:9200}
 * @param index the alias to search; indices are named after it and the month of their events
 * @param apiKey the encoded API key, if the cluster asks for one
 * @param authority certificates to trust instead of the usual ones, PEM
 * @param retention how long an index is kept after its month; for ever if empty
 */
public record ElasticsearchConfig(
    URI url,
    String index,
    Optional<String> apiKey,
    Optional<Path> authority,
    Optional<Duration> retention) {

  public static final String DEFAULT_INDEX = "countersign-audit";

  public ElasticsearchConfig {
    requireNonNull(url, "url");
    requireNonNull(apiKey, "apiKey");
    requireNonNull(authority, "authority");
    requireNonNull(retention, "retention");
    if (!index.matches("[a-z0-9][a-z0-9-]{0,80}")) {
      throw new IllegalArgumentException(
          "an index name is lower-case letters, digits and hyphens, not " + index);
    }
  }

  public ElasticsearchConfig(URI url, String index, Optional<String> apiKey) {
    this(url, index, apiKey, Optional.empty(), Optional.empty());
  }

  public static ElasticsearchConfig at(URI url) {
    return new ElasticsearchConfig(url, DEFAULT_INDEX, Optional.empty());
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "ElasticsearchConfig[url=" + url + ", index=" + index + "]";
  }
}
