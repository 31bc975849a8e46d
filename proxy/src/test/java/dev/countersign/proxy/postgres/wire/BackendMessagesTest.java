package dev.countersign.proxy.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BackendMessagesTest {

  @Test
  void readsRowDescription() {
    ByteBuf frame = Bytes.of("T<0000001b 0001>id<00><00004001 0002 00000017 0004 ffffffff 0001>");

    assertThat(RowDescription.decode(frame).fields())
        .containsExactly(
            new RowDescription.Field("id", 0x4001, (short) 2, 23, (short) 4, -1, (short) 1));
  }

  @Test
  void readsAndWritesNotices() {
    String bytes = "E<00000023>SERROR<00>VERROR<00>C42501<00>Mno<00>Dwhy<00><00>";
    Notice notice = Notice.of("ERROR", "42501", "no").with('D', "why").with('H', "");

    assertThat(Bytes.hex(notice::encodeError)).isEqualTo(Bytes.hex(bytes));
    assertThat(Notice.decode(Bytes.of(bytes))).isEqualTo(notice);
  }

  @ParameterizedTest
  @ValueSource(strings = {"E<00000007>Sx<00>", "E<00000006>S<00>", "E<00000006><00>x"})
  void refusesNoticesWithoutAnEnd(String bytes) {
    assertThatThrownBy(() -> Notice.decode(Bytes.of(bytes)))
        .isInstanceOf(WireException.Malformed.class);
  }

  @Test
  void replacesOnlyTheColumnsItIsTold() {
    ByteBuf row = Bytes.of("D<0000001e 0004 00000001>a<ffffffff 00000002>bc<00000003>def");

    assertThat(
            Bytes.hex(
                out -> DataRow.rewrite(row, 4, columns(1, 2), BackendMessagesTest::stars, out)))
        .isEqualTo(Bytes.hex("D<0000001d 0004 00000001>a<ffffffff 00000003>***<00000003>def"));
  }

  @Test
  void replacesAValueByNull() {
    ByteBuf row = Bytes.of("D<00000010 0001 00000003>abc");

    assertThat(Bytes.hex(out -> DataRow.rewrite(row, 1, columns(0), (column, value) -> null, out)))
        .isEqualTo(Bytes.hex("D<0000000a 0001 ffffffff>"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "D<0000000a 0002 ffffffff>",
        "D<0000000a 0001 fffffffe>",
        "D<0000000a 0001 00000001>",
        "D<0000000a 0001 7fffffff>",
        "D<0000000c 0001 ffffffff 0000>",
        "D<00000005 00>"
      })
  void pgp42_refusesRowsThatDoNotAddUp(String bytes) {
    assertThatThrownBy(
            () ->
                DataRow.rewrite(
                    Bytes.of(bytes), 1, columns(0), BackendMessagesTest::stars, Unpooled.buffer()))
        .isInstanceOf(WireException.Malformed.class);
  }

  @Test
  void leavesARowAloneWhenNothingIsReplaced() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      int columns = random.nextInt(20);
      ByteBuf row = Unpooled.buffer();
      row.writeByte('D').writeInt(0).writeShort(columns);
      for (int column = 0; column < columns; column++) {
        int length = random.nextInt(12) - 1;
        row.writeInt(length).writeZero(Math.max(length, 0));
      }
      row.setInt(1, row.readableBytes() - 1);

      assertThat(
              Bytes.hex(
                  out ->
                      DataRow.rewrite(row, columns, new BitSet(), BackendMessagesTest::stars, out)))
          .isEqualTo(ByteBufUtil.hexDump(row));
    }
  }

  @Test
  void knowsEveryTypeOrRefusesIt() {
    int known = 0;
    for (int code = 0; code < 256; code++) {
      ByteBuf frame = Unpooled.buffer().writeByte(code).writeInt(4);
      try {
        assertThat(BackendType.of(frame).code()).isEqualTo((char) code);
        known++;
      } catch (WireException.Malformed refused) {
        assertThat(refused).hasMessageContaining("unknown");
      }
    }
    assertThat(known).isEqualTo(BackendType.values().length);
  }

  @Test
  void writesOneMinorVersionAndTheOptionsNobodyKnows() {
    assertThat(Bytes.hex(new NegotiateProtocolVersion(0, List.of("_pq_.x"))::encode))
        .isEqualTo(Bytes.hex("v<00000013 00030000 00000001>_pq_.x<00>"));
  }

  private static byte[] stars(int column, byte[] value) {
    return new byte[] {'*', '*', '*'};
  }

  private static BitSet columns(int... columns) {
    BitSet set = new BitSet();
    for (int column : columns) {
      set.set(column);
    }
    return set;
  }
}
