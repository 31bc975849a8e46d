package dev.countersign.cli.gateway;

import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says to an operator why something did not start. */
public final class StartFailure {

  private static final int MAX_CAUSES = 10;

  private StartFailure() {}

  /** The messages of the exception and its causes, each once; a port that is taken said plainly. */
  public static String inWords(Throwable failure) {
    Set<String> messages = new LinkedHashSet<>();
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      String message = message(cause);
      if (cause instanceof BindException) {
        messages.add(
            "the address is in use; stop what listens there or choose another under listen");
      }
      boolean told =
          message == null || messages.stream().anyMatch(earlier -> earlier.contains(message));
      if (!told) {
        messages.add(message);
      }
      cause = cause.getCause();
    }
    return messages.isEmpty() ? failure.toString() : String.join("; ", messages);
  }

  /** Those of files say only which. */
  private static @Nullable String message(Throwable cause) {
    return switch (cause) {
      case AccessDeniedException denied ->
          denied.getFile() + " may not be read or written by the gateway's user";
      case NoSuchFileException missing -> missing.getFile() + " is not there";
      default -> cause.getMessage();
    };
  }
}
