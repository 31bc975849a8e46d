package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Ends a run of extended-protocol messages. Layout: {@code 'S', int32 4}. */
public record Sync() implements FrontendMessage {

  @Override
  public void encode(ByteBuf out) {
    WireWriter.empty(out, 'S');
  }
}
