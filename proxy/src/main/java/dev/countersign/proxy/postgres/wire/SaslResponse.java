package dev.countersign.proxy.postgres.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;

/** The client's SASL messages. They share the type byte of {@link PasswordMessage}. */
public final class SaslResponse {

  private SaslResponse() {}

  /** Layout: {@code 'p', int32 length, cstring mechanism, int32 length, bytes}. */
  public static void encodeInitial(ByteBuf out, String mechanism, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    int start = WireWriter.open(out, 'p');
    WireWriter.cString(out, mechanism);
    out.writeInt(bytes.length).writeBytes(bytes);
    WireWriter.close(out, start);
  }

  /** Layout: {@code 'p', int32 length, bytes}. */
  public static void encode(ByteBuf out, String text) {
    int start = WireWriter.open(out, 'p');
    out.writeBytes(text.getBytes(UTF_8));
    WireWriter.close(out, start);
  }
}
