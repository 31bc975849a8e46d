package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * Drops a statement or a portal. Layout: {@code 'C', int32 length, byte 'S' or 'P', cstring name}.
 */
public record Close(Target target, String name) implements FrontendMessage {

  static Close decode(WireReader in) {
    return new Close(Target.decode(in), in.name());
  }

  @Override
  public void encode(ByteBuf out) {
    int start = WireWriter.open(out, 'C');
    out.writeByte(target.code());
    WireWriter.cString(out, name);
    WireWriter.close(out, start);
  }
}
