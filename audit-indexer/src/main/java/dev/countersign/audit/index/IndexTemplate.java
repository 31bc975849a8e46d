package dev.countersign.audit.index;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RestClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mapping of every index: ECS fields, OpenTelemetry's {@code db.*}, and {@code countersign.*}.
 */
final class IndexTemplate {

  private static final String RESOURCE = "index-template.json";
  private static final Logger LOG = LoggerFactory.getLogger(IndexTemplate.class);
  private static final JsonMapper JSON = new JsonMapper();

  private IndexTemplate() {}

  /**
   * Puts the template, over an older one, and adds its fields to the indices that are there.
   *
   * @throws IOException if documents would not be indexed as they have to be; then none should be
   */
  static void install(Cluster cluster, String alias) throws IOException {
    String json = json(alias);
    cluster
        .client()
        .indices()
        .putIndexTemplate(put -> put.name(alias).withJson(new StringReader(json)));
    requireIsUsed(cluster.rest(), alias);
    extend(cluster.client(), alias, JSON.readTree(json).at("/template/mappings").toString());
  }

  /** Only the template of the highest priority is used, whoever put it. */
  private static void requireIsUsed(RestClient rest, String alias) throws IOException {
    String next = IndexName.of(alias, Instant.now(), 1).value();
    Request request = new Request("POST", "/_index_template/_simulate_index/" + next);
    JsonNode used;
    try (InputStream answer = rest.performRequest(request).getEntity().getContent()) {
      used = JSON.readTree(answer).path("template");
    }
    boolean isOurs =
        used.at("/mappings/properties").has("countersign") && used.path("aliases").has(alias);
    if (!isOurs) {
      throw new IOException(
          "another index template of the cluster has a higher priority than ours and takes "
              + IndexName.pattern(alias)
              + "; let it leave those out, or set elasticsearch.index to a name that it does not"
              + " match");
    }
  }

  private static void extend(ElasticsearchClient client, String alias, String mappings)
      throws IOException {
    try {
      List<String> existing = IndexName.existing(client, alias);
      if (!existing.isEmpty()) {
        client
            .indices()
            .putMapping(put -> put.withJson(new StringReader(mappings)).index(existing));
      }
    } catch (ElasticsearchException e) {
      switch (e.status()) {
        case 400 ->
            throw new IOException(
                "the indices of "
                    + alias
                    + " have other fields than this version writes; set elasticsearch.index to a"
                    + " new name, which is filled from the journal. Elasticsearch says: "
                    + e.error().reason(),
                e);
        case 403 ->
            LOG.atDebug()
                .setCause(e)
                .log("The role may not add fields; what is in new indices only is refused");
        default -> throw e;
      }
    }
  }

  static String json(String alias) throws IOException {
    try (InputStream in = IndexTemplate.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException("no resource " + RESOURCE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("${alias}", alias)
          .replace("${pattern}", IndexName.pattern(alias));
    }
  }
}
