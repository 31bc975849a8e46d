package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * Runs the statements of a text. Layout: {@code 'Q', int32 length, cstring text}.
 *
 * @param text any number of statements
 */
public record Query(String text) implements FrontendMessage {

  @Override
  public void encode(ByteBuf out) {
    int start = WireWriter.open(out, 'Q');
    WireWriter.cString(out, text);
    WireWriter.close(out, start);
  }

  /** Without the text: SQL never reaches a log. */
  @Override
  public String toString() {
    return "Query[" + text.length() + " characters]";
  }
}
