package dev.countersign.cli.configuration;

import static java.util.Objects.requireNonNull;

/**
 * One thing that is wrong with a configuration file.
 *
 * @param line counted from 1
 * @param column counted from 1
 * @param message what is wrong and what to write instead; never holds the value of a secret
 */
public record Fault(int line, int column, String message) {

  public Fault {
    requireNonNull(message, "message");
  }

  /** The fault as compilers write theirs, so that editors can jump to it. */
  public String in(String file) {
    return "%s:%d:%d: %s".formatted(file, line, column, message);
  }
}
