package dev.countersign.proxy.kubernetes.spdy;

import static dev.countersign.proxy.kubernetes.spdy.SpdyBytes.control;
import static dev.countersign.proxy.kubernetes.spdy.SpdyBytes.data;
import static dev.countersign.proxy.kubernetes.spdy.SpdyBytes.joined;
import static dev.countersign.proxy.kubernetes.spdy.SpdyBytes.numbers;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpdyReaderTest {

  private static final int ROUNDS = 20_000;
  private static final String RESET = "80030003 00000008 00000001 00000005";

  private static List<SpdyFrame> read(InputStream in) throws IOException {
    List<SpdyFrame> frames = new ArrayList<>();
    try (SpdyReader reader = new SpdyReader(in)) {
      for (SpdyFrame frame = reader.next(); frame != null; frame = reader.next()) {
        frames.add(frame);
      }
    }
    return frames;
  }

  private static List<SpdyFrame> read(byte[]... parts) throws IOException {
    return read(new ByteArrayInputStream(joined(parts)));
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  @Test
  void readsWhatAClientSends() throws Exception {
    SpdyBytes client = new SpdyBytes();
    byte[] opened = client.opened(1, "error");
    byte[] second = client.synStream(3, SpdyBytes.FIN, Map.of("streamtype", "stdin"));

    assertThat(
            read(
                opened,
                second,
                hex(RESET),
                hex("80030004 0000000c 00000001 00000007 00010000"), // SETTINGS
                hex("80030006 00000004 00000001"), // PING
                hex("80030007 00000008 00000000 00000000"), // GOAWAY
                hex("80030009 00000008 00000003 00001000"))) // WINDOW_UPDATE
        .containsExactly(
            new SpdyFrame.SynStream(1, false, Map.of("streamtype", "error")),
            new SpdyFrame.SynStream(3, true, Map.of("streamtype", "stdin")),
            new SpdyFrame.Reset(1),
            new SpdyFrame.Settings(),
            new SpdyFrame.Ping(1),
            new SpdyFrame.GoAway(),
            new SpdyFrame.WindowUpdate(3, 4_096));
  }

  @Test
  void readsByteByByte() throws Exception {
    byte[] all =
        joined(
            new SpdyBytes().opened(1, "stdin"), data(1, SpdyBytes.FIN, "ls\n".getBytes(US_ASCII)));

    List<SpdyFrame> frames =
        read(
            new ByteArrayInputStream(all) {
              @Override
              public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(1, length));
              }
            });

    assertThat(frames.getFirst())
        .isEqualTo(new SpdyFrame.SynStream(1, false, Map.of("streamtype", "stdin")));
    assertThat(text(frames)).isEqualTo("ls\n");
    assertThat(frames.getLast()).isInstanceOfSatisfying(SpdyFrame.Data.class, SpdyReaderTest::ends);
  }

  private static void ends(SpdyFrame.Data data) {
    assertThat(data.isLast()).isTrue();
  }

  private static String text(List<SpdyFrame> frames) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (SpdyFrame frame : frames) {
      if (frame instanceof SpdyFrame.Data data) {
        text.writeBytes(data.payload());
      }
    }
    return text.toString(ISO_8859_1);
  }

  @Test
  void readsLongDataInPartsAndEndsTheStreamWithTheLast() throws Exception {
    List<SpdyFrame> frames = read(data(1, SpdyBytes.FIN, new byte[40_000]));

    assertThat(text(frames)).hasSize(40_000);
    assertThat(frames)
        .hasSizeGreaterThan(2)
        .allSatisfy(
            frame ->
                assertThat(((SpdyFrame.Data) frame).payload().length).isLessThanOrEqualTo(16 << 10))
        .filteredOn(frame -> ((SpdyFrame.Data) frame).isLast())
        .containsExactly(frames.getLast());
  }

  /** The checksum of the dictionary is well known: E3C6A7C2. */
  @Test
  void knowsTheDictionaryOfTheSpecification() {
    assertThat(HexFormat.of().formatHex(new HeaderEncoder().encode(Map.of())))
        .startsWith("78bbe3c6a7c2");
  }

  static Stream<Arguments> surprises() {
    return Stream.of(
        Arguments.of("another version", hex("80020006 00000004 00000001")),
        Arguments.of("an answer", hex("80030002 00000004 00000001")),
        Arguments.of("more headers", hex("80030008 00000004 00000001")),
        Arguments.of("a type of no specification", hex("80030063 00000000")),
        Arguments.of("a control frame as long as can be", hex("80030001 00ffffff")),
        Arguments.of("no room for a stream", control(1, 0, 1, 0)),
        Arguments.of("a stream of one direction", new SpdyBytes().synStream(1, 2, Map.of())),
        Arguments.of("stream zero", new SpdyBytes().synStream(0, 0, Map.of())),
        Arguments.of("stream -1", new SpdyBytes().synStream(-1, 0, Map.of())),
        Arguments.of("a stream of another", control(1, 0, 1, 3, 0, 0)),
        Arguments.of("data of stream zero", data(0, 0, new byte[1])),
        Arguments.of("data that is compressed", data(1, 2, new byte[1])),
        Arguments.of("a reset with flags", control(3, 1, 1, 5)),
        Arguments.of("a reset of more", control(3, 0, 1, 5, 5)),
        Arguments.of("a ping of two", control(6, 0, 1, 1)),
        Arguments.of("settings that are not there", control(4, 0, 1_000_000)),
        Arguments.of("settings less than none", control(4, 0, -1)),
        Arguments.of("a window of nothing", control(9, 0, 1, 0)),
        Arguments.of("a window of less", control(9, 0, 1, -1)),
        Arguments.of("half a frame", hex("80030006 000000")),
        Arguments.of("half of its payload", hex("80030006 00000004 0000")),
        Arguments.of("half of its data", hex("00000001 00000004 0000")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("surprises")
  void refusesSurprises(String name, byte[] bytes) {
    assertThatThrownBy(() -> read(bytes)).as(name).isInstanceOf(IOException.class);
  }

  static Stream<Arguments> wrongHeaders() {
    byte[] name = joined(numbers(1), "a".getBytes(US_ASCII));
    return Stream.of(
        Arguments.of("nothing", new byte[0]),
        Arguments.of("no pairs, but bytes", numbers(0, 0)),
        Arguments.of("less than none", numbers(-1)),
        Arguments.of("a million", numbers(1_000_000)),
        Arguments.of("no value", joined(numbers(1), name)),
        Arguments.of("a value beyond the end", joined(numbers(1), name, numbers(9))),
        Arguments.of("a value of two gigabytes", joined(numbers(1), name, numbers(0x7fffffff))),
        Arguments.of("a length below zero", joined(numbers(1), name, numbers(-1))),
        Arguments.of("no name", numbers(1, 0, 0)),
        Arguments.of("a name twice", joined(numbers(2), name, numbers(0), name, numbers(0))),
        Arguments.of("capitals", joined(numbers(1, 1), new byte[] {'A'}, numbers(0))),
        Arguments.of(
            "two values in one", joined(numbers(1), name, numbers(3), "x\0y".getBytes(US_ASCII))),
        Arguments.of("a bomb", new byte[100_000]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongHeaders")
  void refusesHeadersThatAreNone(String name, byte[] plain) {
    byte[] block = deflated(plain, HeaderDictionary.bytes(), Deflater.SYNC_FLUSH);

    assertThatThrownBy(() -> read(SpdyBytes.synStream(1, 0, block)))
        .as(name)
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesHeadersOfAnotherCompression() {
    byte[] plain = numbers(0);
    byte[] dictionary = HeaderDictionary.bytes();

    for (byte[] block :
        List.of(
            plain,
            deflated(plain, "another".getBytes(US_ASCII), Deflater.SYNC_FLUSH),
            deflated(plain, dictionary, Deflater.FULL_FLUSH, true))) {
      assertThatThrownBy(() -> read(SpdyBytes.synStream(1, 0, block)))
          .isInstanceOf(IOException.class);
    }
  }

  private static byte[] deflated(byte[] plain, byte[] dictionary, int flush) {
    return deflated(plain, dictionary, flush, false);
  }

  private static byte[] deflated(byte[] plain, byte[] dictionary, int flush, boolean isEnd) {
    byte[] block = new byte[200_000];
    try (Deflater deflater = new Deflater()) {
      deflater.setDictionary(dictionary);
      deflater.setInput(plain);
      if (isEnd) {
        deflater.finish();
      }
      int size = deflater.deflate(block, 0, block.length, flush);
      return Arrays.copyOf(block, size);
    }
  }

  @Test
  void survivesRandomBytes() {
    Random random = new Random(7);
    byte[] begin = new SpdyBytes().opened(1, "stdin");
    for (int round = 0; round < ROUNDS; round++) {
      byte[] noise = new byte[random.nextInt(60)];
      random.nextBytes(noise);
      if (round % 2 == 0 && noise.length > 7) {
        // Near to a frame: a type that is known and a length that is short.
        byte[] head = control(random.nextInt(10), 0, new byte[0]);
        head[7] = (byte) random.nextInt(24);
        System.arraycopy(head, 0, noise, 0, 8);
      }
      byte[] bytes = round % 3 == 0 ? joined(begin, noise) : noise;
      try {
        assertThat(read(bytes)).hasSizeLessThan(20);
      } catch (IOException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
    }
  }
}
