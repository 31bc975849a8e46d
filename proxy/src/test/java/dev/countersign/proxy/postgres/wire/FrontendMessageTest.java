package dev.countersign.proxy.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrontendMessageTest {

  record Row(String bytes, FrontendMessage message) {}

  static Stream<Row> messages() {
    return Stream.of(
        new Row("Q<0000000d>SELECT 1<00>", new Query("SELECT 1")),
        new Row("Q<0000000a>é™<00>", new Query("é™")),
        new Row(
            "P<00000018>s1<00>SELECT<00><0002 00000017 00000000>",
            new Parse("s1", "SELECT", List.of(23, 0))),
        new Row("D<00000008>Ss1<00>", new Describe(Target.STATEMENT, "s1")),
        new Row("D<00000006>P<00>", new Describe(Target.PORTAL, "")),
        new Row("C<00000008>Pp1<00>", new Close(Target.PORTAL, "p1")),
        new Row("E<0000000b>p1<00><00000064>", new Execute("p1", 100)),
        new Row("S<00000004>", new Sync()),
        new Row("H<00000004>", new Flush()),
        new Row("X<00000004>", new Terminate()),
        new Row("p<0000000b>secret<00>", new PasswordMessage("secret")));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void readsAndWritesTheBytesOfTheManual(Row row) {
    assertThat(FrontendMessage.decode(Bytes.of(row.bytes))).isEqualTo(row.message);
    assertThat(Bytes.hex(row.message::encode)).isEqualTo(Bytes.hex(row.bytes));
  }

  @Test
  void bindsAsManyParametersAsTheServerTakes() {
    Bind bind =
        new Bind("", "s", List.of(), Collections.nCopies(65_535, Optional.empty()), List.of());

    ByteBuf bytes = Unpooled.buffer();
    bind.encode(bytes);
    Bind read = (Bind) FrontendMessage.decode(bytes);

    assertThat(read.parameters()).hasSize(65_535);
  }

  @Test
  void pgp17_nothingLongerThanItsBufferIsWritten() {
    Bind bind = new Bind("", "", List.of(), List.of(Optional.of(new byte[100])), List.of());

    assertThatThrownBy(() -> bind.encode(Unpooled.buffer(0, 64)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(
            () ->
                new Bind(
                        "", "", List.of(), Collections.nCopies(65_536, Optional.empty()), List.of())
                    .encode(Unpooled.buffer()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsAndWritesBind() {
    String bytes = "B<0000001f>p<00>s<00><0001 0001><0002 00000003>abc<ffffffff><0002 0000 0001>";

    Bind bind = (Bind) FrontendMessage.decode(Bytes.of(bytes));

    assertThat(bind.portal()).isEqualTo("p");
    assertThat(bind.statement()).isEqualTo("s");
    assertThat(bind.parameterFormat(1)).isEqualTo(1);
    assertThat(bind.resultFormat(1)).isEqualTo(1);
    assertThat(bind.parameters().getFirst().orElseThrow()).isEqualTo(new byte[] {'a', 'b', 'c'});
    assertThat(bind.parameters().getLast()).isEqualTo(Optional.empty());
    assertThat(Bytes.hex(bind::encode)).isEqualTo(Bytes.hex(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "B<0000000c><0000 0000 ffff 0000>",
        "B<0000000c><0000 ffff 0000 0000>",
        "B<00000010><0000 0000 0001 fffffffe 0000>",
        "B<00000010><0000 0000 0001 7fffffff 0000>",
        "B<00000012><0000 0003 0000 0000 0000 0000 0000>",
        "B<0000000e><0000 0000 0000 0001 0002>",
        "B<0000000a><0000 0000 7fff>",
        "P<0000000c>s<00>x<00><ffff>",
        "P<0000000c>s<00>x<00><0001>",
        "E<00000008>p123",
        "D<00000006>X<00>"
      })
  void pgp18_refusesCountsAndLengthsThatDoNotAddUp(String bytes) {
    assertThatThrownBy(() -> FrontendMessage.decode(Bytes.of(bytes)))
        .isInstanceOf(WireException.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Q<0000001d>SELECT 1<00>; DROP TABLE t<00>",
        "P<0000000c>s<00>x<00>y<00><0000>",
        "Q<0000000c>SELECT 1",
        "S<00000005><00>"
      })
  void pgp19_refusesBytesBehindTheEnd(String bytes) {
    assertThatThrownBy(() -> FrontendMessage.decode(Bytes.of(bytes)))
        .isInstanceOf(WireException.Malformed.class);
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    assertThatThrownBy(() -> FrontendMessage.decode(Bytes.of("Q<00000007><c328><00>")))
        .isInstanceOf(WireException.NotUtf8.class);
  }

  @Test
  void neverShowsTextsOrValues() {
    assertThat(new Query("SELECT 'canary'").toString()).doesNotContain("canary");
    assertThat(new Parse("s", "SELECT 'canary'", List.of()).toString()).doesNotContain("canary");
    assertThat(new PasswordMessage("canary").toString()).doesNotContain("canary");
  }
}
