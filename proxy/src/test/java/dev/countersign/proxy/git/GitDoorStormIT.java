package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.audit.event.Event;
import dev.countersign.proxy.frontdoor.HttpsConfig;
import dev.countersign.proxy.frontdoor.Turns;
import dev.countersign.proxy.git.wire.GitWireException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is large, slow, broken or many at once. */
class GitDoorStormIT {

  private static final String ZERO = "0".repeat(40);

  @Test
  void tellsTheTruthWhenTheUpstreamBreaksOffAfterwards() throws Exception {
    try (OpenGitDoor door = new OpenGitDoor()) {
      Path clone = changed(door);
      door.server.trouble.set(GitServer.Trouble.BREAKS_OFF_AFTER_PUSH);

      StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/broken");

      assertThat(printed.exit()).as(printed.text()).isZero();
      assertThat(door.upstream("refs/heads/agent/broken")).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DIES_BEFORE_PUSH", "DIES_FOR_GOOD"})
  void claimsNothingWhenTheUpstreamDies(GitServer.Trouble trouble) throws Exception {
    try (OpenGitDoor door = new OpenGitDoor()) {
      Path clone = changed(door);
      door.server.trouble.set(trouble);

      StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/broken");

      assertThat(printed.exit()).isNotZero();
      assertThat(printed.text()).contains("[remote rejected]", "fetch, and look");
      assertThat(door.upstream("refs/heads/agent/broken")).isEmpty();
      assertThat(door.journal.of(Event.CommandCompleted.class))
          .filteredOn(event -> event.error().isPresent())
          .singleElement()
          .satisfies(event -> assertThat(event.error()).hasValue("unknown"));
    }
  }

  private static Path changed(OpenGitDoor door) throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");
    return clone;
  }

  @Test
  void letsOneOfManyPushesToOneRefThrough() throws Exception {
    int pushes = 6;
    try (OpenGitDoor door = new OpenGitDoor()) {
      List<Process> running = new ArrayList<>();
      for (int i = 0; i < pushes; i++) {
        Path clone = door.clone();
        StockGit.write(clone, "a.txt", "mine " + i + "\n");
        door.commit(clone, "mine " + i);
        running.add(door.startPush(clone, "HEAD:agent/race"));
      }
      int through = 0;
      for (Process push : running) {
        StockGit.Printed printed = StockGit.ended(push);
        assertThat(printed)
            .satisfiesAnyOf(
                ended -> assertThat(ended.exit()).isZero(),
                ended -> assertThat(ended.text()).contains("rejected"));
        through += printed.exit() == 0 ? 1 : 0;
      }
      assertThat(through).isOne();
      assertThat(door.journal.of(Event.CommandCompleted.class))
          .noneMatch(event -> event.error().equals(Optional.of("unknown")));
    }
  }

  @Test
  void takesThousandsOfRefsAtOnceWhereThatIsAllowed() throws Exception {
    int refs = 3_000;
    try (OpenGitDoor door = new GitDoorBuilder().refs(refs).open()) {
      String main = door.upstream("refs/heads/main");
      StringBuilder commands = new StringBuilder();
      for (int i = 0; i < refs; i++) {
        commands.append(
            PushBytes.line(
                "%s %s refs/heads/agent/many/%d%s"
                    .formatted(ZERO, main, i, i == 0 ? "\0 report-status atomic" : "")));
      }
      byte[] body = PushBytes.body(commands.toString(), TestPacks.of(0).end());

      String report =
          OpenGitDoor.text(door.post("/git-receive-pack", body, "Content-Type", PushBytes.PUSH));

      assertThat(report.split("ok refs/heads/agent/many/", -1)).hasSize(refs + 1);
      assertThat(door.upstream("refs/heads/agent/many/" + (refs - 1))).isEqualTo(main);
      assertThat(door.journal.of(Event.CommandDecided.class).getLast().text())
          .contains("and 2997 more", "\natomic");
      byte[] more =
          PushBytes.body(
              commands + PushBytes.line(ZERO + " " + main + " refs/heads/agent/one-more"),
              new byte[0]);
      assertThat(door.post("/git-receive-pack", more, "Content-Type", PushBytes.PUSH).statusCode())
          .isEqualTo(400);
    }
  }

  /** A million with {@code -Dgit.refs=1000000}. */
  @Test
  void listsAnyNumberOfRefs() throws Exception {
    int refs = Integer.getInteger("git.refs", 20_000);
    try (OpenGitDoor door = new OpenGitDoor()) {
      String main = door.upstream("refs/heads/main");
      StringBuilder packed = new StringBuilder("# pack-refs with: peeled fully-peeled sorted \n");
      for (int i = 0; i < refs; i++) {
        packed.append(main).append(String.format(Locale.ROOT, " refs/heads/many/%07d\n", i));
      }
      Files.writeString(door.bare.resolve("packed-refs"), packed);

      StockGit.Printed listed = door.git(door.root, "ls-remote", door.url().toString());
      StockGit.Printed old =
          door.git(door.root, "-c", "protocol.version=0", "ls-remote", door.url().toString());

      assertThat(listed.text().lines().filter(line -> line.contains("/many/"))).hasSize(refs);
      assertThat(old.text()).isEqualTo(listed.text());
      Path clone = door.clone("--single-branch", "-b", "main");
      StockGit.write(clone, "a.txt", "a\n");
      door.commit(clone, "a");
      assertThat(door.git(clone, "push", "-q", "origin", "HEAD:agent/x").exit()).isZero();
    }
  }

  /** A gigabyte with {@code -Dgit.megabytes=1000}. */
  @Test
  void takesWhatIsLargeWithoutHoldingIt() throws Exception {
    int megabytes = Integer.getInteger("git.megabytes", 24);
    try (OpenGitDoor door = new OpenGitDoor()) {
      Path clone = door.clone();
      Random random = new Random(7);
      byte[] part = new byte[1 << 20];
      for (int file = 0; file * 6 < megabytes; file++) {
        try (OutputStream out = Files.newOutputStream(clone.resolve("large" + file))) {
          for (int i = 0; i < 6; i++) {
            random.nextBytes(part);
            out.write(part);
          }
        }
      }
      door.git(clone, "config", "core.bigFileThreshold", "1m");
      door.commit(clone, "large");

      StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/large");

      assertThat(printed.exit()).as(printed.text()).isZero();
      assertThat(door.upstream("refs/heads/agent/large")).isNotEmpty();
      Files.write(clone.resolve("large0"), new byte[9 << 20], StandardOpenOption.APPEND);
      door.commit(clone, "too large");
      assertThat(door.git(clone, "push", "origin", "HEAD:agent/larger").text())
          .contains("GIT-PACK-LIMIT");
    }
  }

  @Test
  void gw39_hangsUpOnAClientThatSendsNothingMore() throws Exception {
    HttpsConfig.Limits limits =
        new HttpsConfig.Limits(
            10,
            10,
            32 << 10,
            Duration.ofSeconds(10),
            Duration.ofMinutes(2),
            Duration.ofMillis(500));
    try (OpenGitDoor door = new GitDoorBuilder().limits(limits).open();
        SSLSocket socket = door.connect()) {
      send(socket, "/git-receive-pack", PushBytes.PUSH, "00a0");

      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).doesNotContain(" 200 ");
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThat(door.journal.of(Event.SessionClosed.class)).isNotEmpty());
    }
  }

  /**
   * It is stopped in the middle of a clone, and what it would have to be told does not reach it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/2"})
  void gw39_hangsUpOnAClientThatTakesNothingMore(String version) throws Exception {
    HttpsConfig.Limits limits =
        new HttpsConfig.Limits(
            1, 10, 32 << 10, Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofMillis(500));
    try (OpenGitDoor door = new GitDoorBuilder().limits(limits).open()) {
      byte[] noise = new byte[48 << 20];
      new Random(3).nextBytes(noise);
      Files.write(door.root.resolve("seed/noise"), noise);
      door.git(door.root.resolve("seed"), "config", "core.compression", "0");
      door.commit(door.root.resolve("seed"), "noise");
      door.git(door.root.resolve("seed"), "push", "-q", door.bare.toString(), "main");
      Process clone =
          door.start(
              door.root,
              OpenGitDoor.TOKEN,
              "-c",
              "http.version=" + version,
              "clone",
              "-q",
              door.url().toString(),
              "stopped");
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  door.journal.of(Event.CommandDecided.class).stream()
                      .anyMatch(event -> event.text().startsWith("fetch")));
      List<Long> stopped = clone.descendants().map(ProcessHandle::pid).toList();
      signal(door, "-STOP", stopped);
      try {
        // There is room for one.
        Awaitility.await()
            .atMost(30, TimeUnit.SECONDS)
            .until(() -> door.git(door.root, "ls-remote", door.url().toString()).exit() == 0);
        assertThat(door.journal.of(Event.CommandCompleted.class))
            .anyMatch(event -> event.error().equals(Optional.of("broken off")));
      } finally {
        signal(door, "-CONT", stopped);
      }
      assertThat(StockGit.ended(clone).exit()).isNotZero();
    }
  }

  private static void signal(OpenGitDoor door, String which, List<Long> processes)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("kill", which));
    processes.forEach(process -> command.add(process.toString()));
    door.run(door.root, command.toArray(String[]::new));
  }

  @Test
  void gw40_leavesOthersATurnWhereOneSubjectSendsManyPushesSlowly() throws Exception {
    int slow = 6;
    String commands =
        PushBytes.line(ZERO + " " + "1".repeat(40) + " refs/heads/agent/slow\0 report-status");
    List<SSLSocket> sockets = new ArrayList<>();
    try (OpenGitDoor door = new OpenGitDoor()) {
      Path clone = changed(door);
      door.server.asked.clear();
      for (int i = 0; i < slow; i++) {
        SSLSocket socket = door.connect();
        sockets.add(socket);
        send(socket, "/git-receive-pack", PushBytes.PUSH, commands + "0000PACK");
      }
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  door.server.asked.stream().filter(each -> each.endsWith("-upload-pack")).count()
                      >= slow);

      Process push =
          door.start(clone, OpenGitDoor.OTHER_TOKEN, "push", "origin", "HEAD:agent/quick");

      // Less than what a client may be silent for.
      assertThat(push.waitFor(40, TimeUnit.SECONDS)).isTrue();
      assertThat(StockGit.ended(push).exit()).isZero();
      for (SSLSocket socket : sockets) {
        socket.close();
      }
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  door.journal.of(Event.SessionClosed.class).size()
                      == door.journal.of(Event.SessionOpened.class).size());
    }
  }

  /** A pack of one blob of 60,000 bytes that are not packed. */
  private static final byte[] BEGUN =
      HexFormat.of()
          .parseHex("5041434b" + "00000002" + "00000001" + "b0a61d" + "780100" + "60ea9f15");

  /** Each of them is within what one subject may have: together they have all there is. */
  @Test
  void gw40_leavesOthersATurnWhereTwoSubjectsTrickleTheirPushes() throws Exception {
    String commands =
        PushBytes.line(ZERO + " " + "1".repeat(40) + " refs/heads/agent/slow\0 report-status");
    List<SSLSocket> sockets = new ArrayList<>();
    try (OpenGitDoor door = new OpenGitDoor()) {
      Path clone = changed(door);
      for (String token : List.of(OpenGitDoor.TOKEN, OpenGitDoor.OTHER_TOKEN)) {
        for (int i = 0; i < 3; i++) {
          SSLSocket socket = door.connect();
          sockets.add(socket);
          send(socket, token, "/git-receive-pack", PushBytes.PUSH, commands + "0000");
          socket.getOutputStream().write(BEGUN);
        }
      }
      Thread trickle = Thread.startVirtualThread(() -> trickle(sockets));

      Process push =
          door.start(clone, OpenGitDoor.THIRD_TOKEN, "push", "origin", "HEAD:agent/quick");

      assertThat(push.waitFor(90, TimeUnit.SECONDS)).isTrue();
      assertThat(StockGit.ended(push).exit()).isZero();
      trickle.interrupt();
      for (SSLSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private static void trickle(List<SSLSocket> sockets) {
    try {
      while (true) {
        for (SSLSocket socket : sockets) {
          if (!socket.isClosed()) {
            try {
              socket.getOutputStream().write(0);
            } catch (IOException e) {
              socket.close();
            }
          }
        }
        Thread.sleep(1_000);
      }
    } catch (InterruptedException | IOException e) {
      // It is enough.
    }
  }

  /** What is named is held until it is answered. */
  @Test
  void gw41_readsOnlySoManyFetchesAtOnceThatNameManyObjects() throws Exception {
    Turns one = new Turns(1, 1, Duration.ofMillis(1));
    byte[] many = new byte[(1 << 20) + 1];
    try (LongRequest first =
            new LongRequest(new ByteArrayInputStream(many), one, OpenGitDoor.AGENT);
        LongRequest second =
            new LongRequest(new ByteArrayInputStream(many), one, OpenGitDoor.AGENT)) {
      assertThat(first.readNBytes(1 << 20)).hasSize(1 << 20);
      assertThat(second.readNBytes(1 << 20)).hasSize(1 << 20);
      assertThat(first.read()).isZero();

      assertThatThrownBy(second::read).isInstanceOf(GitWireException.TooMuch.class);
    }
    try (LongRequest third =
        new LongRequest(new ByteArrayInputStream(many), one, OpenGitDoor.AGENT)) {
      assertThat(third.readAllBytes()).hasSize(many.length);
    }
  }

  @Test
  void fetchesThoughTheClientNamesManyObjects() throws Exception {
    try (OpenGitDoor door = new OpenGitDoor()) {
      String[] arguments = new String[22_000];
      Arrays.fill(arguments, "have " + "1".repeat(40));
      arguments[0] = "want " + door.upstream("refs/heads/main");

      assertThat(door.fetch(arguments)).contains("PACK");
    }
  }

  /** Ours: of an answer that is an error of HTTP, git shows the number alone. */
  @Test
  void git20_saysThatAFetchNamesMoreThanIsRead() throws Exception {
    try (OpenGitDoor door = new OpenGitDoor()) {
      String line = PushBytes.line("ref-prefix " + "x".repeat(1_900));
      int lines = (int) Fetching.LONGEST_REQUEST / line.length() + 1;

      HttpResponse<byte[]> response =
          door.post(
              "/git-upload-pack",
              PushBytes.body(
                  PushBytes.line("command=ls-refs") + "0001" + line.repeat(lines), new byte[0]),
              "Content-Type",
              PushBytes.FETCH,
              "Git-Protocol",
              "version=2");

      assertThat(OpenGitDoor.text(response))
          .contains("ERR ", "GIT-FETCH-LIMIT", "more than is read");
    }
  }

  /** The beginning of a request that is longer. */
  private static void send(SSLSocket socket, String path, String type, String begin)
      throws IOException {
    send(socket, OpenGitDoor.TOKEN, path, type, begin);
  }

  private static void send(SSLSocket socket, String token, String path, String type, String begin)
      throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(
        ("POST /git/payments"
                + path
                + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
                + token
                + "\r\nContent-Type: "
                + type
                + "\r\nContent-Length: 1000\r\n\r\n"
                + begin)
            .getBytes(UTF_8));
    out.flush();
  }

  @Test
  void git21_boundsTheMemoryThatDeltasTake() throws Exception {
    try (OpenGitDoor door = new OpenGitDoor()) {
      int size = 4 << 20;
      int levels = 40;
      TestPacks pack = TestPacks.of(1 + 2 * levels).whole(TestPacks.BLOB, new byte[size]);
      int base = pack.last();
      for (int level = 0; level < levels; level++) {
        pack.offsetDelta(base, size + level, new byte[] {1});
        int next = pack.last();
        pack.offsetDelta(base, size + level, new byte[] {2});
        base = next;
      }
      byte[] bomb = pack.end();
      assertThat(bomb.length).isLessThan(1 << 20);

      byte[] body =
          PushBytes.body(
              PushBytes.line(
                  ZERO + " " + "1".repeat(40) + " refs/heads/agent/bomb\0 report-status"),
              bomb);
      assertThat(
              OpenGitDoor.text(
                  door.post("/git-receive-pack", body, "Content-Type", PushBytes.PUSH)))
          .contains("GIT-PACK-LIMIT");
    }
  }
}
