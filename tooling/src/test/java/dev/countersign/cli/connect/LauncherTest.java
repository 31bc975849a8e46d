package dev.countersign.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher answers kubectl and git by itself while what was kept is good. */
final class LauncherTest {

  private static final Path LAUNCHER = Path.of("..", "countersign").toAbsolutePath();
  private static final String ANSWER = "{\"kind\":\"ExecCredential\"}";

  @TempDir Path config;

  private void keep(String path, Instant until) throws IOException {
    Path file = config.resolve("countersign/credentials").resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, until.getEpochSecond() + "\n" + ANSWER + "\n");
  }

  /** Without a Java to be found: what the launcher does not answer itself fails. */
  private String launch(String... words) throws IOException {
    return ask("", "kube-credential", words);
  }

  private String ask(String question, String command, String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of("bash", LAUNCHER.toString(), command));
    line.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("COUNTERSIGN_"));
    builder.environment().put("XDG_CONFIG_HOME", config.toString());
    builder.environment().put("COUNTERSIGN_BUILD", "never");
    builder.environment().put("COUNTERSIGN_JAVA_OPTS", "-version");
    Process process = builder.start();
    try (OutputStream out = process.getOutputStream()) {
      out.write(question.getBytes(UTF_8));
    }
    return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
  }

  @Test
  void answersWhatWasKept() throws Exception {
    keep("gate.example_8642/login/prod-eu.kube", Instant.now().plusSeconds(60));
    keep("gate.example_8642/as-bob/prod-eu.kube", Instant.now().plusSeconds(60));

    assertThat(launch("--server", "https://gate.example:8642", "prod-eu")).isEqualTo(ANSWER);
    assertThat(launch("--server", "https://gate.example:8642/", "--as", "bob", "prod-eu"))
        .isEqualTo(ANSWER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"prod-us", "../login/prod-eu", "prod-eu/..", "--help"})
  void answersNothingElse(String resource) throws Exception {
    keep("gate.example_8642/login/prod-eu.kube", Instant.now().plusSeconds(60));

    assertThat(launch("--server", "https://gate.example:8642", resource)).doesNotContain(ANSWER);
    assertThat(launch("--server", "https://evil.example:8642", "prod-eu")).doesNotContain(ANSWER);
  }

  @Test
  void answersNothingThatHasEnded() throws Exception {
    keep("gate.example_8642/login/prod-eu.kube", Instant.now().minusSeconds(1));

    assertThat(launch("--server", "https://gate.example:8642", "prod-eu")).doesNotContain(ANSWER);
  }

  private static final String KEPT =
      "host=gate.example:8443\nusername=countersign\npassword=kept\npassword_expiry_utc=9\n";

  private void keepForGit(String name, Instant until) throws IOException {
    Path file = config.resolve("countersign/credentials/gate.example_8642/login").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, until.getEpochSecond() + "\n" + KEPT);
  }

  private String askGit(String operation, String host, String path) throws IOException {
    return ask(
        "capability[]=authtype\nprotocol=https\nhost=%s\npath=%s\n\n".formatted(host, path),
        "git-credential",
        "--server",
        "https://gate.example:8642",
        operation);
  }

  @ParameterizedTest
  @ValueSource(strings = {"git/payments", "git/payments/info/lfs"})
  void answersGitWhatWasKept(String path) throws Exception {
    keepForGit("payments+git", Instant.now().plusSeconds(60));

    assertThat(askGit("get", "gate.example:8443", path))
        .isEqualTo("username=countersign\npassword=kept\npassword_expiry_utc=9");
  }

  @ParameterizedTest
  @CsvSource({
    "get, evil.example, git/payments",
    "get, gate.example, git/payments",
    "get, gate.example:8443, payments",
    "get, gate.example:8443, git/others",
    "get, gate.example:8443, git/../login/payments",
    "erase, gate.example:8443, git/payments",
    "store, gate.example:8443, git/payments"
  })
  void answersGitNothingElse(String operation, String host, String path) throws Exception {
    keepForGit("payments+git", Instant.now().plusSeconds(60));

    assertThat(askGit(operation, host, path)).doesNotContain("password=kept");
  }

  @Test
  void answersGitNothingThatIsAskedTwiceOverOrInClearOrHasEnded() throws Exception {
    keepForGit("payments+git", Instant.now().plusSeconds(60));
    String host = "host=gate.example:8443\n";
    for (String question :
        List.of(
            "protocol=http\n" + host + "path=git/payments\n",
            "protocol=https\nhost=evil\n" + host + "path=git/payments\n",
            "protocol=https\n" + host + "path=git/others\npath=git/payments\n")) {
      assertThat(ask(question, "git-credential", "--server", "https://gate.example:8642", "get"))
          .doesNotContain("password=kept");
    }
    keepForGit("payments+git", Instant.now().minusSeconds(1));
    assertThat(askGit("get", "gate.example:8443", "git/payments")).doesNotContain("password=kept");
  }
}
