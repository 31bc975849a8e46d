package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Tells a client what of its wishes is not known here. Layout: {@code 'v', int32 length, int32
 * minor, int32 n, n × cstring option}. The minor version is sent as 3.x whole, as PostgreSQL does.
 */
public record NegotiateProtocolVersion(int minor, List<String> unknownOptions) {

  public void encode(ByteBuf out) {
    int start = WireWriter.open(out, 'v');
    out.writeInt(3 << 16 | minor).writeInt(unknownOptions.size());
    unknownOptions.forEach(option -> WireWriter.cString(out, option));
    WireWriter.close(out, start);
  }
}
