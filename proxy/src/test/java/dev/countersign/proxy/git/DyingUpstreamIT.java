package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.audit.event.Event;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ours: whatever an upstream does at whatever point of a push, what the client and the record say
 * of it is true, nothing of it stays behind, and the next push works.
 */
class DyingUpstreamIT {

  private static final String BRANCH = "refs/heads/agent/x";
  private static final String MAY_YET =
      "; the ref has not changed so far, but may yet: fetch, and look";
  private static final String RESULT = "application/x-git-receive-pack-result";

  /** What the client has to be told. */
  private enum Told {
    /** That it was pushed. */
    PUSHED,
    /** That it was not, and will not be. */
    NOT_PUSHED,
    /** That it was not so far. */
    UNKNOWN
  }

  /** A point of a push, and what an upstream does there. */
  enum Death {
    BEFORE_OFFER(Told.NOT_PUSHED, "the upstream does not answer", call -> onOffer(call, 0)),
    IN_OFFER(Told.NOT_PUSHED, "the upstream broke off", call -> onOffer(call, 60)),
    IN_PACK(
        Told.UNKNOWN,
        "the upstream does not answer" + MAY_YET,
        call -> {
          call.take(100_000);
        }),
    BEFORE_HEAD(Told.UNKNOWN, "the upstream does not answer" + MAY_YET, ScriptedHost.Call::takeAll),
    SILENT_BEFORE_HEAD(
        Told.UNKNOWN, "the upstream does not answer" + MAY_YET, ScriptedHost.Call::beSilent),
    SILENT_AFTER_HEAD(
        Told.UNKNOWN,
        "the upstream has fallen silent" + MAY_YET,
        call -> {
          call.head(200, "Content-Type: " + RESULT);
          call.beSilent();
        }),
    DONE_BEFORE_HEAD(Told.PUSHED, "", ScriptedHost.Call::carryOut),
    DONE_NOTHING_BUT_HEAD(Told.PUSHED, "", call -> report(call, 0)),
    DONE_IN_REPORT(Told.PUSHED, "", call -> report(call, 12)),
    DONE_AFTER_UNPACK(
        Told.PUSHED,
        "",
        call -> {
          HttpResponse<byte[]> response = call.carryOut();
          byte[] cut = banded(PushBytes.line("unpack ok"));
          call.answer(response, cut, cut.length);
        }),
    DONE_SILENT_IN_REPORT(
        Told.PUSHED,
        "",
        call -> {
          HttpResponse<byte[]> response = call.carryOut();
          call.answer(response, Arrays.copyOf(response.body(), 12), response.body().length);
          call.beSilent();
        }),
    NOT_DONE_AFTER_UNPACK(
        Told.UNKNOWN,
        "the upstream broke off" + MAY_YET,
        call -> says(call, 200, RESULT, PushBytes.line("unpack ok"))),
    ERROR(
        Told.UNKNOWN,
        "the upstream answers 503: come back later" + MAY_YET,
        call -> says(call, 503, "text/plain", "come back\nlater")),
    DONE_ERROR(
        Told.PUSHED,
        "",
        call -> {
          call.carryOut();
          call.say(502, "text/html", "<h1>Bad gateway</h1>");
        }),
    PAGE(
        Told.UNKNOWN,
        "the upstream does not speak git's smart HTTP" + MAY_YET,
        call -> says(call, 200, "text/html", "<h1>Please sign in</h1>")),
    DONE_PAGE(
        Told.PUSHED,
        "",
        call -> {
          call.carryOut();
          call.say(200, "text/html; charset=utf-8", "<h1>Welcome</h1>");
        }),
    FORBIDDEN(
        Told.NOT_PUSHED,
        "the upstream answers 403: \uFFFD[31mthe branch is protected; nothing was pushed",
        call -> says(call, 403, "text/plain; charset=utf-8", "\033[31mthe branch is protected\n")),
    LOGIN(
        Told.NOT_PUSHED,
        "the upstream does not take the gateway's own login (401). Yours is good:",
        call -> {
          call.takeAll();
          call.head(401, "WWW-Authenticate: Basic realm=\"GitLab\"", "Content-Length: 0");
        }),
    MOVED(
        Told.NOT_PUSHED,
        "the upstream has moved; an operator has to correct the address of payments; nothing was",
        call -> {
          call.takeAll();
          call.head(301, "Location: http://127.0.0.1:1/elsewhere", "Content-Length: 0");
        }),
    REPORTS_ANOTHER_REF(
        Told.UNKNOWN,
        "the upstream's report is not of this push" + MAY_YET,
        call -> reports(call, "unpack ok", "ok " + BRANCH, "ok refs/heads/main")),
    REPORTS_TWICE(
        Told.UNKNOWN,
        "the upstream's report is not of this push" + MAY_YET,
        call -> reports(call, "unpack ok", "ng " + BRANCH + " no", "ok " + BRANCH)),
    REPORTS_WITHOUT_PACK(
        Told.UNKNOWN,
        "the upstream's report is not of this push" + MAY_YET,
        call -> reports(call, "unpack index-pack abnormal exit", "ok " + BRANCH)),
    REPORTS_NOTHING(
        Told.UNKNOWN,
        "the upstream does not report of every ref" + MAY_YET,
        call -> reports(call, "unpack ok"));

    private final Told told;
    private final String words;

    @SuppressWarnings("ImmutableEnumChecker") // It holds nothing.
    private final ScriptedHost.Script script;

    Death(Told told, String words, ScriptedHost.Script script) {
      this.told = told;
      this.words = words;
      this.script = script;
    }

    boolean isBeforePush() {
      return this == BEFORE_OFFER || this == IN_OFFER;
    }

    void play(ScriptedHost.Call call) throws IOException, InterruptedException {
      if (isBeforePush() ? call.isOffer() : call.isPush()) {
        script.play(call);
      } else {
        call.pass();
      }
    }
  }

  private static void onOffer(ScriptedHost.Call call, int bytes)
      throws IOException, InterruptedException {
    if (bytes > 0) {
      HttpResponse<byte[]> response = call.carryOut();
      call.answer(response, Arrays.copyOf(response.body(), bytes), response.body().length);
    }
  }

  /** Has it done, and says so much of what became of it. */
  private static void report(ScriptedHost.Call call, int bytes)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response = call.carryOut();
    call.answer(response, Arrays.copyOf(response.body(), bytes), response.body().length);
  }

  private static void says(ScriptedHost.Call call, int status, String type, String body)
      throws IOException {
    call.takeAll();
    call.say(status, type, type.equals(RESULT) ? new String(banded(body), UTF_8) : body);
  }

  private static void reports(ScriptedHost.Call call, String... lines) throws IOException {
    StringBuilder report = new StringBuilder();
    for (String line : lines) {
      report.append(PushBytes.line(line));
    }
    call.takeAll();
    call.say(200, RESULT, new String(banded(report + "0000"), UTF_8) + "0000");
  }

  /** In the band of reports. */
  private static byte[] banded(String report) {
    return "%04x\1%s".formatted(report.length() + 5, report).getBytes(UTF_8);
  }

  private ScriptedHost host;
  private OpenGitDoor door;

  @BeforeEach
  void open() throws Exception {
    host = new ScriptedHost();
    door =
        new GitDoorBuilder()
            .front((upstream, _) -> host.before(upstream))
            .patience(Duration.ofSeconds(2))
            .open();
  }

  @AfterEach
  void close() throws Exception {
    door.close();
    host.close();
  }

  @ParameterizedTest
  @EnumSource
  void tellsTheTruthOfAPush(Death death) throws Exception {
    // One is more than fits into the buffers between here and there.
    Path clone = changed(death == Death.IN_PACK ? 6 << 20 : 10);
    String before = door.upstream(BRANCH);
    host.script = death::play;

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:" + BRANCH);

    assertThat(printed.exit() == 0).as(printed.text()).isEqualTo(death.told == Told.PUSHED);
    assertThat(printed.text())
        .contains(death.words)
        .doesNotContain("Password", "Username", "elsewhere", "\033[31m");
    assertThat(door.upstream(BRANCH))
        .isEqualTo(death.told == Told.PUSHED ? door.head(clone) : before);
    if (death.isBeforePush()) {
      assertThat(door.journal.of(Event.SessionClosed.class).getLast().reason())
          .isEqualTo("the upstream failed");
    } else {
      assertThat(door.journal.of(Event.CommandCompleted.class).getLast().error())
          .isEqualTo(
              switch (death.told) {
                case PUSHED -> Optional.empty();
                case NOT_PUSHED -> Optional.of("rejected");
                case UNKNOWN -> Optional.of("unknown");
              });
    }
    nothingStays();
    host.script = ScriptedHost.Call::pass;
    StockGit.Printed again = door.git(clone, "push", "origin", "HEAD:" + BRANCH);
    assertThat(again.exit()).as(again.text()).isZero();
    assertThat(door.upstream(BRANCH)).isEqualTo(door.head(clone));
  }

  /** Which request of a push it is that an upstream fails at. */
  @ParameterizedTest
  @CsvSource({
    "offer, 2, ''",
    "objects, 1, 'Countersign: the upstream'",
    "objects, 2, 'rejected] HEAD -> agent/x (the upstream'",
    "objects, 3, 'rejected] HEAD -> agent/x (the upstream'"
  })
  void tellsThatNothingWasPushedWhereItFailsBefore(String what, int which, String words)
      throws Exception {
    Path clone = changed(10);
    String before = door.upstream(BRANCH);
    AtomicInteger count = new AtomicInteger();
    host.script =
        call -> {
          boolean counts = what.equals("offer") ? call.isOffer() : call.isFetch();
          if (counts && count.incrementAndGet() == which) {
            HttpResponse<byte[]> response = call.carryOut();
            call.answer(response, Arrays.copyOf(response.body(), 50), response.body().length);
          } else {
            call.pass();
          }
        };

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:" + BRANCH);

    assertThat(printed.exit()).as(printed.text()).isNotZero();
    assertThat(printed.text()).contains(words).doesNotContain("may yet", "blocked");
    assertThat(count).hasValueGreaterThanOrEqualTo(which);
    assertThat(door.upstream(BRANCH)).isEqualTo(before);
    assertThat(door.journal.of(Event.SessionClosed.class).getLast().reason())
        .isEqualTo("the upstream failed");
    nothingStays();
    host.script = ScriptedHost.Call::pass;
    assertThat(door.git(clone, "push", "origin", "HEAD:" + BRANCH).exit()).isZero();
  }

  /** It takes longer than it may be silent, and is not. */
  @Test
  void waitsForAnUpstreamOnASlowLine() throws Exception {
    Path clone = changed(8_000_000, 8_000_000, 8_000_000);
    host.script =
        call -> {
          if (call.isPush()) {
            for (int part = 0; part < 12; part++) {
              call.take(2_000_000);
              Thread.sleep(300);
            }
            reports(call, "unpack ok", "ok " + BRANCH);
          } else {
            call.pass();
          }
        };

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:" + BRANCH);

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.journal.of(Event.CommandCompleted.class).getLast().error()).isEmpty();
  }

  @Test
  void saysSoWhereSomebodyElseHasPushedMeanwhile() throws Exception {
    Path clone = changed(10);
    host.script =
        call -> {
          if (call.isPush()) {
            call.takeAll();
            move();
          } else {
            call.pass();
          }
        };

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:" + BRANCH);

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text())
        .contains("the ref is neither what it was nor what was pushed: fetch, and look");
    assertThat(door.journal.of(Event.CommandCompleted.class).getLast().error()).hasValue("unknown");
  }

  private void move() throws IOException, InterruptedException {
    door.git(door.bare, "update-ref", BRANCH, "refs/heads/main~1");
  }

  /** The third time it is asked for the pack: its client is not kept waiting for ever. */
  @Test
  void endsAFetchThatFallsSilent() throws Exception {
    cutFetch(3);

    StockGit.Printed printed = door.git(door.root, "clone", "-q", door.url().toString(), "cut");

    assertThat(printed.exit()).as(printed.text()).isNotZero();
    assertThat(door.journal.of(Event.CommandCompleted.class).getLast().error())
        .hasValue("broken off");
    door.clone();
  }

  /** The second time it is asked for the pack: who knows HTTP only is to see it as well. */
  @Test
  void endsNoAnswerAsIfItWereWhole() throws Exception {
    cutFetch(2);

    String want = "want " + door.upstream("refs/heads/main");

    assertThatThrownBy(() -> door.fetch(want)).isInstanceOf(IOException.class);
  }

  private void cutFetch(int which) {
    AtomicInteger count = new AtomicInteger();
    host.script =
        call -> {
          HttpResponse<byte[]> response = call.carryOut();
          boolean cut = call.isFetch() && count.incrementAndGet() == which;
          int length = response.body().length;
          call.answer(response, cut ? Arrays.copyOf(response.body(), 50) : response.body(), length);
          if (cut) {
            call.beSilent();
          }
        };
  }

  /**
   * A commit.
   *
   * @param bytes that it brings
   */
  private Path changed(int... bytes) throws Exception {
    Path clone = door.clone();
    Random random = new Random(7);
    for (int i = 0; i < bytes.length; i++) {
      byte[] noise = new byte[bytes[i]];
      random.nextBytes(noise);
      Files.write(clone.resolve("noise" + i), noise);
    }
    door.commit(clone, "noise");
    return clone;
  }

  /** The answer is sent before what it is about is thrown away. */
  private void nothingStays() {
    Awaitility.await()
        .untilAsserted(
            () -> {
              try (Stream<Path> pushes = Files.list(door.root.resolve("state/pushes"))) {
                assertThat(pushes).isEmpty();
              }
            });
  }
}
