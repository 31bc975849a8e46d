package dev.countersign.decision.policy;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;

/**
 * Who did something to the policy. Two are the same person if issuer and id are the same, whatever
 * they are called.
 */
public record Person(String issuer, String id, String name) {

  /** The gateway itself, when it takes its first workbook from a file. */
  public static final Person BOOTSTRAP = new Person("countersign", "bootstrap", "bootstrap");

  public Person {
    requireNonNull(issuer, "issuer");
    requireNonNull(id, "id");
    requireNonNull(name, "name");
  }

  static Person of(Subject subject) {
    return new Person(subject.issuer(), subject.id(), subject.name());
  }

  boolean isSameAs(Person other) {
    return issuer.equals(other.issuer) && id.equals(other.id);
  }
}
