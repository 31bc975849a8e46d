package dev.countersign.proxy.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FramesTest {

  private static final String TWO = "Q<0000000d>SELECT 1<00>S<00000004>";

  @Test
  void cutsWhatComesAtOnce() {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(100));

    channel.writeInbound(Bytes.of(TWO));

    assertThat(next(channel)).isEqualTo(Bytes.hex("Q<0000000d>SELECT 1<00>"));
    assertThat(next(channel)).isEqualTo(Bytes.hex("S<00000004>"));
    assertThat(channel.finish()).isFalse();
  }

  @Test
  void cutsWhatComesByteByByte() {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(100));
    ByteBuf bytes = Bytes.of(TWO);

    while (bytes.isReadable()) {
      channel.writeInbound(bytes.readRetainedSlice(1));
    }
    bytes.release();

    assertThat(next(channel)).isEqualTo(Bytes.hex("Q<0000000d>SELECT 1<00>"));
    assertThat(next(channel)).isEqualTo(Bytes.hex("S<00000004>"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000", "00000001", "00000002", "00000003"})
  void pgp15_refusesALengthBelowItsOwnSize(String length) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(100));

    assertThatThrownBy(() -> channel.writeInbound(Bytes.of("Q<" + length + ">")))
        .isInstanceOf(DecoderException.class)
        .hasCauseInstanceOf(WireException.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffffffff", "80000000", "7fffffff", "00000064"})
  void pgp15_refusesALengthAboveTheLimitBeforeTheBodyComes(String length) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(100));

    assertThatThrownBy(() -> channel.writeInbound(Bytes.of("Q<" + length + ">")))
        .isInstanceOf(DecoderException.class)
        .hasCauseInstanceOf(WireException.TooLong.class);
  }

  @ParameterizedTest
  @CsvSource({
    "C, 10000",
    "D, 10000",
    "E, 10000",
    "H, 10000",
    "S, 10000",
    "X, 10000",
    "c, 10000",
    "f, 10000",
    "p, 10000",
    "B, 999999",
    "F, 999999",
    "d, 999999"
  })
  void eachTypeIsAsLongAsPostgresqlTakesIt(String type, int longest) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(100));
    channel.pipeline().get(FrameDecoder.class).accept(new FrontendLimits(100, 1_000_000));

    channel.writeInbound(Bytes.of("%s<%08x>".formatted(type, longest)));

    assertThatThrownBy(
            () -> {
              channel.writeInbound(Unpooled.wrappedBuffer(new byte[longest - 4]));
              channel.writeInbound(Bytes.of("%s<%08x>".formatted(type, longest + 1)));
            })
        .isInstanceOf(DecoderException.class)
        .hasCauseInstanceOf(WireException.TooLong.class);
    assertThat(next(channel)).hasSize(2 * (longest + 1));
  }

  @ParameterizedTest
  @CsvSource({"Q, 105", "P, 272248"})
  void aTextThatIsTooLongIsNotHeldButSkipped(String type, int longest) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(100));
    channel.pipeline().get(FrameDecoder.class).accept(new FrontendLimits(100, 1_000_000));

    channel.writeInbound(Bytes.of("%s<%08x>".formatted(type, longest)));
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[longest - 4]));
    channel.writeInbound(Bytes.of("%s<%08x>".formatted(type, longest + 1)));
    ByteBuf part = Unpooled.wrappedBuffer(new byte[longest - 4]);
    channel.writeInbound(part);
    assertThat(part.refCnt()).isZero();
    channel.writeInbound(Bytes.of("<00>S<00000004>"));

    assertThat(next(channel)).hasSize(2 * (longest + 1));
    ByteBuf header = channel.readInbound();
    assertThat(FrontendMessage.decode(header))
        .isEqualTo(new SkippedText(type.equals("P"), longest + 1));
    header.release();
    assertThat(next(channel)).isEqualTo(Bytes.hex("S<00000004>"));
    assertThat(channel.finish()).isFalse();
  }

  @Test
  void aTextLongerThanAnyMessageIsNotSkippedEither() {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(100));
    channel.pipeline().get(FrameDecoder.class).accept(new FrontendLimits(100, 1_000_000));

    assertThatThrownBy(() -> channel.writeInbound(Bytes.of("Q<%08x>".formatted(1_000_000))))
        .hasCauseInstanceOf(WireException.TooLong.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000", "00000003", "00000007", "00002711", "7fffffff", "ffffffff"})
  void pgp06_refusesStartupPacketsOfOtherSizesBeforeTheBodyComes(String length) {
    EmbeddedChannel channel = new EmbeddedChannel(new StartupDecoder());

    assertThatThrownBy(() -> channel.writeInbound(Bytes.of("<" + length + ">")))
        .isInstanceOf(DecoderException.class)
        .hasCauseInstanceOf(WireException.class);
  }

  @Test
  void readsStartupPackets() {
    EmbeddedChannel channel = new EmbeddedChannel(new StartupDecoder());

    channel.writeInbound(Bytes.of("<00000008 04d2162f>"));
    channel.writeInbound(Bytes.of("<00000016 00030002>user<00>agent-7<00><00>"));

    assertThat(channel.<Object>readInbound()).isEqualTo(new StartupPacket.SslRequest());
    assertThat(channel.<Object>readInbound())
        .isEqualTo(new StartupPacket.StartupMessage(3, 2, java.util.Map.of("user", "agent-7")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<00000009 04d2162f 00>",
        "<0000000f 04d2162e 00000001 000000>",
        "<00000014 00030000>user<00>a<00>user<00>",
        "<0000000f 00030000>user<00>a<00>"
      })
  void pgp14_refusesStartupPacketsThatDoNotAddUp(String bytes) {
    EmbeddedChannel channel = new EmbeddedChannel(new StartupDecoder());

    assertThatThrownBy(() -> channel.writeInbound(Bytes.of(bytes)))
        .isInstanceOf(DecoderException.class)
        .hasCauseInstanceOf(WireException.Malformed.class);
  }

  @Test
  void pgp14_readsCancelKeysOfProtocol32() {
    EmbeddedChannel channel = new EmbeddedChannel(new StartupDecoder());
    String key = "ab".repeat(256);

    channel.writeInbound(Bytes.of("<0000010c 04d2162e 00000007 " + key + ">"));

    assertThat(channel.<Object>readInbound())
        .isEqualTo(new StartupPacket.CancelRequest(7, ByteBufUtil.decodeHexDump(key)));
  }

  @Test
  void pgp03_refusesTlsThatNobodyTookOver() {
    EmbeddedChannel channel = new EmbeddedChannel(new StartupDecoder());

    assertThatThrownBy(() -> channel.writeInbound(Bytes.of("<16030100>")))
        .isInstanceOf(DecoderException.class)
        .hasCauseInstanceOf(WireException.Unexpected.class);
  }

  private static String next(EmbeddedChannel channel) {
    ByteBuf frame = channel.readInbound();
    try {
      return ByteBufUtil.hexDump(frame);
    } finally {
      frame.release();
    }
  }
}
