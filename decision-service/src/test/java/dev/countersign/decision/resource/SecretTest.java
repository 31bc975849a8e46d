package dev.countersign.decision.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Secrets where operators keep them. Vault itself is not here: a real HTTP server stands in for it
 * and answers as its documentation says.
 */
final class SecretTest {

  @TempDir Path folder;

  private final HttpServer vault = start();
  private volatile int status = 200;
  private volatile String body =
      """
      {"request_id":"r","lease_id":"","renewable":false,"lease_duration":0,
      "data":{"data":{"password":"from-the-vault","port":5432},"metadata":{"version":3}},
      "wrap_info":null,"warnings":null,"auth":null}
      """;

  private HttpServer start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/v1/secret/data/countersign/orders",
          exchange -> {
            boolean known =
                "the-token".equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"));
            byte[] answer = body.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(known ? status : 403, answer.length);
            try (var out = exchange.getResponseBody()) {
              out.write(answer);
            }
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() {
    vault.stop(0);
  }

  private Secret.FromVault fromVault(String field, Secret token) {
    return new Secret.FromVault(
        URI.create("http://127.0.0.1:" + vault.getAddress().getPort()),
        Optional.empty(),
        "secret",
        "countersign/orders",
        field,
        token);
  }

  private Secret token() throws IOException {
    return new Secret.FromFile(Files.writeString(folder.resolve("token"), "the-token\n"));
  }

  @Test
  void readsAVaultFieldWithATokenFromAFile() throws IOException {
    assertThat(fromVault("password", token()).reveal()).isEqualTo("from-the-vault");
  }

  @ParameterizedTest
  @CsvSource({"port,200", "user,200", "password,404", "password,302", "password,500"})
  void whatVaultDoesNotHoldIsNoSecret(String field, int answer) throws IOException {
    status = answer;
    Secret secret = fromVault(field, token());

    assertThatThrownBy(secret::reveal)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageNotContaining("the-token")
        .hasMessageNotContaining("from-the-vault");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense-with-from-the-vault", "[]", "{\"data\":null}"})
  void gw45_nonsenseFromVaultIsNotRepeated(String answer) throws IOException {
    body = answer;
    Secret secret = fromVault("password", token());

    assertThatThrownBy(secret::reveal)
        .isInstanceOf(IllegalStateException.class)
        .hasStackTraceContaining("/v1/secret/data/countersign/orders")
        .satisfies(e -> assertThat(String.valueOf(e)).doesNotContain("from-the-vault"));
  }

  @Test
  void refusesAnAnswerWithoutEnd() throws IOException {
    body = "{\"data\":{\"data\":{\"password\":\"" + "x".repeat(300_000) + "\"}}}";
    Secret secret = fromVault("password", token());

    assertThatThrownBy(secret::reveal).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "http://vault.internal, secret, a",
    "https://vault.internal, secret, ../sys/seal",
    "https://vault.internal, secret, a?version=1",
    "https://vault.internal, se cret, a",
  })
  void refusesToAskWhatCouldGoElsewhere(String address, String mount, String path) {
    assertThatThrownBy(
            () ->
                new Secret.FromVault(
                    URI.create(address),
                    Optional.empty(),
                    mount,
                    path,
                    "password",
                    new Secret.Generated("t")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsTheFirstLineOfAMountedSecretAndSeesItChange() throws IOException {
    Path first = Files.createDirectory(folder.resolve("..first"));
    Path second = Files.createDirectory(folder.resolve("..second"));
    Files.writeString(first.resolve("password"), "one");
    Files.writeString(second.resolve("password"), "two\n\n");
    Path data = Files.createSymbolicLink(folder.resolve("..data"), first);
    Secret secret = new Secret.FromFile(data.resolve("password"));

    assertThat(secret.reveal()).isEqualTo("one");
    Files.delete(data);
    Files.createSymbolicLink(data, second);
    assertThat(secret.reveal()).isEqualTo("two");
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> new Secret.FromFile(folder.resolve("none")).reveal())
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> new Secret.FromSystemd("orders").reveal())
        .hasMessageContaining("LoadCredential=orders");
    assertThatThrownBy(() -> new Secret.FromSystemd("../x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void gw45_noSecretIsInItsDescription() throws IOException {
    assertThat(fromVault("password", new Secret.Generated("the-token")).toString())
        .doesNotContain("the-token");
  }
}
