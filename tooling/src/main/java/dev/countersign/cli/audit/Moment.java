package dev.countersign.cli.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A moment: how long ago ({@code 7d}, {@code 12h}, {@code 30m}), a UTC day, or a UTC time. */
final class Moment implements ITypeConverter<Instant> {

  private static final Pattern AGO = Pattern.compile("([0-9]{1,5})([dhm])");

  @Override
  public Instant convert(String text) {
    Matcher ago = AGO.matcher(text);
    if (ago.matches()) {
      long count = Long.parseLong(ago.group(1));
      return Instant.now()
          .minus(
              switch (ago.group(2)) {
                case "d" -> Duration.ofDays(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofMinutes(count);
              });
    }
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException(
          "write a time like 7d, 12h, 2026-11-01 or 2026-11-01T08:00:00Z, not " + text);
    }
  }
}
