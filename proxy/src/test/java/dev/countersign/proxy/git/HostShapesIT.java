package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ours: hosts differ in how they say things, and agents see what is theirs of it. */
class HostShapesIT {

  private ScriptedHost host;
  private OpenGitDoor door;

  @BeforeEach
  void open() throws Exception {
    host = new ScriptedHost();
    door = new GitDoorBuilder().front((upstream, _) -> host.before(upstream)).open();
  }

  @AfterEach
  void close() throws Exception {
    door.close();
    host.close();
  }

  /** GitHub's after a rename, Gitea's and GitLab's where {@code .git} is left out. */
  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void git36_takesTheLoginNowhereElse(int status) throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");
    try (ScriptedHost elsewhere = new ScriptedHost()) {
      URI other = elsewhere.before(door.server.url("payments.git"));
      host.script =
          call -> {
            call.takeAll();
            call.head(status, "Location: " + other.resolve(call.target), "Content-Length: 0");
          };

      for (String[] command :
          new String[][] {
            {"ls-remote", "origin"}, {"fetch"}, {"push", "origin", "HEAD:agent/moved"}
          }) {
        StockGit.Printed printed = door.git(clone, command);

        assertThat(printed.exit()).isNotZero();
        assertThat(printed.text())
            .contains("the upstream has moved; an operator has to correct the address of payments")
            .doesNotContain(other.toString());
      }
      assertThat(elsewhere.calls).isEmpty();
    }
  }

  @Test
  void git37_asksNobodyForThePasswordThatIsTheGatewaysOwn() throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");
    host.script =
        call -> {
          call.takeAll();
          call.head(401, "WWW-Authenticate: Basic realm=\"GitLab\"", "Content-Length: 0");
        };

    for (String[] command :
        new String[][] {
          {"ls-remote", "origin"}, {"fetch"}, {"push", "origin", "HEAD:agent/locked-out"}
        }) {
      StockGit.Printed printed = door.git(clone, command);

      assertThat(printed.exit()).isNotZero();
      assertThat(printed.text())
          .contains("the gateway's own login (401). Yours is good", "502")
          .doesNotContain("Authentication failed", "could not read Password", GitServer.TOKEN);
    }
  }

  @Test
  void saysThatTheUpstreamIsTooOldForIt() throws Exception {
    host.script =
        call -> {
          call.fields.remove("git-protocol");
          call.pass();
        };

    StockGit.Printed printed = door.git(door.root, "ls-remote", door.url().toString());

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text())
        .contains("the upstream does not speak protocol version 2 of git")
        .doesNotContain("refs/heads");
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunks", "gzip", "until the end"})
  void readsAnswersHoweverTheyAreSent(String how) throws Exception {
    host.script = call -> answer(call, how);
    Path clone = door.cloneWith("a.txt", "a\n");

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/x");

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(door.upstream("refs/heads/agent/x")).isEqualTo(door.head(clone));
    assertThat(door.journal.of(Event.ContentRecorded.class).getLast().content())
        .isEqualTo("unpack ok\nok refs/heads/agent/x");
  }

  private static void answer(ScriptedHost.Call call, String how)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response = call.carryOut();
    String type = "Content-Type: " + response.headers().firstValue("Content-Type").orElse("");
    switch (how) {
      case "chunks" -> {
        call.head(200, type + "; charset=utf-8", "Transfer-Encoding: chunked");
        for (byte each : response.body()) {
          call.out.write(new byte[] {'1', '\r', '\n', each, '\r', '\n'});
        }
        call.out.write("0\r\n\r\n".getBytes(ISO_8859_1));
      }
      case "gzip" -> {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
          gzip.write(response.body());
        }
        call.head(200, type, "Content-Encoding: gzip", "Content-Length: " + packed.size());
        packed.writeTo(call.out);
      }
      default -> {
        call.head(200, type);
        call.out.write(response.body());
      }
    }
    call.out.flush();
  }

  /** As hosts answer to a push to a branch that is protected, or to anything else. */
  @Test
  void passesOnWhatAHostSaysInPlainText() throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");
    host.script =
        call -> {
          if (call.isOffer()) {
            call.takeAll();
            call.say(
                403,
                "text/plain",
                "You may not push\r\n\033]0;owned\007 to this \u202eproject. password=AKIA"
                    + "Z7QWERTYUIOPASDF");
          } else {
            call.pass();
          }
        };

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/x");

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text())
        .contains("the upstream answers 403: You may not push \uFFFD]0;owned\uFFFD to this")
        .doesNotContain("\033", "\007", "\u202e", "AKIA");
  }

  /** Git shows them as {@code remote: …}, and terminals obey some of them. */
  @Test
  void passesOnLinesOfTheUpstreamWithoutWhatATerminalObeys() throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");
    host.script =
        call -> {
          if (call.isPush()) {
            HttpResponse<byte[]> done = call.carryOut();
            String said = "\2\033]52;c;cm0gLXJm\007\033[2Jhost says\u202e\u0085\u200b hello\n";
            byte[] text = said.getBytes(UTF_8);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write("%04x".formatted(text.length + 4).getBytes(UTF_8));
            all.write(text);
            all.write(done.body());
            call.answer(done, all.toByteArray(), all.size());
          } else {
            call.pass();
          }
        };

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/x");

    assertThat(printed.exit()).as(printed.text()).isZero();
    assertThat(printed.text())
        .contains("host says", " hello")
        .doesNotContain("\033", "\007", "\u202e", "\u0085", "\u200b");
  }

  /** Ours: a reason in which another line begins, that would be read as of another ref. */
  @Test
  void recordsOneLineOfEachRef() throws Exception {
    Path clone = door.cloneWith("a.txt", "a\n");
    String report =
        PushBytes.line("unpack ok\n")
            + PushBytes.line("ng refs/heads/agent/x held\nok refs/heads/main\n")
            + "0000";
    host.script =
        call -> {
          if (call.isPush()) {
            call.takeAll();
            call.say(
                200,
                "application/x-git-receive-pack-result",
                PushBytes.line("\1" + report) + "0000");
          } else {
            call.pass();
          }
        };

    StockGit.Printed printed = door.git(clone, "push", "origin", "HEAD:agent/x");

    assertThat(printed.text()).contains("HEAD -> agent/x (held");
    assertThat(door.journal.of(Event.ContentRecorded.class).getLast().content().lines())
        .hasSize(2)
        .noneMatch(line -> line.startsWith("ok "));
  }

  /** Ours: as when a ref was rewritten, and what it was is gone, while a client asks for it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void passesOnWhyAHostSendsNothing(int version) throws Exception {
    Path clone = door.clone();
    Path seed = door.root.resolve("seed");
    StockGit.write(seed, "more.txt", "more\n");
    door.commit(seed, "more");
    door.git(seed, "push", "-q", door.bare.toString(), "HEAD:main");
    host.script =
        call -> {
          HttpResponse<byte[]> response = call.carryOut();
          byte[] words = "002cERR upload-pack: not our ref\033[2J 0123ab\n".getBytes(UTF_8);
          boolean isPack = new String(response.body(), ISO_8859_1).contains("packfile");
          byte[] body = isPack ? words : response.body();
          call.answer(response, body, body.length);
        };

    StockGit.Printed printed = door.git(clone, "-c", "protocol.version=" + version, "fetch");

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text())
        .containsPattern(
            "remote( error)?: Countersign: the upstream refuses: upload-pack: not our ref")
        .doesNotContain("\033", "curl");
  }

  /** Git lists what it is told, though it would take no such name itself. */
  @Test
  void listsNoNamesThatATerminalObeys() throws Exception {
    host.script =
        call -> {
          HttpResponse<byte[]> response = call.carryOut();
          byte[] body =
              new String(response.body(), ISO_8859_1)
                  .replace("refs/heads/main", "refs/heads/\033[2J")
                  .getBytes(ISO_8859_1);
          call.answer(response, body, body.length);
        };

    StockGit.Printed printed = door.git(door.root, "ls-remote", door.url().toString());

    assertThat(printed.exit()).isNotZero();
    assertThat(printed.text()).doesNotContain("\033");
  }
}
