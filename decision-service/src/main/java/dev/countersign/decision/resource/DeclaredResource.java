package dev.countersign.decision.resource;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;
import java.time.Instant;

/**
 * A resource that was declared over the API.
 *
 * @param spec what was said of it, JSON; it names the places of secrets and holds none
 * @param version another one after each change
 * @param at by the clock of the database
 */
public record DeclaredResource(String name, String spec, long version, Subject by, Instant at) {

  public DeclaredResource {
    requireNonNull(name, "name");
    requireNonNull(spec, "spec");
    requireNonNull(by, "by");
    requireNonNull(at, "at");
  }
}
