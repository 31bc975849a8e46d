package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Asks the server to send what it has. Layout: {@code 'H', int32 4}. */
public record Flush() implements FrontendMessage {

  @Override
  public void encode(ByteBuf out) {
    WireWriter.empty(out, 'H');
  }
}
