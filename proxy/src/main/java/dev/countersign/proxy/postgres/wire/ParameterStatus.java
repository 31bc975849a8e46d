package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Tells a parameter's value. Layout: {@code 'S', int32 length, cstring name, cstring value}. */
public record ParameterStatus(String name, String value) {

  public static ParameterStatus decode(ByteBuf frame) {
    return WireReader.body(frame, in -> new ParameterStatus(in.cString(), in.cString()));
  }

  public void encode(ByteBuf out) {
    int start = WireWriter.open(out, 'S');
    WireWriter.cString(out, name);
    WireWriter.cString(out, value);
    WireWriter.close(out, start);
  }
}
