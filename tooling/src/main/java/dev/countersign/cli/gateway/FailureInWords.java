package dev.countersign.cli.gateway;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * What the log says of an exception. Faults of what is around the gateway (files, networks,
 * databases), and all that it only warns of, are words at the end of the line: operators look for
 * what is down, not for where in the code it was noticed. Faults of the gateway itself keep their
 * stack, and with {@code COUNTERSIGN_LOG_LEVEL=DEBUG} all do.
 */
public final class FailureInWords extends ThrowableProxyConverter {

  private static final int MAX_CAUSES = 10;

  @Override
  public String convert(ILoggingEvent event) {
    if (!(event.getThrowableProxy() instanceof ThrowableProxy proxy)) {
      return "";
    }
    Throwable failure = proxy.getThrowable();
    boolean words = !event.getLevel().isGreaterOrEqual(Level.ERROR) || isOutside(failure);
    return words && !LoggerFactory.getLogger(FailureInWords.class).isDebugEnabled()
        ? " cause=\"" + inWords(failure) + "\""
        : System.lineSeparator() + super.convert(event).stripTrailing();
  }

  /** One line, whatever was put into the messages. */
  private static String inWords(Throwable failure) {
    Set<String> words = new LinkedHashSet<>();
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      String message = cause.getMessage();
      Throwable next = cause.getCause();
      // Wrappers repeat what they wrap.
      if (message == null || next == null || !message.equals(next.toString())) {
        words.add(
            cause.getClass().getSimpleName()
                + (message == null ? "" : ": " + message.replaceAll("\\p{Cntrl}+", " ").strip()));
      }
      cause = next;
    }
    return String.join("; ", words);
  }

  private static boolean isOutside(Throwable failure) {
    Throwable root = failure;
    Throwable cause = failure.getCause();
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      root = cause;
      cause = cause.getCause();
    }
    return root instanceof IOException || root instanceof SQLException;
  }
}
