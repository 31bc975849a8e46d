package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * CopyData, CopyDone or CopyFail from the client. Layout: {@code 'd', 'c' or 'f', int32 length},
 * body. Outside a COPY, which the gateway never lets begin, a server ignores them.
 */
public record CopyFromClient() implements FrontendMessage {

  static CopyFromClient decode(WireReader in) {
    in.rest();
    return new CopyFromClient();
  }

  @Override
  public void encode(ByteBuf out) {
    throw new UnsupportedOperationException("the gateway never copies");
  }
}
