package dev.countersign.proxy.git;

import dev.countersign.proxy.mask.SecretScanner;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * What bytes say in other writings than plain text: UTF-16, gzip, base64, hexadecimal, and literals
 * that a program puts together. One level deep, and no more than so many bytes.
 */
final class Writings {

  private static final int MOST_UNPACKED = 4 << 20;
  private static final int SHORTEST_RUN = 24;
  private static final int SHORTEST_LINE = 8;
  private static final int SHORTEST_SECRET = 16;

  private static final boolean[] BASE64 = new boolean[128];

  static {
    for (char c :
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_".toCharArray()) {
      BASE64[c] = true;
    }
  }

  private Writings() {}

  /** The bytes as plain text, a character a byte. */
  static String plain(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** What else they say. */
  static List<String> others(byte[] bytes, int length, String plain) {
    List<String> texts = new ArrayList<>();
    if (plain.indexOf('\0') >= 0) {
      wide(bytes, length, plain, texts);
    }
    unpacked(bytes, length).ifPresent(texts::add);
    StringBuilder decoded = new StringBuilder();
    encodedRuns(plain, decoded);
    if (!decoded.isEmpty()) {
      texts.add(decoded.toString());
    }
    joined(plain).ifPresent(texts::add);
    return texts;
  }

  /**
   * Text of two or four bytes a letter, wherever it is: in a secret of these every other byte is
   * zero.
   */
  private static void wide(byte[] bytes, int length, String plain, List<String> texts) {
    int[] run = new int[2];
    int[] longest = new int[2];
    for (int i = 0; i < length; i++) {
      int side = i & 1;
      run[side] = bytes[i] == 0 ? run[side] + 1 : 0;
      longest[side] = Math.max(longest[side], run[side]);
    }
    if (longest[1] >= SHORTEST_SECRET) {
      texts.add(new String(bytes, 0, length, StandardCharsets.UTF_16LE));
    }
    if (longest[0] >= SHORTEST_SECRET) {
      texts.add(new String(bytes, 0, length, StandardCharsets.UTF_16BE));
    }
    if (!texts.isEmpty()) {
      texts.add(plain.replace("\0", ""));
    }
  }

  private static Optional<String> unpacked(byte[] bytes, int length) {
    if (length < 18 || (bytes[0] & 0xff) != 0x1f || (bytes[1] & 0xff) != 0x8b) {
      return Optional.empty();
    }
    byte[] unpacked = new byte[64 << 10];
    int filled = 0;
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes, 0, length))) {
      for (int count = 0; count >= 0 && filled < MOST_UNPACKED; filled += Math.max(0, count)) {
        if (filled == unpacked.length) {
          unpacked = Arrays.copyOf(unpacked, Math.min(MOST_UNPACKED, 4 * filled));
        }
        count = in.read(unpacked, filled, unpacked.length - filled);
      }
    } catch (IOException e) {
      // It ends early, or is another than its checksum says: what there was counts all the same.
    }
    return filled == 0 ? Optional.empty() : Optional.of(plain(unpacked, filled));
  }

  /** Base64 over one line or many, and hexadecimal digits. */
  private static void encodedRuns(String text, StringBuilder decoded) {
    for (int from = runBegin(text, 0);
        from < text.length() && decoded.length() < MOST_UNPACKED;
        from = runBegin(text, from)) {
      int end = runEnd(text, from);
      if (end - from >= SHORTEST_RUN) {
        decode(text.substring(from, end), decoded);
      }
      if (nextLine(text, end) > end) {
        StringBuilder lines = new StringBuilder(text.substring(from, end));
        for (int next = nextLine(text, end); next > end; next = nextLine(text, end)) {
          int stop = runEnd(text, next);
          if (stop == next) {
            break;
          }
          lines.append(text, next, stop);
          end = stop;
        }
        if (lines.length() >= SHORTEST_RUN) {
          decode(lines.toString(), decoded);
        }
      }
      from = end;
    }
  }

  /**
   * Where the next run begins that is long enough to be a line; the end of the text if there is
   * none. Looks at the last character of what might be one first: most of the others it need not
   * look at.
   *
   * @param from no run reaches over this
   */
  private static int runBegin(String text, int from) {
    int begin = from;
    while (begin <= text.length() - SHORTEST_LINE) {
      int at = begin + SHORTEST_LINE - 1;
      while (at >= begin && isBase64(text.charAt(at))) {
        at--;
      }
      if (at < begin) {
        return begin;
      }
      begin = at + 1;
    }
    return text.length();
  }

  private static int runEnd(String text, int from) {
    int end = from;
    while (end < text.length() && isBase64(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static int nextLine(String text, int at) {
    int next = at;
    boolean ends = false;
    while (next < text.length() && " \t\r\n\\".indexOf(text.charAt(next)) >= 0) {
      boolean escaped = text.startsWith("\\n", next);
      ends |= escaped || text.charAt(next) == '\n';
      next += escaped ? 2 : 1;
    }
    return ends ? next : at;
  }

  private static boolean isBase64(char c) {
    return c < BASE64.length && BASE64[c];
  }

  /** Where in it the first letter is that was encoded, nobody says: others may stand before it. */
  private static void decode(String run, StringBuilder decoded) {
    for (int before = 0; before < 4; before++) {
      decodeBase64(run.substring(before), decoded);
    }
    decodeHexadecimal(run, decoded);
  }

  private static void decodeBase64(String run, StringBuilder decoded) {
    int usable = run.length() - (run.length() % 4 == 1 ? 1 : 0);
    try {
      byte[] bytes =
          Base64.getDecoder().decode(run.substring(0, usable).replace('-', '+').replace('_', '/'));
      String plain = plain(bytes, bytes.length);
      List<String> texts = new ArrayList<>();
      wide(bytes, bytes.length, plain, texts);
      texts.add(unpacked(bytes, bytes.length).orElse(plain));
      texts.forEach(text -> add(text, decoded));
    } catch (IllegalArgumentException e) {
      // Not base64 after all.
    }
  }

  private static void decodeHexadecimal(String run, StringBuilder decoded) {
    for (int from = 0; from < run.length(); from++) {
      int end = from;
      while (end < run.length() && HexFormat.isHexDigit(run.charAt(end))) {
        end++;
      }
      if (end - from >= SHORTEST_RUN) {
        for (int begin = from; begin < from + 2; begin++) {
          byte[] bytes = HexFormat.of().parseHex(run, begin, end - (end - begin) % 2);
          add(plain(bytes, bytes.length), decoded);
        }
      }
      from = end;
    }
  }

  /** Of all that is read in four ways and twice, most says nothing. */
  private static void add(String text, StringBuilder decoded) {
    if (SecretScanner.mayFind(text)) {
      decoded.append(text).append('\n');
    }
  }

  /** Text whose string literals are joined: {@code "AK" + "IA…"} becomes {@code "AKIA…"}. */
  private static Optional<String> joined(String text) {
    StringBuilder joined = new StringBuilder(text.length());
    int copied = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\'') {
        int next = i + 1;
        while (next < text.length()
            && next - i < 40
            && " \t\r\n+.,\\&|".indexOf(text.charAt(next)) >= 0) {
          next++;
        }
        if (next > i + 1 && next < text.length() && text.charAt(next) == c) {
          joined.append(text, copied, i);
          copied = next + 1;
          i = next;
        }
      }
    }
    return copied == 0
        ? Optional.empty()
        : Optional.of(joined.append(text, copied, text.length()).toString());
  }
}
