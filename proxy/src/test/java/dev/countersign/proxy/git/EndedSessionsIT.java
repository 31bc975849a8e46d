package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that are ended by somebody else than their clients: what these read, and the record. */
class EndedSessionsIT {

  private OpenGitDoor door;

  @BeforeEach
  void open() throws Exception {
    door = new OpenGitDoor();
  }

  @AfterEach
  void close() throws Exception {
    door.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/2"})
  void withdrawsWhenTheSessionIsEndedAndSaysWhy(String version) throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");

    Process push = startPush(clone, version);
    PaperApprovals.Asked asked = door.approvals.next();
    door.ending.get().accept("the grant has ended");
    StockGit.Printed printed = StockGit.ended(push);

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text())
        .contains("remote: Countersign: approval AP-1 was withdrawn: the grant has ended")
        .contains("[remote rejected]");
    assertThat(door.approvals.withdrawn.poll(30, SECONDS)).isEqualTo(asked.id());
    // The client has its answer before the record is whole.
    await().untilAsserted(() -> assertThat(lastReason()).isEqualTo("the grant has ended"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/2"})
  void saysThatTheGatewayStops(String version) throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");

    Process push = startPush(clone, version);
    PaperApprovals.Asked asked = door.approvals.next();
    door.stop();
    StockGit.Printed printed = StockGit.ended(push);

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text())
        .contains("remote: Countersign: approval AP-1 was withdrawn: the gateway is stopping");
    assertThat(door.approvals.withdrawn.poll(30, SECONDS)).isEqualTo(asked.id());
    assertThat(lastReason()).isEqualTo("the gateway is stopping");
  }

  private Process startPush(Path clone, String version) throws Exception {
    return door.start(
        clone, OpenGitDoor.TOKEN, "-c", "http.version=" + version, "push", "origin", "main");
  }

  private String lastReason() {
    return door.journal.of(Event.SessionClosed.class).getLast().reason();
  }

  /** Ours: on record is that it was ended, not that its client sent half a pack. */
  @Test
  void recordsWhyAPushWasEndedThatWasStillComing() throws Exception {
    String create = "0".repeat(40) + " " + door.upstream("refs/heads/main") + " refs/heads/agent/x";
    String line = PushBytes.line(create + "\0 report-status");
    try (SSLSocket socket = door.connect()) {
      socket
          .getOutputStream()
          .write(
              ("POST /git/payments/git-receive-pack HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                      + OpenGitDoor.TOKEN
                      + "\r\nContent-Type: "
                      + PushBytes.PUSH
                      + "\r\nContent-Length: 100000\r\n\r\n"
                      + line
                      + "0000PACK")
                  .getBytes(ISO_8859_1));
      await().until(() -> door.server.asked.contains("/payments.git/git-upload-pack"));
      door.ending.get().accept("the grant has ended");

      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    await().untilAsserted(() -> assertThat(lastReason()).isEqualTo("the grant has ended"));
    assertThat(door.journal.of(Event.CommandDecided.class).getLast().rows().getFirst().reason())
        .contains("the exchange was broken off");
  }

  /** Ours: nothing is recorded any more once the doors are closed. */
  @Test
  void recordsWhatWasOnItsWayWhenTheGatewayStopped() throws Exception {
    try (ScriptedHost host = new ScriptedHost();
        OpenGitDoor slow =
            new GitDoorBuilder().front((upstream, _) -> host.before(upstream)).open()) {
      CountDownLatch pushed = new CountDownLatch(1);
      Path clone = slow.cloneWith("a.txt", "a\n");
      host.script =
          call -> {
            if (call.isPush()) {
              pushed.countDown();
              call.beSilent();
            } else {
              call.pass();
            }
          };

      Process push = slow.startPush(clone, "HEAD:agent/x");
      assertThat(pushed.await(30, SECONDS)).isTrue();
      slow.stop();

      assertThat(slow.journal.of(Event.CommandCompleted.class).getLast().error())
          .hasValue("unknown");
      assertThat(slow.journal.of(Event.SessionClosed.class).getLast().reason())
          .isEqualTo("the gateway is stopping");
      assertThat(StockGit.ended(push).exit()).isNotZero();
    }
  }
}
