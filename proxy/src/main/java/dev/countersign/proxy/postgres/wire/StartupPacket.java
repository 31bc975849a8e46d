package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a client may send before the first typed message. Layout: {@code int32 length, int32 code},
 * then what the code asks for.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message
 *     formats</a>
 */
public sealed interface StartupPacket {

  int CANCEL = 80877102;
  int SSL = 80877103;
  int GSS = 80877104;

  static StartupPacket decode(WireReader in) {
    int code = in.int32();
    return switch (code) {
      case SSL -> new SslRequest();
      case GSS -> new GssEncRequest();
      case CANCEL -> CancelRequest.decode(in);
      default -> StartupMessage.decode(code, in);
    };
  }

  /** Asks for TLS. Code 80877103, no more. */
  record SslRequest() implements StartupPacket {
    public void encode(ByteBuf out) {
      out.writeInt(8).writeInt(SSL);
    }
  }

  /** Asks for GSSAPI encryption. Code 80877104, no more. */
  record GssEncRequest() implements StartupPacket {}

  /**
   * Asks to cancel what a session does. Code 80877102, {@code int32 pid}, key: 4 bytes in protocol
   * 3.0, 4 to 256 bytes since 3.2.
   */
  @SuppressWarnings("ArrayRecordComponent") // Cloned and compared by content, below.
  record CancelRequest(int pid, byte[] key) implements StartupPacket {

    private static final int LONGEST_KEY = 256;

    public CancelRequest {
      key = key.clone();
    }

    static CancelRequest decode(WireReader in) {
      int pid = in.int32();
      byte[] key = in.rest();
      if (key.length < 4 || key.length > LONGEST_KEY) {
        throw new WireException.Malformed("a cancel key is 4 to 256 bytes");
      }
      return new CancelRequest(pid, key);
    }

    @Override
    public byte[] key() {
      return key.clone();
    }

    public void encode(ByteBuf out) {
      out.writeInt(12 + key.length).writeInt(CANCEL).writeInt(pid).writeBytes(key);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof CancelRequest that && pid == that.pid && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
      return 31 * pid + Arrays.hashCode(key);
    }

    /** Without the key: it is a secret. */
    @Override
    public String toString() {
      return "CancelRequest[pid=" + pid + "]";
    }
  }

  /**
   * Opens a session. Code = protocol version ({@code int16 major, int16 minor}), then pairs of C
   * strings, then NUL. A key that comes twice is malformed: two readers could read it differently.
   */
  record StartupMessage(int major, int minor, Map<String, String> parameters)
      implements StartupPacket {

    /** Since 3.2 cancel keys may be longer; nothing else has changed since 3.0. */
    public static final int LATEST_MINOR = 2;

    public StartupMessage {
      parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    static StartupMessage decode(int version, WireReader in) {
      Map<String, String> parameters = new LinkedHashMap<>();
      if (version >>> 16 != 3) {
        // Another major version lays out its packet as it likes: say the version, not the rest.
        in.rest();
        return new StartupMessage(version >>> 16, version & 0xffff, parameters);
      }
      for (String key = in.cString(); !key.isEmpty(); key = in.cString()) {
        if (parameters.put(key, in.cString()) != null) {
          throw new WireException.Malformed("a startup parameter comes twice");
        }
      }
      return new StartupMessage(version >>> 16, version & 0xffff, parameters);
    }

    public void encode(ByteBuf out) {
      int start = out.writerIndex();
      out.writeInt(0).writeShort(major).writeShort(minor);
      parameters.forEach(
          (key, value) -> {
            WireWriter.cString(out, key);
            WireWriter.cString(out, value);
          });
      out.writeByte(0);
      out.setInt(start, out.writerIndex() - start);
    }
  }
}
