package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Ends the session. Layout: {@code 'X', int32 4}. */
public record Terminate() implements FrontendMessage {

  @Override
  public void encode(ByteBuf out) {
    WireWriter.empty(out, 'X');
  }
}
