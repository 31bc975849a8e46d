package dev.countersign.proxy.kubernetes.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes from API servers, byte by byte. */
class WireTest {

  private static final int ROUNDS = 20_000;

  /** Reads something out of bytes. */
  private interface Reading {
    void of(InputStream in) throws IOException;
  }

  private static void survives(String begin, String alphabet, Reading reading) {
    Random random = new Random(7);
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder text = new StringBuilder(round % 3 == 0 ? begin : "");
      int length = random.nextInt(60);
      for (int i = 0; i < length; i++) {
        text.append(
            round % 2 == 0
                ? alphabet.charAt(random.nextInt(alphabet.length()))
                : (char) random.nextInt(256));
      }
      try {
        reading.of(new ByteArrayInputStream(text.toString().getBytes(ISO_8859_1)));
      } catch (IOException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
    }
  }

  @Test
  void headsSurviveRandomBytes() {
    survives("HTTP/1.1 200 OK\r\n", "HTTP/1. 20\r\n:aC-", ResponseHead::read);
  }

  @Test
  void chunksSurviveRandomBytes() {
    survives("2\r\nab\r\n", "0123af;\r\n -+", in -> new ChunkedInput(in).readAllBytes());
  }

  @Test
  void framesSurviveRandomBytes() {
    survives(
        "\u0082\u0003",
        "\u0000\u0001\u0002\u0080\u0081\u0082\u0088~\u007f\u00ff",
        in -> {
          while (WebSocketFrame.read(in) != null) {
            // Until it is not one any more.
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+3\r\nabc\r\n0\r\n\r\n",
        "-3\r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "100000004\r\nabc\r\n0\r\n\r\n",
        "\r\nabc\r\n0\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nab",
      })
  void k8s29_readsNoChunkThatIsNotPlain(String body) {
    assertThatThrownBy(
            () ->
                new ChunkedInput(new ByteArrayInputStream(body.getBytes(ISO_8859_1)))
                    .readAllBytes())
        .isInstanceOf(IOException.class);
  }

  @Test
  void aFrameComesBackAsItWasWritten() throws Exception {
    for (int length : new int[] {0, 1, 125, 126, 65_535, 65_536}) {
      WebSocketFrame frame =
          WebSocketFrame.read(
              new ByteArrayInputStream(
                  WebSocketFrame.encode(WebSocketFrame.BINARY, new byte[length])));

      assertThat(frame).isNotNull();
      assertThat(frame.payload()).hasSize(length);
      assertThat(frame.isLast()).isTrue();
    }
    byte[] long1 = {(byte) 0x82, 127, 0, 0, 0, 0, 0, 0x20, 0, 0};
    assertThatThrownBy(() -> WebSocketFrame.read(new ByteArrayInputStream(long1)))
        .hasMessageContaining("too long");
    byte[] reserved = {(byte) 0x8b, 0};
    assertThatThrownBy(() -> WebSocketFrame.read(new ByteArrayInputStream(reserved)))
        .hasMessageContaining("none");
  }
}
