package dev.countersign.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GitRequestTest {

  private static Optional<GitRequest> read(String text) throws IOException {
    return GitRequest.read(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  @Test
  void readsUpToTheEmptyLine() throws IOException {
    GitRequest request =
        read("""
        capability[]=authtype
        capability[]=state
        protocol=https
        host=gate:8443
        path=git/payments.git

        path=other
        """)
            .orElseThrow();

    assertThat(request.get("protocol")).isEqualTo("https");
    assertThat(request.get("host")).isEqualTo("gate:8443");
    assertThat(request.get("path")).isEqualTo("git/payments.git");
    assertThat(request.get("username")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "protocol=https\nhost=gate\rhost=evil\n",
        "protocol=https\nhost=gate\u0000evil\n",
        "protocol=https\nhost=gate\u001b[0m\n",
        "protocol=https\nhost=gate\nhost=evil\n",
        "protocol\n",
        "=https\n",
      })
  void refusesWhatCouldBeReadInTwoWays(String text) throws IOException {
    assertThat(read(text)).isEmpty();
  }

  @Test
  void refusesMoreThan64Kilobytes() throws IOException {
    assertThat(read("path=" + "x".repeat(70_000))).isEmpty();
  }

  @Test
  void randomBytesDoNoHarm() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      Optional<GitRequest> request = GitRequest.read(new ByteArrayInputStream(bytes));
      assertThat(request.map(found -> found.fields().toString()).orElse(""))
          .doesNotContain("\r", "\n");
    }
  }
}
