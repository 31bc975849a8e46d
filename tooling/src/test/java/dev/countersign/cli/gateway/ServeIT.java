package dev.countersign.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.cli.Countersign;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.demo.DemoPolicy;
import dev.countersign.cli.demo.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway as a process of its own, with its embedded state store. */
class ServeIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;

  private int api;
  private Path log;

  @BeforeEach
  void configure() throws IOException {
    api = freePort();
    log = directory.resolve("serve.log");
    TestCertificate.make(directory);
    DemoPolicy.write(directory.resolve("policy.xlsx"));
    Files.writeString(directory.resolve("db.password"), "unused");
    Files.writeString(
        directory.resolve("countersign.yaml"),
        """
        doors:
          postgres: {listen: "127.0.0.1:0", certificate: door.crt, key: door.key}
        api: {listen: "127.0.0.1:%1$d", publicUrl: "http://127.0.0.1:%1$d"}
        identity:
          issuers: [{issuer: "http://127.0.0.1:9", audience: countersign}]
        resources:
          - name: orders
            kind: postgres
            postgres: {host: 127.0.0.1, database: a, user: b, password: {file: db.password}}
        policy: {workbook: policy.xlsx}
        """
            .formatted(api));
  }

  @Test
  void answersUntilItIsToldToStopAndThenStopsCleanly() throws Exception {
    Process gateway = serve();
    try {
      await().atMost(PATIENCE).until(() -> Files.readString(log).contains("gateway is ready"));
      assertThat(isHealthy()).isTrue();
    } finally {
      gateway.destroy();
    }

    assertThat(gateway.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(log))
        .containsSubsequence(
            "policy is in force", "gateway is ready", "gateway is stopping", "gateway has stopped")
        .doesNotContain("Exception");
    assertThat(directory.resolve("data/journal")).isDirectory();
  }

  @Test
  void saysInOneLineThatAPortIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(api, 1, InetAddress.getLoopbackAddress())) {
      assertThat(other.isBound()).isTrue();

      Process gateway = serve();

      assertThat(gateway.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(gateway.exitValue()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(Files.readString(log))
          .contains("the gateway does not start", "the address is in use")
          .doesNotContain("\tat ");
    }
  }

  private Process serve() throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Countersign.class.getName(),
                "serve",
                "--config",
                directory.resolve("countersign.yaml").toString()))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private boolean isHealthy() throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest health =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api + "/healthz")).build();
      return http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
