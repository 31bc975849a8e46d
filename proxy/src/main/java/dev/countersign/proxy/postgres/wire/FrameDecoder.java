package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into typed messages: {@code byte type, int32 length (itself included), body}. Each
 * is handed on whole, type and length included, as a slice that the next handler owns. Nothing is
 * allocated for a length before it was checked, and of a text that is too long only the header is
 * handed on ({@link SkippedText}). Confined to its event loop.
 */
public final class FrameDecoder extends ByteToMessageDecoder {

  static final int HEADER = 5;

  private int limit;
  private String types = "";
  private @Nullable FrontendLimits limits;
  private long skipping;

  /**
   * @param limit the longest message in bytes, type and length included
   */
  public FrameDecoder(int limit) {
    this.limit = limit;
  }

  /**
   * Changes what may come, for messages not yet cut.
   *
   * @param types the type bytes of the messages, empty for any
   * @param bytes the longest message
   */
  public void accept(String types, int bytes) {
    this.types = types;
    limit = bytes;
  }

  /** Takes all messages of a client from now on, each as long as its type may be. */
  public void accept(FrontendLimits limits) {
    accept(FrontendMessage.TYPES, limits.message());
    this.limits = limits;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (skipping > 0) {
      int skipped = (int) Math.min(skipping, in.readableBytes());
      in.skipBytes(skipped);
      skipping -= skipped;
      return;
    }
    if (!types.isEmpty() && types.indexOf(in.getByte(in.readerIndex())) < 0) {
      throw new WireException.Unexpected("a message of a type that may not come now");
    }
    if (in.readableBytes() < HEADER) {
      return;
    }
    long length = in.getUnsignedInt(in.readerIndex() + 1);
    if (length < 4) {
      throw new WireException.Malformed("a message length is below its own size");
    }
    char type = (char) in.getByte(in.readerIndex());
    int longest = limits == null ? limit : limits.longest(type);
    if (length + 1 > longest) {
      if (limits == null || !limits.skips(type, length + 1)) {
        throw new WireException.TooLong("a message is longer than " + longest + " bytes");
      }
      out.add(in.readRetainedSlice(HEADER));
      skipping = length - 4;
      return;
    }
    if (in.readableBytes() > length) {
      out.add(in.readRetainedSlice((int) length + 1));
    }
  }
}
