package dev.countersign.audit.index;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
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

  private final RestClient rest;
  private final RestClientTransport transport;
  private final ElasticsearchClient client;

  Cluster(ElasticsearchConfig config) {
    RestClientBuilder builder =
        RestClient.builder(HttpHost.create(config.url().toString()))
            .setRequestConfigCallback(
                request ->
                    request.setConnectTimeout(CONNECT_MILLIS).setSocketTimeout(ANSWER_MILLIS));
    SSLContext trusting = config.authority().map(Cluster::trusting).orElse(null);
    if (trusting != null) {
      builder.setHttpClientConfigCallback(http -> http.setSSLContext(trusting));
    }
    config
        .apiKey()
        .ifPresent(
            key ->
                builder.setDefaultHeaders(
                    new Header[] {new BasicHeader("Authorization", "ApiKey " + key)}));
    rest = builder.build();
    transport = new RestClientTransport(rest, new JacksonJsonpMapper());
    client = new ElasticsearchClient(transport);
  }

  /** Trusts the certificates of that file and no other. */
  private static SSLContext trusting(Path authority) {
    try (InputStream pem = Files.newInputStream(authority)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        trusted.setCertificateEntry("authority-" + trusted.size(), each);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          authority + " holds no certificate in PEM that Elasticsearch could be trusted by", e);
    }
  }

  ElasticsearchClient client() {
    return client;
  }

  /** For requests whose bodies are bytes already. */
  RestClient rest() {
    return rest;
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
