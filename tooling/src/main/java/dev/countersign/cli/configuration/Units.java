package dev.countersign.cli.configuration;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How durations, sizes and addresses are written. Each method throws with what to write instead.
 */
public final class Units {

  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,9})([A-Za-z]{1,3})");
  private static final Map<String, Duration> DURATIONS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));
  private static final Map<String, Long> SIZES =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  private Units() {}

  public static Duration duration(String text) {
    Matcher amount = AMOUNT.matcher(text);
    Duration unit = amount.matches() ? DURATIONS.get(amount.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(
          "is not a duration; write one like 500ms, 10s, 5m, 2h or 3d");
    }
    return unit.multipliedBy(Long.parseLong(amount.group(1)));
  }

  /** In bytes. */
  static long size(String text) {
    Matcher amount = AMOUNT.matcher(text);
    Long unit = amount.matches() ? SIZES.get(amount.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException("is not a size; write one like 512KiB, 16MiB or 1GiB");
    }
    return unit * Long.parseLong(amount.group(1));
  }

  static Address address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
      if (!host.isBlank() && port >= 0 && port <= 65535) {
        return new Address(host, port);
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // Falls through: the message below says what to write.
    }
    throw new IllegalArgumentException(
        "is not an address; write host:port, e.g. 0.0.0.0:6432 or [::1]:6432");
  }

  static URI httpUrl(String text) {
    try {
      URI uri = new URI(text);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (web && uri.getHost() != null && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Falls through: the message below says what to write.
    }
    throw new IllegalArgumentException(
        "is not a web address; write http:// or https://, a host, and no user or password");
  }
}
