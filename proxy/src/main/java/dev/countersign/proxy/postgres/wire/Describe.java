package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * Asks for the parameters and columns of a statement, or the columns of a portal. Layout: {@code
 * 'D', int32 length, byte 'S' or 'P', cstring name}.
 */
public record Describe(Target target, String name) implements FrontendMessage {

  static Describe decode(WireReader in) {
    return new Describe(Target.decode(in), in.name());
  }

  @Override
  public void encode(ByteBuf out) {
    int start = WireWriter.open(out, 'D');
    out.writeByte(target.code());
    WireWriter.cString(out, name);
    WireWriter.close(out, start);
  }
}
