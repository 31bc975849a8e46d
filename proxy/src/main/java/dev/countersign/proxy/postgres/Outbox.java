package dev.countersign.proxy.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** What goes to one side, put together before it is written: each write has its price. */
final class Outbox {

  private static final int TOGETHER = 16_384;
  private static final int SMALL = 2_048;

  private final Channel channel;
  private @Nullable ByteBuf gathered;

  Outbox(Channel channel) {
    this.channel = channel;
  }

  /** To encode a message into. */
  ByteBuf gathered() {
    if (gathered == null) {
      gathered = channel.alloc().buffer();
    }
    return gathered;
  }

  /** Adds bytes, and writes what has come to be much; takes ownership. */
  void add(ByteBuf bytes) {
    if (bytes.readableBytes() > SMALL) {
      write();
      var _ = channel.write(bytes, channel.voidPromise());
      return;
    }
    ByteBuf all = gathered();
    all.writeBytes(bytes);
    bytes.release();
    if (all.readableBytes() >= TOGETHER) {
      write();
    }
  }

  /** Writes what there is, for whoever flushes. */
  void write() {
    if (gathered != null) {
      ByteBuf bytes = gathered;
      gathered = null;
      var _ = channel.write(bytes, channel.voidPromise());
    }
  }

  void writeAndFlush() {
    if (gathered != null) {
      ByteBuf bytes = gathered;
      gathered = null;
      var _ = channel.writeAndFlush(bytes, channel.voidPromise());
    }
  }

  /** Throws away what was not written. */
  void discard() {
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }
}
