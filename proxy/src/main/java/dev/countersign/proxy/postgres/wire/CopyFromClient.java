package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * CopyData, CopyDone or CopyFail from the client. Layout: {@code 'd', 'c' or 'f', int32 length},
 * body. Outside a COPY a server ignores them.
 *
 * @param isLast whether nothing follows: CopyDone or CopyFail
 */
public record CopyFromClient(boolean isLast) implements FrontendMessage {

  static CopyFromClient decodeFail(WireReader in) {
    in.cString();
    return new CopyFromClient(true);
  }

  @Override
  public void encode(ByteBuf out) {
    throw new UnsupportedOperationException("a COPY is passed on as the bytes it is");
  }
}
