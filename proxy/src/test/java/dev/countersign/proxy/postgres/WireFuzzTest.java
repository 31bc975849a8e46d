package dev.countersign.proxy.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.fuzz.Fuzzer;
import dev.countersign.proxy.postgres.wire.Authentication;
import dev.countersign.proxy.postgres.wire.BackendKeyData;
import dev.countersign.proxy.postgres.wire.BackendType;
import dev.countersign.proxy.postgres.wire.Bind;
import dev.countersign.proxy.postgres.wire.Bytes;
import dev.countersign.proxy.postgres.wire.Close;
import dev.countersign.proxy.postgres.wire.CommandComplete;
import dev.countersign.proxy.postgres.wire.CopyFromClient;
import dev.countersign.proxy.postgres.wire.DataRow;
import dev.countersign.proxy.postgres.wire.Describe;
import dev.countersign.proxy.postgres.wire.Execute;
import dev.countersign.proxy.postgres.wire.FrameDecoder;
import dev.countersign.proxy.postgres.wire.FrontendLimits;
import dev.countersign.proxy.postgres.wire.FrontendMessage;
import dev.countersign.proxy.postgres.wire.FunctionCall;
import dev.countersign.proxy.postgres.wire.Notice;
import dev.countersign.proxy.postgres.wire.ParameterStatus;
import dev.countersign.proxy.postgres.wire.Parse;
import dev.countersign.proxy.postgres.wire.ReadyForQuery;
import dev.countersign.proxy.postgres.wire.RowDescription;
import dev.countersign.proxy.postgres.wire.SkippedText;
import dev.countersign.proxy.postgres.wire.StartupDecoder;
import dev.countersign.proxy.postgres.wire.StartupPacket;
import dev.countersign.proxy.postgres.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whatever a client or a server sends is either refused as the protocol's fault or read as what it
 * is: nothing hides in a length, and it takes little time and memory to know.
 */
final class WireFuzzTest {

  private static final long MEMORY = 8L << 20;
  private static final FrontendLimits LIMITS = new FrontendLimits(1_000, 12_000);

  /** Whole messages that were cut out, and the refusal that ended it; empty if there was none. */
  private record Cut(List<byte[]> messages, String refusal) {}

  @Test
  void pgp17_aClientsMessagesAreWrittenAsTheyWereRead() throws Exception {
    Fuzzer fuzzer =
        Fuzzer.ofMessages(
            WireFuzzTest.class,
            "frontend.txt",
            Bytes.NOTATION,
            List.of("S<00000004>", "<00>"),
            MEMORY);

    assertThat(fuzzer.run(WireFuzzTest::readFrontend)).isGreaterThan(100);
  }

  private static String readFrontend(byte[] input) {
    Cut cut = cutAlike(input, WireFuzzTest::frontendDecoder);
    Set<String> told = new TreeSet<>();
    for (byte[] frame : cut.messages()) {
      try {
        told.add(readFrontendMessage(frame));
      } catch (WireException refused) {
        return told + refused.getMessage();
      }
    }
    return told + cut.refusal();
  }

  private static String readFrontendMessage(byte[] frame) {
    FrontendMessage message = FrontendMessage.decode(Unpooled.wrappedBuffer(frame));
    switch (message) {
      // These are not written anew.
      case FunctionCall _, CopyFromClient _, SkippedText _ -> {}
      default -> sameButForLongNames(message, frame);
    }
    return message.getClass().getSimpleName();
  }

  /** Of a long name a server reads the first bytes: what is written of it is read as the same. */
  private static void sameButForLongNames(FrontendMessage message, byte[] frame) {
    byte[] written = ByteBufUtil.decodeHexDump(written(message::encode));
    if (names(message).anyMatch(name -> name.getBytes(UTF_8).length >= 63)) {
      FrontendMessage again = FrontendMessage.decode(Unpooled.wrappedBuffer(written));
      assertThat(written(again::encode)).isEqualTo(ByteBufUtil.hexDump(written));
    } else {
      same(ByteBufUtil.hexDump(written), ByteBufUtil.hexDump(frame));
    }
  }

  private static Stream<String> names(FrontendMessage message) {
    return switch (message) {
      case Parse parse -> Stream.of(parse.name());
      case Bind bind -> Stream.of(bind.portal(), bind.statement());
      case Describe describe -> Stream.of(describe.name());
      case Execute execute -> Stream.of(execute.portal());
      case Close close -> Stream.of(close.name());
      default -> Stream.empty();
    };
  }

  private static ChannelHandler frontendDecoder() {
    FrameDecoder decoder = new FrameDecoder(100);
    decoder.accept(LIMITS);
    return decoder;
  }

  @Test
  void pgp42_aServersMessagesAddUpOrAreRefused() throws Exception {
    Fuzzer fuzzer =
        Fuzzer.ofMessages(
            WireFuzzTest.class,
            "backend.txt",
            Bytes.NOTATION,
            List.of("<ffffffff>", "<00>"),
            MEMORY);

    assertThat(fuzzer.run(WireFuzzTest::readBackend)).isGreaterThan(100);
  }

  private static String readBackend(byte[] input) {
    Cut cut = cutAlike(input, () -> new FrameDecoder(12_000));
    Set<String> told = new TreeSet<>();
    for (byte[] frame : cut.messages()) {
      try {
        told.add(readBackendMessage(Unpooled.wrappedBuffer(frame)).name());
      } catch (WireException refused) {
        return told + refused.getMessage();
      }
    }
    return told + cut.refusal();
  }

  private static BackendType readBackendMessage(ByteBuf frame) {
    BackendType type = BackendType.of(frame);
    String bytes = ByteBufUtil.hexDump(frame);
    switch (type) {
      case AUTHENTICATION -> Authentication.decode(frame);
      case BACKEND_KEY_DATA -> same(written(BackendKeyData.decode(frame)::encode), bytes);
      case COMMAND_COMPLETE -> CommandComplete.decode(frame);
      case PARAMETER_STATUS -> same(written(ParameterStatus.decode(frame)::encode), bytes);
      case READY_FOR_QUERY -> ReadyForQuery.decode(frame);
      case ROW_DESCRIPTION -> RowDescription.decode(frame);
      case ERROR_RESPONSE, NOTICE_RESPONSE -> {
        Notice notice = Notice.decode(frame);
        same(Notice.decode(encoded(notice::encodeError)), notice);
      }
      case DATA_ROW -> readRow(frame);
      default -> {}
    }
    same(ByteBufUtil.hexDump(frame), bytes);
    return type;
  }

  /** Values that nobody hides stay as they are, and what hides all leaves none. */
  private static void readRow(ByteBuf frame) {
    int columns = frame.readableBytes() < 7 ? 0 : frame.getShort(5);
    BitSet all = new BitSet();
    all.set(0, Math.max(columns, 0));
    same(
        written(out -> DataRow.rewrite(frame, columns, all, (column, value) -> value, out)),
        ByteBufUtil.hexDump(frame));
    ByteBuf hidden =
        encoded(out -> DataRow.rewrite(frame, columns, all, (column, value) -> null, out));
    for (int column : new int[] {0, columns - 1}) {
      if (columns > 0 && DataRow.value(hidden, column) != null) {
        throw new AssertionError("a hidden value is there");
      }
    }
  }

  @Test
  void pgp14_aStartupPacketIsWhatItSaysOrRefused() throws Exception {
    Fuzzer fuzzer =
        Fuzzer.ofPackets(
            WireFuzzTest.class,
            "startup.txt",
            Bytes.NOTATION,
            List.of("user<00>", "options<00>", "-c ", "<00>", "_pq_.", "<00030000>", "<04d2162e>"),
            MEMORY);

    assertThat(fuzzer.run(WireFuzzTest::readStartup)).isGreaterThan(100);
  }

  private static String readStartup(byte[] input) {
    StringBuilder told = new StringBuilder();
    EmbeddedChannel channel = new EmbeddedChannel(new StartupDecoder());
    int read = 0;
    try {
      channel.writeInbound(Unpooled.copiedBuffer(input));
    } catch (DecoderException refused) {
      told.append(refusal(refused));
    }
    for (Object packet = channel.readInbound(); packet != null; packet = channel.readInbound()) {
      byte[] rest = Arrays.copyOfRange(input, read, input.length);
      told.append(readStartupPacket((StartupPacket) packet, ByteBufUtil.hexDump(rest)));
      read += Unpooled.wrappedBuffer(rest).getInt(0);
    }
    close(channel);
    return told.toString();
  }

  private static String readStartupPacket(StartupPacket packet, String bytes) {
    switch (packet) {
      case StartupPacket.SslRequest ssl -> assertThat(bytes).startsWith(written(ssl::encode));
      case StartupPacket.GssEncRequest _ -> assertThat(bytes).startsWith("0000000804d21630");
      case StartupPacket.CancelRequest cancel ->
          assertThat(bytes).startsWith(written(cancel::encode));
      case StartupPacket.StartupMessage message -> {
        if (message.major() != 3) {
          return "another version";
        }
        assertThat(bytes).startsWith(written(message::encode));
        try {
          StartupParameters asked = StartupParameters.of(message.parameters());
          same(message.parameters().values().containsAll(asked.settings().values()), true);
        } catch (Refused refused) {
          return refused.refusal().sqlState();
        }
      }
    }
    return packet.getClass().getSimpleName();
  }

  /** Cuts what comes at once and what comes in pieces: into the same messages. */
  private static Cut cutAlike(byte[] input, Supplier<ChannelHandler> decoder) {
    Cut atOnce = cut(input, decoder.get(), input.length);
    Cut inPieces = cut(input, decoder.get(), 1 + input.length % 7);
    same(inPieces.refusal(), atOnce.refusal());
    same(
        Arrays.deepToString(inPieces.messages().toArray()),
        Arrays.deepToString(atOnce.messages().toArray()));
    return atOnce;
  }

  private static Cut cut(byte[] input, ChannelHandler decoder, int piece) {
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    String refusal = "";
    try {
      for (int at = 0; at < input.length; at += piece) {
        channel.writeInbound(Unpooled.copiedBuffer(input, at, Math.min(piece, input.length - at)));
      }
    } catch (DecoderException refused) {
      refusal = refusal(refused);
    }
    List<byte[]> messages = new ArrayList<>();
    for (ByteBuf frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
      messages.add(ByteBufUtil.getBytes(frame));
      frame.release();
    }
    close(channel);
    return new Cut(messages, refusal);
  }

  /** What is left is looked at once more. */
  private static void close(EmbeddedChannel channel) {
    try {
      channel.finishAndReleaseAll();
    } catch (DecoderException refused) {
      assertThat(refusal(refused)).isNotEmpty();
    }
  }

  private static String refusal(DecoderException refused) {
    if (refused.getCause() instanceof WireException declared) {
      return declared.getMessage();
    }
    throw refused;
  }

  /** Quicker than what makes a message of it, which is for the one time that they differ. */
  private static void same(Object actual, Object expected) {
    if (!actual.equals(expected)) {
      assertThat(actual).isEqualTo(expected);
    }
  }

  private static ByteBuf encoded(Consumer<ByteBuf> encode) {
    ByteBuf out = Unpooled.buffer();
    encode.accept(out);
    return out;
  }

  private static String written(Consumer<ByteBuf> encode) {
    return ByteBufUtil.hexDump(encoded(encode));
  }
}
