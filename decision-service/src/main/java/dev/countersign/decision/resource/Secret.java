package dev.countersign.decision.resource;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a secret is kept. The secret itself is read when it is used and held by nobody. */
public sealed interface Secret {

  /**
   * The secret.
   *
   * @throws IllegalStateException if it is not there
   */
  String reveal();

  /** An environment variable of the gateway. */
  record FromEnvironment(String variable) implements Secret {
    @Override
    public String reveal() {
      String value = System.getenv(variable);
      if (value == null) {
        throw new IllegalStateException("environment variable " + variable + " is not set");
      }
      return value;
    }
  }

  /** The first line of a file. */
  record FromFile(Path file) implements Secret {
    @Override
    public String reveal() {
      try (var lines = Files.lines(file)) {
        return lines
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("secret file " + file + " is empty"));
      } catch (IOException e) {
        throw new UncheckedIOException("secret file " + file + " cannot be read", e);
      }
    }
  }

  /** A value made by this process itself, for parts it starts; never read from configuration. */
  record Generated(String value) implements Secret {
    public Generated {
      requireNonNull(value, "value");
    }

    @Override
    public String reveal() {
      return value;
    }

    @Override
    public String toString() {
      return "Generated[…]";
    }
  }
}
