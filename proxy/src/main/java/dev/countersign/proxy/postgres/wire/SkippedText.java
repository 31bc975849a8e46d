package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * A Query or a Parse that was longer than it may be: its body was thrown away as it came. Its frame
 * is the first five bytes of the message.
 *
 * @param isParse whether it was a Parse
 * @param length of the message, without its type
 */
public record SkippedText(boolean isParse, int length) implements FrontendMessage {

  static boolean is(ByteBuf frame) {
    int at = frame.readerIndex();
    return frame.readableBytes() == FrameDecoder.HEADER
        && (frame.getByte(at) == 'Q' || frame.getByte(at) == 'P')
        && frame.getInt(at + 1) > FrameDecoder.HEADER;
  }

  static SkippedText decode(ByteBuf frame) {
    int at = frame.readerIndex();
    return new SkippedText(frame.getByte(at) == 'P', frame.getInt(at + 1));
  }

  @Override
  public void encode(ByteBuf out) {
    throw new UnsupportedOperationException("what was skipped is not there any more");
  }
}
