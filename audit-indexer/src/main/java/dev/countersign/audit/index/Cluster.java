package dev.countersign.audit.index;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.message.BasicHeader;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.RestClientBuilder;
import org.slf4j.LoggerFactory;

/** One connection pool to the cluster. */
final class Cluster implements AutoCloseable {

  private static final int CONNECT_MILLIS = (int) TimeUnit.SECONDS.toMillis(5);
  private static final int ANSWER_MILLIS = (int) TimeUnit.SECONDS.toMillis(60);

  private final RestClientTransport transport;
  private final ElasticsearchClient client;

  Cluster(ElasticsearchConfig config) {
    RestClientBuilder builder =
        RestClient.builder(HttpHost.create(config.url().toString()))
            .setRequestConfigCallback(
                request ->
                    request.setConnectTimeout(CONNECT_MILLIS).setSocketTimeout(ANSWER_MILLIS));
    config
        .apiKey()
        .ifPresent(
            key ->
                builder.setDefaultHeaders(
                    new Header[] {new BasicHeader("Authorization", "ApiKey " + key)}));
    transport = new RestClientTransport(builder.build(), new JacksonJsonpMapper());
    client = new ElasticsearchClient(transport);
  }

  ElasticsearchClient client() {
    return client;
  }

  @Override
  public void close() {
    try {
      transport.close();
    } catch (IOException e) {
      LoggerFactory.getLogger(Cluster.class)
          .atDebug()
          .setCause(e)
          .log("The connections to Elasticsearch could not be closed");
    }
  }
}
