package dev.countersign.proxy.kubernetes;

import dev.countersign.proxy.kubernetes.wire.WebSocketFrame;
import java.io.IOException;
import java.util.Arrays;

/**
 * One direction of a terminal over WebSocket, read as what it brings on which channel: the first
 * byte of a message says which one.
 */
final class ChannelMessages {

  /** Of a message whose first byte has not come yet. */
  static final int UNKNOWN = -1;

  private int channel = UNKNOWN;
  private boolean isInMessage;

  /**
   * A part of a message.
   *
   * @param channel its number
   */
  @SuppressWarnings("ArrayRecordComponent") // Its owner alone holds it; nobody compares parts.
  record Part(int channel, byte[] content) {

    /** Without the content. */
    @Override
    public String toString() {
      return "Part[channel=%d, length=%d]".formatted(channel, content.length);
    }
  }

  /** Whether a message is under way. */
  boolean isInMessage() {
    return isInMessage;
  }

  /**
   * What a frame brings that is not about the connection.
   *
   * @throws IOException if it is no part of a message of bytes
   */
  Part next(WebSocketFrame frame) throws IOException {
    boolean begins = frame.opcode() == WebSocketFrame.BINARY;
    if (!begins && frame.opcode() != WebSocketFrame.CONTINUATION) {
      throw new IOException("a terminal that does not send bytes");
    }
    if (begins == isInMessage) {
      throw new IOException("a message inside another, or a part of none");
    }
    isInMessage = !frame.isLast();
    if (begins) {
      channel = UNKNOWN;
    }
    byte[] data = frame.payload();
    int from = 0;
    if (channel == UNKNOWN && data.length > 0) {
      // The first part of a message may be empty.
      channel = data[0] & 0xff;
      from = 1;
    }
    return new Part(channel, Arrays.copyOfRange(data, from, data.length));
  }
}
