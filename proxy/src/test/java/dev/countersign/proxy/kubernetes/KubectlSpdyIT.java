package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.proxy.kubernetes.OpenDoor.Printed;
import java.io.BufferedReader;
import java.io.File;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Stock kubectl through the door, told not to use WebSocket: as every kubectl before 1.31. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KubectlSpdyIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final File NOTHING = new File("/dev/null");

  @RegisterExtension static final OpenDoor door = new OpenDoor();

  private static Printed run(File input, String... arguments) throws Exception {
    return OpenDoor.finish(door.overSpdy(input, arguments));
  }

  private static File typed(String text) throws Exception {
    return new File(door.file(text));
  }

  @Test
  void k8s05_recordsATerminalBothWays() throws Exception {
    Printed printed = run(typed("whoami\nexit\n"), "exec", "-i", "web-1", "--", "sh");

    assertThat(printed.text()).contains("root");
    assertThat(printed.exit()).isZero();
    assertThat(door.recorded(Stream.INPUT)).isEqualTo("whoami\nexit\n");
    assertThat(door.recorded(Stream.OUTPUT)).contains("/ # ", "root");
    assertThat(door.journal.of(Event.CommandDecided.class))
        .anySatisfy(event -> assertThat(event.text()).startsWith("POST ").contains("command=sh"));
  }

  @Test
  void k8s24_asksTheServerWithTheGatewaysCredentialAlone() throws Exception {
    run(NOTHING, "exec", "web-1", "--", "echo", "hello");

    assertThat(door.seen)
        .filteredOn(seen -> seen.target().contains("/exec"))
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.method()).isEqualTo("GET");
              assertThat(seen.fields().values("upgrade")).containsExactly("websocket");
              assertThat(seen.fields().values("authorization"))
                  .containsExactly("Bearer " + OpenDoor.UPSTREAM_TOKEN);
              assertThat(seen.fields().values("impersonate-user")).containsExactly("agent-7");
            });
  }

  @Test
  void endsAsTheCommandEnds() throws Exception {
    Printed good = run(NOTHING, "exec", "web-1", "--", "echo", "hello");
    Printed bad = run(NOTHING, "exec", "web-1", "--", "nonsense");

    assertThat(good.text()).contains("hello");
    assertThat(good.exit()).isZero();
    assertThat(bad.text()).contains("nonsense: not found", "exit code 127");
    assertThat(bad.exit()).isEqualTo(127);
  }

  @Test
  void k8s05_judgesACommandByAllOfItsWords() throws Exception {
    Printed printed = run(NOTHING, "exec", "web-1", "--", "echo", "a", "rm");

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text()).contains("blocked by policy KUB-4");
  }

  @Test
  void k8s05_recordsWhatIsTypedIntoWhatRunsAlready() throws Exception {
    Printed attached = run(typed("whoami\nexit\n"), "attach", "-i", "web-1");

    assertThat(attached.text()).contains("root");
    assertThat(door.recorded(Stream.INPUT)).contains("whoami");
  }

  @Test
  void k8s05_endsATerminalThatIsTooLongToRecord() throws Exception {
    File much = typed("rm -rf / # not a word unrecorded\n".repeat(4_000));

    Printed printed = run(much, "exec", "-i", "web-1", "--", "cat");

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text()).contains("the gateway records all", "kubectl cp");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(door.recorded(Stream.REPORT)).contains("ended by the gateway"));
  }

  /** More than a window of SPDY holds. */
  @Test
  void k8s05_copiesAFileToAPodAndRecordsItsDigest() throws Exception {
    File much = typed("a line of a file\n".repeat(40_000));

    Printed printed = run(NOTHING, "cp", much.toString(), "web-1:/tmp/copy");

    assertThat(printed.exit()).as(printed.text()).isZero();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(door.recorded(Stream.REPORT))
                    .containsPattern("in all: input \\d{6} bytes with the SHA-256 [0-9a-f]{64}"));
  }

  @Test
  void k8s05_copiesAFileFromAPod(@TempDir Path directory) throws Exception {
    Path copy = directory.resolve("copy");

    Printed printed = run(NOTHING, "cp", "web-1:/etc/motd", copy.toString());

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(copy).content().hasLineCount(8_000).startsWith("a line of a file in a pod\n");
    assertThat(Files.size(copy)).isEqualTo(208_000);
  }

  @Test
  void k8s09_passesAPortForwardOnAndCountsIt() throws Exception {
    Process forward = door.overSpdy(NOTHING, "port-forward", "pod/web-1", ":8080");
    long before = door.cluster.forwarded();
    try (BufferedReader lines = forward.inputReader(StandardCharsets.UTF_8)) {
      String told = lines.readLine();
      int port = Integer.parseInt(told.replaceFirst(".*127.0.0.1:(\\d+) .*", "$1"));
      try (Socket local = new Socket(InetAddress.getLoopbackAddress(), port)) {
        local.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(door.cluster.forwarded()).isGreaterThan(before));
      }
    } finally {
      forward.destroy();
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(door.recorded(Stream.REPORT)).containsPattern("[1-9]\\d* bytes sent"));
  }
}
