package dev.countersign.audit.index;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;

/**
 * The mapping of every index: ECS fields, OpenTelemetry's {@code db.*}, and {@code countersign.*}.
 */
final class IndexTemplate {

  private static final String RESOURCE = "index-template.json";

  private IndexTemplate() {}

  /** Puts the template, over an older one. */
  static void install(ElasticsearchClient client, String alias) throws IOException {
    String json = json(alias);
    client.indices().putIndexTemplate(put -> put.name(alias).withJson(new StringReader(json)));
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
