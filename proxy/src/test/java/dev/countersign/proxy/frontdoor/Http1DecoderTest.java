package dev.countersign.proxy.frontdoor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // Line ends are what is tested.
class Http1DecoderTest {

  private static final String REQUEST =
      "POST /a?b=c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n";

  @Test
  void readsTheSameWhereverTheBytesAreCut() {
    for (int cut = 1; cut < REQUEST.length(); cut++) {
      assertThat(decode(REQUEST.substring(0, cut), REQUEST.substring(cut)))
          .isEqualTo("POST /a?b=c;hello!;BODY_END;");
    }
    assertThat(decode(REQUEST.split(""))).isEqualTo("POST /a?b=c;hello!;BODY_END;");
  }

  @Test
  void stopsBehindEachRequest() {
    assertThat(decode(REQUEST + REQUEST)).isEqualTo("POST /a?b=c;hello!;BODY_END;");
  }

  @Test
  void survivesRandomBytes() {
    Random random = new Random(29);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = REQUEST.getBytes(ISO_8859_1);
      for (int j = random.nextInt(4); j >= 0; j--) {
        noise[random.nextInt(noise.length)] = (byte) random.nextInt(256);
      }
      assertThat(decode(new String(noise, ISO_8859_1))).isNotNull();
      random.nextBytes(noise);
      assertThat(decode(new String(noise, ISO_8859_1))).doesNotContain("BODY_END");
    }
  }

  private static String decode(String... pieces) {
    EmbeddedChannel channel = new EmbeddedChannel(new Http1Decoder(1_000));
    for (String piece : pieces) {
      channel.writeInbound(Unpooled.copiedBuffer(piece, ISO_8859_1));
    }
    StringBuilder text = new StringBuilder();
    List<ByteBuf> parts = new ArrayList<>();
    for (Object read = channel.readInbound(); read != null; read = channel.readInbound()) {
      if (read instanceof ByteBuf part) {
        parts.add(part);
        text.append(part.toString(ISO_8859_1));
      } else if (read instanceof BadRequestException refused) {
        text.append(refused.status()).append(';');
      } else {
        text.append(!parts.isEmpty() && read instanceof Http1Decoder.BodyEnd ? ";" : "")
            .append(read)
            .append(';');
      }
    }
    parts.forEach(ByteBuf::release);
    channel.finishAndReleaseAll();
    return text.toString();
  }
}
