package dev.countersign.cli.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long ago something begins: {@code 7d}, {@code 12h} or {@code 30m}. */
final class Since implements ITypeConverter<Instant> {

  private static final Pattern AGO = Pattern.compile("([0-9]{1,5})([dhm])");

  @Override
  public Instant convert(String text) {
    Matcher ago = AGO.matcher(text);
    if (!ago.matches()) {
      throw new TypeConversionException("write a time like 7d, 12h or 30m, not " + text);
    }
    long count = Long.parseLong(ago.group(1));
    Duration duration =
        switch (ago.group(2)) {
          case "d" -> Duration.ofDays(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofMinutes(count);
        };
    return Instant.now().minus(duration);
  }
}
