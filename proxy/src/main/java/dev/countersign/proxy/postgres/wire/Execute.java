package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * Runs a portal. Layout: {@code 'E', int32 length, cstring portal, int32 rows}.
 *
 * @param rows how many rows to send at most; 0 for all
 */
public record Execute(String portal, int rows) implements FrontendMessage {

  static Execute decode(WireReader in) {
    return new Execute(in.name(), in.int32());
  }

  @Override
  public void encode(ByteBuf out) {
    int start = WireWriter.open(out, 'E');
    WireWriter.cString(out, portal);
    out.writeInt(rows);
    WireWriter.close(out, start);
  }
}
