package dev.countersign.proxy.git;

import dev.countersign.proxy.mask.SecretScanner;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jgit.diff.RawText;

/**
 * A file that is read piece by piece for what looks like a secret, whatever its size. Can be used
 * again once it has ended.
 */
final class BlobScan {

  private static final int SMALL = 64 << 10;
  private static final int CHUNK = 1 << 20;

  /** Longer than any secret. */
  private static final int OVERLAP = 8 << 10;

  /**
   * A file that was read.
   *
   * @param hits the line of the first of each kind of secret, 0 where lines mean nothing
   */
  record Scanned(BlobFacts facts, Map<String, Integer> hits) {}

  private byte[] window = new byte[SMALL];
  private int filled;
  private long bytes;
  private int linesBefore;
  private boolean binary;
  private Map<String, Integer> hits = Map.of();

  void update(byte[] from, int offset, int count) {
    int taken = 0;
    while (taken < count) {
      if (filled == window.length) {
        makeRoom();
      }
      int part = Math.min(count - taken, window.length - filled);
      System.arraycopy(from, offset + taken, window, filled, part);
      filled += part;
      taken += part;
    }
    bytes += count;
  }

  private void makeRoom() {
    if (window.length < OVERLAP + CHUNK) {
      window = Arrays.copyOf(window, Math.min(2 * window.length, OVERLAP + CHUNK));
      return;
    }
    scan(/* whole= */ false);
    linesBefore += countLines(filled - OVERLAP);
    System.arraycopy(window, filled - OVERLAP, window, 0, OVERLAP);
    filled = OVERLAP;
  }

  private void scan(boolean whole) {
    String plain = Writings.plain(window, filled);
    // Git looks at the beginning of a file alone; a program may stand behind a page of text.
    binary |= plain.indexOf('\0') >= 0;
    if (plain.indexOf('\r') >= 0) {
      binary |= RawText.isBinary(window, filled, whole);
    }
    SecretScanner.scan(
        plain,
        (detector, at) -> {
          // Of many, only the line of the first is told.
          if (!hits.containsKey(detector)) {
            hit(detector, linesBefore + 1 + newlines(plain, at));
          }
        });
    for (String other : Writings.others(window, filled, plain)) {
      SecretScanner.detectors(other).forEach(detector -> hit(detector, 0));
    }
  }

  private void hit(String detector, int line) {
    if (hits.isEmpty()) {
      hits = new LinkedHashMap<>();
    }
    hits.putIfAbsent(detector, line);
  }

  private int countLines(int length) {
    int lines = 0;
    for (int i = 0; i < length; i++) {
      if (window[i] == '\n') {
        lines++;
      }
    }
    return lines;
  }

  private static int newlines(String text, int before) {
    int lines = 0;
    for (int at = text.indexOf('\n'); at >= 0 && at < before; at = text.indexOf('\n', at + 1)) {
      lines++;
    }
    return lines;
  }

  Scanned end() {
    scan(/* whole= */ bytes == filled);
    int lines = linesBefore + countLines(filled);
    if (filled > 0 && window[filled - 1] != '\n') {
      lines++;
    }
    Scanned scanned = new Scanned(new BlobFacts(binary, lines, bytes), hits);
    filled = 0;
    bytes = 0;
    linesBefore = 0;
    binary = false;
    hits = Map.of();
    return scanned;
  }
}
