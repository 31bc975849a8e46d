package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts a stream into typed messages: {@code byte type, int32 length (itself included), body}. Each
 * is handed on whole, type and length included, as a slice that the next handler owns. Nothing is
 * allocated for a length before it was checked. Confined to its event loop.
 */
public final class FrameDecoder extends ByteToMessageDecoder {

  private static final int HEADER = 5;

  private int limit;

  /**
   * @param limit the longest message in bytes, type and length included
   */
  public FrameDecoder(int limit) {
    this.limit = limit;
  }

  /** Changes the limit, for messages not yet cut. */
  public void limit(int bytes) {
    limit = bytes;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < HEADER) {
      return;
    }
    long length = in.getUnsignedInt(in.readerIndex() + 1);
    if (length < 4) {
      throw new WireException.Malformed("a message length is below its own size");
    }
    if (length + 1 > limit) {
      throw new WireException.TooLong("a message is longer than " + limit + " bytes");
    }
    if (in.readableBytes() > length) {
      out.add(in.readRetainedSlice((int) length + 1));
    }
  }
}
