package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import org.eclipse.jgit.lib.ObjectInserter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commits that say one thing to the gateway and another to who reads them later. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TwofoldCommitsIT {

  private static final String ZERO = "0".repeat(40);
  private static final String AUTHOR = "author alice <alice@example.org> 1700000000 +0000\n";
  private static final String COMMITTER = "committer alice <alice@example.org> 1700000000 +0000\n";

  private static OpenGitDoor door;
  private static int pushes;

  @BeforeAll
  static void open() throws Exception {
    door = new OpenGitDoor();
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  /** Pushes one that begins like any, with these lines and this message. */
  private static String push(String lines, byte[] message) throws Exception {
    ByteArrayOutputStream commit = new ByteArrayOutputStream();
    String main = door.upstream("refs/heads/main");
    String tree = door.upstream("refs/heads/main^{tree}");
    commit.write(("tree " + tree + "\nparent " + main + "\n" + lines + "\n").getBytes(US_ASCII));
    commit.write(message);
    String id = new ObjectInserter.Formatter().idFor(TestPacks.COMMIT, commit.toByteArray()).name();
    return door.push(
        PushBytes.line(
            ZERO + " " + id + " refs/heads/agent/x" + ++pushes + "\0 report-status side-band-64k"),
        TestPacks.of(1).whole(TestPacks.COMMIT, commit.toByteArray()).end());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ISO-8859-1", "latin-1", "UTF-8", "Shift_JIS"})
  void takesWhatSaysEverythingOnce(String encoding) throws Exception {
    assertThat(
            push(AUTHOR + COMMITTER + "encoding " + encoding + "\n", "plain\n".getBytes(US_ASCII)))
        .contains("ok refs/heads/agent/x");
  }

  /** Ours: git shows the last of two authors, the gateway would have judged the first. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        AUTHOR + COMMITTER + "author mallory <m@example.com> 1700000000 +0000\n",
        AUTHOR + COMMITTER + "committer mallory <m@example.com> 1700000000 +0000\n",
        AUTHOR + COMMITTER + "parent 0123456789012345678901234567890123456789\n",
        AUTHOR + COMMITTER + "encoding latin1\nencoding utf-8\n",
        "author a <alice@example.org> <m@example.com> 1700000000 +0000\n" + COMMITTER,
        "author a <m@example.com <alice@example.org> 1700000000 +0000\n" + COMMITTER,
        AUTHOR + COMMITTER + "x a\0b\n",
      })
  void git26_takesNoneThatSaysTwiceWhoseItIs(String lines) throws Exception {
    assertThat(push(lines, "twofold\n".getBytes(US_ASCII))).contains("GIT-PACK");
  }

  /** Ours: git shows it in plain letters, whatever its bytes are. */
  @Test
  void git24_findsASecretInAMessageOfAnotherEncoding() throws Exception {
    // Not in one piece, or nobody could push this file.
    String secret = "the key is " + "AKIA" + "Q3EGX7ZPLMNB2VWY" + "\n";

    assertThat(
            push(
                AUTHOR + COMMITTER + "encoding IBM037\n",
                secret.getBytes(Charset.forName("IBM037"))))
        .contains("found aws-access-key in (commit message)");
    assertThat(push(AUTHOR + COMMITTER + "encoding UTF-7\n", "m\n".getBytes(US_ASCII)))
        .contains("GIT-PACK", "encoding that is not known");
  }
}
