package dev.countersign.decision.policy;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * That a version was put in force.
 *
 * @param number counts the activations from 1; the highest one is in force
 * @param version its id
 * @param replaced what was in force before; empty for the first
 * @param by who put it in force
 * @param at when
 * @param reason why, in the words of whoever did it; may be empty
 */
public record Activation(
    long number, String version, Optional<String> replaced, Person by, Instant at, String reason) {

  public Activation {
    requireNonNull(version, "version");
    requireNonNull(replaced, "replaced");
    requireNonNull(by, "by");
    requireNonNull(at, "at");
    requireNonNull(reason, "reason");
  }
}
