package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The body that ErrorResponse and NoticeResponse share. Layout: {@code 'E' or 'N', int32 length},
 * then pairs of {@code byte field, cstring value}, then NUL.
 *
 * @param fields by field code, in the order of the wire
 */
public record Notice(Map<Character, String> fields) {

  public Notice {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /**
   * A notice of our own.
   *
   * @param severity {@code ERROR}, {@code FATAL} or {@code NOTICE}
   * @param sqlState five characters of the SQL standard's or PostgreSQL's list
   */
  public static Notice of(String severity, String sqlState, String message) {
    Map<Character, String> fields = new LinkedHashMap<>();
    fields.put('S', severity);
    fields.put('V', severity);
    fields.put('C', sqlState);
    fields.put('M', message);
    return new Notice(fields);
  }

  public static Notice decode(ByteBuf frame) {
    return WireReader.body(frame, Notice::decode);
  }

  private static Notice decode(WireReader in) {
    Map<Character, String> fields = new LinkedHashMap<>();
    for (byte code = in.int8(); code != 0; code = in.int8()) {
      fields.put((char) code, in.cString());
    }
    return new Notice(fields);
  }

  /** The same with one field more; an empty value adds none. */
  public Notice with(char field, String value) {
    if (value.isEmpty()) {
      return this;
    }
    Map<Character, String> more = new LinkedHashMap<>(fields);
    more.put(field, value);
    return new Notice(more);
  }

  public String field(char code) {
    return fields.getOrDefault(code, "");
  }

  public String sqlState() {
    return field('C');
  }

  /** Whether the server ends the session with it. */
  public boolean isFatal() {
    String severity = fields.containsKey('V') ? field('V') : field('S');
    return severity.equals("FATAL") || severity.equals("PANIC");
  }

  public void encodeError(ByteBuf out) {
    encode(out, 'E');
  }

  public void encodeNotice(ByteBuf out) {
    encode(out, 'N');
  }

  private void encode(ByteBuf out, char type) {
    int start = WireWriter.open(out, type);
    fields.forEach(
        (code, value) -> {
          out.writeByte(code);
          WireWriter.cString(out, value.replace("\0", ""));
        });
    out.writeByte(0);
    WireWriter.close(out, start);
  }

  /** Without texts: a server's message may hold a value. */
  @Override
  public String toString() {
    return "Notice[" + sqlState() + "]";
  }
}
