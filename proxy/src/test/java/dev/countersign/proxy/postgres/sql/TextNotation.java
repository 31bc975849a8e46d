package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.proxy.fuzz.Fuzzer;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Texts in a line each: {@code \n}, {@code \r}, {@code \\} and {@code \x00} are escapes. */
final class TextNotation implements Fuzzer.Notation {

  @Override
  public byte[] read(String line) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int at = 0;
    while (at < line.length()) {
      int end = line.offsetByCodePoints(at, 1);
      if (line.charAt(at) != '\\') {
        text.writeBytes(line.substring(at, end).getBytes(UTF_8));
      } else {
        switch (line.charAt(end++)) {
          case 'n' -> text.write('\n');
          case 'r' -> text.write('\r');
          case 'x' -> text.write(HexFormat.fromHexDigits(line, end, end += 2));
          default -> text.write(line.charAt(end - 1));
        }
      }
      at = end;
    }
    return text.toByteArray();
  }

  String readText(String line) {
    return new String(read(line), UTF_8);
  }

  @Override
  public String write(byte[] input) {
    StringBuilder line = new StringBuilder();
    for (byte b : input) {
      line.append(
          switch (b) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\\' -> "\\\\";
            default -> b >= ' ' && b < 0x7f ? String.valueOf((char) b) : "\\x%02x".formatted(b);
          });
    }
    return line.toString();
  }
}
