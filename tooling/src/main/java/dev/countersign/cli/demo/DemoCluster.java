package dev.countersign.cli.demo;

import dev.countersign.cli.embedded.PrivateFiles;
import dev.countersign.proxy.frontdoor.HttpsConfig;
import dev.countersign.proxy.kubernetes.cluster.MemoryCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The demo's cluster: an API server of our own that stands in for a real one. It keeps objects and
 * answers kubectl; nothing runs in it.
 */
final class DemoCluster implements AutoCloseable {

  static final String PROD_EU = "prod-eu";

  private final MemoryCluster cluster;
  private final DoorCertificate certificate;
  private final Path tokenFile;

  private DemoCluster(MemoryCluster cluster, DoorCertificate certificate, Path tokenFile) {
    this.cluster = cluster;
    this.certificate = certificate;
    this.tokenFile = tokenFile;
  }

  /** Starts it with the shop in it. */
  static DemoCluster start(Path home) throws IOException {
    Path directory = PrivateFiles.directory(home.resolve("cluster"));
    Path tokenFile = directory.resolve("gateway.token");
    PrivateFiles.secret(tokenFile);
    DoorCertificate certificate = DoorCertificate.make(directory);
    MemoryCluster cluster =
        MemoryCluster.start(
            new HttpsConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                certificate.certificate(),
                certificate.key(),
                HttpsConfig.Limits.DEFAULT),
            Files.readString(tokenFile).strip(),
            seen -> {});
    SampleCluster.manifests().forEach(cluster::create);
    return new DemoCluster(cluster, certificate, tokenFile);
  }

  URI url() {
    return URI.create("https://127.0.0.1:" + cluster.port());
  }

  /** Who signed its certificate. */
  Path authority() {
    return certificate.certificate();
  }

  /** What the gateway shows it. */
  Path tokenFile() {
    return tokenFile;
  }

  /** Stores an object more. */
  void create(String manifest) {
    cluster.create(manifest);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
