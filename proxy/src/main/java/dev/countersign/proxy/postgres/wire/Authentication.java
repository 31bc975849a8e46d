package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What the server wants to let somebody in. Layout: {@code 'R', int32 length, int32 code}, then
 * what the code brings.
 */
public sealed interface Authentication {

  static Authentication decode(ByteBuf frame) {
    return WireReader.body(frame, Authentication::decode);
  }

  private static Authentication decode(WireReader in) {
    int code = in.int32();
    return switch (code) {
      case 0 -> new Ok();
      case 3 -> new CleartextPassword();
      case 10 -> Sasl.decode(in);
      case 11 -> new SaslContinue(in.rest());
      case 12 -> new SaslFinal(in.rest());
      default -> {
        in.rest();
        yield new Other(code);
      }
    };
  }

  /** Nothing more. Code 0. */
  record Ok() implements Authentication {
    public void encode(ByteBuf out) {
      out.writeByte('R').writeInt(8).writeInt(0);
    }
  }

  /** The password as it is. Code 3. */
  record CleartextPassword() implements Authentication {
    public void encode(ByteBuf out) {
      out.writeByte('R').writeInt(8).writeInt(3);
    }
  }

  /** One of these SASL mechanisms. Code 10, C strings, then NUL. */
  record Sasl(List<String> mechanisms) implements Authentication {
    static Sasl decode(WireReader in) {
      List<String> mechanisms = new ArrayList<>();
      for (String name = in.cString(); !name.isEmpty(); name = in.cString()) {
        mechanisms.add(name);
      }
      return new Sasl(List.copyOf(mechanisms));
    }
  }

  /** The server's next SASL message. Code 11. */
  @SuppressWarnings("ArrayRecordComponent") // Read once, compared never.
  record SaslContinue(byte[] text) implements Authentication {}

  /** The server's last SASL message. Code 12. */
  @SuppressWarnings("ArrayRecordComponent") // Read once, compared never.
  record SaslFinal(byte[] text) implements Authentication {}

  /** A way the gateway does not go: MD5, GSSAPI, SSPI or one of tomorrow. */
  record Other(int code) implements Authentication {}
}
