package dev.countersign.audit.index;

import dev.countersign.rules.fact.CommandFacts;

/** The protocol of a resource, in the words of OpenTelemetry and ECS. */
enum Protocol {
  POSTGRESQL("postgresql", "database"),
  GIT("git", "api"),
  KUBERNETES("kubernetes", "api");

  private final String word;
  private final String category;

  Protocol(String word, String category) {
    this.word = word;
    this.category = category;
  }

  static Protocol of(CommandFacts facts) {
    return switch (facts) {
      case CommandFacts.Sql sql -> POSTGRESQL;
      case CommandFacts.Git git -> GIT;
      case CommandFacts.Kubernetes kubernetes -> KUBERNETES;
    };
  }

  String word() {
    return word;
  }

  /** ECS's {@code event.category} of its commands. */
  String category() {
    return category;
  }
}
