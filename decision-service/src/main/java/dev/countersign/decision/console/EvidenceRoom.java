package dev.countersign.decision.console;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** What auditors take away, as the console offers it: a port to whatever makes it of the record. */
public interface EvidenceRoom {

  /**
   * What is asked for.
   *
   * @param from the period's begin
   * @param until its end, not in it
   * @param controls families or controls of SP 800-53; all that there is evidence for if empty
   */
  record Period(Instant from, Instant until, List<String> controls) {
    public Period {
      requireNonNull(from, "from");
      requireNonNull(until, "until");
      controls = List.copyOf(controls);
    }
  }

  /** What the record shows of one control. */
  record ControlState(
      String id,
      String title,
      String gateway,
      long events,
      long examined,
      long exceptions,
      String outcome) {}

  /**
   * A package, with its signature and the key to verify that with, in one file.
   *
   * @param digest SHA-256 of the package in it
   */
  record Made(ByteBuffer zip, String digest) {}

  /** Whether the record is as it was written, and a line for each thing that was found. */
  record Verification(boolean sound, List<String> lines) {
    public Verification {
      lines = List.copyOf(lines);
    }
  }

  /**
   * What the record shows of each control.
   *
   * @throws IllegalArgumentException with what is wrong with the period or the controls
   */
  List<ControlState> states(Period period) throws IOException;

  /**
   * Makes a package.
   *
   * @throws IllegalArgumentException as for {@link #states}
   */
  Made make(Period period) throws IOException;

  /** Verifies all of the record that is here. */
  Verification verify() throws IOException;
}
