package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Prepares a statement. Layout: {@code 'P', int32 length, cstring name, cstring text, int16 n, n ×
 * int32 type OID}.
 *
 * @param name the statement's name, empty for the unnamed one
 * @param text one statement, or none
 * @param parameterTypes type OIDs of the first parameters; 0 leaves one to the server
 */
public record Parse(String name, String text, List<Integer> parameterTypes)
    implements FrontendMessage {

  public Parse {
    parameterTypes = List.copyOf(parameterTypes);
  }

  static Parse decode(WireReader in) {
    return new Parse(in.name(), in.cString(), in.list(4, WireReader::int32));
  }

  @Override
  public void encode(ByteBuf out) {
    int start = WireWriter.open(out, 'P');
    WireWriter.cString(out, name);
    WireWriter.cString(out, text);
    WireWriter.count(out, parameterTypes.size());
    parameterTypes.forEach(out::writeInt);
    WireWriter.close(out, start);
  }

  /** Without the text: SQL never reaches a log. */
  @Override
  public String toString() {
    return "Parse[" + name + ", " + text.length() + " characters]";
  }
}
