package dev.countersign.proxy.kubernetes;

import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.proxy.frontdoor.Release;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is recorded of one terminal: all that goes over it in both directions, up to a bound. Beyond
 * it a terminal ends, because what somebody types is not to be had elsewhere; of files that are
 * copied the sizes and digests are recorded instead. Safe for any number of threads.
 */
final class TerminalRecording {

  /** The bound is reached: what was to be recorded must not go on. */
  static final class FullException extends IOException {

    private static final long serialVersionUID = 1;

    FullException() {
      super("the recording of this terminal is full");
    }
  }

  /** All of one stream. */
  private static final class Sum {

    private final MessageDigest digest = Digest.sha256();
    private long bytes;

    void add(byte[] content) {
      digest.update(content);
      bytes += content.length;
    }

    @Override
    public String toString() {
      return bytes + " bytes with the SHA-256 " + HexFormat.of().formatHex(digest.digest());
    }
  }

  private final Release release;
  private final long most;
  private final boolean isCopy;
  private final Map<Stream, Sum> sums = new EnumMap<>(Stream.class);
  private long recorded;
  private boolean isFull;

  /**
   * @param most characters
   * @param isCopy whether files are copied, and nobody types anything
   */
  TerminalRecording(Release release, long most, boolean isCopy) {
    this.release = release;
    this.most = most;
    this.isCopy = isCopy;
  }

  /**
   * Records what is about to go on.
   *
   * @throws FullException if it must not, because there is too much of it
   */
  synchronized void add(Stream stream, byte[] content) throws FullException {
    if (isCopy) {
      sums.computeIfAbsent(stream, each -> new Sum()).add(content);
    }
    if (recorded < most) {
      String text = Terminal.text(stream, content);
      recorded += text.length();
      release.content(stream, text);
      return;
    }
    isFull = true;
    if (!isCopy) {
      throw new FullException();
    }
  }

  /** Whether the terminal has to end, or has ended, because of its length. */
  synchronized boolean hasEnded() {
    return isFull && !isCopy;
  }

  /** Records what there was beyond the bound. */
  synchronized void close() {
    if (!isFull) {
      return;
    }
    release.content(
        Stream.REPORT,
        isCopy
            ? "recorded up to %d characters; in all: %s"
                .formatted(
                    most,
                    sums.entrySet().stream()
                        .map(sum -> name(sum.getKey()) + " " + sum.getValue())
                        .collect(Collectors.joining(", ")))
            : "ended by the gateway after %d characters".formatted(most));
  }

  private static String name(Stream stream) {
    return stream.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
