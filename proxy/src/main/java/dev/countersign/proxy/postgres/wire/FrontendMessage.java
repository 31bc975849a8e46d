package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * A typed message from a client to a server. {@link #decode} takes a whole frame and leaves it as
 * it was.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message
 *     formats</a>
 */
public sealed interface FrontendMessage
    permits Bind,
        Close,
        CopyFromClient,
        Describe,
        Execute,
        Flush,
        FunctionCall,
        Parse,
        PasswordMessage,
        Query,
        SkippedText,
        Sync,
        Terminate {

  /** The type bytes of all messages a client may send. */
  String TYPES = "BCDEFHPQSXcdfp";

  /** Writes the whole frame. */
  void encode(ByteBuf out);

  /**
   * Decodes a whole frame.
   *
   * @throws WireException if it is no message of a client, or not a well-formed one
   */
  static FrontendMessage decode(ByteBuf frame) {
    if (SkippedText.is(frame)) {
      return SkippedText.decode(frame);
    }
    return switch ((char) frame.getByte(frame.readerIndex())) {
      case 'B' -> WireReader.body(frame, Bind::decode);
      case 'C' -> WireReader.body(frame, Close::decode);
      case 'D' -> WireReader.body(frame, Describe::decode);
      case 'E' -> WireReader.body(frame, Execute::decode);
      case 'F' -> WireReader.body(frame, FunctionCall::decode);
      case 'H' -> WireReader.body(frame, in -> new Flush());
      case 'P' -> WireReader.body(frame, Parse::decode);
      case 'Q' -> WireReader.body(frame, in -> new Query(in.cString()));
      case 'S' -> WireReader.body(frame, in -> new Sync());
      case 'X' -> WireReader.body(frame, in -> new Terminate());
      case 'p' -> WireReader.body(frame, in -> new PasswordMessage(in.cString()));
      case 'd' -> new CopyFromClient(false);
      case 'c' -> WireReader.body(frame, in -> new CopyFromClient(true));
      case 'f' -> WireReader.body(frame, CopyFromClient::decodeFail);
      default -> throw new WireException.Malformed("a message type is unknown");
    };
  }
}
