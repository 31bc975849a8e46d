package dev.countersign.proxy.git.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitWireTest {

  private static final String A = "a".repeat(40);
  private static final String B = "b".repeat(40);
  private static final String ZERO = "0".repeat(40);
  private static final Set<String> OFFERED =
      Set.of("report-status", "side-band-64k", "push-options", "atomic");

  @Test
  void readsLinesAndMarks() throws IOException {
    PacketReader in = reader("0006a\n000400010000", PacketReader.Version.V2);

    assertThat(((Packet.Line) in.next()).text()).isEqualTo("a");
    assertThat(((Packet.Line) in.next()).payload()).isEmpty();
    assertThat(in.next()).isEqualTo(Packet.Mark.DELIMITER);
    assertThat(in.next()).isEqualTo(Packet.Mark.FLUSH);
    assertThatThrownBy(in::next).isInstanceOf(EOFException.class);
  }

  @Test
  void git11_readsLengthsAndIdsInUpperCase() throws IOException {
    String line = A.toUpperCase(java.util.Locale.ROOT) + " " + B + " refs/heads/main";

    PushRequest request = push("%04X".formatted(line.length() + 4) + line + "0000");

    assertThat(request.commands())
        .containsExactly(new RefCommand(new ObjectName(A), new ObjectName(B), "refs/heads/main"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fff1", "ffff", "0003", "0001", "0002", "00 1", "-001", "zzzz", "٠٠٠٤"})
  void git13_refusesLengthsThatAreNone(String length) {
    assertThatThrownBy(() -> reader(length, PacketReader.Version.V0).next())
        .isInstanceOf(GitWireException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "000", "0008abc", "fff0"})
  void git13_refusesWhatEndsEarly(String bytes) {
    assertThatThrownBy(() -> reader(bytes, PacketReader.Version.V2).next())
        .isInstanceOf(EOFException.class);
  }

  @Test
  void git01_refusesASecondNul() {
    refuses(
        line(ZERO + " " + A + " refs/heads/feature\0 report-status")
            + line(A + " " + B + " refs/heads/main\0x"),
        "NUL");
  }

  @Test
  void git09_refusesTheSameRefTwice() {
    refuses(
        line(A + " " + B + " refs/heads/main") + line(A + " " + ZERO + " refs/heads/main"),
        "twice");
  }

  @Test
  void git12_refusesIdsOfTwoKinds() {
    refuses(line(A + " " + "b".repeat(64) + " refs/heads/main"), "two kinds");
  }

  @Test
  void git15_refusesSignedPushes() {
    refuses(line("push-cert\0 report-status") + line("certificate version 0.1"), "signed");
  }

  @Test
  void git16_refusesCapabilitiesThatWereNotOffered() {
    refuses(line(A + " " + B + " refs/heads/main\0 object-format=sha256"), "not offered");
    refuses(line(A + " " + B + " refs/heads/main\0 push-cert=nonce"), "not offered");
  }

  @Test
  void git29_readsOverWhereAClientSaysThatItsHistoryIsCutOff() throws IOException {
    PushRequest request =
        push(line("shallow " + A) + line(A + " " + B + " refs/heads/main") + "0000");

    assertThat(request.commands()).hasSize(1);
    refuses(line("shallow me") + line(A + " " + B + " refs/heads/main"), "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "refs/heads/main",
        "aaaa bbbb refs/heads/main",
        ZERO_LINE,
      })
  void refusesCommandsThatAreNone(String command) {
    refuses(line(command), "");
  }

  private static final String ZERO_LINE =
      "0000000000000000000000000000000000000000 0000000000000000000000000000000000000000 refs/x";

  @Test
  void readsOptionsOnlyWhereTheyWereAskedFor() throws IOException {
    PushRequest request =
        push(
            line(A + " " + B + " refs/heads/main\0 push-options atomic agent=git/2")
                + "0000"
                + line("ci.skip")
                + "0000PACK");

    assertThat(request.options()).containsExactly("ci.skip");
    assertThat(request.has(PushRequest.ATOMIC)).isTrue();
  }

  @Test
  void git17_refusesCommandsOfVersion2ThatAreNotKnown() {
    for (String command : List.of("object-info", "bundle-uri", "fetch2", "")) {
      assertThatThrownBy(() -> fetch(line("command=" + command) + "0000"))
          .isInstanceOf(GitWireException.class);
    }
    assertThatThrownBy(() -> fetch(line("command=fetch") + "0001" + line("want-ref x") + "0000"))
        .isInstanceOf(GitWireException.class);
    assertThatThrownBy(() -> fetch(line("command=fetch") + "0001" + line("sideband-all") + "0000"))
        .isInstanceOf(GitWireException.class);
  }

  /** Ours: the record has room for names of refs, and not for whatever a client says. */
  @Test
  void git17_refusesArgumentsThatAreLongerThanAny() {
    String argument = "ref-prefix refs/heads/" + "x".repeat(2_000);

    assertThatThrownBy(() -> fetch(line("command=ls-refs") + "0001" + line(argument) + "0000"))
        .isInstanceOf(GitWireException.class)
        .hasMessageContaining("longer than any");
    assertThatThrownBy(
            () -> fetch(line("command=ls-refs") + line("object-format=md5") + "0001" + "0000"))
        .isInstanceOf(GitWireException.class)
        .hasMessageContaining("SHA-1 or SHA-256");
  }

  @Test
  void keepsAConnectionAliveWithoutALineForTheHuman() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    new Sideband(out).keepAlive();

    assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("0005\u0001");
  }

  @Test
  void git19_saysNothingThatATerminalObeys() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Sideband(out).relay("a\u001b[2Jb\u009bc\u202ed\n");

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("a\uFFFD[2Jb\uFFFDc\uFFFDd\n")
        .doesNotContain("\u001b", "\u009b", "\u202e");
  }

  @Test
  void readsAReportAndWritesItAgain() throws IOException {
    String bytes =
        line("unpack ok") + line("ok refs/heads/a") + line("ng refs/heads/b not you") + "0000";

    PushReport report = PushReport.read(reader(bytes, PacketReader.Version.V0));

    assertThat(report.isOk()).isFalse();
    assertThat(report.toString()).isEqualTo("unpack ok\nok refs/heads/a\nng refs/heads/b not you");
  }

  @Test
  void neverFailsInAnotherWayOnRandomBytes() {
    Random random = new Random(7);
    String alphabet = "0123456789abcdef \0\nrefs/heads/wantcommand=fetch";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder bytes = new StringBuilder();
      int lines = random.nextInt(4);
      for (int i = 0; i < lines; i++) {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? A + " " + B + " " : "");
        for (int c = random.nextInt(30); c > 0; c--) {
          text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        bytes.append(random.nextInt(5) == 0 ? text : line(text.toString()));
      }
      bytes.append(random.nextBoolean() ? "0000" : "");
      swallow(() -> push(bytes.toString()));
      swallow(() -> fetch(bytes.toString()));
      swallow(() -> PushReport.read(reader(bytes.toString(), PacketReader.Version.V0)));
      swallow(() -> PushAdvertisement.read(reader(bytes.toString(), PacketReader.Version.V0), 9));
      swallow(() -> RefList.read(reader(bytes.toString(), PacketReader.Version.V2), 9));
    }
  }

  private interface Reading {
    Object read() throws IOException;
  }

  private static void swallow(Reading reading) {
    try {
      reading.read();
    } catch (GitWireException | EOFException e) {
      // As it should be.
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void refuses(String bytes, String words) {
    assertThatThrownBy(() -> push(bytes + "0000"))
        .isInstanceOf(GitWireException.class)
        .hasMessageContaining(words);
  }

  private static PushRequest push(String bytes) throws IOException {
    PacketReader in = reader(bytes, PacketReader.Version.V0);
    if (in.next() instanceof Packet.Line first) {
      return PushRequest.read(first, in, OFFERED, 10, new HashSet<>());
    }
    throw new GitWireException("a push that changes no ref");
  }

  private static Object fetch(String bytes) throws IOException {
    return FetchCommand.read(reader(bytes, PacketReader.Version.V2));
  }

  private static String line(String text) {
    return "%04x%s".formatted(text.length() + 4, text);
  }

  private static PacketReader reader(String bytes, PacketReader.Version version) {
    return new PacketReader(
        new ByteArrayInputStream(bytes.getBytes(StandardCharsets.UTF_8)), version);
  }
}
