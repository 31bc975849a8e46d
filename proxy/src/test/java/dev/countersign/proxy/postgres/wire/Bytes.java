package dev.countersign.proxy.postgres.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.proxy.fuzz.Fuzzer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/** Bytes as a test shows them: text as it is, everything else as two hex digits in {@code <>}. */
public final class Bytes {

  /** For corpora. */
  public static final Fuzzer.Notation NOTATION =
      new Fuzzer.Notation() {
        @Override
        public byte[] read(String line) {
          return ByteBufUtil.getBytes(of(line));
        }

        @Override
        public String write(byte[] input) {
          return shown(input);
        }
      };

  private Bytes() {}

  /** {@code "Q<0000000d>SELECT 1<00>"} as bytes. */
  static ByteBuf of(String shown) {
    ByteBuf out = Unpooled.buffer();
    int at = 0;
    while (at < shown.length()) {
      if (shown.charAt(at) == '<') {
        int end = shown.indexOf('>', at);
        out.writeBytes(ByteBufUtil.decodeHexDump(shown.substring(at + 1, end).replace(" ", "")));
        at = end + 1;
      } else {
        out.writeBytes(shown.substring(at, ++at).getBytes(UTF_8));
      }
    }
    return out;
  }

  private static String shown(byte[] bytes) {
    StringBuilder shown = new StringBuilder();
    for (byte b : bytes) {
      boolean isText = b >= ' ' && b < 0x7f && b != '<';
      shown.append(isText ? String.valueOf((char) b) : "<%02x>".formatted(b));
    }
    return shown.toString().replace("><", " ");
  }

  /** What a message encodes to, in hex. */
  static String hex(Consumer<ByteBuf> encode) {
    ByteBuf out = Unpooled.buffer();
    encode.accept(out);
    return ByteBufUtil.hexDump(out);
  }

  static String hex(String shown) {
    return ByteBufUtil.hexDump(of(shown));
  }
}
