package dev.countersign.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher answers kubectl by itself while what was kept is good; else it needs Java. */
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
  private String launch(String... words) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("bash", LAUNCHER.toString(), "kube-credential"));
    line.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("COUNTERSIGN_"));
    builder.environment().put("XDG_CONFIG_HOME", config.toString());
    builder.environment().put("COUNTERSIGN_BUILD", "never");
    builder.environment().put("COUNTERSIGN_JAVA_OPTS", "-version");
    Process process = builder.start();
    process.getOutputStream().close();
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
}
