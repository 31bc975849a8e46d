package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;

/**
 * Makes a portal of a statement and its parameters. Layout: {@code 'B', int32 length, cstring
 * portal, cstring statement, int16 n, n × int16 format, int16 n, n × (int32 length or -1, bytes),
 * int16 n, n × int16 format}.
 *
 * @param portal the portal's name, empty for the unnamed one
 * @param statement the statement's name
 * @param parameterFormats none: all are text; one: it goes for all; else one each
 * @param parameters the values; empty is SQL NULL
 * @param resultFormats as the parameters' formats, for the result columns
 */
public record Bind(
    String portal,
    String statement,
    List<Short> parameterFormats,
    List<Optional<byte[]>> parameters,
    List<Short> resultFormats)
    implements FrontendMessage {

  public Bind {
    parameterFormats = List.copyOf(parameterFormats);
    parameters = List.copyOf(parameters);
    resultFormats = List.copyOf(resultFormats);
    if (parameterFormats.size() > 1 && parameterFormats.size() != parameters.size()) {
      throw new WireException.Malformed("formats and parameters are not as many");
    }
    checkFormats(parameterFormats);
    checkFormats(resultFormats);
  }

  private static void checkFormats(List<Short> formats) {
    for (short format : formats) {
      if (format != 0 && format != 1) {
        throw new WireException.Malformed("a format is neither text nor binary");
      }
    }
  }

  static Bind decode(WireReader in) {
    return new Bind(
        in.name(),
        in.name(),
        in.list(2, WireReader::int16),
        in.list(4, Bind::value),
        in.list(2, WireReader::int16));
  }

  private static Optional<byte[]> value(WireReader in) {
    int length = in.int32();
    return length == -1 ? Optional.empty() : Optional.of(in.bytes(length));
  }

  /** The format of the parameter at that index: 0 text, 1 binary. */
  public int parameterFormat(int index) {
    return format(parameterFormats, index);
  }

  /** The format of the result column at that index: 0 text, 1 binary. */
  public int resultFormat(int index) {
    return format(resultFormats, index);
  }

  private static int format(List<Short> formats, int index) {
    return switch (formats.size()) {
      case 0 -> 0;
      case 1 -> formats.getFirst();
      default -> formats.get(index);
    };
  }

  @Override
  public void encode(ByteBuf out) {
    int start = WireWriter.open(out, 'B');
    WireWriter.cString(out, portal);
    WireWriter.cString(out, statement);
    formats(out, parameterFormats);
    WireWriter.count(out, parameters.size());
    for (Optional<byte[]> value : parameters) {
      value.ifPresentOrElse(
          bytes -> out.writeInt(bytes.length).writeBytes(bytes), () -> out.writeInt(-1));
    }
    formats(out, resultFormats);
    WireWriter.close(out, start);
  }

  private static void formats(ByteBuf out, List<Short> formats) {
    WireWriter.count(out, formats.size());
    formats.forEach(out::writeShort);
  }

  /** Without the values: they never reach a log. */
  @Override
  public String toString() {
    return "Bind[" + portal + ", " + statement + ", " + parameters.size() + " parameters]";
  }
}
