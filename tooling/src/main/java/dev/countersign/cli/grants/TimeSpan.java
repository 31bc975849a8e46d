package dev.countersign.cli.grants;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long something lasts: {@code 30m}, {@code 8h} or {@code 5d}. */
public final class TimeSpan implements ITypeConverter<Duration> {

  private static final Pattern SPAN = Pattern.compile("([0-9]{1,5})([mhd])");

  @Override
  public Duration convert(String text) {
    Matcher span = SPAN.matcher(text);
    if (!span.matches()) {
      throw new TypeConversionException("write a time like 30m, 8h or 5d, not " + text);
    }
    long count = Long.parseLong(span.group(1));
    return switch (span.group(2)) {
      case "d" -> Duration.ofDays(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofMinutes(count);
    };
  }
}
