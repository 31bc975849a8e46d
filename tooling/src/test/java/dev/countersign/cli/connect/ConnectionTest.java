package dev.countersign.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.api.Access;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What clients are given, from what a gateway may answer. */
final class ConnectionTest {

  private static final String SECRET = "cs_" + "A".repeat(43);

  private static Access access(String... words) {
    Access access = new Access();
    CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
    spec.addMixin("access", CommandLine.Model.CommandSpec.forAnnotatedObject(access));
    new CommandLine(spec).parseArgs(words);
    return access;
  }

  private static JsonNode answer(String kind, String door) {
    try {
      return new ObjectMapper()
          .readTree(
              """
              {"id":"00000000-0000-0000-0000-000000000000","resource":"payments.git",
              "expires":"2030-01-01T00:00:00Z","credential":"%s","user":"it's me",
              "target":{"kind":"%s"},"door":%s}
              """
                  .formatted(SECRET, kind, door));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void gitIsToldAHelperForThisGatewayAlone() {
    Connection connection =
        Connection.of(
            Minted.of(answer("git", "{\"url\":\"https://gate.example:8443\",\"roots\":null}")),
            access("--server", "https://api.example", "--token", "x"));

    assertThat(connection.environment())
        .containsEntry("GIT_CONFIG_COUNT", "3")
        .containsEntry("GIT_CONFIG_KEY_0", "credential.https://gate.example:8443.helper")
        .containsEntry("GIT_CONFIG_VALUE_0", "")
        .containsEntry(
            "GIT_CONFIG_VALUE_1", "!countersign git-credential --server https://api.example")
        .containsEntry("GIT_CONFIG_KEY_2", "credential.https://gate.example:8443.useHttpPath");
    assertThat(connection.environment().toString()).doesNotContain(SECRET);
    assertThat(connection.guide()).endsWith("git clone https://gate.example:8443/git/payments.git");
  }

  @Test
  void postgresIsToldToVerifyTheDoor() {
    Connection connection =
        Connection.of(
            Minted.of(
                answer("postgres", "{\"host\":\"gate.example\",\"port\":6432,\"roots\":null}")),
            access("--server", "https://api.example"));

    assertThat(connection.environment())
        .containsEntry("PGSSLMODE", "verify-full")
        .containsEntry("PGSSLROOTCERT", "system")
        .containsEntry("PGPASSWORD", SECRET);
    assertThat(connection.guide()).contains("export PGUSER='it'\\''s me'");
    assertThat(connection.toString()).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgres|{\"host\":\"gate; rm -rf /\",\"port\":1}",
        "postgres|{\"host\":\"gate\\nsslmode=disable\",\"port\":1}",
        "git|{\"url\":\"http://gate\"}",
        "git|{\"url\":null}",
        "kubernetes|{\"url\":\"file:///etc/passwd\"}",
        "mainframe|{}",
      })
  void strangeAnswersEndUpInNoFile(String kind, String door) {
    assertThatThrownBy(() -> Minted.of(answer(kind, door))).isInstanceOf(CommandFailure.class);
  }

  @ParameterizedTest
  @CsvSource({"../secrets", "a/b", "-x", "''", "ORDERS"})
  void noFileIsNamedByWhatIsNoName(String name) {
    assertThatThrownBy(() -> Minted.resourceName(name)).isInstanceOf(CommandFailure.class);
  }
}
