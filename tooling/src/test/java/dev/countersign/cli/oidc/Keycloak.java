package dev.countersign.cli.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real Keycloak, as its makers distribute it, on a free port, with the realm of {@code deploy/}
 * imported as it is.
 */
final class Keycloak implements AutoCloseable {

  static final String AGENT_SECRET = "the-agents-secret";
  static final String PASSWORD = "the-peoples-password";

  private static final Path REALM = Path.of("..", "deploy", "keycloak", "realm.json");
  private static final String ADMIN = "admin";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final URI address;

  private Keycloak(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts it, without what a run before has left.
   *
   * @param distribution the unpacked archive
   * @param console where people sign in at their browsers
   */
  static Keycloak start(Path distribution, URI console) throws IOException {
    delete(distribution.resolve("data/h2"));
    Path imported = Files.createDirectories(distribution.resolve("data/import"));
    Files.copy(REALM, imported.resolve("realm.json"), StandardCopyOption.REPLACE_EXISTING);
    int port = freePort();
    URI address = URI.create("http://127.0.0.1:" + port);
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash",
            distribution.resolve("bin/kc.sh").toString(),
            "start-dev",
            "--import-realm",
            "--http-host=127.0.0.1",
            "--http-port=" + port,
            "--http-management-port=" + freePort(),
            "--hostname=" + address);
    builder.environment().keySet().removeIf(name -> name.startsWith("KC_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
    builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
    builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN);
    builder.environment().put("CONSOLE_URL", console.toString());
    builder.environment().put("AGENT_CLIENT_SECRET", AGENT_SECRET);
    builder.environment().put("DEMO_PEOPLE_PASSWORD", PASSWORD);
    File log = distribution.resolve("it.log").toFile();
    Process process = builder.redirectErrorStream(true).redirectOutput(log).start();
    Keycloak keycloak = new Keycloak(process, address);
    await("Keycloak; see " + log)
        .atMost(Duration.ofMinutes(6))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> !process.isAlive() || keycloak.answers());
    if (!process.isAlive()) {
      throw new IOException("Keycloak did not start:\n" + Files.readString(log.toPath()));
    }
    return keycloak;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      URI document = URI.create(issuer() + "/.well-known/openid-configuration");
      return http.send(HttpRequest.newBuilder(document).build(), BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  URI issuer() {
    return address.resolve("/realms/countersign");
  }

  /** What the token endpoint says to a form. */
  JsonNode token(String realm, Map<String, String> form) {
    return json(
        HttpRequest.newBuilder(
                address.resolve("/realms/" + realm + "/protocol/openid-connect/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(encoded(form))));
  }

  /** What its administrator does over the admin API. */
  JsonNode administer(String method, String path, String body) {
    String token =
        token(
                "master",
                Map.of(
                    "grant_type",
                    "password",
                    "client_id",
                    "admin-cli",
                    "username",
                    ADMIN,
                    "password",
                    ADMIN))
            .path("access_token")
            .asText();
    return json(
        HttpRequest.newBuilder(address.resolve("/admin/realms/countersign" + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body)));
  }

  private JsonNode json(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isBetween(200, 499);
      return JSON.readTree(response.body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(
            field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroy);
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        all.forEach(ProcessHandle::destroyForcibly);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Keycloak stops", e);
    }
  }
}
