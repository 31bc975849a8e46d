package dev.countersign.proxy.kubernetes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.proxy.mask.ContentDetectors;
import dev.countersign.rules.verdict.Detector;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** Finds what has to be hidden in free text: by detectors, also inside base64 and gzip. */
final class SecretText {

  static final String MASKED = "*****";

  private static final int DEEPEST = 3;
  private static final int MOST_UNPACKED = 4 << 20;
  private static final int SHORTEST_CODED = 16;

  /** Of what was packed; what comes then is looked at as one. */
  private static final int MOST_LINES = 1_000;

  /** Nothing is found in less: a@b.cc, ://:a@. */
  static final int SHORTEST = 6;

  /** A password inside a URL. */
  private static final Pattern URL_PASSWORD =
      Pattern.compile("(?<=://)[^\\s/:@]{0,256}+:[^\\s/@]{1,512}+(?=@)");

  /** Names under which secrets are kept. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?i)(?:.{0,200})(?:passw(?:or)?d|passphrase|secret|token|api[._-]?key|private[._-]?key"
              + "|access[._-]?key|credentials?|conn(?:ection)?[._-]?str(?:ing)?|dsn"
              + "|secret[._-]key(?:[._-]base)?|(?:encryption|signing|master|account)[._-]?key"
              + "|[_-]pass|(?-i:[a-z0-9]Pass)|[._-]pwd)");

  private final Set<Detector> detectors;

  /**
   * @param more detectors that the policy asks for
   */
  SecretText(Set<Detector> more) {
    Set<Detector> all = new HashSet<>(more);
    all.add(Detector.SECRET);
    detectors = Set.copyOf(all);
  }

  /** Whether values of that name are secrets by their name. */
  static boolean isSecretName(String name) {
    return name.length() <= 256 && NAME.matcher(name).matches();
  }

  /** The text with every line hidden that has something to hide. */
  String masked(String text) {
    if (text.length() < SHORTEST) {
      return text;
    }
    if (isPacked(text, 0)) {
      return MASKED;
    }
    if (text.indexOf('\n') < 0) {
      return line(text);
    }
    String[] lines = text.split("\n", -1);
    boolean changed = false;
    for (int i = 0; i < lines.length; i++) {
      String line = line(lines[i]);
      changed |= !line.equals(lines[i]);
      lines[i] = line;
    }
    if (!changed && finds(text)) {
      return MASKED;
    }
    return changed ? String.join("\n", lines) : text;
  }

  /** One line; a password in a URL is hidden alone. */
  String line(String line) {
    String shown = line.indexOf("://") < 0 ? line : URL_PASSWORD.matcher(line).replaceAll(MASKED);
    return finds(shown) ? MASKED : shown;
  }

  private boolean finds(String text) {
    return text.length() >= SHORTEST && ContentDetectors.findsAny(detectors, text);
  }

  /** Whether something is hidden inside an encoding. */
  private boolean isPacked(String text, int depth) {
    String stripped = text.strip();
    if (depth == DEEPEST || stripped.length() < SHORTEST_CODED) {
      return false;
    }
    Optional<Base64.Decoder> decoder = decoder(stripped);
    if (decoder.isEmpty()) {
      return false;
    }
    byte[] decoded;
    try {
      decoded = decoder.get().decode(stripped);
    } catch (IllegalArgumentException e) {
      return false;
    }
    return isHidden(decoded, depth + 1);
  }

  /** For one of the two alphabets of base64, if all of the text is in it. */
  private static Optional<Base64.Decoder> decoder(String text) {
    boolean isUrl = false;
    boolean isPlain = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      isUrl |= c == '-' || c == '_';
      isPlain |= c == '+' || c == '/';
      if (!isCode(c) || (isUrl && isPlain)) {
        return Optional.empty();
      }
    }
    // A single letter at the end is no byte.
    return text.length() % 4 == 1
        ? Optional.empty()
        : Optional.of(isUrl ? Base64.getUrlDecoder() : Base64.getDecoder());
  }

  /** Of either alphabet. */
  private static boolean isCode(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "=-_+/".indexOf(c) >= 0;
  }

  /** Whether bytes have something to hide, packed or not. */
  boolean isHidden(byte[] bytes) {
    return isHidden(bytes, 0);
  }

  private boolean isHidden(byte[] bytes, int depth) {
    byte[] plain = bytes;
    boolean isGzip = bytes.length > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
    if (isGzip) {
      try (GZIPInputStream unpacking = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        plain = unpacking.readNBytes(MOST_UNPACKED + 1);
      } catch (IOException e) {
        return true;
      }
      if (plain.length > MOST_UNPACKED) {
        return true;
      }
    }
    if (!mayHide(plain)) {
      return false;
    }
    String text = new String(plain, UTF_8);
    return finds(text) || hasLineToHide(text) || isPacked(text, depth + 1);
  }

  /**
   * Whether it is worth reading: most of what can be read as base64 is none. A character that is
   * not of ASCII may be white space around something that is packed once more.
   */
  private boolean mayHide(byte[] bytes) {
    String text = new String(bytes, ISO_8859_1);
    return text.indexOf("://") >= 0
        || ContentDetectors.mayFindAny(detectors, text)
        || mayBeCode(text);
  }

  private static boolean mayBeCode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > ' ' && c <= 0x7f && !isCode(c)) {
        return false;
      }
    }
    return true;
  }

  private boolean hasLineToHide(String text) {
    int lines = 1;
    int begin = 0;
    for (int end = text.indexOf('\n');
        end >= 0 && lines < MOST_LINES;
        end = text.indexOf('\n', begin)) {
      if (isHidden(text.substring(begin, end))) {
        return true;
      }
      begin = end + 1;
      lines++;
    }
    return isHidden(text.substring(begin));
  }

  private boolean isHidden(String line) {
    return !line(line).equals(line);
  }
}
