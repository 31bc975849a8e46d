package dev.countersign.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KubectlTest {

  /** kubectl prints a list line by line, and asks for the watch only behind the last one. */
  @Test
  void letsAClientPrintOnAndAskOnBehindWhatWasWaitedFor() throws Exception {
    Process client = script("echo first; read go; echo second; echo third; exit 7");

    String printed = new Kubectl.Running(client).printedUntil("first");
    client.outputWriter().append("go\n").flush();

    assertThat(printed).isEqualTo("first\n");
    assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(client.exitValue()).as("a client that is not listened to dies of it").isEqualTo(7);
  }

  @Test
  void doesNotWaitForATextBehindTheEnd() throws Exception {
    Process client = script("echo first; echo second");

    assertThat(new Kubectl.Running(client).printedUntil("third")).isEqualTo("first\nsecond\n");
  }

  private static Process script(String line) throws Exception {
    return new ProcessBuilder("sh", "-c", line).redirectErrorStream(true).start();
  }
}
