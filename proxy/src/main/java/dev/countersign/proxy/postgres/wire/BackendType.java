package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The type bytes of messages from a server. Only the messages the gateway looks into have a record;
 * the others pass as the bytes they are.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message
 *     formats</a>
 */
public enum BackendType {
  AUTHENTICATION('R'),
  BACKEND_KEY_DATA('K'),
  BIND_COMPLETE('2'),
  CLOSE_COMPLETE('3'),
  COMMAND_COMPLETE('C'),
  COPY_BOTH_RESPONSE('W'),
  COPY_DATA('d'),
  COPY_DONE('c'),
  COPY_IN_RESPONSE('G'),
  COPY_OUT_RESPONSE('H'),
  DATA_ROW('D'),
  EMPTY_QUERY_RESPONSE('I'),
  ERROR_RESPONSE('E'),
  FUNCTION_CALL_RESPONSE('V'),
  NEGOTIATE_PROTOCOL_VERSION('v'),
  NO_DATA('n'),
  NOTICE_RESPONSE('N'),
  NOTIFICATION_RESPONSE('A'),
  PARAMETER_DESCRIPTION('t'),
  PARAMETER_STATUS('S'),
  PARSE_COMPLETE('1'),
  PORTAL_SUSPENDED('s'),
  READY_FOR_QUERY('Z'),
  ROW_DESCRIPTION('T');

  private static final @Nullable BackendType[] BY_CODE = new @Nullable BackendType[256];

  static {
    for (BackendType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final char code;

  BackendType(char code) {
    this.code = code;
  }

  char code() {
    return code;
  }

  /**
   * The type of a whole frame.
   *
   * @throws WireException.Malformed if no server sends such a message
   */
  public static BackendType of(ByteBuf frame) {
    BackendType type = BY_CODE[frame.getUnsignedByte(frame.readerIndex())];
    if (type == null) {
      throw new WireException.Malformed("a message type is unknown");
    }
    return type;
  }
}
